"""The staff's pages about orders, products, stock and metal rates."""

from orders.admin.orders import OrderAdmin
from orders.admin.products import ProductAdmin
from orders.admin.rates import MetalRateAdmin
from orders.admin.small import CategoryAdmin, StockMovementAdmin

__all__ = ["CategoryAdmin", "MetalRateAdmin", "OrderAdmin", "ProductAdmin", "StockMovementAdmin"]

"""Tables of the catalogue, stock and orders, one file an aggregate."""

from orders.models.catalogue import (
    Category,
    Metal,
    MetalRate,
    PriceBasis,
    Product,
    ProductQuerySet,
    Unit,
    product_words,
)
from orders.models.checkouts import Checkout
from orders.models.gallery import ProductImage
from orders.models.orders import (
    Channel,
    Order,
    OrderEvent,
    OrderItem,
    OrderQuerySet,
    OrderStatus,
    PaymentStatus,
    PriceOverride,
    order_words,
)
from orders.models.payments import Payment, PaymentMethod
from orders.models.scores import (
    CALLBACKS,
    BoughtTogether,
    CallOutcome,
    CustomerScore,
    SalesCall,
    ScoreRun,
    Tier,
)
from orders.models.slips import SlipCounter, SlipNumber
from orders.models.stock import MovementKind, StockMovement

__all__ = [
    "CALLBACKS",
    "BoughtTogether",
    "CallOutcome",
    "Category",
    "Channel",
    "Checkout",
    "CustomerScore",
    "Metal",
    "MetalRate",
    "MovementKind",
    "Order",
    "OrderEvent",
    "OrderItem",
    "OrderQuerySet",
    "OrderStatus",
    "Payment",
    "PaymentMethod",
    "PaymentStatus",
    "PriceBasis",
    "PriceOverride",
    "Product",
    "ProductImage",
    "ProductQuerySet",
    "SalesCall",
    "ScoreRun",
    "SlipCounter",
    "SlipNumber",
    "StockMovement",
    "Tier",
    "Unit",
    "order_words",
    "product_words",
]

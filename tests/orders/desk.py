"""Orders for the tests, placed through the rule."""

from __future__ import annotations

from decimal import Decimal

from customers.models import Customer, User
from orders.lifecycle import confirm_order, move_order
from orders.models import Order, OrderStatus, Product, StockMovement
from orders.placing import Buyer, NewLine, place_order

WAY = [OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.SHIPPED, OrderStatus.DELIVERED]


def guest(name: str = "Lata Pawar", phone: str = "+919822001144") -> Buyer:
    """Somebody who typed a name and a number."""
    return Buyer(customer=None, verified=False, name=name, phone=phone)


def placed(
    *wanted: tuple[Product, int | str],
    buyer: Buyer | None = None,
    customer: Customer | None = None,
    by: User | None = None,
) -> Order:
    """A pending order of (product, quantity) lines, from a guest or a known customer."""
    lines = [NewLine(product=product, quantity=Decimal(quantity)) for product, quantity in wanted]
    if buyer is None:
        buyer = Buyer.known(customer) if customer else guest()
    return place_order(lines, buyer=buyer, channel="storefront", by=by)


def brought_to(order: Order, status: OrderStatus) -> Order:
    """The order moved step by step to a status on its way to delivered."""
    for step in WAY[: WAY.index(status) + 1]:
        order = move_order(order, step, by=None)
    return order


def confirmed(*wanted: tuple[Product, int | str]) -> Order:
    return confirm_order(placed(*wanted), by=None).order


def stock_of(product: Product) -> Decimal:
    return Product.objects.get(pk=product.pk).stock_quantity


def movements_of(product: Product) -> list[tuple[str, Decimal, Decimal]]:
    """(kind, quantity, stock after) of each movement, oldest first."""
    rows = StockMovement.objects.filter(product=product).order_by("pk")
    return list(rows.values_list("kind", "quantity", "stock_after"))

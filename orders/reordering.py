"""The same again: an order's items as they can be ordered today."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from customers.errors import DeskError
from orders.errors import InvalidLine, NoPrice
from orders.lines import on_sale
from orders.models import Order, OrderItem, Product
from orders.pricing import Rates, current_price, line_money, rates_on
from orders.variants import resolve_sellable


@dataclass(frozen=True)
class AgainLine:
    """A line ready to post to the checkout; money in rupees at today's prices."""

    product_id: int
    product_name: str
    quantity: Decimal
    unit_price: Decimal
    selected_size: str
    selected_color: str
    subtotal: Decimal


@dataclass(frozen=True)
class Again:
    """What of an order can be ordered today, and a sentence for each line that can't."""

    items: list[AgainLine]
    warnings: list[str]

    @property
    def total(self) -> Decimal:
        return sum((line.subtotal for line in self.items), Decimal(0))


def order_again(order: Order) -> Again:
    """The order's items at today's prices; nothing is placed."""
    products = Product.objects.select_related("parent")
    items = order.items.order_by("position").prefetch_related(Prefetch("product", products))
    rates = rates_on()
    again = Again([], [])
    for item in items:
        try:
            again.items.append(_line(item, rates))
        except DeskError as error:
            again.warnings.append(str(error))
    return again


def _line(item: OrderItem, rates: Rates) -> AgainLine:
    """Raises InvalidLine, NoSuchVariant, NoPrice where the item can't be ordered as it is."""
    if item.product is None:
        raise InvalidLine(
            _("%(product_name)s was made to order: please ask for it.")
            % {"product_name": item.product_name}
        )
    on_sale(item.product)
    product = resolve_sellable(item.product, size=item.selected_size, color=item.selected_color)
    price = current_price(product, quantity=item.quantity, rates=rates)
    if price is None:
        raise NoPrice(_("%(name)s has no price today.") % {"name": product.name})
    return AgainLine(
        product_id=product.pk,
        product_name=product.name,
        quantity=item.quantity,
        unit_price=price,
        selected_size=item.selected_size,
        selected_color=item.selected_color,
        subtotal=line_money(price, item.quantity, product.tax_rate).subtotal,
    )

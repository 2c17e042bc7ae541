"""The lines of a new order: each one checked and priced from the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from customers.errors import DeskError, InvalidInput
from customers.models import User
from customers.roles import STAFF_ROLES
from orders.errors import InvalidLine, NoPrice, SlipTaken
from orders.models import OrderItem, PriceOverride, Product, Unit
from orders.pricing import Rates, current_price, line_money, rates_on
from orders.quantities import (
    MAX_MONEY,
    MAX_QUANTITY,
    THOUSANDTH,
    checked_money,
    checked_number,
    checked_quantity,
)
from orders.variants import resolve_sellable

MAX_LINES = 500
CUSTOM_UNIT = "pc"


@dataclass(frozen=True)
class NewLine:
    """One line as asked for.

    ``unit_price`` is only set where staff typed a price over the catalogue's, or for
    something made to order (``is_custom``: no product, no stock, ``item_name`` says what,
    ``unit`` what it is counted in). ``slip_number`` is one that orders.slips gave.
    """

    product: Product | None
    quantity: Decimal
    size: str = ""
    color: str = ""
    weight: Decimal | None = None
    unit_price: Decimal | None = None
    price_reason: str = ""
    is_custom: bool = False
    item_name: str = ""
    unit: str = ""
    slip_number: str | None = None


@dataclass(frozen=True)
class PricedLine:
    """An item to insert, and the row that says who typed its price, if somebody did."""

    item: OrderItem
    override: PriceOverride | None = None


@dataclass(frozen=True)
class _Shelf:
    """What the lines are priced from, read once for all of them."""

    products: Mapping[int, Product]
    units: Mapping[str, Unit]
    rates: Rates
    by: User | None


def priced_lines(lines: Sequence[NewLine], *, by: User | None) -> list[PricedLine]:
    """The lines as items in the same order; ``attr`` of a refusal is ``items.<index>.<field>``.

    Every line is looked at: the error of the first bad one has those of the rest as
    ``others``. Raises InvalidLine, VariantNeeded, NoSuchVariant, NoPrice, SlipTaken, InvalidInput.
    """
    if not 1 <= len(lines) <= MAX_LINES:
        raise InvalidInput(
            _("An order has 1 to %(max_lines)s lines.") % {"max_lines": MAX_LINES}, attr="items"
        )
    shelf = _Shelf(_products(lines), Unit.objects.in_bulk(), rates_on(), by)
    given_slips = _given_slips(lines)
    priced: list[PricedLine] = []
    errors: list[DeskError] = []
    for index, line in enumerate(lines):
        try:
            priced.append(_priced(index + 1, line, shelf))
            _check_slip(line.slip_number, given_slips)
        except DeskError as error:
            error.attr = f"items.{index}.{error.attr}"
            errors.append(error)
    if errors:
        raise _all_in_one(errors)
    return priced


def _all_in_one(errors: Sequence[DeskError]) -> DeskError:
    """The error to raise for several lines: what can't be meant goes before what doesn't fit."""
    first, *others = sorted(errors, key=lambda error: error.status)
    first.others = others
    return first


def _products(lines: Sequence[NewLine]) -> dict[int, Product]:
    """The products as they are now, with their children: what a caller holds may be old."""
    rows = Product.objects.select_related("unit", "parent")
    whole = rows.prefetch_related(Prefetch("variants", queryset=rows))
    return whole.in_bulk([line.product.pk for line in lines if line.product is not None])


def _priced(position: int, line: NewLine, shelf: _Shelf) -> PricedLine:
    item = _custom_item(line, shelf) if line.is_custom else _product_item(line, shelf)
    item.position, item.slip_number = position, line.slip_number
    catalogue_price = None if line.is_custom else _catalogue_price(item, shelf)
    item.unit_price = _price(item, line, catalogue_price, by=shelf.by)
    _add_money(item)
    if line.unit_price is None or line.unit_price == catalogue_price:
        return PricedLine(item)
    override = PriceOverride(
        item=item,
        old_price=catalogue_price,
        new_price=item.unit_price,
        reason=line.price_reason[:200],
        actor=shelf.by,
    )
    return PricedLine(item, override)


def _custom_item(line: NewLine, shelf: _Shelf) -> OrderItem:
    name = line.item_name.strip()
    if not name or len(name) > 200:
        raise InvalidLine(_("Say in at most 200 characters what is to be made."), attr="item_name")
    unit = shelf.units.get(line.unit) or shelf.units[CUSTOM_UNIT]
    return OrderItem(
        is_custom=True,
        product_name=name,
        quantity=checked_quantity(line.quantity, unit=unit),
        unit=unit,
        selected_size=line.size,
        selected_color=line.color,
        weight=_weight(line),
    )


def _product_item(line: NewLine, shelf: _Shelf) -> OrderItem:
    head = shelf.products.get(line.product.pk) if line.product is not None else None
    if head is None:
        raise InvalidLine(_("There is no such product."), attr="product_id")
    on_sale(head)
    product = resolve_sellable(head, size=line.size, color=line.color)
    image = product.image or (product.parent.image if product.parent else "")
    return OrderItem(
        product=product,
        product_name=product.name,
        product_barcode=product.barcode or "",
        product_image=str(image)[:300],
        quantity=checked_quantity(line.quantity, unit=product.unit),
        unit=product.unit,
        selected_size=product.size or line.size,
        selected_color=product.color or line.color,
        weight=_weight(line) or product.weight,
        tax_rate=product.tax_rate,
        cost_price=product.cost_price,
    )


def on_sale(product: Product) -> None:
    """Raise InvalidLine where the product, or what it is a size of, is archived."""
    if product.archived_at or (product.parent and product.parent.archived_at):
        raise InvalidLine(
            _("%(name)s is not sold any more.") % {"name": product.name}, attr="product_id"
        )


def _weight(line: NewLine) -> Decimal | None:
    if line.weight is None:
        return None
    checked_number(line.weight, step=THOUSANDTH, most=MAX_QUANTITY, attr="weight")
    if line.weight <= 0:
        raise InvalidLine(_("The weight must be more than zero grams."), attr="weight")
    return line.weight


def _catalogue_price(item: OrderItem, shelf: _Shelf) -> Decimal | None:
    product = item.product
    assert product is not None  # noqa: S101 - only lines made to order have none
    return current_price(product, quantity=item.quantity, weight=item.weight, rates=shelf.rates)


def _price(
    item: OrderItem, line: NewLine, catalogue_price: Decimal | None, *, by: User | None
) -> Decimal:
    if line.unit_price is not None:
        if by is None or by.role not in STAFF_ROLES:
            raise InvalidLine(_("Only the shop's staff set prices."), attr="unit_price")
        return checked_money(line.unit_price, attr="unit_price")
    if catalogue_price is None:
        raise NoPrice(
            _("%(product_name)s has no price today.") % {"product_name": item.product_name},
            attr="unit_price",
        )
    return catalogue_price


def _add_money(item: OrderItem) -> None:
    money = line_money(item.unit_price, item.quantity, item.tax_rate)
    if money.subtotal > MAX_MONEY:
        raise InvalidLine(_("The line costs too much to be meant."), attr="quantity")
    item.subtotal, item.tax = money.subtotal, money.tax


def _given_slips(lines: Sequence[NewLine]) -> set[str | None]:
    slips = [line.slip_number for line in lines if line.slip_number]
    items = OrderItem.objects.filter(slip_number__in=slips)
    return set(items.values_list("slip_number", flat=True))


def _check_slip(slip: str | None, given: set[str | None]) -> None:
    if slip is None:
        return
    if slip in given:
        raise SlipTaken(
            _("The slip number %(slip)s is on an order already.") % {"slip": slip},
            attr="slip_number",
        )
    given.add(slip)

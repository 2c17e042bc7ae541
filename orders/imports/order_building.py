"""Past orders made of what a file says: each line's product found, the sums worked out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Prefetch, Q, prefetch_related_objects
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from customers.bulk import maker
from customers.errors import DeskError
from customers.imports.models import ImportJob
from customers.lookups import AnyOf
from customers.models import Customer
from orders.errors import InvalidLine
from orders.imports.order_rows import LineRow, OrderRows
from orders.lines import CUSTOM_UNIT
from orders.models import Order, OrderItem, Payment, PaymentStatus, Product, Unit
from orders.payments import status_of_paid
from orders.placing import order_sums
from orders.pricing import Rates, current_price, line_money, rates_on
from orders.quantities import MAX_MONEY, MAX_QUANTITY, THOUSANDTH, checked_number, checked_quantity
from orders.variants import resolve_sellable

NOTHING = Decimal(0)
_order_of, _item_of, _payment_of = maker(Order), maker(OrderItem), maker(Payment)
_customer_of = maker(Customer)


@dataclass
class Desk:
    """What a chunk of orders is made from, read once for all of them."""

    products: dict[str, Product]
    names: dict[str, Product]
    units: dict[str, Unit]
    rates: Rates
    phones: dict[str, Customer]
    emails: dict[str, Customer]
    goods: dict[tuple[str, str, str, str], dict[str, Any]] = field(default_factory=dict)
    new_customers: list[Customer] = field(default_factory=list)


@dataclass
class Built:
    """Rows to insert for one order."""

    order: Order
    items: list[OrderItem]
    payment: Payment | None


def read_desk(orders: Sequence[OrderRows]) -> Desk:
    """Products by SKU, barcode and name, customers by phone and e-mail; a few queries."""
    by_code, by_name = _products([line for order in orders for line in order.lines])
    phones = {order.said["phone"] for order in orders} - {None}
    emails = {order.said["email"] for order in orders if order.said["phone"] is None} - {""}
    known = Customer.objects.filter(AnyOf(F("phone"), phones))
    return Desk(
        products=by_code,
        names=by_name,
        units=Unit.objects.in_bulk(),
        rates=rates_on(),
        phones={c.phone or "": c for c in known.only("phone")},
        emails=_single(emails),
    )


def _products(lines: Sequence[LineRow]) -> tuple[dict[str, Product], dict[str, Product]]:
    """Those that the lines mean, by code and by name in lower case; parents with their children."""
    codes = {line.sku for line in lines} - {""}
    names = {line.item_name.lower() for line in lines if not line.sku}
    rows = Product.objects.select_related("unit")
    by_code: dict[str, Product] = {}
    for product in rows.filter(Q(sku__in=codes) | Q(barcode__in=codes)).order_by("pk"):
        by_code.setdefault(product.barcode or product.sku, product)
        by_code[product.sku] = product
    by_name: dict[str, Product] = {}
    if names:
        for product in rows.alias(low=Lower("name")).filter(low__in=names, parent=None):
            by_name.setdefault(product.name.lower(), product)
    parents = [one for one in (*by_code.values(), *by_name.values()) if one.has_variants]
    prefetch_related_objects(parents, Prefetch("variants", queryset=rows))
    return by_code, by_name


def _single(emails: Collection[str]) -> dict[str, Customer]:
    """Customers whose e-mail is nobody else's."""
    found: dict[str, list[Customer]] = {}
    same = Q(AnyOf(Lower("email"), emails)) & ~Q(email="")
    for customer in Customer.objects.filter(same) if emails else []:
        found.setdefault(customer.email.lower(), []).append(customer)
    return {email: theirs[0] for email, theirs in found.items() if len(theirs) == 1}


def build(read: OrderRows, desk: Desk, *, job: ImportJob) -> Built | None:
    """The order with its lines and payment, unsaved; None where a row has a problem."""
    items = [_item(position, line, desk) for position, line in enumerate(read.lines, 1)]
    if read.has_problems:
        return None
    made = [item for item in items if item]
    order = _order(read, desk, items=made, job=job)
    _check_money(read, order)
    if read.has_problems:
        return None
    payment = _payment(read, order, job=job)
    order.payment_status = status_of_paid(payment.amount if payment else None, order)
    return Built(order, made, payment)


# Lines --------------------------------------------------------------------------------


def _item(position: int, line: LineRow, desk: Desk) -> OrderItem | None:
    if line.cells.problems:
        return None
    try:
        item = _of_product(line, desk) if (line.sku or _named(line, desk)) else _custom(line, desk)
        item.position = position
        item.unit_price = _price(line, item, desk)
        made = line_money(item.unit_price, item.quantity, item.tax_rate)
    except DeskError as error:
        line.cells.catch(_FIELDS.get(error.attr or "", "sku"), error)
        return None
    if made.subtotal > MAX_MONEY:
        line.cells.refuse("quantity", _("The line costs too much to be meant."))
    item.subtotal, item.tax = made.subtotal, made.tax
    return item


_FIELDS = {"quantity": "quantity", "weight": "weight", "unit_price": "unit_price"}


def _named(line: LineRow, desk: Desk) -> Product | None:
    return desk.names.get(line.item_name.lower())


def _of_product(line: LineRow, desk: Desk) -> OrderItem:
    asked = (line.sku, line.item_name, line.size, line.color)
    if (goods := desk.goods.get(asked)) is None:
        goods = desk.goods[asked] = _goods(line, desk)
    item: OrderItem = _item_of(**goods, quantity=_quantity(line, goods["unit"]))
    if line.weight is not None:
        item.weight = _weight(line)
    return item


def _goods(line: LineRow, desk: Desk) -> dict[str, Any]:
    """What an item has of the product that the line means."""
    head = desk.products.get(line.sku) if line.sku else _named(line, desk)
    if head is None:
        raise InvalidLine(_("There is no product %(sku)s.") % {"sku": line.sku}, attr="sku")
    product = resolve_sellable(head, size=line.size, color=line.color)
    return {
        "product": product,
        "product_name": product.name,
        "product_barcode": product.barcode or "",
        "product_image": str(product.image)[:300],
        "unit": product.unit,
        "selected_size": product.size or line.size,
        "selected_color": product.color or line.color,
        "weight": product.weight,
        "tax_rate": product.tax_rate,
        "cost_price": product.cost_price,
    }


def _custom(line: LineRow, desk: Desk) -> OrderItem:
    """Something the catalogue doesn't have: kept by its name."""
    unit = desk.units[CUSTOM_UNIT]
    return _item_of(
        is_custom=True,
        product_name=line.item_name,
        quantity=_quantity(line, unit),
        unit=unit,
        selected_size=line.size,
        selected_color=line.color,
        weight=_weight(line),
    )


def _quantity(line: LineRow, unit: Unit) -> Decimal:
    if line.quantity is None:
        raise InvalidLine(_("This is needed."), attr="quantity")
    return checked_quantity(line.quantity, unit=unit)


def _weight(line: LineRow) -> Decimal | None:
    if line.weight is None:
        return None
    checked_number(line.weight, step=THOUSANDTH, most=MAX_QUANTITY, attr="weight")
    if line.weight <= 0:
        raise InvalidLine(_("The weight must be more than zero grams."), attr="weight")
    return line.weight


def _price(line: LineRow, item: OrderItem, desk: Desk) -> Decimal:
    """What the file says it cost then, else today's price of the catalogue."""
    if line.unit_price is not None:
        return line.unit_price
    price = None
    if item.product is not None:
        price = current_price(
            item.product, quantity=item.quantity, weight=item.weight, rates=desk.rates
        )
    if price is None:
        raise InvalidLine(_("Say what a piece cost."), attr="unit_price")
    return price


# The order ----------------------------------------------------------------------------


def _order(read: OrderRows, desk: Desk, *, items: Sequence[OrderItem], job: ImportJob) -> Order:
    said, sums, customer = read.said, order_sums(items), _customer(read, desk)
    discount, fee = said["discount"] or NOTHING, said["delivery_fee"] or NOTHING
    order: Order = _order_of(
        order_reference=read.reference,
        customer=customer,
        customer_verified=customer is not None,
        customer_name=said["customer_name"],
        customer_phone=said["phone"] or "",
        customer_email=said["email"],
        address_line1=said["address"],
        address_city=said["city"],
        address_state=said["state"],
        address_pincode=said["pincode"],
        channel=said["channel"],
        status=said["status"],
        payment_terms=said["payment_terms"],
        subtotal=sums.subtotal,
        tax=sums.tax,
        discount=discount,
        delivery_fee=fee,
        total=sums.subtotal - discount + fee,
        item_count=sums.item_count,
        tracking_number=said["tracking_number"],
        carrier=said["carrier"],
        notes=said["notes"],
        imported=job,
        created_at=read.date,
        updated_at=read.date,
    )
    for item in items:
        item.order_id = order.pk
        if order.status == "returned":  # all of it came back
            item.returned_quantity = item.quantity
    return order


def _customer(read: OrderRows, desk: Desk) -> Customer | None:
    """Whose order it is, made where the phone is nobody's yet; without phone or e-mail nobody."""
    phone, email = read.said["phone"], read.said["email"]
    if phone is None:
        return desk.emails.get(email)
    if phone not in desk.phones:
        made = _customer_of(name=read.said["customer_name"], phone=phone, email=email)
        desk.phones[phone] = made
        desk.new_customers.append(made)
    return desk.phones[phone]


def _check_money(read: OrderRows, order: Order) -> None:
    first, total = read.rows[0], read.said["total"]
    if order.discount > order.subtotal:
        first.refuse("discount", _("The discount is larger than the lines' sum."))
    elif total is not None and total != order.total:
        first.refuse(
            "total",
            _("The lines add up to %(sum)s, not to %(total)s.")
            % {"sum": order.total, "total": total},
        )
    if order.payment_terms == "credit" and order.customer is None:
        first.refuse("payment_terms", _("Credit needs a customer with a phone."))


def _payment(read: OrderRows, order: Order, *, job: ImportJob) -> Payment | None:
    """What the file says was paid; nothing where it doesn't say so."""
    said = read.said
    amount = said["paid_amount"]
    if amount is None and said["payment_status"] == PaymentStatus.PAID:
        amount = order.total
    if not amount or said["payment_status"] == PaymentStatus.UNPAID:
        return None
    return _payment_of(
        order=order,
        amount=amount,
        method=said["payment_method"],
        actor=job.requested_by,
        created_at=read.date,
    )

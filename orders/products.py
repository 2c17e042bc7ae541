"""Writing the catalogue: making, changing and archiving products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import DeskError, FixedField, InvalidInput
from customers.models import User
from customers.roles import Role
from orders.errors import AdminOnly, ProductGone, Taken
from orders.locking import wait_at_most_ten_seconds
from orders.models import Product
from orders.product_fields import check_product, columns_of
from orders.stock import open_stock

MAX_BULK_ROWS = 500
MAX_VARIANTS = 200
PRICES = frozenset(
    {
        *("unit_price", "bulk_price", "bulk_quantity", "cost_price"),
        *("making_charge", "price_basis", "metal", "weight"),
    }
)
# A child begins with what it shares with its parent.
_INHERITED = (
    *("name", "category", "brand", "unit_id", "price_basis", "unit_price", "bulk_price"),
    *("bulk_quantity", "cost_price", "weight", "metal", "making_charge", "tax_rate", "hsn_code"),
)


@dataclass(frozen=True)
class BulkRow:
    """Changes to the product of an id or a SKU; ``row`` counts from 0 as they were sent."""

    row: int
    changes: Mapping[str, Any]
    id: int | None = None
    sku: str = ""


@dataclass(frozen=True)
class BulkOutcome:
    """What became of each row; an error keeps its row's product as it was."""

    updated: list[BulkRow] = field(default_factory=list)
    skipped: list[BulkRow] = field(default_factory=list)
    errors: list[tuple[BulkRow, DeskError]] = field(default_factory=list)


@transaction.atomic
def create_product(
    fields: Mapping[str, Any],
    *,
    by: User | None,
    parent_id: int | None = None,
    variants: Sequence[Mapping[str, Any]] = (),
) -> Product:
    """A single product, a child of ``parent_id``, or a parent with its ``variants``.

    ``stock_quantity`` in the fields opens the stock. What a child is not given it has
    from its parent. Raises InvalidInput, Taken, ProductGone; nothing is made then.
    """
    parent = _parent(parent_id) if parent_id is not None else None
    head = _create(fields, by=by, parent=parent, has_variants=bool(variants))
    for index, child in enumerate(variants):
        try:
            _create(child, by=by, parent=head)
        except DeskError as error:
            error.attr = f"variants.{index}.{error.attr}"
            raise
    return head


@transaction.atomic
def update_product(product: Product, changes: Mapping[str, Any], *, by: User | None) -> Product:
    """Change what is named; who did it is in the history.

    Raises InvalidInput, Taken, FixedField for another stock (orders/stock.py moves that),
    ProductGone.
    """
    row = lock_product(product.pk)
    apply_changes(row, changes, by=by)
    return row


@transaction.atomic
def archive_product(product: Product, *, by: User | None) -> None:
    """Take a product, and its sizes and colours, out of lists and ordering; raises ProductGone.

    Orders and stock movements keep it.
    """
    row = lock_product(product.pk)
    children = Product.objects.on_sale().filter(parent=row).order_by("pk")
    for each in [row, *children.select_for_update(no_key=True)]:
        each.archived_at = timezone.now()
        save_product(each, by=by)


@transaction.atomic
def change_products(
    rows: Sequence[BulkRow], *, by: User, change: Callable[..., list[str]] | None = None
) -> BulkOutcome:
    """Change many products, each row by itself.

    ``change(locked product, changes, by=)`` does a row and answers the names of what
    became different; by itself all but the stock can be changed. Raises AdminOnly, and
    changes nothing, where somebody else than an admin would change a price.
    """
    wait_at_most_ten_seconds()
    wanted = Q(pk__in=[r.id for r in rows if r.id]) | Q(sku__in=[r.sku for r in rows if not r.id])
    products = list(_lockable().filter(wanted).order_by("pk"))
    known = {p.pk: p for p in products} | {p.sku: p for p in products}
    outcome = BulkOutcome()
    for row in rows:
        try:
            with transaction.atomic():
                product = known.get(row.id or row.sku)
                changed = _apply_row(product, row.changes, by=by, change=change or apply_changes)
        except AdminOnly:
            raise
        except DeskError as error:
            outcome.errors.append((row, error))
        else:
            (outcome.updated if changed else outcome.skipped).append(row)
    return outcome


def _apply_row(
    product: Product | None,
    changes: Mapping[str, Any],
    *,
    by: User,
    change: Callable[..., list[str]],
) -> bool:
    if product is None:
        raise InvalidInput(_("There is no such product."), attr="id")
    before = vars(product).copy()
    try:
        changed = change(product, changes, by=by)
    except DeskError:
        vars(product).update(before)
        raise
    if by.role != Role.ADMIN and PRICES.intersection(changed):
        raise AdminOnly(_("Only an admin changes prices in bulk."))
    return bool(changed)


# One row ---------------------------------------------------------------------------


def _lockable() -> Any:
    rows = Product.objects.on_sale().with_stock().select_related("unit", "category")
    return rows.select_for_update(of=("self",), no_key=True)


def lock_product(product_id: int) -> Product:
    """The product's row as it is now, held until the transaction ends; raises ProductGone."""
    wait_at_most_ten_seconds()
    row: Product | None = _lockable().filter(pk=product_id).first()
    if row is None:
        raise ProductGone(_("There is no such product."))
    return row


def _parent(product_id: int) -> Product:
    wait_at_most_ten_seconds()
    parent = _lockable().filter(pk=product_id, has_variants=True).first()
    if parent is None:
        raise InvalidInput(
            _("There is no product with sizes or colours of this id."), attr="parent_id"
        )
    return parent


def _create(
    fields: Mapping[str, Any],
    *,
    by: User | None,
    parent: Product | None,
    has_variants: bool = False,
) -> Product:
    columns = columns_of(fields)
    opening = columns.pop("stock_quantity", None)
    if parent is not None:
        columns = {name: getattr(parent, name) for name in _INHERITED} | columns
    product = Product(parent=parent, has_variants=has_variants, **columns)
    check_product(product)
    save_product(product, by=by)
    if opening is not None and not (has_variants and opening == 0):
        _open(product, opening, by=by)
    return product


def _open(product: Product, quantity: Decimal, *, by: User | None) -> None:
    try:
        open_stock(product, quantity=quantity, by=by)
    except DeskError as error:
        error.attr = "stock_quantity"
        raise
    product.refresh_from_db(fields=["stock_quantity", "in_stock"])


def apply_changes(product: Product, changes: Mapping[str, Any], *, by: User | None) -> list[str]:
    """Set, check and save what differs on a locked row; its names. Raises as update_product."""
    columns = columns_of(changes)
    stock = columns.pop("stock_quantity", None)
    if stock is not None and stock != product.total_stock:  # type: ignore[attr-defined]
        raise FixedField("Stock is counted or adjusted, not typed over.", attr="stock_quantity")
    changed = [name for name, value in columns.items() if getattr(product, name) != value]
    for name in changed:
        setattr(product, name, columns[name])
    if changed:
        check_product(product)
        save_product(product, by=by)
    return changed


def save_product(product: Product, *, by: User | None) -> None:
    """Save the locked row with who did it; raises Taken."""
    product._history_user = by  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError as error:  # somebody else was quicker
        raise Taken(
            _("Another product has this SKU, barcode, or size and colour."), attr="sku"
        ) from error

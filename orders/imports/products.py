"""Products from a spreadsheet, by SKU: made with their opening stock, or changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.bulk import insert_rows, take_keys, update_rows
from customers.errors import DeskError
from customers.imports.importer import Change, locked_unless_looking, refused
from customers.imports.models import ImportJob, ImportKind, Outcome
from customers.locking import wait_at_most_ten_seconds
from customers.sheets.cells import Cells
from customers.sheets.columns import Columns, plain, require
from orders.categories import category_named
from orders.models import Category, Product, Unit
from orders.product_fields import misfits
from orders.quantities import MAX_STOCK, checked_quantity
from orders.quantities import plain as plain_number
from orders.stock import open_stocks

_TEXTS = {"name": 200, "barcode": 64, "brand": 80, "hsn_code": 12, "size": 40, "color": 40}
_NUMBERS = (
    *("unit_price", "bulk_price", "bulk_quantity", "cost_price", "making_charge"),
    *("weight", "tax_rate", "reorder_level"),
)
# What a row may change of a product that is here; empty cells change nothing.
FIELDS = (
    *("name", "barcode", "brand", "hsn_code", "size", "color", "aliases", "description"),
    *("category", "unit", "price_basis", "metal", "is_featured", *_NUMBERS),
)
# A child begins with what it shares with its parent.
_SHARED = (
    *("name", "category", "brand", "unit", "price_basis", "unit_price", "bulk_price"),
    *("bulk_quantity", "cost_price", "weight", "metal", "making_charge", "tax_rate", "hsn_code"),
)
_BETWEEN_ALIASES = re.compile(r"[,;|\n]")


@dataclass
class _Shelf:
    """The products a chunk's rows may mean, and what becomes of them."""

    units: dict[str, Unit]
    categories: dict[str, Category | None] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    barcodes: dict[str, str] = field(default_factory=dict)  # to the SKU that has it
    traits: dict[tuple[int | None, str, str], str] = field(default_factory=dict)
    moved: set[int | None] = field(default_factory=set)
    new: list[Product] = field(default_factory=list)
    changed: dict[int, Product] = field(default_factory=dict)
    opening: dict[int, Decimal] = field(default_factory=dict)

    def add(self, product: Product) -> None:
        self.products[product.sku] = product
        if product.barcode:
            self.barcodes[product.barcode] = product.sku
        if product.parent_id and not product.archived_at:
            traits = (product.parent_id, product.size, product.color)
            self.traits[traits] = product.sku


@dataclass
class _Row:
    cells: Cells
    sku: str
    values: dict[str, Any]
    parent_sku: str
    has_variants: bool
    stock: Decimal | None


class ProductImporter:
    """The importer of products (customers/imports/importer.py says what one is)."""

    kind = ImportKind.PRODUCTS
    group_by = ""

    def check(self, columns: Columns) -> None:
        require(columns, ("sku",), ("name", "unit_price", "stock_quantity", "cost_price"))

    def take(self, rows: Sequence[Cells], *, job: ImportJob) -> Sequence[Change]:
        """Make what is new and change what is here; a stock opens a product once, never later."""
        wait_at_most_ten_seconds()
        shelf = _Shelf(_units())
        read = [_read(cells, shelf, job=job) for cells in rows]
        _fill(shelf, read, job=job)
        keys = iter(take_keys(Product, len(read)))
        changes = [_settle(row, shelf, next(keys), job=job) for row in read]
        if not job.dry_run:
            _write(shelf, job=job)
        return changes


# Reading ------------------------------------------------------------------------------


def _units() -> dict[str, Unit]:
    units = list(Unit.objects.all())
    return {plain(name): unit for unit in units for name in (unit.name, unit.code)}


def _read(cells: Cells, shelf: _Shelf, *, job: ImportJob) -> _Row:
    values: dict[str, Any] = {
        name: cells.text(name, longest=longest) for name, longest in _TEXTS.items()
    }
    values |= {name: _amount(cells, name) for name in _NUMBERS}
    values["description"] = cells.paragraph("description", longest=20_000)
    values["price_basis"] = cells.choice("price_basis", "bases", default="")
    values["metal"] = cells.choice("metal", "metals", default="")
    values["aliases"] = _aliases(cells)
    values["unit"] = _unit(cells, shelf.units)
    values["category"] = _category(cells, shelf, make=not job.dry_run)
    if cells.has("is_featured"):
        values["is_featured"] = cells.choice("is_featured", "switches", default="no") == "yes"
    return _Row(
        cells=cells,
        sku=cells.text("sku", longest=64, needed=True),
        values={name: value for name, value in values.items() if value not in (None, "", [])},
        parent_sku=cells.text("parent_sku", longest=64),
        has_variants=cells.choice("has_variants", "switches", default="no") == "yes",
        stock=_amount(cells, "stock_quantity"),
    )


def _amount(cells: Cells, name: str) -> Decimal | None:
    value = cells.number(name)
    if value is not None and value < 0:
        cells.refuse(name, _("This can't be negative."))
        return None
    return value


def _aliases(cells: Cells) -> list[str]:
    typed = cells.paragraph("aliases", longest=5000)
    names = [" ".join(name.split()) for name in _BETWEEN_ALIASES.split(typed)]
    if any(len(name) > 120 for name in names):
        cells.refuse("aliases", _("At most %(count)s characters.") % {"count": 120})
    return [name for name in dict.fromkeys(names) if name]


def _unit(cells: Cells, units: dict[str, Unit]) -> Unit | None:
    typed = cells.text("unit", longest=40)
    if not typed or (unit := units.get(plain(typed))) is not None:
        return unit if typed else None
    known = ", ".join(dict.fromkeys(unit.code for unit in units.values()))
    cells.refuse(
        "unit", _("%(text)s is no unit. Known: %(known)s.") % {"text": typed, "known": known}
    )
    return None


def _category(cells: Cells, shelf: _Shelf, *, make: bool) -> Category | None:
    name = cells.text("category", longest=80)
    if not name:
        return None
    key = name.casefold()
    if key not in shelf.categories:
        shelf.categories[key] = category_named(name, make=make) or Category(name=name)
    return shelf.categories[key]


# What is here -------------------------------------------------------------------------


def _fill(shelf: _Shelf, rows: Sequence[_Row], *, job: ImportJob) -> None:
    """The products of the rows' SKUs and barcodes and their parents, locked in key order."""
    skus = {row.sku for row in rows} | {row.parent_sku for row in rows}
    products = locked_unless_looking(job, Product.objects.order_by("pk"))
    for product in products.filter(sku__in=skus - {""}):
        shelf.add(product)
    codes = {row.values.get("barcode") for row in rows} - {None}
    for sku, code in Product.objects.filter(barcode__in=codes).values_list("sku", "barcode"):
        shelf.barcodes[code or ""] = sku
    parents = [product.pk for product in shelf.products.values() if product.has_variants]
    children = Product.objects.on_sale().filter(parent__in=parents)
    for parent_id, size, color, sku in children.values_list("parent", "size", "color", "sku"):
        shelf.traits[parent_id, size, color] = sku
    pks = [product.pk for product in shelf.products.values()]
    moved = Product.objects.filter(pk__in=pks, movements__isnull=False)
    shelf.moved = set(moved.values_list("pk", flat=True).distinct())


# Deciding -----------------------------------------------------------------------------


def _settle(row: _Row, shelf: _Shelf, key: int, *, job: ImportJob) -> Change:
    product = shelf.products.get(row.sku)
    label = row.values.get("name") or (product.name if product else row.sku)
    if row.cells.problems:
        return refused([row.cells], label=label)
    if product is not None and job.keep_existing:
        return Change([row.cells], Outcome.UNCHANGED, label=label)
    before = {} if product is None else {name: getattr(product, name) for name in FIELDS}
    wanted = _made(row, shelf, key) if product is None else product
    for name, value in row.values.items():
        setattr(wanted, name, value)
    _check(row, wanted, shelf, is_new=product is None)
    if row.cells.problems:
        for name, value in before.items():
            setattr(wanted, name, value)
        return refused([row.cells], label=label)
    changes = _changes(row, wanted, before)
    notes = _set_stock(row, wanted, shelf, changes)
    shelf.add(wanted)
    if product is None:
        shelf.new.append(wanted)
        return Change([row.cells], Outcome.CREATED, label=label, changes=changes, notes=notes)
    if changes and wanted not in shelf.new:
        shelf.changed[wanted.pk] = wanted
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return Change([row.cells], outcome, label=label, changes=changes, notes=notes)


def _made(row: _Row, shelf: _Shelf, key: int) -> Product:
    parent = shelf.products.get(row.parent_sku)
    shared = {} if parent is None else {name: getattr(parent, name) for name in _SHARED}
    product = Product(pk=key, sku=row.sku, parent=parent, has_variants=row.has_variants)
    for name, value in {"unit": shelf.units[plain("pc")], **shared}.items():
        setattr(product, name, value)
    return product


def _changes(row: _Row, product: Product, before: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [_plain(before.get(name)), _plain(value)]
        for name, value in row.values.items()
        if not before or before[name] != value
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain_number(value)
    return value if value is None or isinstance(value, str | bool | list) else str(value)


def _set_stock(
    row: _Row, product: Product, shelf: _Shelf, changes: dict[str, list[Any]]
) -> list[str]:
    """Open the stock of what never had any; any other stock is a person's to count."""
    if row.stock is None or product.has_variants:
        return []
    if product.pk not in shelf.moved and product.pk not in shelf.opening:
        shelf.opening[product.pk] = row.stock
        changes["stock_quantity"] = [None, plain_number(row.stock)]
        return []
    here = shelf.opening.get(product.pk, product.stock_quantity)
    if here == row.stock:
        return []
    return [
        _("The stock is %(here)s here and %(file)s in the file: count it to change it.")
        % {"here": plain_number(here), "file": plain_number(row.stock)}
    ]


# Checking -----------------------------------------------------------------------------


def _check(row: _Row, product: Product, shelf: _Shelf, *, is_new: bool) -> None:
    cells = row.cells
    _check_kind(row, product, shelf, is_new=is_new)
    if product.archived_at:
        cells.refuse("sku", _("This SKU is of a product that was taken out of the catalogue."))
    if not product.name and not cells.problems:
        cells.refuse("name", _("This is needed."))
    holder = shelf.barcodes.get(product.barcode or "")
    if product.barcode and holder not in (None, product.sku):
        cells.refuse("barcode", _("The product %(sku)s has this barcode.") % {"sku": holder})
    if not cells.problems:
        _check_fields(row, product)


def _check_kind(row: _Row, product: Product, shelf: _Shelf, *, is_new: bool) -> None:
    """Single, parent or child: settled when it is made."""
    cells, parent = row.cells, shelf.products.get(row.parent_sku)
    if row.parent_sku and (parent is None or not parent.has_variants):
        cells.refuse(
            "parent_sku",
            _(
                "No product with sizes or colours has this SKU. Put its row, with “yes” under"
                " has_variants, above."
            ),
        )
    elif not is_new and row.parent_sku and product.parent_id != (parent and parent.pk):
        cells.refuse("parent_sku", _("A product can't go to another parent."))
    if row.has_variants and (row.parent_sku or (not is_new and not product.has_variants)):
        cells.refuse("has_variants", _("This product is sold by itself; it can't have sizes."))
    if row.has_variants and row.stock:
        cells.refuse("stock_quantity", _("Sizes and colours have the stock, not their parent."))
    holder = shelf.traits.get((product.parent_id, product.size, product.color))
    if product.parent_id and holder not in (None, product.sku):
        cells.refuse("size", _("%(sku)s is this size and colour already.") % {"sku": holder})


def _check_fields(row: _Row, product: Product) -> None:
    try:
        product.clean_fields(exclude=["unit", "category", "parent", "sku", "image"])
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            row.cells.refuse(name, sentences[0])
    else:
        for name, sentence in misfits(product):
            row.cells.refuse(name, sentence)
    if row.stock is not None:
        try:
            checked_quantity(row.stock, unit=product.unit, zero=True, most=MAX_STOCK)
        except DeskError as error:
            row.cells.catch("stock_quantity", error)


# Writing ------------------------------------------------------------------------------


def _write(shelf: _Shelf, *, job: ImportJob) -> None:
    by, reason = job.requested_by, f"import {job.pk}: {job.file_name}"
    # Parents before their children.
    insert_rows(shelf.new, by=by, reason=reason)
    update_rows(list(shelf.changed.values()), FIELDS, by=by, reason=reason)
    open_stocks(shelf.opening, by=by, reason=reason)

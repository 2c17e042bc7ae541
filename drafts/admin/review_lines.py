"""The lines of a draft as the review desk shows them: as typed, with what there is to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from config.wording import goods_name
from customers.errors import DeskError
from drafts.admin.asked import AskedLine
from drafts.admin.chips import Chip, product_chips
from drafts.admin.forms import LineForm
from drafts.admin.highlighting import SURE, colour_of
from drafts.beside import Paid, far_from, last_paid, others_wanting
from drafts.changing import apply_changes
from drafts.conversion import missing
from drafts.models import DraftEntry, OrderDraft
from drafts.reading.amounts import UNKNOWN_CLIENT
from orders.images import image_of
from orders.models import Product
from orders.pricing import Rates, current_price, rates_on
from orders.variants import resolve_sellable

MISSING_WORDS = {
    "product": _("which product?"),
    "item_name": _("what is to be made?"),
    "size": _("which size?"),
    "color": _("which colour?"),
    "quantity": _("how many?"),
    "client": _("which customer?"),
    "weight": _("what weight?"),
    "price": _("no price"),
}


@dataclass(slots=True)
class Line:
    """One line of the page; ``form`` holds the fields, the rest is shown around them.

    ``entry`` is the line as typed, not saved; None where there is nothing to show of it.
    ``problem`` says why what was typed can't be taken.
    """

    form: LineForm
    number: int
    entry: DraftEntry | None = None
    problem: str = ""
    label: str = ""
    source: str = ""
    picture: int | None = None
    missing: list[str] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    clients: list[Chip] = field(default_factory=list)
    goods: Product | None = None
    short: bool = False
    others: int = 0
    asked: list[AskedLine] = field(default_factory=list)
    price: Decimal | None = None
    total: Decimal | None = None
    paid: Paid | None = None
    unusual: Decimal | None = None
    owing: Any = None

    @property
    def colour(self) -> int:
        return colour_of(self.number)

    @property
    def removed(self) -> bool:
        return bool(self.form["remove"].value())

    @property
    def asked_price(self) -> Decimal | None:
        """Rupees a unit that the line would be sold at: staff's own price, else today's."""
        own = self.entry.unit_price if self.entry else None
        return self.price if own is None else own

    @property
    def questions(self) -> list[tuple[str, Any]]:
        """What is missing, by its name and as a question."""
        return [(name, MISSING_WORDS.get(name, name)) for name in self.missing]

    @property
    def warnings(self) -> list[str]:
        """The reader's, but for those that stand beside the line as questions."""
        said = self.entry.warnings if self.entry else []
        return [text for text in said if text != UNKNOWN_CLIENT or "client" not in self.missing]

    @property
    def unsure(self) -> bool:
        """Whether the product is the reader's guess."""
        entry = self.entry
        return entry is not None and not entry.is_custom and entry.match_confidence < SURE

    @property
    def state(self) -> str:
        """``missing``, ``doubt`` or ``sure``; an added line is empty, not doubtful."""
        if self.problem or (self.missing and self.form.entry is not None):
            return "missing"
        if self.entry is None or self.form.entry is None:
            return "sure"
        return "doubt" if self.unsure or self.entry.warnings else "sure"


def lines_of(draft: OrderDraft, forms: list[LineForm], raw: str) -> list[Line]:
    """A line a form, in a number of queries that does not depend on how many there are."""
    lines = [_typed(Line(form, number), draft) for number, form in enumerate(forms, 1)]
    entries = [line.entry for line in lines if line.entry]
    prefetch_related_objects(entries, "product__variants", "product__parent__variants")
    rates = rates_on()
    for line in lines:
        if line.entry is not None:
            _fill(line, line.entry, rates, raw)
    _look_beside(draft, [line for line in lines if line.entry and not line.removed])
    return lines


def sum_of(lines: Iterable[Line]) -> Decimal | None:
    """Rupees of the lines together, or None while one has no price (or there is none)."""
    totals = [line.total for line in lines if line.entry and not line.removed]
    if not totals or any(total is None for total in totals):
        return None
    return sum((total for total in totals if total is not None), Decimal(0))


def _typed(line: Line, draft: OrderDraft) -> Line:
    """The line with its entry as typed; as stored where that can't be taken."""
    form = line.form
    if not form.is_bound:
        line.entry = form.entry
        return line
    changes = form.change().changes if form.is_valid() else {}
    entry = copy(form.entry) if form.entry else DraftEntry(draft=draft)
    try:
        apply_changes(entry, changes)
    except DeskError as error:
        line.problem, entry = str(error), form.entry or DraftEntry(draft=draft)
    line.entry = entry if form.entry or changes else None
    return line


def _fill(line: Line, entry: DraftEntry, rates: Rates, raw: str) -> None:
    goods = line.goods = _goods(entry)
    shown = goods or entry.product
    line.label = goods_name(shown) if shown else entry.item_name
    line.picture = shown.pk if shown is not None and image_of(shown) else None
    line.missing = missing(entry, rates=rates)
    line.chips = product_chips(entry)
    if entry.source_end:
        line.source = raw[entry.source_start or 0 : entry.source_end]
    if goods is not None:
        quantity = entry.quantity or 1
        line.price = current_price(goods, quantity=quantity, weight=entry.weight, rates=rates)
    price = line.asked_price
    line.total = price * entry.quantity if price is not None and entry.quantity else None


def _goods(entry: DraftEntry) -> Product | None:
    """What would leave the shelf, where that is clear."""
    if entry.product is None or entry.is_custom:
        return None
    try:
        return resolve_sellable(entry.product, size=entry.size, color=entry.color)
    except DeskError:
        return None


def _look_beside(draft: OrderDraft, lines: list[Line]) -> None:
    """What is left, who else wants it, and what this customer paid for it."""
    sold = [line for line in lines if line.goods is not None]
    products = {line.goods.pk for line in sold if line.goods}
    others, wanted = others_wanting(draft, products), _wanted(sold)
    pairs = {(_client(draft, line), line.goods.pk) for line in sold if line.goods}
    paid = last_paid(pairs)
    for line in sold:
        assert line.goods is not None  # noqa: S101
        key = line.goods.pk
        line.others = others.get(key, 0)
        line.short = wanted[key] > line.goods.stock_quantity
        line.paid = paid.get((_client(draft, line), key))
        if (price := line.asked_price) is not None:
            usual = (line.price, line.paid.price) if line.paid else (line.price,)
            own = line.entry is not None and line.entry.unit_price is not None
            line.unusual = far_from(price, usual if own else usual[1:])


def _client(draft: OrderDraft, line: Line) -> int:
    return (line.entry.client_id if line.entry else None) or draft.customer_id


def _wanted(lines: Iterable[Line]) -> Mapping[int, Decimal]:
    """How much of each product all lines together take."""
    wanted: dict[int, Decimal] = {}
    for line in lines:
        if line.goods is not None and line.entry is not None:
            amount = wanted.get(line.goods.pk, Decimal(0))
            wanted[line.goods.pk] = amount + (line.entry.quantity or 0)
    return wanted

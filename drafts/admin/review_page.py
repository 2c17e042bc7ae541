"""What the review desk shows: each line with its source words, its doubts and its stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from config.wording import goods_name, plain_number
from customers.errors import DeskError
from drafts.admin.asked import Asked, AskedLine, asked_of, waiting_count
from drafts.admin.forms import LineForm
from drafts.admin.highlighting import SURE, colour_of
from drafts.admin.review_chat import bubbles, intent_of, later_bubbles, messages_of
from drafts.conversion import missing
from drafts.models import DraftEntry, DraftStatus, OrderDraft
from drafts.sources import text_of
from orders.models import Product
from orders.pricing import Rates, current_price, rates_on
from orders.variants import resolve_sellable

MISSING_WORDS = {
    "product": "which product?",
    "item_name": "what is to be made?",
    "size": "which size?",
    "color": "which colour?",
    "quantity": "how many?",
    "client": "which customer?",
    "weight": "what weight?",
    "price": "no price",
}


@dataclass(slots=True)
class Line:
    """One line of the page; ``form`` holds the fields, the rest is shown around them."""

    form: LineForm
    number: int
    label: str = ""
    source: str = ""
    missing: list[str] = field(default_factory=list)
    chips: list[dict[str, Any]] = field(default_factory=list)
    stock: str = ""
    short: bool = False
    others: int = 0
    asked: list[AskedLine] = field(default_factory=list)
    price: Decimal | None = None
    total: Decimal | None = None

    @property
    def entry(self) -> DraftEntry | None:
        return self.form.entry

    @property
    def colour(self) -> int:
        return colour_of(self.number)

    @property
    def questions(self) -> list[tuple[str, str]]:
        """What is missing, by its name and as a question."""
        return [(name, MISSING_WORDS.get(name, name)) for name in self.missing]

    @property
    def state(self) -> str:
        """``missing``, ``doubt`` or ``sure``; an added line is empty, not doubtful."""
        if self.entry is None:
            return "sure"
        if self.missing:
            return "missing"
        unsure = not self.entry.is_custom and self.entry.match_confidence < SURE
        return "doubt" if unsure or self.entry.warnings else "sure"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What the lines are looked up in, read once for the whole page."""

    rates: Rates
    others: Mapping[int, int]
    wanted: Mapping[int, Decimal]


def waiting_drafts() -> QuerySet[OrderDraft]:
    """Open drafts in the order in which they are worked off, oldest first."""
    return OrderDraft.objects.open().order_by("created_at", "pk")


def draft_after(draft: OrderDraft) -> OrderDraft | None:
    """The open draft that follows, else the first of all."""
    waiting = waiting_drafts()
    return waiting.filter(_after(draft)).first() or waiting.first()


def _after(draft: OrderDraft) -> Q:
    later = Q(created_at__gt=draft.created_at)
    return later | Q(created_at=draft.created_at, pk__gt=draft.pk)


def shown(draft: OrderDraft, forms: list[LineForm]) -> dict[str, Any]:
    """Everything the page's template needs."""
    rows = messages_of(draft)
    lines = _lines(draft, forms, "\n".join(text_of(row.message) for row in rows))
    asked = asked_of(draft)
    _mark_asked(lines, asked)
    spans = [
        (line.entry.source_start, line.entry.source_end, line.number)
        for line in lines
        if line.entry and line.entry.source_start is not None and line.entry.source_end
    ]
    waiting = waiting_drafts()
    clients = {line.entry.client_id for line in lines if line.entry}
    return {
        "title": str(draft),
        "original": draft,
        "draft": draft,
        "open": draft.status == DraftStatus.OPEN,
        "bubbles": [*bubbles(rows, spans), *later_bubbles(one.about.message for one in asked)],
        "asked": asked,
        "asked_count": waiting_count(asked),
        "lines": lines,
        "blank": Line(LineForm(prefix="new-__n__"), 0),
        "waiting_count": waiting.count(),
        "oldest": waiting.first(),
        "next": waiting.filter(_after(draft)).first(),
        "back": waiting.exclude(_after(draft)).exclude(pk=draft.pk).last(),
        "orders": [row.order for row in draft.draft_orders.select_related("order")],
        "order_count": len(clients),
        "total": _total(lines),
        "ready": bool(lines) and not any(line.missing for line in lines),
        "intents": sorted({intent_of(row.message) for row in rows} - {""}),
    }


def _mark_asked(lines: Iterable[Line], asked: Iterable[Asked]) -> None:
    """Each line with the changes of it that wait."""
    waiting = [change for one in asked for change in one.lines if change.waits]
    for line in lines:
        if line.entry is not None:
            line.asked = [a for a in waiting if a.change.entry_id == line.entry.pk]


def _lines(draft: OrderDraft, forms: list[LineForm], raw: str) -> list[Line]:
    entries = [form.entry for form in forms if form.entry]
    prefetch_related_objects(entries, "product__variants", "product__parent__variants")
    goods = {entry.pk: _goods(entry) for entry in entries}
    shelf = _Shelf(rates_on(), _others(draft, goods.values()), _wanted(entries, goods))
    lines = []
    for number, form in enumerate(forms, 1):
        line = Line(form, number)
        if form.entry is not None:
            _fill(line, form.entry, goods[form.entry.pk], shelf, raw)
        lines.append(line)
    return lines


def _fill(line: Line, entry: DraftEntry, goods: Product | None, shelf: _Shelf, raw: str) -> None:
    line.label = goods_name(goods or entry.product) if entry.product else entry.item_name
    line.missing = missing(entry)
    line.chips = _chips(entry)
    if entry.source_end:
        line.source = raw[entry.source_start or 0 : entry.source_end]
    if goods is not None:
        left = goods.stock_quantity
        line.stock = f"{plain_number(left)} {goods.unit_id} left"
        line.short = shelf.wanted.get(goods.pk, Decimal(0)) > left
        line.others = shelf.others.get(goods.pk, 0)
        line.price = current_price(
            goods, quantity=entry.quantity or 1, weight=entry.weight, rates=shelf.rates
        )
    price = entry.unit_price if entry.unit_price is not None else line.price
    line.total = price * entry.quantity if price is not None and entry.quantity else None


def _goods(entry: DraftEntry) -> Product | None:
    """What would leave the shelf, where that is clear."""
    if entry.product is None or entry.is_custom:
        return None
    try:
        return resolve_sellable(entry.product, size=entry.size, color=entry.color)
    except DeskError:
        return None


def _others(draft: OrderDraft, goods: Iterable[Product | None]) -> dict[int, int]:
    """How many other open drafts want each product."""
    rows = DraftEntry.objects.filter(
        product__in=[product for product in goods if product], draft__status=DraftStatus.OPEN
    ).exclude(draft=draft)
    counts = rows.order_by().values("product").annotate(drafts=Count("draft", distinct=True))
    return {row["product"]: row["drafts"] for row in counts}


def _wanted(
    entries: Iterable[DraftEntry], goods: Mapping[int, Product | None]
) -> dict[int, Decimal]:
    wanted: dict[int, Decimal] = {}
    for entry in entries:
        if (product := goods[entry.pk]) is not None:
            wanted[product.pk] = wanted.get(product.pk, Decimal(0)) + (entry.quantity or 0)
    return wanted


def _chips(entry: DraftEntry) -> list[dict[str, Any]]:
    """What a doubtful line may mean: its sizes and colours, else the reader's other guesses."""
    if entry.is_custom:
        return []
    if entry.product is not None and entry.product.has_variants:
        return [
            {"id": child.pk, "text": _traits(child), "note": plain_number(child.stock_quantity)}
            for child in entry.product.variants.all()
            if child.archived_at is None and _fits(entry, child)
        ]
    if entry.product is not None and entry.match_confidence >= SURE:
        return []
    return [
        {"id": option["product_id"], "text": option["name"], "note": ""}
        for option in entry.alternatives
        if option.get("product_id") and option["product_id"] != entry.product_id
    ]


def _fits(entry: DraftEntry, child: Product) -> bool:
    """Whether a child has the size or colour that was said, as far as one was."""
    said = [(entry.size, child.size), (entry.color, child.color)]
    return all(not a or not b or a.casefold() == b.casefold() for a, b in said)


def _traits(child: Product) -> str:
    return " · ".join(filter(None, (child.size, child.color))) or child.name


def _total(lines: Iterable[Line]) -> Decimal | None:
    """Rupees of the whole draft, or None while a line has no price."""
    totals = [line.total for line in lines if line.entry]
    if not totals or any(total is None for total in totals):
        return None
    return sum((total for total in totals if total is not None), Decimal(0))

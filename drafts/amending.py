"""What a later message changes of an open draft or order: proposed, never applied by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from drafts.carts import CART
from drafts.entries import entry_from_reading, known_rows, sellable_of
from drafts.locking import lock_draft
from drafts.models import (
    ChangeKind,
    ChangeState,
    DraftChange,
    DraftEntry,
    DraftMessage,
    DraftStatus,
    MessageAbout,
    OrderDraft,
)
from drafts.open_lines import Row, Target, narrowed, target_of, targets, value_now
from drafts.reading.amending import Amending, Amendment, Kind, may_amend, read_amendments
from drafts.reading.types import Intent, Reading
from drafts.repeats import WITHIN, normal
from drafts.sources import text_of
from orders.models import Order, OrderItem
from whatsapp.models import Chat, Message

ASKS_FOR_CHANGE = (Intent.CANCEL, Intent.CHANGE)
MAY_CHANGE = (*ASKS_FOR_CHANGE, Intent.ORDER, Intent.OTHER)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change of one line; ``row`` None where a line is to be added."""

    kind: str
    row: Row | None
    item_name: str
    before: dict[str, Any]
    after: dict[str, Any]
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a message is about, and what it changes there, as far as that is certain."""

    target: Target
    intent: Intent
    proposals: list[Proposal] = field(default_factory=list)


def aim_of(chat: Chat, message: Message, reading: Reading) -> Aim | None:
    """The draft or order that the message speaks of; None where it stands for itself.

    A message that cancels or changes is about the newest even where it can't be told what
    of it, and so is one whose words set or cancel something of lines it names. Others ("3",
    an order, something unclear) only where all their words are understood as a change. The
    caller holds the chat's lock. Writes nothing.
    """
    if message.kind == CART or reading.needs_person or reading.intent not in MAY_CHANGE:
        return None
    if DraftMessage.objects.filter(message=message).exists():
        return None
    asks = reading.intent in ASKS_FOR_CHANGE
    text = reading.read_text or message.text
    if not asks and not may_amend(text):
        return None
    return _aimed(_candidates(chat, message, any_age=asks), message, reading, text)


def _aimed(candidates: list[Target], message: Message, reading: Reading, text: str) -> Aim | None:
    """At the first that all words fit, else one that they speak of, else what was asked."""
    for target in candidates:
        if said_before := _said_before(target, message, text):
            return Aim(target, Intent(said_before))
        if proposals := _proposals(target, message, reading, text):
            return Aim(target, _intent(reading.intent, proposals), proposals)
    asks = reading.intent in ASKS_FOR_CHANGE
    spoken = [target for target in candidates if _is_spoken_of(target, message, text)]
    unsure = next(iter(spoken or (candidates if asks else [])), None)
    if unsure is None:
        return None
    return Aim(unsure, reading.intent if asks else Intent.CHANGE)


def _is_spoken_of(target: Target, message: Message, text: str) -> bool:
    return read_amendments(text, narrowed(target, message).lines).is_about_lines


def record_aim(message: Message, aim: Aim) -> MessageAbout:
    """Keep what a message is about with its proposals; read again, what is undecided is new.

    A draft that was converted just now hands it on to its order.
    """
    draft = lock_draft(aim.target.draft.pk) if aim.target.draft else None
    about, _ = MessageAbout.objects.update_or_create(
        message=message, defaults={"draft": aim.target.draft, "order": aim.target.order}
    )
    about.changes.filter(state=ChangeState.PROPOSED).delete()
    decided = {_key(change) for change in about.changes.all()}
    rows = [_row(about, proposal) for proposal in aim.proposals]
    DraftChange.objects.bulk_create(row for row in rows if _key(row) not in decided)
    if draft is not None and draft.status == DraftStatus.CONVERTED:
        made = draft.draft_orders.select_related("order")
        hand_over(draft, [row.order for row in made])
    return about


def forget_aim(message: Message) -> None:
    """The message was read again and speaks for itself now; what was decided stays."""
    about = MessageAbout.objects.filter(message=message).first()
    if about is not None and not about.changes.exclude(state=ChangeState.PROPOSED).exists():
        about.delete()


def hand_over(draft: OrderDraft, orders: Iterable[Order]) -> None:
    """The draft became orders: what is still asked of it is asked of the order of its line.

    Entry and item are known to each other by the slip number; what has no line goes to
    the first order.
    """
    items = OrderItem.objects.filter(order__in=orders, slip_number__isnull=False)
    by_slip = {item.slip_number: item for item in items.select_related("order")}
    first = next(iter(orders))
    for about in draft.later_messages.prefetch_related("changes__entry"):
        waiting = [c for c in about.changes.all() if c.state == ChangeState.PROPOSED]
        if waiting or not about.changes.all():
            _point_at_order(about, waiting, by_slip, first)


def _point_at_order(
    about: MessageAbout,
    waiting: list[DraftChange],
    by_slip: Mapping[str | None, OrderItem],
    first: Order,
) -> None:
    for change in waiting:
        change.item = by_slip.get(change.entry.slip_number) if change.entry else None
        change.save(update_fields=["item"])
    about.order = next((change.item.order for change in waiting if change.item), first)
    about.draft = None
    about.save(update_fields=["draft", "order"])


# What is proposed --------------------------------------------------------------------


def _candidates(chat: Chat, message: Message, *, any_age: bool) -> list[Target]:
    known = MessageAbout.objects.filter(message=message).select_related("draft", "order").first()
    if known is not None:
        return [target_of(draft=known.draft, order=known.order)]
    return targets(chat, message, any_age=any_age)


def _proposals(target: Target, message: Message, reading: Reading, text: str) -> list[Proposal]:
    part = narrowed(target, message)
    found = read_amendments(text, part.lines)
    if _is_piece(found, reading, part, message):
        return []
    if found.amendments:
        return [_proposal(part, amendment) for amendment in found.amendments]
    if found.is_addition and part.draft is not None:
        return _additions(reading, text)
    return []


def _said_before(target: Target, message: Message, text: str) -> str:
    """The intent of the same words minutes before: "one more" sent twice is one more."""
    earlier = MessageAbout.objects.filter(
        draft=target.draft,
        order=target.order,
        message__happened_at__gte=message.happened_at - WITHIN,
        message__happened_at__lte=message.happened_at,
    ).exclude(message=message)
    same = [
        about.message.analysis.intent
        for about in earlier.select_related("message__analysis")
        if normal(text_of(about.message)) == normal(text)
    ]
    return same[0] if same else ""


def _is_piece(found: Amending, reading: Reading, target: Target, message: Message) -> bool:
    """Whether it orders goods of its own: to a draft in its quiet minute, or to an order."""
    if reading.intent is not Intent.ORDER or not reading.entries or not found.is_addition:
        return False
    due = target.draft.reply_due_at if target.draft else None
    return target.draft is None or (due is not None and due > message.happened_at)


def _proposal(target: Target, amendment: Amendment) -> Proposal:
    row = target.rows[amendment.line]
    if amendment.kind is Kind.ADD:
        return _one_more(row, amendment)
    before = {name: _value(value_now(row, name)) for name in amendment.after or ["quantity"]}
    after = {name: _value(value) for name, value in amendment.after.items()}
    return Proposal(amendment.kind, row, _name(row), before, after, amendment.span)


def _one_more(row: Row, amendment: Amendment) -> Proposal:
    """The same goods in another size or colour."""
    said = {"size": value_now(row, "size"), "color": value_now(row, "color"), **amendment.after}
    product = row.product
    head = (product.parent or product) if product else None
    sold = sellable_of(head, size=said["size"], color=said["color"]) if head else None
    after = {
        "item_name": sold.name if sold else _name(row),
        "product_id": sold.pk if sold else None,
        "client_id": getattr(row, "client_id", None),
        "client_name": getattr(row, "client_name", ""),
        **said,
    }
    return Proposal(ChangeKind.ADD, None, after["item_name"], {}, _plain(after), amendment.span)


def _additions(reading: Reading, text: str) -> list[Proposal]:
    """The lines that a message orders on top of a draft whose quiet minute is over."""
    if reading.intent is not Intent.ORDER:
        return []
    known = known_rows(reading)
    entries = [entry_from_reading(line, known, text=text, base=0) for line in reading.entries]
    return [_addition(entry) for entry in entries]


def _addition(entry: DraftEntry) -> Proposal:
    names = ("quantity", "weight", "size", "color", "product_id", "client_id", "client_name")
    after = {"item_name": entry.item_name, **{name: getattr(entry, name) for name in names}}
    start, end = entry.source_start, entry.source_end
    span = (start, end) if start is not None and end is not None else None
    return Proposal(ChangeKind.ADD, None, _name(entry), {}, _plain(after), span)


def _intent(read: Intent, proposals: list[Proposal]) -> Intent:
    """A change, unless it was read as a cancellation or takes lines out only."""
    only_out = all(proposal.kind == ChangeKind.REMOVE for proposal in proposals)
    return Intent.CANCEL if read is Intent.CANCEL or only_out else Intent.CHANGE


def _name(row: Row) -> str:
    if isinstance(row, OrderItem):
        return row.product_name
    return row.product.name if row.product else row.item_name


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Only what is said, as JSON can hold it."""
    return {name: _value(value) for name, value in values.items() if value not in (None, "")}


def _value(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _row(about: MessageAbout, proposal: Proposal) -> DraftChange:
    start, end = proposal.span or (None, None)
    row = proposal.row
    return DraftChange(
        about=about,
        kind=proposal.kind,
        entry=row if isinstance(row, DraftEntry) else None,
        item=row if isinstance(row, OrderItem) else None,
        item_name=proposal.item_name[:200],
        before=proposal.before,
        after=proposal.after,
        source_start=start,
        source_end=end,
    )


def _key(change: DraftChange) -> tuple[Any, ...]:
    return change.kind, change.entry_id, change.item_id, tuple(sorted(change.after.items()))

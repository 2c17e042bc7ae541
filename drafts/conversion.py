"""A reviewed draft becomes orders, one a client, all or none, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import DeskError
from customers.models import Customer, User
from drafts.amending import hand_over
from drafts.changing import unit_of
from drafts.editing import check_version
from drafts.errors import DraftGone, NotReady
from drafts.locking import lock_draft
from drafts.models import DraftEntry, DraftOrder, DraftStatus, OrderDraft
from orders.errors import InvalidLine
from orders.lifecycle import confirm_order
from orders.models import Channel, Order, PriceBasis, Product
from orders.placing import Buyer, NewLine, place_order
from orders.pricing import Rates, current_price, rates_on
from orders.quantities import checked_quantity
from orders.variants import resolve_sellable

NAMED_IN_SENTENCE = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of confirming one order; ``error`` says why it is not confirmed."""

    order: Order
    confirmed: bool
    error: DeskError | None = None
    stock_updates: list[Any] = field(default_factory=list)


def missing(entry: DraftEntry, *, rates: Rates | None = None) -> list[str]:
    """What the line still needs before an order can be made of it, in words of the API.

    Of product, item_name, size, color, quantity, client, weight, price. Whoever asks
    about many lines reads ``rates`` (orders.pricing.rates_on) once.
    """
    lacking = _missing_goods(entry)
    if entry.quantity is None or not _is_countable(entry):
        lacking.append("quantity")
    if entry.client_name and entry.client is None:
        lacking.append("client")
    return lacking or _missing_price(entry, rates)


def convert_draft(draft: OrderDraft, *, version: int | None = None, by: User | None) -> list[Order]:
    """Make one pending order for each client, in the order of their first lines.

    Lines that name nobody are for the draft's own customer. A draft that was converted
    before answers the same orders. Raises NotReady (nothing is made then), StaleVersion,
    DraftGone.
    """
    with transaction.atomic():
        locked = lock_draft(draft.pk)
        if locked.status == DraftStatus.CONVERTED:
            return orders_of(locked)
        if locked.status == DraftStatus.DISCARDED:
            raise DraftGone
        check_version(locked, version)
        entries = list(_entries(locked))
        _refuse_unready(entries)
        orders = [
            _place(locked, client, lines, by=by)
            for client, lines in _by_client(locked, entries).items()
        ]
        DraftOrder.objects.bulk_create(DraftOrder(draft=locked, order=o) for o in orders)
        hand_over(locked, orders)
        close_draft(locked, by=by)
        return orders_of(locked)


def convert_and_confirm(
    draft: OrderDraft, *, version: int | None = None, by: User | None
) -> list[Outcome]:
    """Convert, then confirm each order by itself: what is short stays pending and says why."""
    return [_confirm(order, by=by) for order in convert_draft(draft, version=version, by=by)]


def orders_of(draft: OrderDraft) -> list[Order]:
    """What the draft was converted into, as it is now, in the order of the clients."""
    made = Order.objects.with_items().filter(draft_order__draft=draft)
    return list(made.order_by("draft_order__pk"))


def _missing_goods(entry: DraftEntry) -> list[str]:
    if entry.is_custom:
        return [] if entry.item_name else ["item_name"]
    if entry.product is None or _is_archived(entry.product):
        return ["product"]
    try:
        resolve_sellable(entry.product, size=entry.size, color=entry.color)
    except DeskError as error:
        return _missing_traits(entry, error.data.get("options", [])) or ["product"]
    return []


def _is_archived(product: Product) -> bool:
    parent = product.parent
    return bool(product.archived_at or (parent is not None and parent.archived_at))


def _missing_traits(entry: DraftEntry, options: list[dict[str, Any]]) -> list[str]:
    """Which of size and colour would decide between the children that are left."""
    undecided = [trait for trait in ("size", "color") if len({o[trait] for o in options}) > 1]
    return undecided or [trait for trait in ("size", "color") if getattr(entry, trait) and options]


def _is_countable(entry: DraftEntry) -> bool:
    assert entry.quantity is not None  # noqa: S101
    try:
        checked_quantity(entry.quantity, unit=unit_of(entry))
    except InvalidLine:
        return False
    return True


def _missing_price(entry: DraftEntry, rates: Rates | None) -> list[str]:
    if entry.unit_price is not None:
        return []
    if entry.is_custom or entry.product is None or entry.quantity is None:
        return ["price"]
    product = resolve_sellable(entry.product, size=entry.size, color=entry.color)
    price = current_price(product, quantity=entry.quantity, weight=entry.weight, rates=rates)
    if price is not None:
        return []
    by_weight = product.price_basis == PriceBasis.GRAM
    return ["weight"] if by_weight and not (entry.weight or product.weight) else ["price"]


def _entries(draft: OrderDraft) -> Iterable[DraftEntry]:
    entries = draft.entries.select_related("product__unit", "product__parent", "client")
    return entries.prefetch_related("product__variants")


def _refuse_unready(entries: list[DraftEntry]) -> None:
    if not entries:
        raise NotReady(_("This draft has no lines to make an order of."), entries=[])
    rates = rates_on()
    lacking = [(entry, needs) for entry in entries if (needs := missing(entry, rates=rates))]
    if lacking:
        raise _not_ready(lacking)


def _not_ready(lacking: list[tuple[DraftEntry, list[str]]]) -> NotReady:
    named = [
        f"{entry.item_name or entry.slip_number} ({', '.join(needs)})"
        for entry, needs in lacking[:NAMED_IN_SENTENCE]
    ]
    if len(lacking) > len(named):
        named.append(f"{len(lacking) - len(named)} more")
    return NotReady(
        _("Not ready, nothing was made. Please complete: %(names)s.") % {"names": "; ".join(named)},
        entries=[{"id": entry.pk, "missing": needs} for entry, needs in lacking],
    )


def _by_client(draft: OrderDraft, entries: list[DraftEntry]) -> dict[Customer, list[DraftEntry]]:
    groups: dict[Customer, list[DraftEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.client or draft.customer, []).append(entry)
    return groups


def _place(
    draft: OrderDraft, client: Customer, entries: list[DraftEntry], *, by: User | None
) -> Order:
    """The order of one client, verified: staff chose the client, or WhatsApp proves it."""
    lines = [line_of(draft, entry, slip_number=entry.slip_number) for entry in entries]
    buyer = Buyer.known(client)
    try:
        return place_order(lines, buyer=buyer, channel=Channel.WHATSAPP, by=by, notes=draft.notes)
    except DeskError as error:
        raise _located(error, entries) from error


def line_of(draft: OrderDraft, entry: DraftEntry, *, slip_number: str | None) -> NewLine:
    """The order's line that a draft's complete line becomes."""
    assert entry.quantity is not None  # noqa: S101 - missing() has looked
    return NewLine(
        product=None if entry.is_custom else entry.product,
        quantity=entry.quantity,
        size=entry.size,
        color=entry.color,
        weight=entry.weight,
        unit_price=entry.unit_price,
        price_reason=f"Set on draft {draft.pk}",
        is_custom=entry.is_custom,
        item_name=entry.item_name,
        unit=entry.unit,
        slip_number=slip_number,
    )


def _located(error: DeskError, entries: list[DraftEntry]) -> DeskError:
    """A refusal of ``items.2.quantity`` in terms of the draft's line; others as they are."""
    parts = (error.attr or "").split(".")
    if len(parts) < 3 or parts[0] != "items":
        return error
    entry = entries[int(parts[1])]
    return NotReady(
        f"{entry.item_name or entry.slip_number}: {error}",
        entries=[{"id": entry.pk, "missing": [parts[2].removesuffix("_id")]}],
    )


def close_draft(draft: OrderDraft, *, by: User | None) -> None:
    """Hide a draft, locked by the caller, as converted."""
    draft.status = DraftStatus.CONVERTED
    draft.converted_at = timezone.now()
    draft.closed_by = by
    draft.version += 1
    draft._history_user = by
    draft.save()


def _confirm(order: Order, *, by: User | None) -> Outcome:
    try:
        done = confirm_order(order, by=by)
    except DeskError as error:
        return Outcome(order, confirmed=False, error=error)
    return Outcome(done.order, confirmed=True, stock_updates=done.stock_updates)

"""An order made straight from a message of a chat, without the review page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Customer, User
from drafts.amending import hand_over
from drafts.conversion import close_draft, convert_draft, line_of
from drafts.errors import AlreadyOrdered, NotReady, SeveralClients
from drafts.locking import lock_chat, lock_draft
from drafts.models import DraftMessage, DraftOrder, DraftStatus, MessageOrder, OrderDraft
from orders.models import Channel, Order, OrderQuerySet, Product
from orders.placing import Buyer, NewLine, place_order
from whatsapp.models import Message

_WORDS = re.compile(r"[^\W_][\w.]*")


@dataclass(frozen=True, slots=True)
class WantedLine:
    """What staff want of a product, in its selling unit; ``note`` may name size and colour."""

    product_id: int
    quantity: Decimal
    note: str = ""


def orders_of_message(message: Message) -> OrderQuerySet:
    """The orders linked to a message: made from it, or from the draft it was read into."""
    made = Q(message_order__message=message)
    own, part = "draft_order__draft__", "draft_order__draft__split_from__"
    converted = Q(**{f"{own}draft_messages__message": message})
    converted |= Q(**{f"{part}draft_messages__message": message})
    return Order.objects.filter(pk__in=Order.objects.filter(made | converted).values("pk"))


def order_from_message(
    message: Message,
    wanted: Sequence[WantedLine] | None,
    *,
    customer: Customer | None = None,
    notes: str = "",
    warnings: Sequence[str] = (),
    allow_duplicate: bool = False,
    by: User | None,
) -> Order:
    """One pending order of the lines wanted, or (None) of the message's draft.

    At the desk's prices, for ``customer``, else the draft's, else the sender. The
    message's open draft is closed as converted. Raises AlreadyOrdered where an order is
    linked to the message and no duplicate is allowed, SeveralClients, NotReady, and what
    placing raises; nothing is made then.
    """
    with transaction.atomic():
        chat = lock_chat(message.chat_id)
        draft = _locked_draft(message)
        _refuse_second(message, allow_duplicate)
        buyer = Buyer.known(customer or (draft.customer if draft else chat.identity.customer))
        more: dict[str, Any] = {"notes": notes, "warnings": warnings}
        if wanted is not None:
            order = _place_wanted(wanted, buyer, by=by, **more)
            _close_with(draft, order, by=by)
        else:
            order = _place_draft(draft, buyer, by=by, **more)
        MessageOrder.objects.create(
            message=message, order=order, allow_duplicate=allow_duplicate, actor=by
        )
    return Order.objects.with_items().get(pk=order.pk)


def _locked_draft(message: Message) -> OrderDraft | None:
    joined = DraftMessage.objects.filter(message=message).first()
    return lock_draft(joined.draft_id) if joined else None


def _refuse_second(message: Message, allow_duplicate: bool) -> None:
    references = list(orders_of_message(message).values_list("order_reference", flat=True))
    if references and not allow_duplicate:
        sentence = f"This message became an order already: {', '.join(references)}."
        raise AlreadyOrdered(sentence, orders=references)


def _place_wanted(
    wanted: Sequence[WantedLine],
    buyer: Buyer,
    *,
    notes: str,
    warnings: Sequence[str],
    by: User | None,
) -> Order:
    products = Product.objects.prefetch_related("variants").in_bulk([w.product_id for w in wanted])
    lines = [_line(products, line) for line in wanted]
    said = [f"{name}: {line.note}" for line in wanted if (name := _unplaced(products, line))]
    text = "\n".join(filter(None, [notes, *said]))
    return place_order(
        lines, buyer=buyer, channel=Channel.WHATSAPP, by=by, notes=text, warnings=warnings
    )


def _line(products: Mapping[int, Product], line: WantedLine) -> NewLine:
    product = products.get(line.product_id)
    size, color = _traits(product, line.note) if product else ("", "")
    return NewLine(product=product, quantity=line.quantity, size=size, color=color)


def _traits(product: Product, note: str) -> tuple[str, str]:
    """The size and colour among the product's own that the note names."""
    heard = note.casefold()
    words = set(_WORDS.findall(heard))
    children = [child for child in product.variants.all() if child.archived_at is None]
    sizes = [child.size for child in children if child.size.casefold() in words]
    # The longest first: sky blue is not blue.
    colours = sorted((child.color for child in children if child.color), key=len, reverse=True)
    spoken = (colour for colour in colours if colour.casefold() in heard)
    return next(iter(sizes), ""), next(spoken, "")


def _unplaced(products: Mapping[int, Product], line: WantedLine) -> str:
    """The name of a product whose note says something other than its size and colour."""
    product = products.get(line.product_id)
    if product is None or not line.note.strip() or any(_traits(product, line.note)):
        return ""
    return product.name


def _close_with(draft: OrderDraft | None, order: Order, *, by: User | None) -> None:
    if draft is not None and draft.status == DraftStatus.OPEN:
        DraftOrder.objects.create(draft=draft, order=order)
        hand_over(draft, [order])
        close_draft(draft, by=by)


def _place_draft(
    draft: OrderDraft | None,
    buyer: Buyer,
    *,
    notes: str,
    warnings: Sequence[str],
    by: User | None,
) -> Order:
    if draft is None or draft.status == DraftStatus.DISCARDED:
        sentence = "This message has no draft to make an order of; send its items."
        raise NotReady(sentence, entries=[])
    entries = list(draft.entries.select_related("product", "client"))
    if len({entry.client_id for entry in entries}) > 1:
        raise SeveralClients(_("This draft is for more than one client: convert it on its page."))
    if draft.status == DraftStatus.OPEN:
        return _converted(draft, buyer, notes=notes, warnings=warnings, by=by)
    client = entries[0].client if entries else None
    # A second order of the same lines has no slip numbers: each is one line's for ever.
    lines = [line_of(draft, entry, slip_number=None) for entry in entries]
    buyer = Buyer.known(client) if client else buyer
    return place_order(
        lines, buyer=buyer, channel=Channel.WHATSAPP, by=by, notes=notes, warnings=warnings
    )


def _converted(
    draft: OrderDraft, buyer: Buyer, *, notes: str, warnings: Sequence[str], by: User | None
) -> Order:
    if buyer.customer is not None:
        draft.customer = buyer.customer
    draft.notes = "\n".join(filter(None, [draft.notes, notes]))
    draft._history_user = by
    draft.save()
    (order,) = convert_draft(draft, by=by)
    if warnings:
        order.warnings = [*order.warnings, *warnings]
        order._history_user = by
        order.save()
    return order

"""A person decides on what a message asked to change: accepted once, or declined."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import User
from drafts.editing import add_entry, check_version, remove_entry, update_entry
from drafts.errors import ChangeDecided, ChangeGone, ChangeOutdated
from drafts.locking import lock_open_draft
from drafts.models import ChangeKind, ChangeState, DraftChange, DraftEntry, MessageAbout, OrderDraft
from drafts.open_lines import value_now
from orders.amending import add_item, change_item, remove_item
from orders.lines import NewLine
from orders.locking import lock_order
from orders.models import Order, OrderItem, Product

_NUMBERS = ("quantity", "weight")


@transaction.atomic
def accept_change(
    draft: OrderDraft, change_id: int, *, version: int | None = None, by: User | None
) -> DraftChange:
    """Change the line as the message asked; accepted again, nothing happens.

    Raises DraftGone, ChangeGone, StaleVersion, ChangeDecided where it was declined,
    ChangeOutdated where the line is another one by now, and what the rules of
    drafts.editing raise.
    """
    change = _change(draft, change_id)
    if change.state == ChangeState.ACCEPTED:
        return change
    _refuse_decided(change)
    check_version(lock_open_draft(draft.pk), version)
    _apply(draft, change, by=by)
    return _decide(change, ChangeState.ACCEPTED, by=by)


@transaction.atomic
def decline_change(
    draft: OrderDraft, change_id: int, *, version: int | None = None, by: User | None
) -> DraftChange:
    """Leave the line as it is; declined again, nothing happens. Raises as ``accept_change``."""
    change = _change(draft, change_id)
    if change.state == ChangeState.DECLINED:
        return change
    _refuse_decided(change)
    check_version(lock_open_draft(draft.pk), version)
    return _decide(change, ChangeState.DECLINED, by=by)


@transaction.atomic
def accept_order_change(order: Order, change_id: int, *, by: User | None) -> DraftChange:
    """Change the pending order's line as the message asked; accepted again, nothing happens.

    Raises ChangeGone, ChangeDecided, ChangeOutdated, NotPending and what the rules of
    orders.amending raise.
    """
    change = _order_change(order, change_id)
    if change.state == ChangeState.ACCEPTED:
        return change
    _refuse_decided(change)
    _amend(order, change, by=by)
    return _decide(change, ChangeState.ACCEPTED, by=by)


@transaction.atomic
def decline_order_change(order: Order, change_id: int, *, by: User | None) -> DraftChange:
    """Leave the order as it is; declined again, nothing happens. Raises as accepting does."""
    change = _order_change(order, change_id)
    if change.state == ChangeState.DECLINED:
        return change
    _refuse_decided(change)
    return _decide(change, ChangeState.DECLINED, by=by)


def note_seen(messages: QuerySet[MessageAbout], about_id: int, *, by: User | None) -> None:
    """Staff dealt by hand with one of these messages; noted once. Raises ChangeGone."""
    found = messages.filter(pk=about_id)
    noted = found.filter(seen_at=None).update(seen_at=timezone.now(), seen_by=by)
    if not noted and not found.exists():
        raise ChangeGone


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """A change's values with their numbers as Decimals."""
    return {k: Decimal(v) if k in _NUMBERS and v is not None else v for k, v in values.items()}


def _change(draft: OrderDraft, change_id: int) -> DraftChange:
    """The change as it is now; the draft's row is locked first, so that no one else decides."""
    lock_open_draft(draft.pk)
    changes = DraftChange.objects.select_related("entry", "about")
    found = changes.filter(pk=change_id, about__draft=draft.pk).first()
    if found is None:
        raise ChangeGone
    return found


def _refuse_decided(change: DraftChange) -> None:
    if change.state == ChangeState.ACCEPTED:
        raise ChangeDecided(_("This change was accepted already."))
    if change.state == ChangeState.DECLINED:
        raise ChangeDecided(_("This change was declined already."))


def _apply(draft: OrderDraft, change: DraftChange, *, by: User | None) -> None:
    if change.kind == ChangeKind.ADD:
        add_entry(draft, typed(change.after), by=by)
        return
    entry = _unchanged(change)
    if change.kind == ChangeKind.REMOVE:
        remove_entry(entry, by=by)
        change.entry = None
    else:
        update_entry(entry, typed(change.after), by=by)


def _unchanged(change: DraftChange) -> DraftEntry:
    if change.entry is None:
        raise ChangeOutdated(
            _("The line %(item_name)s is not in the draft any more.")
            % {"item_name": change.item_name}
        )
    _check_unchanged(change, change.entry)
    return change.entry


def _check_unchanged(change: DraftChange, row: DraftEntry | OrderItem) -> None:
    """The line must still say what the proposal was made of (or what it asks for)."""
    before, after = typed(change.before), typed(change.after)
    for name, value in before.items():
        now = value_now(row, name)
        if now != value and now != after.get(name, value):
            raise ChangeOutdated(
                _("%(item_name)s was changed meanwhile: decline it, or change it yourself.")
                % {"item_name": change.item_name}
            )


def _order_change(order: Order, change_id: int) -> DraftChange:
    """The change as it is now; the order's row is locked first, so that no one else decides."""
    lock_order(order)
    # Locked: reading its message again would take the row away meanwhile.
    changes = DraftChange.objects.select_for_update(of=("self",)).select_related("item", "about")
    found = changes.filter(pk=change_id, about__order=order.pk).first()
    if found is None:
        raise ChangeGone
    return found


def _amend(order: Order, change: DraftChange, *, by: User | None) -> None:
    if change.kind == ChangeKind.ADD:
        change.item = add_item(order, _new_line(change), by=by)
        return
    item = change.item
    if item is None:
        raise ChangeOutdated(
            _("The line %(item_name)s is not in the order any more.")
            % {"item_name": change.item_name}
        )
    _check_unchanged(change, item)
    if change.kind == ChangeKind.REMOVE:
        remove_item(order, item.pk, by=by)
        change.item = None
    else:
        change_item(order, item.pk, typed(change.after), by=by)


def _new_line(change: DraftChange) -> NewLine:
    after = typed(change.after)
    product = Product.objects.filter(pk=after.get("product_id") or 0).first()
    if product is None:
        raise ChangeOutdated(
            _("Which product %(item_name)s means is not certain.") % {"item_name": change.item_name}
        )
    names = ("quantity", "size", "color", "weight")
    said = {name: after[name] for name in names if after.get(name)}
    return NewLine(product=product, **said)


def _decide(change: DraftChange, state: ChangeState, *, by: User | None) -> DraftChange:
    change.state, change.decided_by, change.decided_at = state, by, timezone.now()
    change.save(update_fields=["state", "decided_by", "decided_at", "entry", "item"])
    return change

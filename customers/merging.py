"""Putting two rows together that are one person, and parting them again within a day.

Everything that points at the merged row points at the kept one afterwards; the apps above
do their part in CUSTOMER_EVENT_HANDLERS. The merged row is deleted: nothing has to know of
rows that are not there. The CustomerMerge row is the history of what moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext

from customers.consent import latest_word, record_again, record_stricter
from customers.errors import CustomerGone, InvalidInput, MergeFinal
from customers.locking import lock_customers
from customers.models import (
    UNDO_WITHIN,
    Customer,
    CustomerAlias,
    CustomerMerge,
    User,
)
from customers.people import take_changes
from customers.repointing import Moves, as_data, from_data, point_back
from customers.telling import MERGED, UNMERGED, tell_handlers

# What staff may choose between; a text is taken as it is, an id says whose value.
TEXTS = ("name", "first_name", "last_name", "company", "email", "phone", "phone2")
OTHERS = ("language", "payment_terms", "credit_limit", "user")
CHOICES = (*TEXTS, *OTHERS)
_FILLED = ("company", "email", "phone2", "language", "credit_limit")


@dataclass(frozen=True, slots=True)
class Merged:
    """The customer that is left, and the row that remembers the merge."""

    customer: Customer
    merge: CustomerMerge


@transaction.atomic
def merge_customers(
    keep_id: int, merge_id: int, *, chosen: Mapping[str, Any] | None = None, by: User | None
) -> Merged:
    """Make one customer of two: all that the second has becomes the first's.

    ``chosen`` says field by field whose value counts (the id of one of the two), or, for a
    text, the value itself; else the kept one's, or the other's where that is empty.
    Raises InvalidInput, CustomerGone (also when somebody else merged one of them).
    """
    if keep_id == merge_id:
        raise InvalidInput(gettext("A customer can't be merged with itself."), attr="merge_id")
    kept, gone = lock_customers(keep_id, merge_id)
    merge = CustomerMerge(kept_id=kept.pk, gone_id=gone.pk, gone=as_data([gone])[0], by=by)
    moves = Moves()
    words = latest_word(kept), latest_word(gone)
    columns = _columns(kept, gone, chosen or {})
    before = as_data([kept])[0]["fields"]
    _move_own(kept, gone, moves, by=by)
    tell_handlers(MERGED, kept=kept, gone=gone, moves=moves)
    gone._history_user, gone._change_reason = by, f"Merged into customer {kept.pk}"  # type: ignore[attr-defined]
    gone.delete()
    take_changes(kept, columns, by=by, why=f"Took in customer {merge_id}")
    record_stricter(kept, words, by=by)
    after = as_data([kept])[0]["fields"]
    changed = [name for name in after if before[name] != after[name] and name != "updated_at"]
    merge.before = {name: before[name] for name in changed}
    merge.after = {name: after[name] for name in changed}
    merge.moved, merge.dropped = moves.moved, moves.dropped
    merge.order_count = len(moves.moved.get("orders.order.customer", ()))
    merge.save()
    return Merged(kept, merge)


def _columns(kept: Customer, gone: Customer, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The kept row's columns that the merge changes, most to what is empty otherwise."""
    columns: dict[str, Any] = {
        name: getattr(gone, name) for name in _FILLED if getattr(kept, name) in ("", None)
    }
    if kept.phone is None:
        columns["phone"] = gone.phone
    elif gone.phone and not kept.phone2 and gone.phone != kept.phone:
        columns["phone2"] = gone.phone
    if kept.user is None and gone.user is not None:
        columns["user"] = gone.user
    columns["do_not_call"] = kept.do_not_call or gone.do_not_call
    columns["notes"] = "\n\n".join(dict.fromkeys(filter(None, (kept.notes, gone.notes))))
    return columns | _chosen(kept, gone, chosen)


def _chosen(kept: Customer, gone: Customer, chosen: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    people = {kept.pk: kept, gone.pk: gone}
    for name, value in chosen.items():
        if name not in CHOICES:
            raise InvalidInput(
                gettext("One can choose %(names)s.") % {"names": ", ".join(CHOICES)}, attr="chosen"
            )
        if isinstance(value, int) and value in people:
            columns[name] = _value(people[value], name)
        elif isinstance(value, str) and name in TEXTS:
            columns[name] = value
        else:
            raise InvalidInput(
                gettext("%(name)s takes the id of one of the two.") % {"name": name},
                attr=f"chosen.{name}",
            )
    return columns


def _value(customer: Customer, name: str) -> Any:
    first, _, last = customer.name.partition(" ")
    return {"first_name": first, "last_name": last}.get(name, getattr(customer, name, None))


def _move_own(kept: Customer, gone: Customer, moves: Moves, *, by: User | None) -> None:
    """What hangs on the customer in this app; an old name becomes another name."""
    lowered = Lower("name", output_field=CharField())
    theirs = kept.aliases.annotate(lowered=lowered).values("lowered")
    moves.drop(gone.aliases.annotate(lowered=lowered).filter(lowered__in=theirs))
    moves.point(gone.aliases.all(), "customer", to=kept)
    moves.point(gone.addresses.all(), "customer", to=kept)
    moves.point(gone.whatsapp_identities.all(), "customer", to=kept)
    moves.point(gone.consent_events.all(), "customer", to=kept)
    called = gone.name.lower()
    known = kept.aliases.annotate(lowered=lowered).filter(lowered=Value(called)).exists()
    if called != kept.name.lower() and not known:
        alias = CustomerAlias(customer=kept, name=gone.name)
        alias._history_user = by
        alias.save()
        moves.moved["made.alias"] = [str(alias.pk)]


@transaction.atomic
def undo_merge(merge_id: int, *, by: User) -> Customer:
    """Part the two again, as they were, what was done since aside; the merged one is back.

    What was made for the kept customer since stays there, and so do fields that somebody
    changed since. Raises MergeFinal, CustomerGone.
    """
    merge = CustomerMerge.objects.select_for_update(of=("self",)).filter(pk=merge_id).first()
    if merge is None:
        raise CustomerGone(gettext("There was no such merge."))
    if not merge.can_be_undone:
        raise MergeFinal(gettext("A merge can be undone once, within a day."))
    if not Customer.objects.known().filter(pk=merge.kept_id).exists():
        raise MergeFinal(gettext("The customer was merged or erased since: undo that first."))
    [kept] = lock_customers(merge.kept_id)
    _give_back(kept, merge, by=by)
    gone = _revived(merge, by=by)
    moved = {key: ids for key, ids in merge.moved.items() if not key.startswith("made.")}
    point_back(moved, kept=kept.pk, gone=gone.pk)
    CustomerAlias.objects.filter(pk__in=merge.moved.get("made.alias", ()), customer=kept).delete()
    from_data(merge.dropped)
    tell_handlers(UNMERGED, kept=kept, gone=gone, moved=merge.moved)
    record_again(kept, by=by)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.before, merge.after, merge.gone, merge.dropped = {}, {}, {}, []
    merge.save()
    return gone


def _give_back(kept: Customer, merge: CustomerMerge, *, by: User) -> None:
    """Each column that still is what the merge made of it becomes what it was."""
    present = as_data([kept])[0]["fields"]
    same = [name for name, value in merge.after.items() if present[name] == value]
    fields = {name: merge.before[name] for name in same}
    for name, value in fields.items():
        field = Customer._meta.get_field(name)
        setattr(kept, field.attname, field.to_python(value))  # type: ignore[union-attr]
    kept._history_user = by
    kept._change_reason = f"Parted from customer {merge.gone_id}"  # type: ignore[attr-defined]
    kept.save()


def _revived(merge: CustomerMerge, *, by: User) -> Customer:
    """The merged row again; its number may be somebody else's by now."""
    row = {**merge.gone, "fields": dict(merge.gone["fields"])}
    phone, user = row["fields"]["phone"], row["fields"]["user"]
    taken = Customer.objects.filter(Q(phone=phone, phone__isnull=False))
    if taken.exists():
        row["fields"]["phone"] = None
    if user and Customer.objects.filter(user=user).exists():
        row["fields"]["user"] = None
    from_data([row])
    gone = Customer.objects.get(pk=merge.gone_id)
    gone._history_user = by
    gone._change_reason = f"Parted from customer {merge.kept_id}"  # type: ignore[attr-defined]
    gone.save()
    return gone


def forget_merges(now: datetime) -> int:
    """Empty what names people in merges that can't be undone any more; how many."""
    old = CustomerMerge.objects.exclude(gone={}).filter(created_at__lt=now - UNDO_WITHIN)
    return old.update(before={}, after={}, gone={}, dropped=[])

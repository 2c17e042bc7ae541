"""A draft for several clients becomes one draft a client, each to be decided on by itself."""

from __future__ import annotations

from collections.abc import Hashable

from django.db import transaction
from django.utils.translation import gettext
from simple_history.utils import bulk_update_with_history

from customers.errors import StaleVersion
from customers.models import User
from drafts.combining import merge_drafts
from drafts.editing import changing, check_version
from drafts.errors import OneClient
from drafts.locking import lock_open_draft
from drafts.models import DraftEntry, OrderDraft


@transaction.atomic
def split_by_client(
    draft: OrderDraft, *, version: int | None = None, by: User | None
) -> list[OrderDraft]:
    """Leave the first client's lines in the draft, and make a draft of each other one's.

    The new drafts stand behind it in the queue and show the same messages. They are not
    answered: its one reply names all lines. Raises OneClient, DraftGone, StaleVersion.
    """
    with changing(draft.pk, version=version, by=by) as locked:
        groups: dict[Hashable, list[DraftEntry]] = {}
        for entry in locked.entries.select_related("client"):
            groups.setdefault(_client_of(locked, entry), []).append(entry)
        if len(groups) < 2:
            raise OneClient(gettext("All lines are for the same client."))
        _, *others = groups.values()
        return [_part(locked, entries, by=by) for entries in others]


@transaction.atomic
def undo_split(draft: OrderDraft, *, version: int | None = None, by: User | None) -> OrderDraft:
    """Bring the parts that nobody touched since back into the draft.

    Raises StaleVersion where the draft or one of its parts changed.
    """
    locked = lock_open_draft(draft.pk)
    check_version(locked, version)
    parts = list(OrderDraft.objects.open().filter(split_from=locked.source, version=1))
    if not parts:
        raise StaleVersion(gettext("The parts were changed since, so they stay."), attr="version")
    for part in parts:
        merge_drafts(locked, part, by=by)
    return lock_open_draft(locked.pk)


def _client_of(draft: OrderDraft, entry: DraftEntry) -> Hashable:
    """The customer's key, or the name of somebody the shop doesn't know."""
    if entry.client_id is None and entry.client_name:
        return entry.client_name.casefold()
    return entry.client_id or draft.customer_id


def _part(draft: OrderDraft, entries: list[DraftEntry], *, by: User | None) -> OrderDraft:
    part = OrderDraft(
        chat=draft.chat,
        customer=draft.customer,
        split_from=draft.source,
        reader=draft.reader,
        confidence=draft.confidence,
        notes=draft.notes,
    )
    part._history_user = by
    part.save()
    OrderDraft.objects.filter(pk=part.pk).update(created_at=draft.created_at)
    for entry in entries:
        entry.draft = part
    bulk_update_with_history(entries, DraftEntry, ["draft"], default_user=by)
    return part

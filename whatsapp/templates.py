"""The desk's rows of templates, held to what Gupshup says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.models import User
from whatsapp.gateway.gupshup_templates import (
    Listing,
    category_of,
    fetch_templates,
    state_of,
)
from whatsapp.models import Template, TemplateState
from whatsapp.values import Json, clean, moment, obj

COUNTED = ("new", "changed", "unchanged", "deleted")


def sync_templates(*, by: User | None = None) -> dict[str, int]:
    """Fetch Gupshup's list and bring the rows to it; how many are new, changed and so on.

    What the list lacks is marked deleted. A template that was made anew under the same
    name and language takes over the row, and with it the notices that use it. Raises
    TemplatesNotFetched, and then nothing has changed.
    """
    listings = {listing.gupshup_id: listing for listing in fetch_templates()}
    with transaction.atomic():
        rows = list(Template.objects.select_for_update().order_by("pk"))
        outcome = Counter(_take_over(listing, rows, listings, by) for listing in listings.values())
        outcome["deleted"] = sum(_mark_deleted(row, listings, by) for row in rows)
        Template.objects.filter(gupshup_id__in=listings).update(synced_at=timezone.now())
    return {name: outcome[name] for name in COUNTED}


def _take_over(
    listing: Listing, rows: list[Template], listings: Mapping[str, Listing], by: User | None
) -> str:
    row = _row_of(listing, rows, listings)
    return _write(row or Template(), asdict(listing), by)


def _row_of(
    listing: Listing, rows: list[Template], listings: Mapping[str, Listing]
) -> Template | None:
    """By its id, else the row of the same name and language whose id Gupshup no longer knows."""
    by_id = next((row for row in rows if row.gupshup_id == listing.gupshup_id), None)
    if by_id is not None:
        return by_id
    same = (row for row in rows if (row.name, row.language) == (listing.name, listing.language))
    return next((row for row in same if row.gupshup_id not in listings), None)


def _write(row: Template, fields: Mapping[str, Any], by: User | None) -> str:
    """Save what differs, with its history; ``new``, ``changed`` or ``unchanged``."""
    is_new = row.pk is None
    differing = [name for name, value in fields.items() if getattr(row, name) != value]
    if not (is_new or differing):
        return "unchanged"
    for name in differing:
        setattr(row, name, fields[name])
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return "new" if is_new else "changed"


def _mark_deleted(row: Template, listings: Mapping[str, Listing], by: User | None) -> bool:
    if row.gupshup_id in listings or row.state == TemplateState.DELETED:
        return False
    return _write(row, {"state": TemplateState.DELETED, "reason": ""}, by) == "changed"


@transaction.atomic
def take_template_event(event: Json) -> bool:
    """Note a template's new state or category as a template-event tells it.

    False where it tells nothing new to the desk: no known template, a warning only, or
    older than what Gupshup said since. Events of old have no ``payload.type``
    (docs.gupshup.io/docs/system-events).
    """
    payload = obj(event.get("payload")) if event.get("type") == "template-event" else {}
    gupshup_id, now = clean(payload.get("id"), 60), timezone.now()
    row = Template.objects.select_for_update().filter(gupshup_id=gupshup_id).first()
    told_at = min(moment(event.get("timestamp")) or now, now)
    fields = _told(payload)
    if row is None or not fields or (row.synced_at and told_at <= row.synced_at):
        return False
    _write(row, fields, None)
    Template.objects.filter(pk=row.pk).update(synced_at=told_at)
    return True


def _told(payload: Json) -> dict[str, str]:
    """What the event changes; a category that is only ``correct`` is a warning."""
    if "new" in (category := obj(payload.get("category"))):
        return {"category": category_of(category["new"])}
    if not (status := clean(payload.get("status"), 30)):
        return {}
    said = payload.get("rejectedReason") or payload.get("description")
    state = state_of(status)
    named = status if state == TemplateState.OTHER else ""
    return {"state": state, "reason": clean(said, 300) or named}

"""What staff did by hand to a row that has no history of its own."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from customers.models import User


def log_by_hand(row: Model, said: str, *, by: User) -> None:
    """Note who changed the row now, and what was before, in the admin's log."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(type(row)),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=CHANGE,
        change_message=said,
    )

"""Two rows that were one person, put together, and what it takes to part them again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.people import User

UNDO_WITHIN = timedelta(days=1)


class CustomerMerge(models.Model):
    """Who was merged into whom, by whom, and what moved.

    The ids are plain numbers: the merged row is gone, and the kept one may be merged
    itself. ``before``, ``gone`` and ``dropped`` name the person: they are emptied once
    nobody can undo it any more (customers/merging.py).
    """

    kept_id = models.BigIntegerField(db_index=True)
    gone_id = models.BigIntegerField(db_index=True)
    before = models.JSONField(default=dict, help_text=_("The kept row's columns that changed."))
    after = models.JSONField(default=dict, help_text=_("What they changed to."))
    gone = models.JSONField(default=dict, help_text=_("The merged row."))
    dropped = models.JSONField(default=list, help_text=_("Rows that both had alike."))
    moved = models.JSONField(default=dict, help_text=_("Ids of what moved, by column."))
    order_count = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", help_text=_("Empty: the desk")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("merge of customers")
        verbose_name_plural = _("merges of customers")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=~Q(gone={}), name="merge_still_remembered"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(kept_id=models.F("gone_id")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"

    @property
    def undo_until(self) -> datetime:
        return self.created_at + UNDO_WITHIN

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and bool(self.gone) and timezone.now() < self.undo_until

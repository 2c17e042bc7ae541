"""People who asked to be forgotten: that it was done, by whom, and files still to delete."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.people import User


class Erasure(models.Model):
    """One person who was forgotten; the row names nobody.

    ``files`` are storage names, random ones: they go after the commit, and the sweep
    deletes what a crash left (law 1).
    """

    customer_id = models.BigIntegerField(db_index=True, help_text=_("Whose nameless row is left."))
    files = models.JSONField(default=list)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], condition=~Q(files=[]), name="erasure_files_left"),
        ]

    def __str__(self) -> str:
        return str(self.customer_id)

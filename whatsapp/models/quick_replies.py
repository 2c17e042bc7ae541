"""Sentences that staff keep ready."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class QuickReply(models.Model):
    """A sentence that staff put into the reply box by one click, and edit as they like."""

    title = models.CharField(max_length=40, unique=True)
    text = models.TextField(
        max_length=1000, help_text=_("{name} becomes the customer's name when it is picked.")
    )
    position = models.PositiveIntegerField(default=0, help_text=_("The smallest comes first."))
    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "title"]
        verbose_name_plural = _("quick replies")

    def __str__(self) -> str:
        return self.title

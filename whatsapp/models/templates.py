"""Message templates that WhatsApp approved, as Gupshup lists them."""

from __future__ import annotations

import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

_NUMBERED = re.compile(r"\{\{\s*(\d+)\s*\}\}")
_ANY = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class TemplateState(models.TextChoices):
    """Gupshup's own words (docs.gupshup.io/docs/system-events), and ``other`` for new ones."""

    APPROVED = "approved", "Approved"
    PENDING = "pending", "Waiting for approval"
    REJECTED = "rejected", "Rejected"
    IN_APPEAL = "in_appeal", "In appeal"
    PAUSED = "paused", "Paused"
    DISABLED = "disabled", "Disabled"
    FAILED = "failed", "Failed"
    DELETED = "deleted", "Deleted at Gupshup"
    OTHER = "other", "Another state"


class TemplateCategory(models.TextChoices):
    UTILITY = "utility", "Utility"
    MARKETING = "marketing", "Marketing"
    AUTHENTICATION = "authentication", "Authentication"


class Template(models.Model):
    """A template of the shop's Gupshup app; its language is fixed by its id."""

    gupshup_id = models.CharField(max_length=60, unique=True, verbose_name="Gupshup's id")
    name = models.CharField(max_length=180)
    language = models.CharField(
        max_length=12, help_text="As WhatsApp writes it: en, en_US, hi, gu."
    )
    category = models.CharField(max_length=14, choices=TemplateCategory)
    kind = models.CharField(
        max_length=20, default="TEXT", help_text="TEXT; others have a picture or more at the top."
    )
    header = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=2000, help_text="With variables {{1}}, {{2}} …")
    footer = models.CharField(max_length=200, blank=True)
    buttons = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    state = models.CharField(max_length=9, choices=TemplateState, default=TemplateState.PENDING)
    reason = models.CharField(max_length=300, blank=True, help_text="Why Gupshup says so")
    synced_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords(excluded_fields=["synced_at"])

    class Meta:
        ordering = ["name", "language", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TemplateState.values), name="template_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def variable_count(self) -> int:
        """How many values its body takes: the highest number in it."""
        return max((int(number) for number in _NUMBERED.findall(self.body)), default=0)

    def filled(self, values: list[str]) -> str:
        """Header, body with these values, and footer: what the customer reads."""

        def value(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            return values[place] if 0 <= place < len(values) else match[0]

        return "\n".join(filter(None, (self.header, _NUMBERED.sub(value, self.body), self.footer)))

    def why_unusable(self) -> str:
        """Why the desk can't send it now, or empty."""
        if self.state != TemplateState.APPROVED:
            because = f": {self.reason}" if self.reason else ""
            return f"Template {self} is not approved ({self.get_state_display()}{because})."
        if self.kind != "TEXT":
            return f"Template {self} needs more than words ({self.kind.lower()})."
        return self._why_unfillable()

    def _why_unfillable(self) -> str:
        """Gupshup tells nobody in which order it fills a header's and a button's variables."""
        if _ANY.search(self.header) or any(_ANY.search(button) for button in self.buttons):
            return f"Template {self} has variables outside of its body."
        numbers = {int(number) for number in _NUMBERED.findall(self.body)}
        if len(_ANY.findall(self.body)) != len(_NUMBERED.findall(self.body)):
            return f"Template {self} has variables without a number."
        if numbers != set(range(1, len(numbers) + 1)):
            return f"Template {self} does not number its variables from 1 on."
        return ""

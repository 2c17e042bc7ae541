"""Message templates that WhatsApp approved, as Gupshup lists them."""

from __future__ import annotations

import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

_NUMBERED = re.compile(r"\{\{\s*(\d+)\s*\}\}")
_ANY = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class TemplateState(models.TextChoices):
    """Gupshup's own words (docs.gupshup.io/docs/system-events), and ``other`` for new ones."""

    APPROVED = "approved", _("Approved")
    PENDING = "pending", _("Waiting for approval")
    REJECTED = "rejected", _("Rejected")
    IN_APPEAL = "in_appeal", _("In appeal")
    PAUSED = "paused", _("Paused")
    DISABLED = "disabled", _("Disabled")
    FAILED = "failed", _("Failed")
    DELETED = "deleted", _("Deleted at Gupshup")
    OTHER = "other", _("Another state")


class TemplateCategory(models.TextChoices):
    UTILITY = "utility", _("Utility")
    MARKETING = "marketing", _("Marketing")
    AUTHENTICATION = "authentication", _("Authentication")


class Template(models.Model):
    """A template of the shop's Gupshup app; its language is fixed by its id."""

    gupshup_id = models.CharField(max_length=60, unique=True, verbose_name=_("Gupshup's id"))
    name = models.CharField(max_length=180)
    language = models.CharField(
        max_length=12, help_text=_("As WhatsApp writes it: en, en_US, hi, gu.")
    )
    category = models.CharField(max_length=14, choices=TemplateCategory)
    kind = models.CharField(
        max_length=20,
        default="TEXT",
        help_text=_("TEXT; others have a picture or more at the top."),
    )
    header = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=2000, help_text=_("With variables {{1}}, {{2}} …"))
    footer = models.CharField(max_length=200, blank=True)
    buttons = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    state = models.CharField(max_length=9, choices=TemplateState, default=TemplateState.PENDING)
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why Gupshup says so"))
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
            return gettext("Template %(self)s is not approved (%(state)s%(because)s).") % {
                "self": self,
                "state": self.get_state_display(),
                "because": because,
            }
        if self.kind != "TEXT":
            return gettext("Template %(self)s needs more than words (%(kind)s).") % {
                "self": self,
                "kind": self.kind.lower(),
            }
        return self._why_unfillable()

    def _why_unfillable(self) -> str:
        """Gupshup tells nobody in which order it fills a header's and a button's variables."""
        if _ANY.search(self.header) or any(_ANY.search(button) for button in self.buttons):
            return gettext("Template %(self)s has variables outside of its body.") % {"self": self}
        numbers = {int(number) for number in _NUMBERED.findall(self.body)}
        if len(_ANY.findall(self.body)) != len(_NUMBERED.findall(self.body)):
            return gettext("Template %(self)s has variables without a number.") % {"self": self}
        if numbers != set(range(1, len(numbers) + 1)):
            return gettext("Template %(self)s does not number its variables from 1 on.") % {
                "self": self
            }
        return ""

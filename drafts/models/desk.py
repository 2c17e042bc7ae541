"""Who has a draft open, and which drafts were merged."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DraftViewer(models.Model):
    """Somebody who has a draft's page open; drafts/viewing.py says when it ends."""

    draft = models.ForeignKey("drafts.OrderDraft", on_delete=models.CASCADE, related_name="viewers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "user"], name="draft_viewer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.draft_id}"


class DraftMerge(models.Model):
    """One draft went into another; the ids say what came from it, so that it can be undone."""

    kept = models.ForeignKey(
        "drafts.OrderDraft", on_delete=models.PROTECT, related_name="merges_in"
    )
    gone = models.ForeignKey(
        "drafts.OrderDraft", on_delete=models.PROTECT, related_name="merges_away"
    )
    entry_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    message_ids = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text=_("Of DraftMessage rows")
    )
    about_ids = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text=_("Of MessageAbout rows")
    )
    kept_version = models.PositiveIntegerField(
        help_text=_("The draft's version afterwards; undone only while it is this")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="draft_merged_with_another")
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"

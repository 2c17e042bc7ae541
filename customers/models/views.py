"""A list of the admin as somebody narrowed it down, kept under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class SavedView(models.Model):
    """``query`` holds the [key, value] pairs of the list's query string, sorted."""

    listing = models.CharField(max_length=60, help_text=_("app_label.model_name of the list"))
    name = models.CharField(_("name"), max_length=40)
    query = models.JSONField()
    shared = models.BooleanField(_("for everybody at the shop"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "listing", "name"], name="saved_view_named_once"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_view_has_a_name"),
        ]
        indexes = [
            models.Index("listing", condition=models.Q(shared=True), name="saved_views_shared"),
        ]

    def __str__(self) -> str:
        return self.name

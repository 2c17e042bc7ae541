"""What was read of each message, and the names that corrections taught."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import Customer, User
from orders.models import Product
from whatsapp.models import Message


class AnalysisStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")


class Analysis(models.Model):
    """The reading of one message: due, running, done or failed (law 1)."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="analysis")
    status = models.CharField(max_length=9, choices=AnalysisStatus, default=AnalysisStatus.PENDING)
    reader = models.CharField(max_length=20, blank=True)
    reader_version = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=80, blank=True)
    intent = models.CharField(max_length=12, blank=True)
    confidence = models.FloatField(default=0)
    warnings = models.JSONField(default=list, blank=True)
    usage = models.JSONField(default=dict, blank=True)
    read_text = models.TextField(
        blank=True,
        help_text=_("Of a message with media: its caption and what its picture or voice says"),
    )
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who last had it read again; empty: read as it came in"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = _("analyses")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status__in=["pending", "running"]),
                name="analysis_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.intent or self.status}"


class LearnedName(models.Model):
    """A customer's words for a product, or a name for a client, as corrections taught them.

    drafts/learning.py says when it is in force; ``key`` are the words as they are compared.
    """

    words = models.CharField(max_length=120)
    key = models.CharField(max_length=200, editable=False)
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.CASCADE, related_name="learned_names"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="learned_names"
    )
    taught = models.PositiveIntegerField(
        default=0, help_text=_("How often staff corrected these words to this")
    )
    refused = models.PositiveIntegerField(
        default=0, help_text=_("How often staff corrected them to something else")
    )
    used = models.PositiveIntegerField(default=0, help_text=_("How many lines were read by it"))
    contested = models.BooleanField(
        default=False, help_text=_("The words fit another by its own name: needs more corrections")
    )
    in_force = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    class Meta:
        ordering = ["words", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=True) ^ Q(customer__isnull=True),
                name="learned_name_of_one_thing",
            ),
            models.UniqueConstraint(fields=["key", "product"], name="learned_product_name_once"),
            models.UniqueConstraint(fields=["key", "customer"], name="learned_client_name_once"),
        ]

    def __str__(self) -> str:
        return self.words

"""What customers who agreed hear about their orders: switches, words, and what is due."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.speaking import language_name
from orders.models import Order
from whatsapp.models.messages import Message
from whatsapp.models.templates import Template


class NoticeEvent(models.TextChoices):
    RECEIVED = "received", _("Order received")
    CONFIRMED = "confirmed", _("Order confirmed")
    PROCESSING = "processing", _("Being packed")
    SHIPPED = "shipped", _("Shipped, with tracking")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")
    PAYMENT_REMINDER = "payment_reminder", _("Payment reminder")
    ACCOUNT_CODE = "account_code", _("Code for their account")


class Notice(models.Model):
    """Whether customers hear of one kind of event; a row an event, made by migration 0009."""

    event = models.CharField(max_length=16, choices=NoticeEvent, unique=True)
    is_on = models.BooleanField(
        "on", default=True, help_text=_("Off: nobody hears of it, from the next one on.")
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_event_display()


class NoticeWording(models.Model):
    """How a notice reads in one language.

    ``text`` goes while the customer's 24-hour window is open, the template outside of it.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=5)
    text = models.TextField(
        max_length=1000,
        blank=True,
        help_text=_("Within 24 hours: with {order_reference} and the like."),
    )
    template = models.ForeignKey(
        Template, null=True, blank=True, on_delete=models.PROTECT, related_name="wordings"
    )
    variables = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text=_("What {{1}}, {{2}} … stand for, by commas."),
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["notice", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "language"], name="notice_wording_once_a_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} ({language_name(self.language)})"


class OrderNoticeStatus(models.TextChoices):
    DUE = "due", _("To be written")
    QUEUED = "queued", _("In the outbox")
    NOT_SENT = "not_sent", _("Not sent")


class OrderNotice(models.Model):
    """One event of one order that its customer is to hear of, once (law 1)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=16, choices=NoticeEvent)
    status = models.CharField(
        max_length=8, choices=OrderNoticeStatus, default=OrderNoticeStatus.DUE
    )
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status="due"), name="order_notice_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "event"], name="order_notice_once"),
            models.CheckConstraint(
                condition=~Q(status="queued") | Q(message__isnull=False),
                name="order_notice_queued_has_message",
            ),
            models.CheckConstraint(
                condition=~Q(status="not_sent") | ~Q(last_error=""),
                name="order_notice_not_sent_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.order}"

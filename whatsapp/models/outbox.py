"""How fast the desk may send, in one row; and the outbox as the staff's list shows it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whatsapp.models.messages import Message


class SendPace(models.Model):
    """The one row that decides whether a message may go to Gupshup now, over all workers."""

    recent = ArrayField(
        models.DateTimeField(),
        default=list,
        help_text=_("When the last second's messages were handed over, oldest first"),
    )
    promised_until = models.DateTimeField(
        null=True, help_text=_("Until when the coming moments are given to messages that wait")
    )
    failures = models.PositiveIntegerField(
        default=0, help_text=_("How often in a row Gupshup was not to be had")
    )
    failed_at = models.DateTimeField(null=True, help_text=_("When that was noted last"))
    paused_until = models.DateTimeField(null=True, help_text=_("Nothing is sent before"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="send_pace_is_one_row")]


class OutboxMessage(Message):
    """An outbound message, for the admin's list of them."""

    class Meta:
        proxy = True
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["-pk"]

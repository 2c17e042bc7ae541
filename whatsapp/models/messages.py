"""Events, chats, messages and their media."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from customers.models import WhatsAppIdentity


class EventStatus(models.TextChoices):
    RECEIVED = "received", _("Received")
    PROCESSED = "processed", _("Processed")
    KEPT = "kept", _("Kept, not understood")
    FAILED = "failed", _("Failed")


class InboundEvent(models.Model):
    """One event of Gupshup's, stored raw before anything is decided."""

    key = models.CharField(max_length=300, unique=True)
    raw = models.BinaryField(help_text=_("The bytes as they came."))
    status = models.CharField(max_length=9, choices=EventStatus, default=EventStatus.RECEIVED)
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status="received"),
                name="inbound_due",
            )
        ]

    def __str__(self) -> str:
        return self.key


class IgnoredCount(models.Model):
    """How many messages of senders who are not allowed came on a day; nothing else is kept."""

    day = models.DateField(unique=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]


class Chat(models.Model):
    """The conversation with one WhatsApp identity."""

    identity = models.OneToOneField(WhatsAppIdentity, on_delete=models.PROTECT, related_name="chat")
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(null=True, blank=True)
    unread_count = models.PositiveIntegerField(default=0)
    next_send_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Not before then another message to this customer")
    )
    read_position = models.BigIntegerField(
        default=0, help_text=_("The newest message that somebody at the desk saw")
    )
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    settled_position = models.BigIntegerField(
        default=0, help_text=_("Up to this message staff said that none needs an answer")
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who of the staff looks after it; empty: whoever comes first"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = [models.F("last_message_at").desc(nulls_last=True), "-pk"]

    def __str__(self) -> str:
        return str(self.identity)


class Direction(models.TextChoices):
    IN = "in", _("From the customer")
    OUT = "out", _("From the shop")


class MessageStatus(models.TextChoices):
    """An inbound message is received; an outbound one moves forward from queued."""

    RECEIVED = "received", _("Received")
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Failed")
    PERHAPS_SENT = "perhaps_sent", _("Perhaps sent")


class MessageWords(Func):
    """The words of a text for an index, each cut at 60 letters (migration 0006).

    PostgreSQL refuses words over 2 kB, and a customer may send one.
    """

    function = "message_words"
    output_field = SearchVectorField()


class Message(models.Model):
    """One message of a chat; an outbound row is the outbox entry too (law 1)."""

    chat = models.ForeignKey(Chat, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(max_length=20, default="text")
    text = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=MessageStatus)
    provider_id = models.CharField(
        max_length=300, null=True, blank=True, help_text=_("Gupshup's id of this message")
    )
    whatsapp_id = models.CharField(
        max_length=300,
        null=True,
        blank=True,
        help_text=_("WhatsApp's own id of our message; late receipts carry only this."),
    )
    event = models.OneToOneField(
        InboundEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="message"
    )
    happened_at = models.DateTimeField(help_text=_("When the customer wrote, or we queued it"))
    details = models.JSONField(
        default=dict, blank=True, help_text=_("A place, people or a cart (whatsapp/contents.py)")
    )
    postback = models.CharField(
        max_length=300, blank=True, help_text=_("What the tapped button stands for")
    )
    answers = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answered_by",
        help_text=_("The message of the same chat that this replies or reacts to"),
    )
    answers_ids = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text=_("The ids by which it names that message"),
    )
    imported = models.ForeignKey(
        "whatsapp.ChatImport",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
        help_text=_("The export it was taken from; empty: it came or went through the desk"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    # Outbound only
    purpose = models.CharField(
        max_length=80,
        null=True,
        blank=True,
        help_text=_("What it is for, e.g. draft:17:received; one message a purpose."),
    )
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    attempted_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the gateway was last called")
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    needs_consent = models.BooleanField(
        default=False, help_text=_("A notice: it leaves only while the customer agrees to them")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who asked for it, or last sent it again; empty: the desk itself"),
    )

    class Meta:
        ordering = ["happened_at", "pk"]
        indexes = [
            models.Index(fields=["chat", "happened_at", "id"], name="message_by_chat"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status__in=["queued", "sending"]),
                name="outbox_due",
            ),
            models.Index(
                fields=["chat", "id"],
                condition=Q(status__in=["queued", "sending"]),
                name="outbox_by_chat",
            ),
            models.Index(
                fields=["chat"],
                condition=Q(answers__isnull=True) & ~Q(answers_ids=[]),
                name="message_answer_unlinked",
            ),
            models.Index(
                fields=["whatsapp_id"],
                condition=Q(whatsapp_id__isnull=False),
                name="message_by_whatsapp_id",
            ),
            GinIndex(MessageWords("text"), name="message_by_words"),
            models.Index(
                fields=["attempted_at"],
                condition=Q(status__in=["failed", "perhaps_sent"]),
                name="message_failed_lately",
            ),
            models.Index(
                fields=["happened_at"],
                condition=Q(purpose__startswith="away:"),
                name="message_while_away",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "direction"],
                condition=Q(provider_id__isnull=False),
                name="message_provider_id_once",
            ),
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(purpose__isnull=False),
                name="message_purpose_once",
            ),
            models.CheckConstraint(
                condition=Q(direction="in", status="received")
                | (Q(direction="out") & ~Q(status="received")),
                name="message_status_fits_direction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()}: {self.kind}"


class MediaStatus(models.TextChoices):
    DUE = "due", _("To be fetched")
    FETCHING = "fetching", _("Being fetched")
    FETCHED = "fetched", _("Here")
    FAILED = "failed", _("Could not be fetched")


class Media(models.Model):
    """The picture, voice note or file of an inbound message: due, fetched or failed (law 1)."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="media")
    status = models.CharField(max_length=8, choices=MediaStatus, default=MediaStatus.DUE)
    url = models.TextField(help_text=_("Whoever has the link has the file: never shown or logged"))
    expires_at = models.DateTimeField(help_text=_("When the link ends; until then it is retried"))
    file_name = models.CharField(max_length=200, blank=True, help_text=_("As the sender named it"))
    content_type = models.CharField(max_length=60, blank=True, help_text=_("As its content shows"))
    byte_count = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(blank=True, upload_to="whatsapp")
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = _("media")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status__in=["due", "fetching"]),
                name="media_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="fetched")
                | (~Q(file="") & ~Q(sha256="") & Q(byte_count__isnull=False)),
                name="media_fetched_has_its_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.message.kind}: {self.get_status_display()}"

    @property
    def is_here(self) -> bool:
        """Whether there is a file to show."""
        return self.status == MediaStatus.FETCHED

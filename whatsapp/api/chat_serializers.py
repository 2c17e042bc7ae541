"""Chats, their messages, how they were read and what they became, as JSON."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework import serializers

from customers.models import Shop
from customers.speaking import language_of
from drafts.intents import suggested_reply
from orders.api.basket import LARGEST_ID, LinesField, WordsField
from orders.lines import MAX_QUANTITY
from whatsapp.api.fields import Time
from whatsapp.models import Chat, Message
from whatsapp.window import may_write

_KEY = re.compile(r"^[A-Za-z0-9._-]+$")


class ChatSerializer(serializers.ModelSerializer[Chat]):
    """A conversation. ``canWrite``: WhatsApp takes a free text to the customer now."""

    customer_id = serializers.IntegerField(source="identity.customer_id", read_only=True)
    customer_name = serializers.CharField(source="identity.customer.name", read_only=True)
    phone = serializers.CharField(source="identity.phone", read_only=True, allow_null=True)
    last_inbound_at = Time(allow_null=True)
    last_message_at = Time(allow_null=True)
    can_write = serializers.SerializerMethodField()

    class Meta:
        model = Chat
        fields = ["id", "customer_id", "customer_name", "phone", "unread_count"]
        fields += ["last_inbound_at", "last_message_at", "can_write"]
        read_only_fields = fields

    def get_can_write(self, chat: Chat) -> bool:
        return may_write(chat, timezone.now())


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message. ``intent`` and a suggested reply where the desk has read it."""

    happened_at = Time()
    intent = serializers.CharField(
        source="analysis.intent", default=None, allow_null=True, read_only=True
    )
    confidence = serializers.FloatField(
        source="analysis.confidence", default=None, allow_null=True, read_only=True
    )
    suggested_reply = serializers.SerializerMethodField()
    draft_id = serializers.IntegerField(
        source="draft_message.draft_id", default=None, allow_null=True, read_only=True
    )
    about_draft_id = serializers.IntegerField(
        source="about.draft_id",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="The open draft that it cancels or changes",
    )
    about_order_id = serializers.UUIDField(
        source="about.order_id",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="The order that it cancels or changes",
    )

    class Meta:
        model = Message
        fields = ["id", "direction", "kind", "text", "status", "happened_at", "last_error"]
        fields += ["intent", "confidence", "suggested_reply", "draft_id"]
        fields += ["about_draft_id", "about_order_id"]
        read_only_fields = fields

    def get_suggested_reply(self, message: Message) -> str:
        analysis = getattr(message, "analysis", None)
        if analysis is None:
            return ""
        language = language_of(message.chat.identity.customer, shop=self._shop)
        return suggested_reply(analysis.intent, language)

    @cached_property
    def _shop(self) -> Shop:
        """Asked once for all rows of a list."""
        return Shop.current()


class ReplySerializer(serializers.Serializer[Any]):
    """What staff write. The same ``clientMessageId`` again sends nothing more."""

    text = serializers.CharField(max_length=4096)
    client_message_id = serializers.RegexField(_KEY, max_length=40, required=False)


class WantedSerializer(serializers.Serializer[Any]):
    """A product and how much of it; ``variantNote`` may name its size and colour."""

    product_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    quantity = serializers.DecimalField(12, 3, min_value=0, max_value=MAX_QUANTITY)
    variant_note = WordsField(max_length=200)
    metadata = serializers.JSONField(required=False, help_text="Taken, and not kept")


class CreateOrderSerializer(serializers.Serializer[Any]):
    """With ``items`` the order has exactly these; without, those of the message's draft.

    ``shipping``, ``payment``, ``tags`` and ``metadata`` are taken and not kept; the order's
    ``warnings`` say so.
    """

    customer_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True
    )
    contact_id = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        required=False,
        allow_null=True,
        help_text="A WhatsApp identity; its customer is meant",
    )
    items = LinesField(child=WantedSerializer(), required=False, allow_null=True, min_length=1)
    shipping = serializers.JSONField(required=False)
    payment = serializers.JSONField(required=False)
    notes = WordsField(max_length=2000)
    tags = serializers.JSONField(required=False)
    metadata = serializers.JSONField(required=False)
    allow_duplicate = serializers.BooleanField(default=False)

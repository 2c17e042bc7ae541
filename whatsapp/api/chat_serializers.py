"""Chats, their messages, how they were read and what they became, as JSON."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from drafts.intents import suggested_reply
from orders.api.basket import LARGEST_ID, LinesField, WordsField
from orders.lines import MAX_QUANTITY
from whatsapp.models import Chat, Message
from whatsapp.window import may_write

_KEY = re.compile(r"^[A-Za-z0-9._-]+$")


class Time(serializers.DateTimeField):
    """In UTC, as every time of the API."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, read_only=True, **options)


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
        language = message.chat.identity.customer.language
        return suggested_reply(analysis.intent, language) if analysis else ""


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


# Answers --------------------------------------------------------------------------------


def _text(**options: Any) -> serializers.CharField:
    return serializers.CharField(**options)


def _money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(14, 2, **options)


def _amount(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(15, 3, **options)


class EntitiesSerializer(serializers.Serializer[Any]):
    """Of the first line that was read."""

    product_name = _text(allow_null=True)
    color = _text(allow_null=True)
    size = _text(allow_null=True)
    amount = _text(allow_null=True)
    date = _text(allow_null=True)


class StockedSerializer(serializers.Serializer[Any]):
    stock_status = serializers.ChoiceField(
        ["in_stock", "low_stock", "out_of_stock"], allow_null=True
    )
    stock_quantity = _amount(allow_null=True)


class ProductMatchSerializer(StockedSerializer):
    """A product that a line's words mean, or may mean."""

    product_id = serializers.IntegerField()
    sku = _text()
    name = _text()
    confidence = serializers.FloatField()
    price = _money(allow_null=True)
    currency = _text()
    product_url = serializers.URLField(allow_null=True)
    match_status = serializers.ChoiceField(["high_confidence", "possible", "ambiguous"])


class VisualAttributesSerializer(serializers.Serializer[Any]):
    product_type = _text(allow_null=True)
    color = _text(allow_null=True)
    model = _text(allow_null=True)
    pattern = _text(allow_null=True)
    material = _text(allow_null=True)
    brand = _text(allow_null=True)
    visible_text = _text(allow_null=True)
    style = _text(allow_null=True)  # type: ignore[assignment]
    shape = _text(allow_null=True)
    other_features = _text(allow_null=True)


class VisualSearchSerializer(serializers.Serializer[Any]):
    """The desk reads pictures as text and compares none."""

    query = _text(allow_blank=True)
    visual_description = _text(allow_blank=True)
    attributes = VisualAttributesSerializer()
    warnings = serializers.ListField(child=_text())
    candidate_count = serializers.IntegerField()
    match_status = serializers.ChoiceField(["not_searched"])
    response_id = _text(allow_null=True)
    usage = serializers.DictField()


class DraftItemSerializer(StockedSerializer):
    product_id = serializers.IntegerField(allow_null=True)
    sku = _text(allow_null=True)
    name = _text(allow_blank=True)
    quantity = _amount(allow_null=True)
    variant_note = _text(allow_blank=True)
    notes = _text(allow_blank=True)
    unit_price = _money(allow_null=True)
    currency = _text()
    product_url = serializers.URLField(allow_null=True)
    variant_required = serializers.BooleanField()


class DraftSourceSerializer(serializers.Serializer[Any]):
    channel = _text()
    source_id = _text()
    source_type = _text()
    thread_id = serializers.IntegerField()
    message_id = serializers.IntegerField()


class ProposedOrderSerializer(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField()
    contact_id = serializers.IntegerField()
    items = DraftItemSerializer(many=True)
    source = DraftSourceSerializer()  # type: ignore[assignment]
    notes = _text(allow_blank=True)


class CommerceSerializer(serializers.Serializer[Any]):
    """How far the message is on its way to an order."""

    stage = serializers.ChoiceField(["none", "draft", "ordered"])
    order_readiness = serializers.ChoiceField(["not_applicable", "incomplete", "ready", "ordered"])
    missing_fields = serializers.ListField(child=_text())
    order_draft = ProposedOrderSerializer(allow_null=True)
    next_best_actions = serializers.ListField(child=_text())


class AppliedActionSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["create_order"])
    order_id = serializers.UUIDField()
    order_no = _text()
    actor_type = _text()
    actor_id = serializers.IntegerField(allow_null=True)
    allow_duplicate = serializers.BooleanField()
    created_at = Time()


class AnalysisErrorSerializer(serializers.Serializer[Any]):
    message = _text()


class AnalysisSerializer(serializers.Serializer[Any]):
    """How a message was read, and what can be done about it."""

    id = serializers.IntegerField()
    account_id = _text()
    provider_session_id = _text(allow_null=True)
    remote_jid = _text(allow_null=True)
    message_id = serializers.IntegerField()
    provider = _text(allow_blank=True)
    model = _text(allow_blank=True)
    status = serializers.ChoiceField(["pending", "running", "completed", "failed"])
    source_type = _text()
    trigger = serializers.ChoiceField(["auto", "manual"])
    intent = _text(allow_blank=True)
    action = _text()
    priority = serializers.ChoiceField(["low", "normal", "high"])
    sentiment = serializers.ChoiceField(["negative", "neutral", "positive"])
    summary = _text(allow_blank=True)
    suggested_reply = _text(allow_blank=True)
    confidence = serializers.FloatField()
    entities = EntitiesSerializer()
    visual_description = _text(allow_blank=True)
    warnings = serializers.ListField(child=_text())
    result = serializers.DictField()
    input = serializers.DictField()
    usage = serializers.DictField()
    openai_response_id = _text(allow_null=True)
    attempt_count = serializers.IntegerField()
    max_attempts = serializers.IntegerField()
    next_attempt_at = Time(allow_null=True)
    last_error = AnalysisErrorSerializer(allow_null=True)
    completed_at = Time(allow_null=True)
    failed_at = Time(allow_null=True)
    skipped_at = Time(allow_null=True)
    created_at = Time()
    updated_at = Time()
    entity_version = _text()
    product_matches = ProductMatchSerializer(many=True)
    visual_search = VisualSearchSerializer()
    commerce = CommerceSerializer()
    applied_actions = AppliedActionSerializer(many=True)


class BuyerSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(allow_null=True)
    title = _text()
    short_name = _text(allow_blank=True)
    status = _text()


class ContactSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    display_name = _text()
    email = _text(allow_blank=True)
    phone = _text(allow_null=True)
    status = _text()


class OrderSourceSerializer(serializers.Serializer[Any]):
    channel = _text()
    source_type = _text()
    source_id = _text()
    thread_id = serializers.IntegerField()
    message_id = serializers.IntegerField()
    external_thread_id = _text(allow_null=True)
    external_message_id = _text(allow_null=True)
    label = _text(allow_blank=True)  # type: ignore[assignment]
    metadata = serializers.DictField()


class ChatOrderItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    product_id = serializers.IntegerField(allow_null=True)
    sku = _text(allow_null=True)
    name = _text()
    unit_price = _money()
    currency = _text()
    quantity = _amount()
    discount_amount = _money()
    tax_rate = serializers.DecimalField(5, 2)
    tax_amount = _money()
    line_subtotal = _money()
    line_total = _money()
    product_snapshot = serializers.DictField(child=_text(allow_blank=True))
    metadata = serializers.DictField()


class ChatOrderPaymentSerializer(serializers.Serializer[Any]):
    status = _text()
    terms = _text()


class ChatOrderShippingSerializer(serializers.Serializer[Any]):
    address = _text(allow_blank=True)
    tracking_number = _text(allow_blank=True)
    carrier = _text(allow_blank=True)


class ChatOrderSerializer(serializers.Serializer[Any]):
    """An order made of a message. Money in rupees; ``taxTotal`` is contained in the prices."""

    id = serializers.UUIDField()
    account_id = _text()
    order_no = _text()
    customer_id = serializers.IntegerField(allow_null=True)
    contact_id = serializers.IntegerField()
    customer = BuyerSerializer()
    contact = ContactSerializer()
    status = _text()
    payment_status = _text()
    fulfillment_status = serializers.ChoiceField(
        ["unfulfilled", "shipped", "fulfilled", "returned"]
    )
    source = OrderSourceSerializer()  # type: ignore[assignment]
    items = ChatOrderItemSerializer(many=True)
    subtotal = _money()
    discount_total = _money()
    tax_total = _money()
    shipping_total = _money()
    grand_total = _money()
    currency = _text()
    payment = ChatOrderPaymentSerializer()
    shipping = ChatOrderShippingSerializer()
    notes = _text(allow_blank=True)
    tags = serializers.ListField(child=_text())
    metadata = serializers.DictField()
    warnings = serializers.ListField(child=_text())
    created_at = Time()
    updated_at = Time()
    entity_version = Time()


class AnalysedSerializer(serializers.Serializer[Any]):
    analysis = AnalysisSerializer()


class AnalyseAnswerSerializer(serializers.Serializer[Any]):
    status = serializers.BooleanField()
    data = AnalysedSerializer()  # type: ignore[assignment]


class OrderedSerializer(serializers.Serializer[Any]):
    order = ChatOrderSerializer()
    analysis = AnalysisSerializer(allow_null=True)


class CreateOrderAnswerSerializer(serializers.Serializer[Any]):
    status = serializers.BooleanField()
    data = OrderedSerializer()  # type: ignore[assignment]

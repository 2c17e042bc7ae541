"""Drafts and their lines as JSON, and what may be sent about them."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers.phones import phone_digits
from drafts.api.change_serializers import ChangeSerializer
from drafts.conversion import Outcome
from drafts.models import DraftEntry, OrderDraft
from drafts.recording import raw_message
from orders.api.serializers import OrderSerializer

MAX_ID = 2**63 - 1


class AlternativeSerializer(serializers.Serializer[Any]):
    """Another product that the words may mean."""

    sku = serializers.CharField()
    product_id = serializers.IntegerField()
    name = serializers.CharField()
    confidence = serializers.FloatField()


class EntrySerializer(serializers.ModelSerializer[DraftEntry]):
    """A line; ``weight`` is grams per piece, ``source_span`` characters of raw_message."""

    product_id = serializers.IntegerField(allow_null=True)
    product_name = serializers.CharField(source="product.name", allow_null=True, default=None)
    client_id = serializers.IntegerField(allow_null=True)
    client_name = serializers.SerializerMethodField()
    alternatives = AlternativeSerializer(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
    source_span = serializers.SerializerMethodField()
    from_order_id = serializers.UUIDField(
        allow_null=True,
        help_text="Of a line that nobody wrote: the sender's earlier order that it is taken from",
    )

    class Meta:
        model = DraftEntry
        fields = [
            "id",
            "item_name",
            "weight",
            "quantity",
            "client_name",
            "client_id",
            "slip_number",
            "product_id",
            "product_name",
            "unit",
            "match_confidence",
            "alternatives",
            "size",
            "color",
            "unit_price",
            "is_custom",
            "warnings",
            "source_span",
            "from_order_id",
        ]
        read_only_fields = fields

    def get_client_name(self, entry: DraftEntry) -> str:
        return entry.client_name or (entry.client.name if entry.client else "")

    @extend_schema_field(
        {
            "type": "array",
            "items": {"type": "integer"},
            "minItems": 2,
            "maxItems": 2,
            "nullable": True,
        }
    )
    def get_source_span(self, entry: DraftEntry) -> list[int | None] | None:
        span = [entry.source_start, entry.source_end]
        return None if None in span else span


class SavedEntrySerializer(EntrySerializer):
    """A line just written, with the draft's ``version`` from now on."""

    version = serializers.IntegerField(source="draft.version")

    class Meta(EntrySerializer.Meta):
        fields = [*EntrySerializer.Meta.fields, "version"]
        read_only_fields = fields


class DraftSerializer(serializers.ModelSerializer[OrderDraft]):
    """A draft with its lines; ``phone_number`` is digits without plus, null when hidden."""

    created_at = serializers.DateTimeField(default_timezone=UTC)
    updated_at = serializers.DateTimeField(default_timezone=UTC)
    reply_due_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True)
    phone_number = serializers.SerializerMethodField()
    raw_message = serializers.SerializerMethodField()
    message_id = serializers.SerializerMethodField()
    message_ids = serializers.SerializerMethodField()
    customer_id = serializers.IntegerField()
    customer_name = serializers.CharField(source="customer.name")
    warnings = serializers.ListField(child=serializers.CharField())
    entries = EntrySerializer(many=True)
    changes = serializers.SerializerMethodField()

    class Meta:
        model = OrderDraft
        fields = [
            "id",
            "created_at",
            "updated_at",
            "phone_number",
            "raw_message",
            "entries",
            "customer_id",
            "customer_name",
            "message_id",
            "message_ids",
            "reader",
            "confidence",
            "status",
            "notes",
            "reply_due_at",
            "version",
            "warnings",
            "changes",
        ]
        read_only_fields = fields

    def get_phone_number(self, draft: OrderDraft) -> str | None:
        return phone_digits(draft.chat.identity.phone)

    def get_raw_message(self, draft: OrderDraft) -> str:
        return raw_message(draft)

    def get_message_id(self, draft: OrderDraft) -> int | None:
        return next(iter(self.get_message_ids(draft)), None)

    def get_message_ids(self, draft: OrderDraft) -> list[int]:
        return [row.message_id for row in draft.source.draft_messages.all()]

    @extend_schema_field(ChangeSerializer(many=True))
    def get_changes(self, draft: OrderDraft) -> list[dict[str, Any]]:
        return list(ChangeSerializer(draft.asked_changes, many=True).data)


class DraftPageSerializer(serializers.Serializer[Any]):
    """A page of drafts."""

    count = serializers.IntegerField()
    count_is_capped = serializers.BooleanField(required=False)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = DraftSerializer(many=True)


class VersionedSerializer(serializers.Serializer[Any]):
    """``version``: the draft's as last seen; a stale one is refused with 409."""

    version = serializers.IntegerField(required=False, min_value=0, max_value=MAX_ID)


class DraftChangesSerializer(VersionedSerializer):
    """What may be changed of a draft; only what is sent changes."""

    notes = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    customer_id = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)


class EntryChangesSerializer(VersionedSerializer):
    """What may be set of a line; only what is sent changes. ``client_id`` wins over the name."""

    item_name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    product_id = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_ID
    )
    quantity = serializers.DecimalField(
        required=False, allow_null=True, max_digits=12, decimal_places=3
    )
    weight = serializers.DecimalField(
        required=False, allow_null=True, max_digits=12, decimal_places=3
    )
    size = serializers.CharField(required=False, allow_blank=True, max_length=40)
    color = serializers.CharField(required=False, allow_blank=True, max_length=40)
    unit_price = serializers.DecimalField(
        required=False, allow_null=True, max_digits=12, decimal_places=2
    )
    is_custom = serializers.BooleanField(required=False)
    client_name = serializers.CharField(required=False, allow_blank=True, max_length=120)
    client_id = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_ID
    )
    slip_number = serializers.CharField(required=False, max_length=24)


class ConvertSerializer(VersionedSerializer):
    """``confirm``: confirm each order right away, which takes its stock."""

    confirm = serializers.BooleanField(required=False, default=False)


class OutcomeErrorSerializer(serializers.Serializer[Any]):
    """Why an order could not be confirmed; ``lines`` names what is short."""

    code = serializers.CharField()
    detail = serializers.CharField(source="*")
    lines = serializers.SerializerMethodField()

    def get_lines(self, error: Any) -> list[dict[str, Any]]:
        return list(error.data.get("lines", []))


class OutcomeSerializer(serializers.Serializer[Outcome]):
    """What became of confirming one of the orders."""

    order_id = serializers.UUIDField(source="order.pk")
    order_reference = serializers.CharField(source="order.order_reference")
    confirmed = serializers.BooleanField()
    error = OutcomeErrorSerializer(allow_null=True)


class ConvertedSerializer(serializers.Serializer[Any]):
    """The orders that were made; ``confirmations`` only where confirming was asked for."""

    draft_id = serializers.IntegerField()
    orders = OrderSerializer(many=True)
    confirmations = OutcomeSerializer(many=True, required=False)

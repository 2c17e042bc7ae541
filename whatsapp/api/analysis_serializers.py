"""How a message was read, as JSON: what it asks for and which products may be meant."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from whatsapp.api.fields import Time, amount, money, text


class EntitiesSerializer(serializers.Serializer[Any]):
    """Of the first line that was read."""

    product_name = text(allow_null=True)
    color = text(allow_null=True)
    size = text(allow_null=True)
    amount = text(allow_null=True)
    date = text(allow_null=True)


class StockedSerializer(serializers.Serializer[Any]):
    stock_status = serializers.ChoiceField(
        ["in_stock", "low_stock", "out_of_stock"], allow_null=True
    )
    stock_quantity = amount(allow_null=True)


class ProductMatchSerializer(StockedSerializer):
    """A product that a line's words mean, or may mean."""

    product_id = serializers.IntegerField()
    sku = text()
    name = text()
    confidence = serializers.FloatField()
    price = money(allow_null=True)
    currency = text()
    product_url = serializers.URLField(allow_null=True)
    match_status = serializers.ChoiceField(["high_confidence", "possible", "ambiguous"])


class VisualAttributesSerializer(serializers.Serializer[Any]):
    product_type = text(allow_null=True)
    color = text(allow_null=True)
    model = text(allow_null=True)
    pattern = text(allow_null=True)
    material = text(allow_null=True)
    brand = text(allow_null=True)
    visible_text = text(allow_null=True)
    style = text(allow_null=True)  # type: ignore[assignment]
    shape = text(allow_null=True)
    other_features = text(allow_null=True)


class VisualSearchSerializer(serializers.Serializer[Any]):
    """The desk reads pictures as text and compares none."""

    query = text(allow_blank=True)
    visual_description = text(allow_blank=True)
    attributes = VisualAttributesSerializer()
    warnings = serializers.ListField(child=text())
    candidate_count = serializers.IntegerField()
    match_status = serializers.ChoiceField(["not_searched"])
    response_id = text(allow_null=True)
    usage = serializers.DictField()


class DraftItemSerializer(StockedSerializer):
    product_id = serializers.IntegerField(allow_null=True)
    sku = text(allow_null=True)
    name = text(allow_blank=True)
    quantity = amount(allow_null=True)
    variant_note = text(allow_blank=True)
    notes = text(allow_blank=True)
    unit_price = money(allow_null=True)
    currency = text()
    product_url = serializers.URLField(allow_null=True)
    variant_required = serializers.BooleanField()


class DraftSourceSerializer(serializers.Serializer[Any]):
    channel = text()
    source_id = text()
    source_type = text()
    thread_id = serializers.IntegerField()
    message_id = serializers.IntegerField()


class ProposedOrderSerializer(serializers.Serializer[Any]):
    customer_id = serializers.IntegerField()
    contact_id = serializers.IntegerField()
    items = DraftItemSerializer(many=True)
    source = DraftSourceSerializer()  # type: ignore[assignment]
    notes = text(allow_blank=True)


class CommerceSerializer(serializers.Serializer[Any]):
    """How far the message is on its way to an order."""

    stage = serializers.ChoiceField(["none", "draft", "ordered"])
    order_readiness = serializers.ChoiceField(["not_applicable", "incomplete", "ready", "ordered"])
    missing_fields = serializers.ListField(child=text())
    order_draft = ProposedOrderSerializer(allow_null=True)
    next_best_actions = serializers.ListField(child=text())


class AppliedActionSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["create_order"])
    order_id = serializers.UUIDField()
    order_no = text()
    actor_type = text()
    actor_id = serializers.IntegerField(allow_null=True)
    allow_duplicate = serializers.BooleanField()
    created_at = Time()


class AnalysisErrorSerializer(serializers.Serializer[Any]):
    message = text()


class AnalysisSerializer(serializers.Serializer[Any]):
    """How a message was read, and what can be done about it."""

    id = serializers.IntegerField()
    account_id = text()
    provider_session_id = text(allow_null=True)
    remote_jid = text(allow_null=True)
    message_id = serializers.IntegerField()
    provider = text(allow_blank=True)
    model = text(allow_blank=True)
    status = serializers.ChoiceField(["pending", "running", "completed", "failed"])
    source_type = text()
    trigger = serializers.ChoiceField(["auto", "manual"])
    intent = text(allow_blank=True)
    action = text()
    priority = serializers.ChoiceField(["low", "normal", "high"])
    sentiment = serializers.ChoiceField(["negative", "neutral", "positive"])
    summary = text(allow_blank=True)
    suggested_reply = text(allow_blank=True)
    confidence = serializers.FloatField()
    entities = EntitiesSerializer()
    visual_description = text(allow_blank=True)
    warnings = serializers.ListField(child=text())
    result = serializers.DictField()
    input = serializers.DictField()
    usage = serializers.DictField()
    openai_response_id = text(allow_null=True)
    attempt_count = serializers.IntegerField()
    max_attempts = serializers.IntegerField()
    next_attempt_at = Time(allow_null=True)
    last_error = AnalysisErrorSerializer(allow_null=True)
    completed_at = Time(allow_null=True)
    failed_at = Time(allow_null=True)
    skipped_at = Time(allow_null=True)
    created_at = Time()
    updated_at = Time()
    entity_version = text()
    product_matches = ProductMatchSerializer(many=True)
    visual_search = VisualSearchSerializer()
    commerce = CommerceSerializer()
    applied_actions = AppliedActionSerializer(many=True)

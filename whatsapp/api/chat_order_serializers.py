"""An order made of a message, as JSON, and the answers that hold one."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from whatsapp.api.analysis_serializers import AnalysisSerializer
from whatsapp.api.fields import Time, amount, money, text


class BuyerSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(allow_null=True)
    title = text()
    short_name = text(allow_blank=True)
    status = text()


class ContactSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    display_name = text()
    email = text(allow_blank=True)
    phone = text(allow_null=True)
    status = text()


class OrderSourceSerializer(serializers.Serializer[Any]):
    channel = text()
    source_type = text()
    source_id = text()
    thread_id = serializers.IntegerField()
    message_id = serializers.IntegerField()
    external_thread_id = text(allow_null=True)
    external_message_id = text(allow_null=True)
    label = text(allow_blank=True)  # type: ignore[assignment]
    metadata = serializers.DictField()


class ChatOrderItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    product_id = serializers.IntegerField(allow_null=True)
    sku = text(allow_null=True)
    name = text()
    unit_price = money()
    currency = text()
    quantity = amount()
    discount_amount = money()
    tax_rate = serializers.DecimalField(5, 2)
    tax_amount = money()
    line_subtotal = money()
    line_total = money()
    product_snapshot = serializers.DictField(child=text(allow_blank=True))
    metadata = serializers.DictField()


class ChatOrderPaymentSerializer(serializers.Serializer[Any]):
    status = text()
    terms = text()


class ChatOrderShippingSerializer(serializers.Serializer[Any]):
    address = text(allow_blank=True)
    tracking_number = text(allow_blank=True)
    carrier = text(allow_blank=True)


class ChatOrderSerializer(serializers.Serializer[Any]):
    """An order made of a message. Money in rupees; ``taxTotal`` is contained in the prices."""

    id = serializers.UUIDField()
    account_id = text()
    order_no = text()
    customer_id = serializers.IntegerField(allow_null=True)
    contact_id = serializers.IntegerField()
    customer = BuyerSerializer()
    contact = ContactSerializer()
    status = text()
    payment_status = text()
    fulfillment_status = serializers.ChoiceField(
        ["unfulfilled", "shipped", "fulfilled", "returned"]
    )
    source = OrderSourceSerializer()  # type: ignore[assignment]
    items = ChatOrderItemSerializer(many=True)
    subtotal = money()
    discount_total = money()
    tax_total = money()
    shipping_total = money()
    grand_total = money()
    currency = text()
    payment = ChatOrderPaymentSerializer()
    shipping = ChatOrderShippingSerializer()
    notes = text(allow_blank=True)
    tags = serializers.ListField(child=text())
    metadata = serializers.DictField()
    warnings = serializers.ListField(child=text())
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

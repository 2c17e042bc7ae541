"""The bodies of the esb paths: another system's names, order and strings, kept to the letter.

What the desk holds no fact for has no field. Names that end in ID or begin with is are
written as that system writes them, so these serializers are in camelCase themselves.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Fact(serializers.CharField):
    """A text that stands there only where the desk holds it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, **options})


class Amount(serializers.FloatField):
    """Rupees."""


class EsbAddressSerializer(serializers.Serializer[Any]):
    """Where the order goes; masked for whoever has only its id."""

    city = Fact()
    postalCode = Fact()
    addressLine1 = Fact()
    addressLine2 = Fact()
    state = Fact()
    contactPhone = Fact()
    customerName = serializers.CharField()
    email = Fact()


class EsbStatusSerializer(serializers.Serializer[Any]):
    status = serializers.CharField()
    updatedAt = serializers.CharField(help_text="2026-11-20 10:42:44, in the shop's zone")


class EsbTimelineSerializer(serializers.Serializer[Any]):
    courierName = Fact()
    statusLog = EsbStatusSerializer(many=True)
    trackingID = Fact()


class EsbProductSerializer(serializers.Serializer[Any]):
    unitPrice = Amount()
    hsnCode = Fact()
    weight = serializers.FloatField(required=False, help_text="Grams")
    imageUrl = Fact()
    sku = serializers.CharField()
    brand = Fact()
    weightUnit = Fact()


class EsbProductInfoSerializer(serializers.Serializer[Any]):
    productDetails = EsbProductSerializer()


class EsbReturnPolicySerializer(serializers.Serializer[Any]):
    isReturnable = serializers.BooleanField()


class EsbCancellationPolicySerializer(serializers.Serializer[Any]):
    isCancellable = serializers.BooleanField()


class EsbItemSerializer(serializers.Serializer[Any]):
    orderItemID = serializers.UUIDField()
    statusUpdatedAt = Fact()
    lineItemTotal = Amount()
    forwardTrackingTimeline = EsbTimelineSerializer()
    timeLine = serializers.CharField()
    productName = serializers.CharField()
    itemID = Fact()
    latestStatus = serializers.CharField()
    id = serializers.UUIDField()
    sku = Fact()
    productImageUrl = Fact()
    quantity = serializers.DecimalField(12, 3)
    isRefunded = serializers.ChoiceField(choices=["true", "false"])
    returnPolicy = EsbReturnPolicySerializer()
    customerPrice = Amount()
    taxRate = serializers.FloatField(help_text="Percent")
    lineItemSequenceNumber = serializers.IntegerField()
    additionalProductInfo = EsbProductInfoSerializer(required=False)
    taxAmount = Amount()
    cancellationPolicy = EsbCancellationPolicySerializer()


class EsbOrderSerializer(serializers.Serializer[Any]):
    """An order in the names of the other system, as far as the desk holds the facts."""

    customerOrderNumber = serializers.CharField()
    vendorOrderNumber = serializers.CharField()
    orderDate = serializers.CharField(help_text="2026-11-20 10:42:44.0, in the shop's zone")
    isCOD = serializers.ChoiceField(choices=[0, 1])
    paymentType = serializers.ChoiceField(choices=["COD", "PREPAID", "CREDIT"])
    taxAmount = Amount(help_text="Contained in the prices")
    subTotal = Amount()
    orderTotal = Amount()
    balanceDue = Amount(help_text="What is not paid yet")
    shippingAddress = EsbAddressSerializer()
    items = EsbItemSerializer(many=True)
    orderId = serializers.UUIDField()
    isWhatsAppEnabledForNotifications = serializers.ChoiceField(choices=["1", "0"])


class EsbQuerySerializer(serializers.Serializer[Any]):
    phone = serializers.CharField(
        max_length=32,
        required=False,
        allow_blank=True,
        default="",
        help_text="The order's, any notation: shows the contact fields unmasked",
    )


class SubscriptionSerializer(serializers.Serializer[Any]):
    """Who ticked the checkbox; phone, e-mail and account must be the order's."""

    contact_phone = serializers.CharField(max_length=32)
    customer_name = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default=""
    )
    email = serializers.CharField(
        max_length=254,
        required=False,
        allow_blank=True,
        default="",
        help_text="Must be the order's where it has one",
    )
    account_id = serializers.CharField(max_length=40, help_text="The shop's ESB_ACCOUNT_ID")
    whats_app_status = serializers.ChoiceField(choices=["ACTIVE", "INACTIVE"])


class SubscribedSerializer(serializers.Serializer[Any]):
    contactPhone = serializers.CharField()
    customerName = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    accountId = serializers.CharField()
    whatsAppStatus = serializers.ChoiceField(choices=["ACTIVE", "INACTIVE"])
    status = serializers.CharField(help_text="`updated successfully `, with the space at its end")

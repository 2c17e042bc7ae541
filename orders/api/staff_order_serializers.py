"""Orders as staff see and write them; names as their clients know them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.api.serializers import OrderSerializer
from orders.api.shelf import LARGEST_ID
from orders.counter import EnteredLine
from orders.lifecycle import parse_status
from orders.lines import MAX_LINES
from orders.models import Order, OrderStatus, PaymentMethod

# Our columns by the names that clients of the back office send.
ADDRESS_NAMES = {
    "delivery_name": "customer_name",
    "delivery_company": "delivery_company",
    "delivery_address": "address_line1",
    "delivery_city": "address_city",
    "delivery_state": "address_state",
    "delivery_zip": "address_pincode",
    "delivery_phone": "customer_phone",
    "delivery_email": "customer_email",
}
RECEIVED = [one for one in PaymentMethod.choices if one[0] != PaymentMethod.STORE_CREDIT]
PAID_OR_NOT = [("paid", "Paid"), ("unpaid", "Unpaid")]
ON_CREDIT = ("credit", "net30")


class StaffOrderSerializer(OrderSerializer):
    """An order with what staff note about it, under the names of both kinds of client."""

    order_number = serializers.CharField(source="order_reference", read_only=True)
    user_id = serializers.IntegerField(allow_null=True, read_only=True)
    sales_rep_id = serializers.IntegerField(
        source="assigned_to_id", allow_null=True, read_only=True
    )
    assigned_to = serializers.CharField(
        source="assigned_to.username", allow_null=True, default=None, read_only=True
    )
    delivery_name = serializers.CharField(source="customer_name", read_only=True)
    delivery_first_name = serializers.SerializerMethodField()
    delivery_last_name = serializers.SerializerMethodField()
    delivery_email = serializers.CharField(source="customer_email", read_only=True)
    delivery_address = serializers.SerializerMethodField(help_text="Both lines of it")
    delivery_city = serializers.CharField(source="address_city", read_only=True)
    delivery_state = serializers.CharField(source="address_state", read_only=True)
    delivery_zip = serializers.CharField(source="address_pincode", read_only=True)
    delivery_phone = serializers.CharField(source="customer_phone", read_only=True)
    special_notes = serializers.CharField(source="notes", read_only=True)
    discount_amount = serializers.DecimalField(14, 2, source="discount", read_only=True)
    total_amount = serializers.DecimalField(14, 2, source="total", read_only=True)
    amount_paid = serializers.SerializerMethodField(help_text="Rupees, less what was given back")
    payment_method = serializers.SerializerMethodField(
        help_text="Of the latest payment; `credit` where none came and it is on the account"
    )
    confirmed_at = serializers.SerializerMethodField()
    shipped_at = serializers.SerializerMethodField()
    delivered_at = serializers.SerializerMethodField()

    class Meta(OrderSerializer.Meta):
        fields = [*OrderSerializer.Meta.fields, "order_number", "user_id", "sales_rep_id"]
        fields += ["assigned_to", "staff_notes", "delivery_name", "delivery_first_name"]
        fields += ["delivery_last_name", "delivery_email", "delivery_company"]
        fields += ["delivery_address", "delivery_city", "delivery_state", "delivery_zip"]
        fields += ["delivery_phone", "special_notes", "discount_amount", "total_amount"]
        fields += ["amount_paid", "payment_method", "shipping_cost"]
        fields += ["confirmed_at", "shipped_at", "delivered_at"]
        read_only_fields = fields

    def get_delivery_first_name(self, order: Order) -> str:
        return order.customer_name.partition(" ")[0]

    def get_delivery_last_name(self, order: Order) -> str:
        return order.customer_name.partition(" ")[2]

    def get_delivery_address(self, order: Order) -> str:
        return ", ".join(filter(None, (order.address_line1, order.address_line2)))

    @extend_schema_field(serializers.DecimalField(14, 2))
    def get_amount_paid(self, order: Order) -> Any:
        return sum(payment.amount for payment in order.payments.all())

    def get_payment_method(self, order: Order) -> str | None:
        came = [payment for payment in order.payments.all() if payment.amount > 0]
        if came:
            return came[-1].method
        return order.payment_terms if order.payment_terms == "credit" else None

    def get_confirmed_at(self, order: Order) -> dt.datetime | None:
        return _entered(order, OrderStatus.CONFIRMED)

    def get_shipped_at(self, order: Order) -> dt.datetime | None:
        return _entered(order, OrderStatus.SHIPPED)

    def get_delivered_at(self, order: Order) -> dt.datetime | None:
        return _entered(order, OrderStatus.DELIVERED)


def _entered(order: Order, status: str) -> dt.datetime | None:
    """When the order came to the status, from its timeline."""
    moments = [event.created_at for event in order.events.all() if event.to_status == status]
    return moments[-1] if moments else None


class SavedOrderSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    order = StaffOrderSerializer()


# Entering --------------------------------------------------------------------------------


def _text(length: int, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=length, required=False, allow_blank=True, **kwargs)


def _money(**kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(12, 2, min_value=0, required=False, **kwargs)


class EnteredLineSerializer(serializers.Serializer[Any]):
    """A product by `product_id` or `sku`, or what is made to order by its name and price."""

    product_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True
    )
    sku = _text(64)
    name = _text(200, help_text="Made to order: what it is")
    quantity = serializers.DecimalField(12, 3)
    unit_price = _money(allow_null=True, help_text="Over the desk's price, with your name to it")
    selected_size = _text(40)
    selected_color = _text(40)

    def to_line(self, sent: Mapping[str, Any]) -> EnteredLine:
        """What the rule takes."""
        return EnteredLine(
            quantity=sent["quantity"],
            product_id=sent.get("product_id"),
            sku=sent.get("sku", ""),
            item_name=sent.get("name", ""),
            size=sent.get("selected_size", ""),
            color=sent.get("selected_color", ""),
            unit_price=sent.get("unit_price"),
        )


class DeliverySerializer(serializers.Serializer[Any]):
    """Where it goes and to whom; first and last name are taken together as one name."""

    delivery_name = _text(120)
    delivery_first_name = _text(60)
    delivery_last_name = _text(60)
    delivery_company = _text(120)
    delivery_address = _text(500)
    delivery_city = _text(80)
    delivery_state = _text(80)
    delivery_zip = _text(12)
    delivery_phone = _text(32)
    delivery_email = serializers.EmailField(max_length=254, required=False, allow_blank=True)

    def columns(self, order: Order | None = None) -> dict[str, str]:
        """What was sent by our columns' names; of a name in two parts the other one stays."""
        sent = dict(self.validated_data)
        parts = ("delivery_first_name", "delivery_last_name")
        if "delivery_name" not in sent and any(part in sent for part in parts):
            first, _between, last = (order.customer_name if order else "").partition(" ")
            pair = (sent.get(parts[0], first), sent.get(parts[1], last))
            sent["delivery_name"] = " ".join(filter(None, pair))
        columns = {ours: sent[name] for name, ours in ADDRESS_NAMES.items() if name in sent}
        if "address_line1" in columns:
            columns["address_line2"] = ""
        return columns


class _StaffMember(serializers.Serializer[Any]):
    staff_notes = _text(5_000)
    assigned_to = serializers.CharField(
        max_length=150,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="A username or id of the staff; empty: nobody",
    )


class EnteredOrderSerializer(DeliverySerializer, _StaffMember):
    """An order that staff enter for somebody."""

    delivery_name = serializers.CharField(max_length=120)
    items = serializers.ListField(child=EnteredLineSerializer(), min_length=1, max_length=MAX_LINES)
    customer_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True
    )
    upsert_customer = serializers.BooleanField(
        default=True,
        help_text="Find the customer by phone or e-mail, and make one where there is none",
    )
    discount_amount = _money(default=0)
    delivery_fee = _money(default=0)
    shipping_cost = _money(default=0, help_text="What sending it costs the shop")
    order_number = _text(40)
    created_at = serializers.DateTimeField(required=False, allow_null=True)
    sales_rep_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True
    )
    status = serializers.CharField(default=OrderStatus.PENDING)
    special_notes = _text(5_000)
    payment_method = serializers.ChoiceField(
        choices=[*RECEIVED, ("credit", "On the account"), ("net30", "On the account")],
        required=False,
        help_text="`credit` or `net30`: it goes on the customer's account",
    )
    payment_status = serializers.ChoiceField(
        choices=PAID_OR_NOT, default="unpaid", help_text="`paid`: all of it was received"
    )

    def validate_status(self, value: str) -> str:
        return parse_status(_OTHER_STATUS.get(value.strip().lower(), value))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if attrs["payment_status"] == "paid" and attrs.get("payment_method", "cash") in ON_CREDIT:
            sentence = "What is paid came in cash, by UPI, bank or cheque."
            raise serializers.ValidationError({"payment_method": sentence})
        return attrs


_OTHER_STATUS = {"packed": OrderStatus.PROCESSING}


# Changing --------------------------------------------------------------------------------


class ChangedAddressSerializer(SavedOrderSerializer):
    updated_fields = serializers.ListField(
        child=serializers.CharField(), help_text="The names of what became different"
    )


class NotesSerializer(_StaffMember):
    """What is left out stays; a tracking number ships the order."""

    tracking_number = _text(80)
    carrier = _text(80, help_text="With a tracking number")
    shipping_cost = _money(help_text="What sending it costs the shop")


class StaffStatusSerializer(_StaffMember):
    partial_on_patch = False

    status = serializers.CharField(help_text="Any letter case; `packed` is `processing`")
    reason = _text(200, help_text="Why it is cancelled or comes back")
    refund_method = serializers.ChoiceField(
        choices=[*PaymentMethod.choices, ("none", "Nothing is given back")],
        required=False,
        help_text="How money goes back when it is cancelled; as the latest came where not sent",
    )

    def validate_status(self, value: str) -> OrderStatus:
        return parse_status(_OTHER_STATUS.get(value.strip().lower(), value))


class RefundSerializer(serializers.Serializer[Any]):
    refund_id = serializers.IntegerField(allow_null=True)
    amount = serializers.DecimalField(14, 2)
    status = serializers.ChoiceField(choices=["refunded", "nothing_paid", "kept"])
    error = serializers.CharField(allow_null=True)


class MovedOrderSerializer(SavedOrderSerializer):
    refund = RefundSerializer(required=False, help_text="Where the order was cancelled")


class MarkPaidSerializer(serializers.Serializer[Any]):
    """`amount_received` 0, or not sent: exactly what is due."""

    payment_method = serializers.ChoiceField(choices=RECEIVED, default=PaymentMethod.CASH)
    note = _text(200)
    amount_received = _money(default=0)


class PaidOrderSerializer(SavedOrderSerializer):
    overpayment_credited = serializers.DecimalField(
        14, 2, help_text="Rupees beyond what was due, now the customer's store credit"
    )


class CreditAmountSerializer(serializers.Serializer[Any]):
    amount = serializers.DecimalField(12, 2)


class AppliedPaymentSerializer(serializers.Serializer[Any]):
    """The payment that credit made."""

    id = serializers.IntegerField()
    order_id = serializers.UUIDField()
    amount = serializers.DecimalField(14, 2)
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    created_at = serializers.DateTimeField()


class AppliedCreditSerializer(SavedOrderSerializer):
    credit_applied = serializers.DecimalField(14, 2)
    new_order_total = serializers.DecimalField(14, 2, help_text="Still to be paid")
    credit_balance = serializers.DecimalField(14, 2)
    transaction = AppliedPaymentSerializer()

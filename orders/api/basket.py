"""What the storefront's checkout posts, read into the rule's basket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.checkout import Basket, BasketLine
from orders.claims import Claims
from orders.lines import MAX_LINES
from orders.quantities import MAX_QUANTITY, THOUSANDTH

LARGEST_ID = 2**63 - 1


class WordsField(serializers.CharField):
    """Words that may be left out; null is none."""

    def __init__(self, *, max_length: int) -> None:
        super().__init__(max_length=max_length, default="", allow_blank=True, allow_null=True)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data) or ""


class AddressSerializer(serializers.Serializer[Any]):
    line1 = WordsField(max_length=200)
    line2 = WordsField(max_length=200)
    city = WordsField(max_length=80)
    state = WordsField(max_length=80)
    pincode = WordsField(max_length=12)


@extend_schema_field(
    {
        "nullable": True,
        "oneOf": [
            {"type": "string", "maxLength": 500},
            {
                "type": "object",
                "properties": {
                    "line1": {"type": "string", "maxLength": 200},
                    "line2": {"type": "string", "maxLength": 200},
                    "city": {"type": "string", "maxLength": 80},
                    "state": {"type": "string", "maxLength": 80},
                    "pincode": {"type": "string", "maxLength": 12},
                },
            },
        ],
    }
)
class AddressField(serializers.Field[Any, Any, Any, Any]):
    """An address as one text, or in its parts."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, Mapping):
            parts = AddressSerializer(data=data)
            parts.is_valid(raise_exception=True)
            return dict(parts.validated_data)
        return {"line1": WordsField(max_length=500).run_validation(data)}


@extend_schema_field(
    {"nullable": True, "oneOf": [{"type": "number"}, {"type": "string", "maxLength": 40}]}
)
class ClaimedAmountField(serializers.Field[Any, Any, Any, Any]):
    """What the client says it costs; compared, never taken over."""

    def __init__(self) -> None:
        text = "Compared with the desk's own; where it differs, `warnings` says so"
        super().__init__(required=False, allow_null=True, help_text=text)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            raise serializers.ValidationError("A number is needed.", "invalid")
        return data


class BasketLineSerializer(serializers.Serializer[Any]):
    product_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text="A single product, a parent or a child"
    )
    quantity = serializers.DecimalField(12, 3, min_value=THOUSANDTH, max_value=MAX_QUANTITY)
    selected_size = WordsField(max_length=40)
    selected_color = WordsField(max_length=40)
    unit_price = ClaimedAmountField()


class LinesField(serializers.ListField):
    """Too long a list is refused before each of its lines is looked at."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > MAX_LINES:
            sentence = f"An order has at most {MAX_LINES} lines."
            raise serializers.ValidationError(sentence, "max_length")
        return super().to_internal_value(data)


class BasketSerializer(serializers.Serializer[Any]):
    """An order to place. Prices are the shop's; amounts of money sent are only compared."""

    order_reference = serializers.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._/#-]*$",
        max_length=40,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Made by the desk when absent",
    )
    customer_name = serializers.CharField(max_length=120)
    customer_phone = serializers.CharField(max_length=32, help_text="8 to 15 digits, any notation")
    customer_email = serializers.EmailField(
        max_length=254, required=False, allow_blank=True, allow_null=True
    )
    customer_address = AddressField(required=False, allow_null=True)
    items = LinesField(child=BasketLineSerializer(), min_length=1, max_length=MAX_LINES)
    notes = WordsField(max_length=2000)
    total = ClaimedAmountField()

    def basket(self) -> Basket:
        """What was posted, once it is valid."""
        sent = self.validated_data
        lines = [
            BasketLine(
                line["product_id"], line["quantity"], line["selected_size"], line["selected_color"]
            )
            for line in sent["items"]
        ]
        raw: Mapping[str, Any] = self.initial_data
        return Basket(
            name=sent["customer_name"],
            phone=sent["customer_phone"],
            email=sent.get("customer_email") or "",
            address=sent.get("customer_address") or {},
            lines=lines,
            reference=sent.get("order_reference") or None,
            notes=sent["notes"],
            claims=Claims(order=raw, lines=raw["items"]),
        )

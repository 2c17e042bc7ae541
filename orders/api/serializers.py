"""The catalogue and orders over HTTP: what is sent and what is answered."""

from __future__ import annotations

import hashlib
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from orders.images import image_of
from orders.lifecycle import parse_status
from orders.lines import MAX_LINES
from orders.models import Category, Metal, Order, OrderEvent, OrderItem, OrderStatus, Product
from orders.pricing import current_price


def picture_address(request: Request, product_id: int | None, name: str) -> str | None:
    """Where the product's picture is fetched from, as an absolute address; None for none.

    The stored name is in it, so that a new picture is not taken for the old one.
    """
    if not name or product_id is None:
        return None
    path = reverse("product-thumbnail", args=[product_id])
    version = hashlib.sha256(name.encode()).hexdigest()[:8]
    address: str = request.build_absolute_uri(f"{path}?v={version}")
    return address


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["id", "name", "slug"]
        read_only_fields = fields


class VariantSerializer(serializers.ModelSerializer[Product]):
    """One size or colour of a product, or a single product. Money in rupees, tax included."""

    category = serializers.SerializerMethodField(help_text="The category's name")
    unit = serializers.CharField(source="unit_id", read_only=True)
    parent_id = serializers.IntegerField(read_only=True, allow_null=True)
    unit_price = serializers.SerializerMethodField(
        help_text="Today's price of one; null while there is no metal rate or weight"
    )
    stock_quantity = serializers.SerializerMethodField(help_text="A parent's: all its children's")
    in_stock = serializers.SerializerMethodField()
    metal = serializers.ChoiceField(choices=Metal.choices, allow_null=True, read_only=True)
    image_url = serializers.SerializerMethodField()
    cost_price = serializers.DecimalField(
        12, 2, required=False, allow_null=True, help_text="For staff only"
    )

    class Meta:
        model = Product
        fields = ["id", "sku", "barcode", "name", "description", "aliases", "category"]
        fields += ["category_id", "brand", "parent_id", "size", "color", "unit", "unit_price"]
        fields += ["bulk_price", "bulk_quantity", "stock_quantity", "in_stock", "reorder_level"]
        fields += ["weight", "price_basis", "metal", "making_charge", "tax_rate", "hsn_code"]
        fields += ["image_url", "is_featured", "cost_price"]
        read_only_fields = [name for name in fields if name != "cost_price"]

    def to_representation(self, instance: Product) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(instance)
        if not self.context["is_staff"]:
            del data["cost_price"]
        return data

    def get_category(self, product: Product) -> str | None:
        return product.category.name if product.category else None

    @extend_schema_field(serializers.DecimalField(12, 2, allow_null=True))
    def get_unit_price(self, product: Product) -> Any:
        return current_price(product, rates=self.context["rates"])

    @extend_schema_field(serializers.DecimalField(12, 3))
    def get_stock_quantity(self, product: Product) -> Any:
        return product.total_stock if product.has_variants else product.stock_quantity  # type: ignore[attr-defined]

    def get_in_stock(self, product: Product) -> bool:
        return bool(self.get_stock_quantity(product) > 0)

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_image_url(self, product: Product) -> str | None:
        return picture_address(self.context["request"], product.pk, image_of(product))


class ProductSerializer(VariantSerializer):
    """A product with its sizes and colours; a single product has none."""

    variants = VariantSerializer(many=True, read_only=True)

    class Meta(VariantSerializer.Meta):
        fields = [*VariantSerializer.Meta.fields, "variants"]
        read_only_fields = [*VariantSerializer.Meta.read_only_fields, "variants"]


class OrderItemSerializer(serializers.ModelSerializer[OrderItem]):
    product_id = serializers.IntegerField(allow_null=True, read_only=True)
    parent_id = serializers.IntegerField(allow_null=True, read_only=True)
    product_image = serializers.SerializerMethodField()
    unit = serializers.CharField(source="unit_id", read_only=True)

    class Meta:
        model = OrderItem
        fields = ["id", "product_id", "parent_id", "product_name", "product_barcode"]
        fields += ["product_image", "quantity", "unit", "unit_price", "selected_size"]
        fields += ["selected_color", "weight", "slip_number", "is_custom", "subtotal"]
        fields += ["returned_quantity"]
        read_only_fields = fields

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_product_image(self, item: OrderItem) -> str | None:
        return picture_address(self.context["request"], item.product_id, item.product_image)


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order. Money in rupees; ``tax`` is contained in the prices."""

    customer_id = serializers.IntegerField(allow_null=True, read_only=True)
    customer_email = serializers.CharField(read_only=True, help_text="Empty where none was given")
    customer_address = serializers.CharField(read_only=True)
    user = serializers.IntegerField(source="user_id", allow_null=True, read_only=True)
    warnings = serializers.ListField(child=serializers.CharField(), read_only=True)
    items = OrderItemSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = ["id", "order_reference", "customer_id", "customer_verified", "customer_name"]
        fields += ["customer_phone", "customer_email", "customer_address", "user", "status"]
        fields += ["payment_status", "payment_terms", "subtotal", "discount", "tax"]
        fields += ["delivery_fee", "total", "item_count", "items", "channel", "tracking_number"]
        fields += ["carrier", "notes", "warnings", "created_at", "updated_at"]
        read_only_fields = fields


class TrackedOrderSerializer(serializers.ModelSerializer[Order]):
    """How far an order is; nothing about the person."""

    class Meta:
        model = Order
        fields = ["order_reference", "status", "payment_status", "item_count", "total"]
        fields += ["tracking_number", "carrier", "created_at", "updated_at"]
        read_only_fields = fields


class TrackQuerySerializer(serializers.Serializer[Any]):
    reference = serializers.CharField(max_length=40, help_text="The order reference, any case")
    phone = serializers.CharField(max_length=32, help_text="As on the order, any notation")


class AgainLineSerializer(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    product_name = serializers.CharField()
    quantity = serializers.DecimalField(12, 3)
    unit_price = serializers.DecimalField(12, 2, help_text="Today's, in rupees, tax included")
    selected_size = serializers.CharField(allow_blank=True)
    selected_color = serializers.CharField(allow_blank=True)
    subtotal = serializers.DecimalField(14, 2)


class AgainSerializer(serializers.Serializer[Any]):
    """An order's items ready to post again, and what can't be ordered any more."""

    items = AgainLineSerializer(many=True)
    total = serializers.DecimalField(14, 2)
    warnings = serializers.ListField(child=serializers.CharField())


class StockUpdateSerializer(serializers.Serializer[Any]):
    product_id = serializers.IntegerField()
    product_name = serializers.CharField()
    before = serializers.DecimalField(12, 3)
    after = serializers.DecimalField(12, 3)


class ConfirmationSerializer(serializers.Serializer[Any]):
    """What confirming took from stock; nothing when the order was confirmed before."""

    message = serializers.CharField()
    order = OrderSerializer()
    stock_updates = StockUpdateSerializer(many=True)


@extend_schema_field(serializers.ChoiceField(choices=OrderStatus.choices))
class StatusField(serializers.Field[Any, Any, Any, Any]):
    """The name of a status in any letter case; the refusal lists the names."""

    def run_validation(self, data: Any = serializers.empty) -> OrderStatus:
        return parse_status(data)


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class StatusChangeSerializer(ReasonSerializer):
    partial_on_patch = False

    status = StatusField()
    carrier = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text="With `shipped`"
    )
    tracking_number = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text="With `shipped`"
    )


class ReturnLineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    quantity = serializers.DecimalField(12, 3)


class ReturnSerializer(ReasonSerializer):
    lines = serializers.ListField(child=ReturnLineSerializer(), min_length=1, max_length=MAX_LINES)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({line["id"] for line in lines}) < len(lines):
            raise serializers.ValidationError("A line is named twice.")
        return lines


class ImageSerializer(serializers.Serializer[Any]):
    image = serializers.FileField(help_text="JPEG, PNG or WebP; 8 MB and 40 million pixels at most")


class IdempotencyKeySerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=255, allow_blank=True)


class EventSerializer(serializers.ModelSerializer[OrderEvent]):
    """One line of the timeline; who did it is told to staff only."""

    from_status = serializers.ChoiceField(
        choices=OrderStatus.choices, allow_blank=True, read_only=True
    )
    to_status = serializers.ChoiceField(
        choices=OrderStatus.choices, allow_blank=True, read_only=True
    )
    actor = serializers.SerializerMethodField()

    class Meta:
        model = OrderEvent
        fields = ["id", "kind", "from_status", "to_status", "note", "actor", "created_at"]
        read_only_fields = fields

    def get_actor(self, event: OrderEvent) -> str | None:
        return event.actor.username if event.actor and self.context["is_staff"] else None

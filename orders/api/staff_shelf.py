"""Products and their pictures as staff see and write them; names as their clients know them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.api.serializers import VariantSerializer
from orders.api.shelf import (
    LARGEST_ID,
    MAX_BULK_ROWS,
    BulkErrorSerializer,
    BulkProductSerializer,
    BulkRowSerializer,
    NewProductSerializer,
    ProductChangesSerializer,
)
from orders.gallery import MOST_IMAGES
from orders.models import Category, Product, ProductImage

# Names of ours that a client may know by another one.
_OTHER_NAMES = {"unit_size": "size", "cost_per_item": "cost_price"}


class StaffVariantSerializer(VariantSerializer):
    """One product as staff see it, archived ones too. Money in rupees, tax included."""

    unit_size = serializers.CharField(source="size", read_only=True)
    cost_per_item = serializers.DecimalField(
        12, 2, source="cost_price", allow_null=True, read_only=True
    )
    is_active = serializers.SerializerMethodField(help_text="False: archived")

    class Meta(VariantSerializer.Meta):
        fields = [*VariantSerializer.Meta.fields, "unit_size", "cost_per_item", "is_active"]
        fields += ["created_at", "updated_at"]
        read_only_fields = fields

    def get_is_active(self, product: Product) -> bool:
        return product.archived_at is None


class StaffProductSerializer(StaffVariantSerializer):
    """A product with its sizes and colours."""

    variants = StaffVariantSerializer(many=True, read_only=True)

    class Meta(StaffVariantSerializer.Meta):
        fields = [*StaffVariantSerializer.Meta.fields, "variants"]
        read_only_fields = fields


class _OtherNames(serializers.Serializer[Any]):
    """Takes ``unit_size`` and ``cost_per_item`` for our own names, which go before them."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        for theirs, ours in _OTHER_NAMES.items():
            if theirs in attrs:
                attrs.setdefault(ours, attrs.pop(theirs))
                attrs.pop(theirs, None)
        return attrs


def _size() -> serializers.CharField:
    return serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="The same as `size`"
    )


def _cost() -> serializers.DecimalField:
    return serializers.DecimalField(
        12, 2, min_value=0, required=False, allow_null=True, help_text="The same as `cost_price`"
    )


def _in_stock() -> serializers.BooleanField:
    return serializers.BooleanField(
        required=False, help_text="false: none is left; true needs a quantity"
    )


def _reason() -> serializers.CharField:
    return serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Why the stock changes"
    )


def _expected() -> serializers.DecimalField:
    return serializers.DecimalField(
        12, 3, required=False, help_text="The stock as it was shown; 409 when it moved since"
    )


class StaffProductChangesSerializer(_OtherNames, ProductChangesSerializer):
    """What may be changed; whatever is left out stays. ``stock_quantity`` is counted."""

    unit_size = _size()
    cost_per_item = _cost()
    in_stock = _in_stock()
    expected_quantity = _expected()
    reason = _reason()


class StaffNewProductSerializer(_OtherNames, NewProductSerializer):
    """A single product, a parent with its ``variants``, or one more size of ``parent_id``."""

    unit_size = _size()
    cost_per_item = _cost()
    in_stock = _in_stock()


class StaffBulkProductSerializer(_OtherNames, BulkProductSerializer):
    """One product by its id or SKU, and what to change about it."""

    unit_size = _size()
    cost_per_item = _cost()
    in_stock = _in_stock()
    expected_quantity = _expected()
    reason = _reason()


class StaffBulkSerializer(serializers.Serializer[Any]):
    products = serializers.ListField(
        child=StaffBulkProductSerializer(), min_length=1, max_length=MAX_BULK_ROWS
    )


class InventoryChangeSerializer(serializers.Serializer[Any]):
    """The stock as ``stock_quantity`` or by ``delta``, and prices; what is left out stays."""

    in_stock = _in_stock()
    stock_quantity = serializers.DecimalField(12, 3, min_value=0, required=False)
    delta = serializers.DecimalField(
        12, 3, required=False, help_text="So many came in, or (negative) were lost; with `reason`"
    )
    expected_quantity = _expected()
    reason = _reason()
    unit_price = serializers.DecimalField(12, 2, min_value=0, required=False, allow_null=True)
    bulk_price = serializers.DecimalField(12, 2, min_value=0, required=False, allow_null=True)
    bulk_quantity = serializers.DecimalField(12, 3, min_value=0, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "delta" in attrs and {"stock_quantity", "in_stock", "expected_quantity"} & set(attrs):
            raise serializers.ValidationError({"delta": "Send delta, or what is there now."})
        return attrs


class SavedProductSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    product = StaffProductSerializer()


class SavedRowSerializer(BulkRowSerializer):
    changed = serializers.BooleanField(help_text="False: it was so already")


class SavedRowsSerializer(serializers.Serializer[Any]):
    """What became of each row: saved, or refused and why."""

    saved_count = serializers.IntegerField()
    error_count = serializers.IntegerField()
    saved = SavedRowSerializer(many=True)
    errors = BulkErrorSerializer(many=True)  # type: ignore[assignment]


def summary(outcome: dict[str, Any]) -> dict[str, Any]:
    """The outcome of a bulk edit with all rows that are saved now in one list."""
    rows = [{**row, "changed": True} for row in outcome["updated"]]
    rows += [{**row, "changed": False} for row in outcome["skipped"]]
    return {
        "saved_count": len(rows),
        "error_count": outcome["error_count"],
        "saved": sorted(rows, key=lambda row: row["row"]),
        "errors": outcome["errors"],
    }


class DoneSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    message = serializers.CharField()


# Pictures ------------------------------------------------------------------------------------


class ProductImageSerializer(serializers.ModelSerializer[ProductImage]):
    """One picture of a product's gallery."""

    image_url = serializers.SerializerMethodField()
    is_primary = serializers.SerializerMethodField()

    class Meta:
        model = ProductImage
        fields = ["id", "image_url", "position", "is_primary", "created_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_image_url(self, picture: ProductImage) -> str:
        path = reverse("product-gallery-image", args=[picture.product_id, picture.pk])
        version = hashlib.sha256((picture.image.name or "").encode()).hexdigest()[:8]
        address: str = self.context["request"].build_absolute_uri(f"{path}?v={version}")
        return address

    def get_is_primary(self, picture: ProductImage) -> bool:
        return bool(picture.image.name == picture.product.image.name)


class GallerySerializer(serializers.Serializer[Any]):
    images = ProductImageSerializer(many=True)


class SavedImageSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    image = ProductImageSerializer()
    product = StaffProductSerializer()


class SavedPrimarySerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    image_url = serializers.URLField(allow_null=True)
    product = StaffProductSerializer()


class ImageOrderSerializer(serializers.Serializer[Any]):
    order = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        min_length=1,
        max_length=MOST_IMAGES,
        help_text="The ids of all the product's images, the first one first",
    )


# Categories ----------------------------------------------------------------------------------


class StaffCategorySerializer(serializers.ModelSerializer[Category]):
    product_count = serializers.IntegerField(read_only=True, help_text="Archived ones too")

    class Meta:
        model = Category
        fields = ["id", "name", "slug", "product_count"]
        read_only_fields = fields


class CategoryNameSerializer(serializers.Serializer[Any]):
    partial_on_patch = False

    name = serializers.CharField(max_length=80)


class CategoriesSerializer(serializers.Serializer[Any]):
    categories = StaffCategorySerializer(many=True)

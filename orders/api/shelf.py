"""What staff send to write the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drf_standardized_errors.formatter import flatten_errors
from rest_framework import serializers

from customers.errors import DeskError
from orders.models import Metal, PriceBasis
from orders.products import MAX_BULK_ROWS, MAX_VARIANTS, BulkOutcome, BulkRow

LARGEST_ID = 2**63 - 1


def _words(length: int, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=length, required=False, allow_blank=True, **kwargs)


def _number(digits: int, places: int, **kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(digits, places, min_value=0, required=False, **kwargs)


class ProductChangesSerializer(serializers.Serializer[Any]):
    """What may be changed; whatever is left out stays. Money in rupees, tax included."""

    sku = serializers.CharField(max_length=64, required=False)
    barcode = _words(64, allow_null=True)
    name = serializers.CharField(max_length=200, required=False)
    description = _words(10_000)
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=50, required=False
    )
    category = _words(80, allow_null=True, help_text="A category's name or slug")
    category_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True
    )
    brand = _words(80)
    size = _words(40)
    color = _words(40)
    unit = serializers.CharField(max_length=12, required=False, help_text="A unit's code: pc, kg")
    price_basis = serializers.ChoiceField(choices=PriceBasis.choices, required=False)
    unit_price = _number(12, 2, allow_null=True)
    bulk_price = _number(12, 2, allow_null=True)
    bulk_quantity = _number(12, 3, allow_null=True)
    cost_price = _number(12, 2, allow_null=True)
    weight = _number(12, 3, allow_null=True, help_text="Grams a piece")
    metal = serializers.ChoiceField(choices=Metal.choices, required=False, allow_null=True)
    making_charge = _number(12, 2)
    tax_rate = _number(5, 2, max_value=100, help_text="Percent contained in the price")
    hsn_code = _words(12)
    reorder_level = _number(12, 3)
    is_featured = serializers.BooleanField(required=False)
    stock_quantity = _number(
        12, 3, help_text="A new product's opening stock; of others only as it is: see /stock"
    )


class NewVariantSerializer(ProductChangesSerializer):
    """A size or colour; what is left out it has from its parent."""

    sku = serializers.CharField(max_length=64)


class NewProductSerializer(NewVariantSerializer):
    """A single product, a parent with its ``variants``, or one more size of ``parent_id``."""

    parent_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, allow_null=True
    )
    variants = serializers.ListField(
        child=NewVariantSerializer(), max_length=MAX_VARIANTS, required=False
    )


class BulkProductSerializer(ProductChangesSerializer):
    """One product by its id or SKU, and what to change about it."""

    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "id" not in attrs and "sku" not in attrs:
            raise serializers.ValidationError({"id": "Name the product by its id or SKU."})
        return attrs


class BulkSerializer(serializers.Serializer[Any]):
    products = serializers.ListField(
        child=BulkProductSerializer(), min_length=1, max_length=MAX_BULK_ROWS
    )


class _BulkBody(serializers.Serializer[Any]):
    """The rows as they are: each is read by itself, so that a bad one spoils no other."""

    products = serializers.ListField(min_length=1, max_length=MAX_BULK_ROWS)


def read_rows(
    data: Any, row_class: type[BulkProductSerializer] = BulkProductSerializer
) -> tuple[list[BulkRow], list[dict[str, Any]]]:
    """The rows that can be meant, and the errors of those that can't."""
    body = _BulkBody(data=data)
    body.is_valid(raise_exception=True)
    rows, errors = [], []
    for index, sent in enumerate(body.validated_data["products"]):
        row = row_class(data=sent)
        if row.is_valid():
            changes = dict(row.validated_data)
            product_id = changes.pop("id", None)
            sku = changes.get("sku", "") if product_id else changes.pop("sku")
            rows.append(BulkRow(index, changes, id=product_id, sku=sku))
        else:
            found = [asdict(error) for error in flatten_errors(row.errors)]
            errors.append({"row": index, **_sent_names(sent), "errors": found})
    return rows, errors


def _sent_names(sent: Any) -> dict[str, Any]:
    """The id and the SKU that a row names its product by, where they are such."""
    named = sent if isinstance(sent, Mapping) else {}
    pk, sku = named.get("id"), named.get("sku")
    return {
        "id": pk if type(pk) is int else None,
        "sku": sku if isinstance(sku, str) else None,
    }


class BulkRowSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As it was sent, from 0")
    id = serializers.IntegerField(allow_null=True)
    sku = serializers.CharField(allow_null=True)


class RowErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class BulkErrorSerializer(BulkRowSerializer):
    errors = RowErrorSerializer(many=True)  # type: ignore[assignment]


class BulkOutcomeSerializer(serializers.Serializer[Any]):
    """What became of each row: changed, the same as before, or refused and why."""

    updated_count = serializers.IntegerField()
    skipped_count = serializers.IntegerField()
    error_count = serializers.IntegerField()
    updated = BulkRowSerializer(many=True)
    skipped = BulkRowSerializer(many=True)
    errors = BulkErrorSerializer(many=True)  # type: ignore[assignment]


def outcome(done: BulkOutcome, unread: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer, with the rows that could not be read among the errors, in their order."""
    refused = [{**_named(row), "errors": [_said(error)]} for row, error in done.errors]
    return {
        "updated_count": len(done.updated),
        "skipped_count": len(done.skipped),
        "error_count": len(refused) + len(unread),
        "updated": [_named(row) for row in done.updated],
        "skipped": [_named(row) for row in done.skipped],
        "errors": sorted([*refused, *unread], key=lambda error: error["row"]),
    }


def _named(row: BulkRow) -> dict[str, Any]:
    return {"row": row.row, "id": row.id, "sku": row.sku or None}


def _said(error: DeskError) -> dict[str, Any]:
    return {"code": error.code, "detail": str(error), "attr": error.attr}


class StockChangeSerializer(serializers.Serializer[Any]):
    """Either ``delta`` (goods that came in or were lost), or ``counted`` and ``expected``."""

    delta = serializers.DecimalField(12, 3, required=False)
    counted = serializers.DecimalField(12, 3, required=False, min_value=0)
    expected = serializers.DecimalField(
        12, 3, required=False, help_text="The stock as it was shown; 409 when it moved since"
    )
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        counting = {"counted", "expected"} & set(attrs)
        if "delta" in attrs and counting:
            raise serializers.ValidationError({"delta": "Send delta, or counted and expected."})
        if "delta" not in attrs:
            for name in sorted({"counted", "expected"} - counting):
                raise serializers.ValidationError({name: "Send delta, or counted and expected."})
        elif not attrs["reason"].strip():
            raise serializers.ValidationError({"reason": "Say why the stock changes."})
        return attrs

"""What later messages ask to change of a draft, as JSON."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from drafts.models import DraftChange
from drafts.sources import text_of


class ChangeValuesSerializer(serializers.Serializer[Any]):
    """Values of a line; null where they don't change, ``product_id`` to ``client_name`` of a
    line to add only."""

    quantity = serializers.DecimalField(max_digits=12, decimal_places=3, allow_null=True)
    weight = serializers.DecimalField(max_digits=12, decimal_places=3, allow_null=True)
    size = serializers.CharField(allow_null=True)
    color = serializers.CharField(allow_null=True)
    item_name = serializers.CharField(allow_null=True)
    product_id = serializers.IntegerField(allow_null=True)
    client_id = serializers.IntegerField(allow_null=True)
    client_name = serializers.CharField(allow_null=True)

    def to_representation(self, values: Any) -> dict[str, Any]:
        return super().to_representation({name: values.get(name) for name in self.fields})


class ChangeSerializer(serializers.ModelSerializer[DraftChange]):
    """A change of one line that a later message asks for; ``source_span`` counts in
    ``source_text``, which is that message's text."""

    entry_id = serializers.IntegerField(allow_null=True)
    before = ChangeValuesSerializer()
    after = ChangeValuesSerializer()
    message_id = serializers.IntegerField(source="about.message_id")
    source_text = serializers.SerializerMethodField()
    source_span = serializers.SerializerMethodField()
    decided_by = serializers.CharField(
        source="decided_by.username", allow_null=True, default=None, help_text="A user's name"
    )
    decided_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True)

    class Meta:
        model = DraftChange
        fields = [
            "id",
            "kind",
            "entry_id",
            "item_name",
            "before",
            "after",
            "message_id",
            "source_text",
            "source_span",
            "state",
            "decided_by",
            "decided_at",
        ]
        read_only_fields = fields

    def get_source_text(self, change: DraftChange) -> str:
        return text_of(change.about.message)

    @extend_schema_field(
        {
            "type": "array",
            "items": {"type": "integer"},
            "minItems": 2,
            "maxItems": 2,
            "nullable": True,
        }
    )
    def get_source_span(self, change: DraftChange) -> list[int | None] | None:
        span = [change.source_start, change.source_end]
        return None if None in span else span

"""Pointing one customer's rows at another, and noting which, so that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db.models import QuerySet


@dataclass(slots=True)
class Moves:
    """What a merge moved: ids by ``app.model.column``, and rows it dropped, serialised."""

    moved: dict[str, list[Any]] = field(default_factory=dict)
    dropped: list[dict[str, Any]] = field(default_factory=list)

    def point(self, rows: QuerySet[Any], column: str, *, to: Any) -> int:
        """Set the column of all these rows; how many there were. No history rows: these are."""
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            rows.model._base_manager.filter(pk__in=ids).update(**{column: to})
            self.moved.setdefault(f"{rows.model._meta.label_lower}.{column}", []).extend(
                str(pk) for pk in ids
            )
        return len(ids)

    def drop(self, rows: QuerySet[Any]) -> None:
        """Delete rows that the other customer has alike."""
        found = list(rows)
        self.dropped += as_data(found)
        rows.model._base_manager.filter(pk__in=[row.pk for row in found]).delete()


def ids_of(moved: Mapping[str, Sequence[str]], key: str) -> list[str]:
    """What moved under ``app.model.column``."""
    return list(moved.get(key, ()))


def point_back(moved: Mapping[str, Sequence[str]], *, kept: int, gone: int) -> None:
    """Point each row that still is the kept customer's at the other one again."""
    for key, ids in moved.items():
        label, _, column = key.rpartition(".")
        model = apps.get_model(label)
        if model._meta.get_field(column).is_relation:
            rows = model._base_manager.filter(pk__in=ids, **{column: kept})
            rows.update(**{column: gone})


def as_data(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows as plain JSON."""
    data: list[dict[str, Any]] = json.loads(serializers.serialize("json", rows))
    for row, written in zip(rows, data, strict=True):
        for column in row._meta.concrete_fields:
            if column.generated:  # the database's to work out
                written["fields"].pop(column.name, None)
    return data


def from_data(data: Sequence[Mapping[str, Any]]) -> None:
    """Write such rows again, ids and times as they were."""
    for row in serializers.deserialize("python", data):
        row.save()

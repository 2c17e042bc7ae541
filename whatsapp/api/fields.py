"""Kinds of fields that the chats' bodies share."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from rest_framework import serializers


class Time(serializers.DateTimeField):
    """In UTC, as every time of the API."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, read_only=True, **options)


def text(**options: Any) -> serializers.CharField:
    """Words."""
    return serializers.CharField(**options)


def money(**options: Any) -> serializers.DecimalField:
    """Rupees, to the paisa."""
    return serializers.DecimalField(14, 2, **options)


def amount(**options: Any) -> serializers.DecimalField:
    """A quantity, to a thousandth."""
    return serializers.DecimalField(15, 3, **options)

"""How the drafts' paths stand in the OpenAPI document, refusals included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers

View = TypeVar("View", bound=Callable[..., Any])


class RefusalItemSerializer(serializers.Serializer[Any]):
    """One reason: a code for programs, a sentence for people, the field where there is one."""

    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class RefusalSerializer(serializers.Serializer[Any]):
    """Why nothing was done."""

    type = serializers.CharField()
    errors = RefusalItemSerializer(many=True)  # type: ignore[assignment]


class LackingSerializer(serializers.Serializer[Any]):
    """A line and what it still needs: product, item_name, size, color, quantity, client, …"""

    id = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())


class DraftConflictSerializer(RefusalSerializer):
    """``version``: the present one; ``entries``: what keeps the draft from being converted."""

    version = serializers.IntegerField(required=False)
    entries = LackingSerializer(many=True, required=False)


REFUSALS = {
    400: OpenApiResponse(RefusalSerializer, "What was sent can't be meant; `attr` names the field"),
    404: OpenApiResponse(RefusalSerializer, "No such open draft, or no such line in it"),
    409: OpenApiResponse(DraftConflictSerializer, "Changed meanwhile, not ready, or taken"),
}


def documented(
    response: Any,
    request: Any = None,
    *,
    code: int = 200,
    errors: tuple[int, ...] = (400, 404, 409),
    **more: Any,
) -> Callable[[View], View]:
    """One operation: what it takes, what it answers, and with which refusals."""
    responses = {code: response, **{error: REFUSALS[error] for error in errors}}
    return extend_schema(tags=["order drafts"], request=request, responses=responses, **more)

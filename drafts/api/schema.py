"""How the drafts' paths stand in the OpenAPI document, refusals included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema

from config.api.schema import refuses
from customers.errors import DeskError

View = TypeVar("View", bound=Callable[..., Any])


def documented(
    response: Any,
    request: Any = None,
    *,
    code: int = 200,
    errors: tuple[type[DeskError], ...] = (),
    **more: Any,
) -> Callable[[View], View]:
    """One operation: what it takes, what it answers, and with which refusals."""
    schema = extend_schema(
        tags=["order drafts"], request=request, responses={code: response}, **more
    )
    return lambda view: refuses(*errors)(schema(view))

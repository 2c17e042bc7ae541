"""The shape a model answers in. A field that can't be is empty, a line that can't be stays a mark:
one bad line must not cost the good ones."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from drafts.reading.types import Intent


def _or_none(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError:
        return None


def _or_empty_line(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError:
        return Line()


Text = Annotated[str | None, WrapValidator(_or_none)]
Number = Annotated[float | None, WrapValidator(_or_none)]


class Line(BaseModel):
    """One line of the order; the prompt says what each field holds."""

    words: Text = None
    item_name: Text = None
    sku: Text = None
    quantity: Number = None
    unit: Text = None
    weight_g: Number = None
    size: Text = None
    color: Text = None
    client_name: Text = None
    confidence: Number = None


class Answer(BaseModel):
    """The whole answer; intent and the list of lines it must have."""

    intent: Intent
    confidence: Number = None
    summary: Text = None
    lines: list[Annotated[Line, WrapValidator(_or_empty_line)]]

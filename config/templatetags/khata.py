"""What the rows of a ledger page's review look up by a field's name."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def doubts(line: Any, name: str) -> bool:
    """Whether the field of the row should be looked at."""
    return name in line.doubtful


@register.filter
def was_read(line: Any, name: str) -> str:
    """What the reader saw, where the field says something else now."""
    return str(line.as_read.get(name, ""))


@register.filter
def box_of(line: Any, name: str) -> str:
    """Where the field stands on the picture: ``x0,y0,x1,y1``."""
    return str(line.boxes.get(name, ""))

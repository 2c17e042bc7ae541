"""Going on in a list from a row instead of a page number: as quick at the end as at the start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet

from customers.errors import InvalidInput

_SALT = "cursor"


def total_order(rows: QuerySet[Any]) -> list[str]:
    """The names that the rows are sorted by, the key last, so that no two rows are equal."""
    names = [str(name) for name in rows.query.order_by or rows.model._meta.ordering]
    key = rows.model._meta.pk.name
    return names if {"pk", key} & {name.lstrip("-") for name in names} else [*names, "pk"]


def cursor_after(row: Any, order: Sequence[str]) -> str:
    """What leads to the rows after this one; signed, so that what comes back is ours."""
    values = [_as_text(attrgetter(_attribute(name))(row)) for name in order]
    return signing.dumps([list(order), values], salt=_SALT)


def rows_after(rows: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    """The rows after the one the cursor was made of; all of them for an empty cursor.

    Raises InvalidInput for a cursor that isn't ours or belongs to another ordering.
    """
    order = total_order(rows)
    rows = rows.order_by(*order)
    if not cursor:
        return rows
    try:
        made_for, values = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature as error:
        raise InvalidInput("This cursor is none that the desk gave.", attr="cursor") from error
    if made_for != order:
        raise InvalidInput("This cursor belongs to another ordering.", attr="cursor")
    return rows.filter(_bound(rows, order[0], values[0]), _after(order, values))


def _after(order: Sequence[str], values: Sequence[str | None]) -> Q:
    """Beyond in the first name, or equal there and beyond in the second, and so on."""
    after, equal = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        after |= equal & _beyond(name, value)
        field = name.lstrip("-")
        equal &= Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})
    return after


def _beyond(name: str, value: str | None) -> Q:
    """PostgreSQL sorts nulls last, and first in descending order."""
    field = name.lstrip("-")
    if name.startswith("-"):
        return Q(**{f"{field}__isnull": False} if value is None else {f"{field}__lt": value})
    if value is None:
        return Q(pk__in=[])
    return Q(**{f"{field}__gt": value}) | Q(**{f"{field}__isnull": True})


def _bound(rows: QuerySet[Any], name: str, value: str | None) -> Q:
    """Says once more what follows from the rest, in a form that an index can begin at."""
    field = name.lstrip("-")
    try:
        nullable = rows.model._meta.pk.null if field == "pk" else _null(rows, field)
    except FieldDoesNotExist:  # an annotation
        nullable = True
    if nullable or value is None:
        return Q()
    return Q(**{f"{field}__{'lte' if name.startswith('-') else 'gte'}": value})


def _null(rows: QuerySet[Any], field: str) -> bool:
    return bool(rows.model._meta.get_field(field).null)


def _attribute(name: str) -> str:
    return name.lstrip("-").replace("__", ".")


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else str(value)

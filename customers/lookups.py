"""Looking many rows up by one statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Lookup


class AnyOf(Lookup):
    """``expression = ANY(array)``: one parameter, where ``__in`` sends and parses one a value."""

    prepare_rhs = False

    def __init__(self, expression: Any, values: Iterable[Any]) -> None:
        super().__init__(expression, list(values))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} = ANY(%s)", [*params, self.rhs]

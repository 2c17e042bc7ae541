"""Pages of at most 200, with a count that never scans a million rows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination, _positive_int
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from config.api.cursors import cursor_after, rows_after, total_order
from customers.errors import InvalidInput

EXACT_COUNT = 10_000
LAST_PAGE = 500


class DeskPagination(PageNumberPagination):
    """``page`` and ``page_size``, or ``cursor``; count, next, previous, results.

    The database reads through all rows before a page, so pages end at LAST_PAGE; its
    ``next`` goes on by cursor. A cursor leads forward only.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.size = int(self.get_page_size(request) or self.page_size)
        self.cursor = request.query_params.get("cursor")
        self.number = 0 if self.cursor is not None else _page_number(request)
        self.found = queryset.order_by()[: EXACT_COUNT + 1].count()
        found = list(self._rows(queryset))
        if self.number > 1 and not found:
            raise NotFound("Invalid page.")
        self.rows, self.more = found[: self.size], len(found) > self.size
        self.order = total_order(queryset)
        return self.rows

    def _rows(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The page's rows, and one more where there is one."""
        if self.cursor is not None:
            return rows_after(queryset, self.cursor)[: self.size + 1]
        start = (self.number - 1) * self.size
        return queryset.order_by(*total_order(queryset))[start : start + self.size + 1]

    def get_next_link(self) -> str | None:
        if not self.more:
            return None
        if self.cursor is None and self.number < LAST_PAGE:
            return str(replace_query_param(self.url, "page", self.number + 1))
        cursor = cursor_after(self.rows[-1], self.order)
        return str(replace_query_param(remove_query_param(self.url, "page"), "cursor", cursor))

    def get_previous_link(self) -> str | None:
        if self.number <= 1:
            return None
        if self.number == 2:
            return str(remove_query_param(self.url, "page"))
        return str(replace_query_param(self.url, "page", self.number - 1))

    def get_paginated_response(self, data: Any) -> Response:
        body = {
            "count": min(self.found, EXACT_COUNT),
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "results": data,
        }
        if self.found > EXACT_COUNT:
            body["count_is_capped"] = True
        return Response(body)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        cursor = {
            "name": "cursor",
            "required": False,
            "in": "query",
            "description": f"Instead of `page`, and needed past page {LAST_PAGE}: begin with an "
            "empty one, then follow `next`. Forward only, so `previous` is null.",
            "schema": {"type": "string"},
        }
        return [*super().get_schema_operation_parameters(view), cursor]

    def get_paginated_response_schema(self, schema: Any) -> Any:
        page = super().get_paginated_response_schema(schema)
        page["required"] = ["count", "next", "previous", "results"]
        page["properties"]["count_is_capped"] = {
            "type": "boolean",
            "description": f"There: true, where there are more than {EXACT_COUNT}.",
        }
        for key in ("next", "previous"):
            page["properties"][key].pop("example")
        return page


class StaffPagination(DeskPagination):
    """The same with the names that the back office's older clients read beside it.

    ``per_page`` may be sent for ``page_size``; ``total``, ``page``, ``per_page`` and
    ``pages`` are answered, and the rows once more under the subclass's ``list_name``.
    """

    list_name: str

    def get_page_size(self, request: Request) -> int | None:
        if "page_size" in request.query_params:
            return super().get_page_size(request)
        try:
            return _positive_int(request.query_params["per_page"], True, self.max_page_size)
        except (KeyError, ValueError):
            return self.page_size

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        total = response.data["count"]
        response.data |= {
            self.list_name: data,
            "total": total,
            "page": self.number or None,
            "per_page": self.size,
            "pages": -(-total // self.size),
        }
        return response

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        per_page = {
            "name": "per_page",
            "required": False,
            "in": "query",
            "description": "Another name of `page_size`.",
            "schema": {"type": "integer"},
        }
        return [*super().get_schema_operation_parameters(view), per_page]

    def get_paginated_response_schema(self, schema: Any) -> Any:
        page = super().get_paginated_response_schema(schema)
        page["required"] += [self.list_name, "total", "page", "per_page", "pages"]
        page["properties"] |= {
            self.list_name: {**schema, "description": "`results` once more."},
            "total": {"type": "integer", "description": "`count` once more."},
            "page": {"type": "integer", "nullable": True, "description": "Null by cursor."},
            "per_page": {"type": "integer"},
            "pages": {"type": "integer"},
        }
        return page


def _page_number(request: Request) -> int:
    sent = request.query_params.get("page", "1")
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 10 and int(sent)):
        raise NotFound("Invalid page.")
    if int(sent) > LAST_PAGE:
        sentence = f"Pages end at {LAST_PAGE}; go on with cursor=, as the `next` of that page does."
        raise InvalidInput(sentence, attr="page")
    return int(sent)

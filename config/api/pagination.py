"""Pages of at most 200, with a count that never scans a million rows."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

EXACT_COUNT = 10_000


class CappedPaginator(Paginator):
    """Counts exactly to EXACT_COUNT; beyond that says so and stops counting."""

    @cached_property
    def capped_count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: EXACT_COUNT + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.capped_count, EXACT_COUNT)

    @property
    def is_capped(self) -> bool:
        return self.capped_count > EXACT_COUNT


class DeskPagination(PageNumberPagination):
    """``page`` and ``page_size``; count, next, previous, results."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    django_paginator_class = CappedPaginator

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

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        paginator: Any = self.page.paginator  # type: ignore[union-attr]
        if paginator.is_capped:
            response.data["count_is_capped"] = True
        return response

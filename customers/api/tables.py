"""All customers as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from customers.api.people import Customers
from customers.sheets.writing import csv_lines
from orders.customer_table import customer_table


class _OurForm(BaseContentNegotiation):
    """A file is CSV and an error JSON, whatever is accepted."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class _Table(Customers):
    content_negotiation_class = _OurForm
    filter_backends = ()
    pagination_class = None

    def file(self, rows: Iterable[Sequence[Any]], name: str) -> StreamingHttpResponse:
        """An attachment, written while it is sent."""
        answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


_CSV = {(200, "text/csv"): OpenApiTypes.STR}


@extend_schema(tags=["customers"])
class ExportView(_Table):
    """All customers as CSV; no cell of it runs as a formula."""

    @extend_schema(operation_id="staff_customers_export", responses=_CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        return self.file(customer_table(), "customers.csv")

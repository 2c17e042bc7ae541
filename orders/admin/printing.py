"""Printing orders: which sheet on which paper, then the PDF."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.admin import page_context
from orders.admin.bulk import MOST_AT_ONCE
from orders.admin.slip_pdf import PaperSize, Sheet, sheets_pdf
from orders.models import Order


def print_url(orders: Iterable[Order]) -> str:
    """The page on which these are printed, in their order."""
    query = QueryDict(mutable=True)
    query["ids"] = ",".join(str(order.pk) for order in orders)
    return f"{reverse('admin:orders_order_print')}?{query.urlencode()}"


def print_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Without ``sheet`` and ``paper`` the choice of them, with both the PDF."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    orders = _orders(request.GET.get("ids", ""))
    if not orders:
        return redirect("admin:orders_order_changelist")
    sheet, size = request.GET.get("sheet"), request.GET.get("paper")
    if sheet in Sheet.values and size in PaperSize.values:
        return _pdf(orders, Sheet(sheet), PaperSize(size))
    context = {
        **page_context(model_admin, request),
        "title": _("Print"),
        "orders": orders,
        "sheets": [(value, label, _papers(request, value)) for value, label in Sheet.choices],
    }
    return TemplateResponse(request, "desk/print.html", context)


def _pdf(orders: list[Order], sheet: Sheet, size: PaperSize) -> HttpResponse:
    name = orders[0].order_reference if len(orders) == 1 else f"{len(orders)}-orders"
    answer = HttpResponse(sheets_pdf(orders, sheet, size), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{sheet}-{_plain(name)}.pdf"'
    return answer


def _plain(name: str) -> str:
    """A reference may hold anything; a file's name here only letters, digits and dashes."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)


def _papers(request: HttpRequest, sheet: str) -> list[tuple[str, str]]:
    links = []
    for value, label in PaperSize.choices:
        query = request.GET.copy()
        query["sheet"], query["paper"] = sheet, value
        links.append((f"?{query.urlencode()}", str(label)))
    return links


def _orders(ids: str) -> list[Order]:
    """Those of the ids that there are, in the order asked for, with all that is printed."""
    keys = [key for text in ids.split(",")[:MOST_AT_ONCE] if (key := _key(text)) is not None]
    rows = Order.objects.select_related("customer").prefetch_related("items", "payments")
    found = rows.in_bulk(keys)
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

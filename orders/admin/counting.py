"""Quick count: scan or type codes, + and −, then set all counts at once."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from config.admin import page_context
from config.wording import goods_name, plain_number
from customers.errors import DeskError
from orders.counting import Counted, Outcome, count_shelf, product_of_code, products_meant
from orders.errors import ProductGone
from orders.models import Product

MOST_ROWS = 500


def counting_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET the empty page; POST the counts as JSON, answered row by row."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        return _set(request)
    context = {**page_context(model_admin, request), "title": _("Quick count")}
    return render(request, "desk/counting.html", context)


def found(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The product of a code as the page shows it, or 404 with why not and what may be meant."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    code = request.GET.get("code", "")
    try:
        return JsonResponse(_shown(product_of_code(code)))
    except ProductGone as error:
        meant = products_meant(code)
        words = _("Which one is meant?") if meant else str(error)
        return _not_one(words, meant)
    except DeskError as error:
        return _not_one(str(error), products_meant(code))


def _not_one(words: str, meant: list[Product]) -> JsonResponse:
    return JsonResponse({"error": words, "choices": [_shown(each) for each in meant]}, status=404)


def _shown(product: Product) -> dict[str, Any]:
    return {
        "id": product.pk,
        "name": goods_name(product),
        "sku": product.sku,
        "unit": product.unit_id,
        "stock": plain_number(product.stock_quantity),
        "link": reverse("admin:orders_product_change", args=[product.pk]),
    }


def _set(request: HttpRequest) -> HttpResponse:
    try:
        rows = [_row(row) for row in json.loads(request.body)["rows"]]
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return JsonResponse({"error": _("These are no counts.")}, status=400)
    if not 0 < len(rows) <= MOST_ROWS:
        sentence = _("Between 1 and %(most)s products at once.") % {"most": MOST_ROWS}
        return JsonResponse({"error": sentence}, status=400)
    outcomes = count_shelf(rows, by=request.user)  # type: ignore[arg-type]
    return JsonResponse({"rows": [_said(outcome) for outcome in outcomes]})


def _row(row: dict[str, Any]) -> Counted:
    return Counted(int(row["id"]), Decimal(str(row["counted"])), Decimal(str(row["expected"])))


def _said(outcome: Outcome) -> dict[str, Any]:
    said: dict[str, Any] = {"id": outcome.row.product_id}
    if outcome.update is not None:
        before, after = (plain_number(n) for n in (outcome.update.before, outcome.update.after))
        return said | {"before": before, "after": after}
    said["error"] = str(outcome.error)
    now = outcome.error.data.get("stock_quantity") if outcome.error else None
    return said if now is None else said | {"stock": plain_number(now)}

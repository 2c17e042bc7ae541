"""The stock of one product: what is there, what moved it, counting and adjusting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from config.admin import refusals_shown
from config.wording import plain_number
from orders.admin.stock_chart import stock_chart
from orders.models import Product
from orders.stock import StockUpdate, adjust_stock, count_stock


class AdjustForm(forms.Form):
    delta = forms.DecimalField(max_digits=12, decimal_places=3)
    reason = forms.CharField(max_length=200)


class CountForm(forms.Form):
    counted = forms.DecimalField(max_digits=12, decimal_places=3)
    expected = forms.DecimalField(max_digits=12, decimal_places=3)
    reason = forms.CharField(max_length=200, required=False)


def stock_panel(object_id: str) -> dict[str, Any]:
    """The latest movements and the sizes of a product, for its page."""
    if not object_id.isdecimal():
        return {}
    product = Product.objects.select_related("unit").filter(pk=object_id).first()
    if product is None:
        return {}
    return {
        "product": product,
        "movements": product.movements.select_related("actor", "order_item__order")[:20],
        "chart": None if product.has_variants else stock_chart(product),
        "children": product.variants.filter(archived_at=None).select_related("unit"),
    }


def stock_view(model_admin: Any, request: HttpRequest, product_id: int) -> HttpResponse:
    """POST counts or adjusts, then the product is shown again; GET only shows it."""
    product = get_object_or_404(Product.objects.on_sale(), pk=product_id)
    if not model_admin.has_change_permission(request, product):
        raise PermissionDenied
    if request.method == "POST":
        act = _count if request.POST.get("do") == "count" else _adjust
        with refusals_shown(request):
            act(request, product)
    return redirect("admin:orders_product_change", product_id)


def _count(request: HttpRequest, product: Product) -> None:
    form = CountForm(request.POST)
    if _valid(request, form):
        _say(request, count_stock(product, by=request.user, **form.cleaned_data))  # type: ignore[arg-type]


def _adjust(request: HttpRequest, product: Product) -> None:
    form = AdjustForm(request.POST)
    if _valid(request, form):
        _say(request, adjust_stock(product, by=request.user, **form.cleaned_data))  # type: ignore[arg-type]


def _valid(request: HttpRequest, form: forms.Form) -> bool:
    for name, errors in form.errors.items():
        messages.error(request, f"{name.capitalize()}: {errors[0]}")
    return form.is_valid()


def _say(request: HttpRequest, update: StockUpdate) -> None:
    before, after = plain_number(update.before), plain_number(update.after)
    messages.success(
        request,
        _("Stock of %(product_name)s: %(before)s → %(after)s")
        % {"product_name": update.product_name, "before": before, "after": after},
    )

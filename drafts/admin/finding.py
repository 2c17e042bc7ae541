"""What the review desk's search fields offer while somebody types."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.wording import goods_name, plain_number, rupees
from customers.models import Customer
from orders.images import image_of
from orders.models import Product
from orders.pricing import current_price, rates_on

LIMIT = 12


def find_products(request: HttpRequest) -> JsonResponse:
    """Products on sale that hold every word typed, as name, stock left and price."""
    _check(request, "orders.view_product")
    rows = Product.objects.sellable().select_related("unit", "parent")
    for word in _words(request):
        named = Q(name__icontains=word) | Q(aliases__icontains=word) | Q(sku__icontains=word)
        rows = rows.filter(named | Q(size__iexact=word) | Q(color__icontains=word))
    rates = rates_on()
    return _answer(
        {
            "id": product.pk,
            "text": goods_name(product),
            "note": _("%(left)s left · %(price)s")
            % {
                "left": plain_number(product.stock_quantity),
                "price": rupees(current_price(product, rates=rates)),
            },
            "picture": reverse("product-thumbnail", args=[product.pk]) if image_of(product) else "",
        }
        for product in rows[:LIMIT]
    )


def find_clients(request: HttpRequest) -> JsonResponse:
    """Customers whose names, firm, other names or phone hold every word typed."""
    _check(request, "customers.view_customer")
    rows = Customer.objects.all()
    for word in _words(request):
        named = Q(name__icontains=word) | Q(company__icontains=word) | Q(phone__contains=word)
        rows = rows.filter(named | Q(aliases__name__icontains=word))
    return _answer(
        {"id": customer.pk, "text": customer.name, "note": customer.company or customer.phone or ""}
        for customer in rows.distinct()[:LIMIT]
    )


def _check(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _words(request: HttpRequest) -> list[str]:
    return request.GET.get("q", "").replace("\x00", "").split()[:6]


def _answer(results: Any) -> JsonResponse:
    return JsonResponse({"results": list(results)})

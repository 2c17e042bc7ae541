"""The list of products by what is left."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.models import Product, ProductQuerySet


class StockFilter(admin.SimpleListFilter):
    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("low", _("At or below the reorder level")), ("none", _("None left"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Product]:
        products: ProductQuerySet = queryset
        if self.value() == "low":
            return products.low_on_stock()
        return products.sellable().filter(stock_quantity=0) if self.value() == "none" else products

"""Categories, and the stock movements that the rules write."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from config.admin import CappedPaginator, DeskAdmin, ReadOnlyAdmin
from config.day_filters import DayRangeFilter
from config.templatetags.desk import when
from config.wording import goods_name, plain_number
from orders.models import Category, StockMovement


@admin.register(Category)
class CategoryAdmin(DeskAdmin):
    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ("moved", "product_link", "kind", "change", "left", "cause", "by")
    list_display_links = None
    paginator = CappedPaginator
    list_filter = (("kind", ChoicesDropdownFilter), ("created_at", DayRangeFilter))
    list_filter_submit = True
    search_fields = ("product__name", "product__sku", "reason")
    search_help_text = gettext_lazy("Product, SKU, reason")
    list_select_related = ("product", "actor", "order_item__order")
    fields = readonly_fields = ("moved", "product_link", "kind", "change", "left", "cause", "by")
    empty_note = gettext_lazy("Every change of stock stands here: opening, sales, returns, counts.")

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {"view": self.has_view_permission(request)}

    @display(description=gettext_lazy("When"), ordering="pk")
    def moved(self, movement: StockMovement) -> SafeString | str:
        return when(movement.created_at)

    @display(description=gettext_lazy("Product"), ordering="product__name")
    def product_link(self, movement: StockMovement) -> SafeString:
        url = reverse("admin:orders_product_change", args=[movement.product_id])
        return format_html('<a href="{}">{}</a>', url, goods_name(movement.product))

    @display(description=gettext_lazy("Change"))
    def change(self, movement: StockMovement) -> str:
        sign = "+" if movement.quantity > 0 else ""
        return f"{sign}{plain_number(movement.quantity)}"

    @display(description=gettext_lazy("Left after"))
    def left(self, movement: StockMovement) -> str:
        return plain_number(movement.stock_after)

    @display(description=gettext_lazy("Why"))
    def cause(self, movement: StockMovement) -> SafeString | str:
        if movement.order_item is None:
            return movement.reason or "—"
        order = movement.order_item.order
        url = reverse("admin:orders_order_change", args=[order.pk])
        return format_html('<a href="{}">{}</a> {}', url, order, movement.reason)

    @display(description=gettext_lazy("By"))
    def by(self, movement: Any) -> str:
        return movement.actor.username if movement.actor else _("the desk")

"""The list of orders; one order's page is orders/admin/order_page.py."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from config.admin import MOST_COUNTED, CappedPaginator, ReadOnlyAdmin
from config.day_filters import DayRangeFilter
from config.saved_views_page import KeepsViews
from config.templatetags.desk import when
from config.wording import rupees
from orders.admin.bulk import MOST_AT_ONCE, each
from orders.admin.filters import CustomerFilter, PaymentDueFilter, StaffFilter, chips
from orders.admin.home_filters import CountedFilter, ShortFilter
from orders.admin.order_lines import lines
from orders.admin.order_page import order_page
from orders.admin.printing import print_page, print_url
from orders.backorders import sell_what_is_there
from orders.lifecycle import cancel_order, confirm_order
from orders.models import Order, OrderStatus, PaymentStatus
from orders.searching import search_orders

STATUS_COLOURS = {
    OrderStatus.PENDING: "warning",
    OrderStatus.CONFIRMED: "info",
    OrderStatus.PROCESSING: "info",
    OrderStatus.SHIPPED: "primary",
    OrderStatus.DELIVERED: "success",
    OrderStatus.CANCELLED: "default",
    OrderStatus.RETURNED: "default",
}
PAYMENT_COLOURS = {
    PaymentStatus.UNPAID: "warning",
    PaymentStatus.PART_PAID: "warning",
    PaymentStatus.PAID: "success",
    PaymentStatus.REFUNDED: "default",
}


@admin.register(Order)
class OrderAdmin(KeepsViews, ReadOnlyAdmin):
    """Status, stock and payments change through the rules only, never through a form field."""

    list_display = (
        "reference",
        "buyer",
        "placed",
        "status_label",
        "payment_label",
        "channel",
        "pieces",
        "money",
    )
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("payment_status", ChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        ("created_at", DayRangeFilter),
        ("customer", CustomerFilter),
        StaffFilter,
        PaymentDueFilter,
        ShortFilter,
        CountedFilter,
    )
    paginator = CappedPaginator
    list_sections = ("lines",)
    list_filter_submit = True
    list_filter_sheet = True
    search_fields = ("order_reference", "customer_phone", "customer_name", "items__slip_number")
    search_help_text = _("Reference, phone, name, slip")
    actions = ("confirm_chosen", "sell_chosen", "print_chosen", "cancel_chosen")
    list_before_template = "desk/orders_total.html"
    empty_title = _("No orders yet")
    empty_note = _("Orders come from converted drafts and from the storefront.")
    empty_command = 'python manage.py simulate_whatsapp "2 gold rings" --from 919812345678'

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if changelist := context.get("cl"):
            context["filtered_total"] = _total(changelist)
            context["most"] = f"{MOST_COUNTED:,}"
            context["chips"] = chips(request)
        return response

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        pages = [
            path("print/", wrap(partial(print_page, self)), name="orders_order_print"),
            path("<uuid:order_id>/lines/", wrap(partial(lines, self)), name="orders_order_lines"),
        ]
        return [*pages, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return order_page(self, request, object_id)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("orders.change_order")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        return (search_orders(queryset, search_term) if search_term else queryset), False

    @display(description=_("Order"), ordering="order_reference")
    def reference(self, order: Order) -> SafeString:
        return format_html('<span class="desk-nowrap">{}</span>', order.order_reference)

    @display(description=_("Customer"))
    def buyer(self, order: Order) -> SafeString:
        return format_html(
            '<span title="{phone}">{}</span> <span class="desk-dim desk-wide">{phone}</span>',
            order.customer_name,
            phone=order.customer_phone,
        )

    @display(description=_("Pieces"))
    def pieces(self, order: Order) -> int:
        return order.item_count

    @display(description=_("Placed"), ordering="created_at")
    def placed(self, order: Order) -> SafeString | str:
        return when(order.created_at)

    @display(description=_("Status"), label=STATUS_COLOURS)
    def status_label(self, order: Order) -> tuple[str, str]:
        return order.status, str(OrderStatus(order.status).label)

    @display(description=_("Payment"), label=PAYMENT_COLOURS)
    def payment_label(self, order: Order) -> tuple[str, str]:
        return order.payment_status, str(PaymentStatus(order.payment_status).label)

    @display(description=_("Total"), ordering="total")
    def money(self, order: Order) -> str:
        return rupees(order.total, paise=True)

    @action(description=_("Confirm and take the stock"), permissions=["change"])
    def confirm_chosen(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        rows = queryset.order_by("created_at", "pk")
        each(request, rows, lambda order, by: confirm_order(order, by=by), gettext("Confirmed"))

    @action(description=_("Confirm what is there, back-order the rest"), permissions=["change"])
    def sell_chosen(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        rows = queryset.order_by("created_at", "pk")
        done = gettext("Confirmed, as far as the stock went")
        each(request, rows, lambda order, by: sell_what_is_there(order, by=by), done)

    @action(description=_("Print"), permissions=["view"])
    def print_chosen(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        return redirect(print_url(queryset.order_by("created_at", "pk")[:MOST_AT_ONCE]))

    @action(description=_("Cancel"), permissions=["change"])
    def cancel_chosen(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        rows = queryset.order_by("created_at", "pk")
        each(request, rows, lambda order, by: cancel_order(order, by=by), gettext("Cancelled"))


def _total(changelist: ChangeList) -> Decimal | None:
    """Rupees of what is shown, where it is few enough to add up."""
    if changelist.result_count >= MOST_COUNTED:
        return None
    total: Decimal | None = changelist.queryset.order_by().aggregate(sum=Sum("total"))["sum"]
    return total or Decimal(0)

"""The list of orders; one order's page is orders/admin/order_page.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from config.admin import DayRangeFilter, ReadOnlyAdmin
from config.templatetags.desk import when
from config.wording import rupees
from customers.errors import DeskError
from orders.admin.home_filters import CountedFilter, ShortFilter
from orders.admin.order_page import order_page
from orders.lifecycle import cancel_order, confirm_order
from orders.models import Order, OrderStatus, PaymentStatus
from orders.searching import search_orders

STATUS_COLOURS = {
    "Pending": "warning",
    "Confirmed": "info",
    "Processing": "info",
    "Shipped": "primary",
    "Delivered": "success",
    "Cancelled": "default",
    "Returned": "default",
}
PAYMENT_COLOURS = {
    "Unpaid": "warning",
    "Part paid": "warning",
    "Paid": "success",
    "Refunded": "default",
}
CLOSED = (OrderStatus.CANCELLED, OrderStatus.RETURNED)


class PaymentDueFilter(admin.SimpleListFilter):
    title = "money still to come"
    parameter_name = "payment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "To be paid")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() != "due":
            return queryset
        due = Q(payment_status__in=[PaymentStatus.UNPAID, PaymentStatus.PART_PAID])
        return queryset.filter(due).exclude(status__in=CLOSED)


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
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
        PaymentDueFilter,
        ShortFilter,
        CountedFilter,
    )
    list_filter_submit = True
    search_fields = ("order_reference", "customer_phone", "customer_name", "items__slip_number")
    search_help_text = "Reference, phone, name, slip"
    actions = ("confirm_chosen", "cancel_chosen")
    list_before_template = "desk/orders_total.html"
    empty_title = "No orders yet"
    empty_note = "Orders come from converted drafts and from the storefront."
    empty_command = 'python manage.py simulate_whatsapp "2 gold rings" --from 919812345678'

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if changelist := context.get("cl"):
            context["filtered_total"] = changelist.queryset.aggregate(Sum("total"))["total__sum"]
        return response

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

    @display(description="Order", ordering="order_reference")
    def reference(self, order: Order) -> SafeString:
        return format_html('<span class="desk-nowrap">{}</span>', order.order_reference)

    @display(description="Customer", ordering="customer_name")
    def buyer(self, order: Order) -> SafeString:
        return format_html(
            '<span title="{phone}">{}</span> <span class="desk-dim desk-wide">{phone}</span>',
            order.customer_name,
            phone=order.customer_phone,
        )

    @display(description="Pieces", ordering="item_count")
    def pieces(self, order: Order) -> int:
        return order.item_count

    @display(description="Placed", ordering="created_at")
    def placed(self, order: Order) -> SafeString | str:
        return when(order.created_at)

    @display(description="Status", label=STATUS_COLOURS, ordering="status")
    def status_label(self, order: Order) -> str:
        return order.get_status_display()

    @display(description="Payment", label=PAYMENT_COLOURS, ordering="payment_status")
    def payment_label(self, order: Order) -> str:
        return order.get_payment_status_display()

    @display(description="Total", ordering="total")
    def money(self, order: Order) -> str:
        return rupees(order.total, paise=True)

    @action(description="Confirm and take the stock", permissions=["change"])
    def confirm_chosen(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        _each(request, queryset, confirm_order, done="Confirmed")

    @action(description="Cancel", permissions=["change"])
    def cancel_chosen(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        _each(request, queryset, cancel_order, done="Cancelled")


def _each(
    request: HttpRequest, orders: QuerySet[Order], rule: Callable[..., object], *, done: str
) -> None:
    """Call the rule on each order by itself and say how each went."""
    went = []
    for order in orders.order_by("created_at", "pk"):
        try:
            rule(order, by=request.user)
        except DeskError as error:
            messages.error(request, f"{order.order_reference}: {error}")
        else:
            went.append(order.order_reference)
    if went:
        messages.success(request, f"{done}: {', '.join(went)}")

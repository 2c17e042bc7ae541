"""One order's page: what it is, what can be done next, and what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from config.admin import page_context, refusals_shown
from config.wording import plain_number, rupees
from drafts.admin.asked import asked_of, waiting_count
from drafts.deciding import accept_order_change, decline_order_change, note_seen
from orders.lifecycle import ALLOWED_MOVES, confirm_order, move_order, return_items
from orders.models import Order, OrderItem, OrderStatus, PaymentMethod
from orders.payments import record_payment, reverse_payment
from orders.shipping import ship_order
from orders.stock import StockUpdate
from orders.subscribing import hears_about
from whatsapp.allowing import NOT_AGREED
from whatsapp.models import Chat

STEPS = (
    OrderStatus.PENDING,
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
MOVE_WORDS = {
    OrderStatus.CONFIRMED: "Confirm",
    OrderStatus.PROCESSING: "Start packing",
    OrderStatus.SHIPPED: "Shipped",
    OrderStatus.DELIVERED: "Delivered",
}
# Before this the stock is still on the shelf.
UNTAKEN = (OrderStatus.PENDING,)


class PaymentForm(forms.Form):
    amount = forms.DecimalField(max_digits=14, decimal_places=2)
    method = forms.ChoiceField(choices=PaymentMethod)
    note = forms.CharField(max_length=200, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, required=False)


class TravelForm(forms.Form):
    carrier = forms.CharField(max_length=80, required=False)
    tracking_number = forms.CharField(max_length=80, required=False)


@dataclass(frozen=True, slots=True)
class Line:
    """An item with what is on the shelf now and would be after confirming."""

    item: OrderItem
    left: Decimal | None
    after: Decimal | None

    @property
    def short(self) -> bool:
        return self.after is not None and self.after < 0

    @property
    def missing(self) -> Decimal | None:
        """How many there are too few."""
        return -self.after if self.after is not None and self.short else None


def order_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the order, POST does what its button says through a rule."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    order = model_admin.get_object(request, unquote(object_id))
    if order is None:
        return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    if request.method == "POST":
        if not model_admin.has_change_permission(request, order):
            raise PermissionDenied
        handler = _HANDLERS.get(request.POST.get("do", "").partition("-")[0], _unknown)
        with refusals_shown(request):
            handler(request, order)
        return redirect(request.path)
    context = {**page_context(model_admin, request), **_shown(order)}
    return TemplateResponse(request, "desk/order.html", context)


def _move(request: HttpRequest, order: Order) -> None:
    status = request.POST.get("status", "")
    if status == OrderStatus.CONFIRMED:
        _confirm(request, order)
        return
    if status == OrderStatus.SHIPPED:
        _ship(request, order)
        return
    moved = move_order(order, status, by=request.user, reason=_reason(request))  # type: ignore[arg-type]
    messages.success(request, f"{order.order_reference} is now {moved.get_status_display()}.")


def _ship(request: HttpRequest, order: Order) -> None:
    form = TravelForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    ship_order(order, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, f"{order.order_reference} is on its way.")


def _confirm(request: HttpRequest, order: Order) -> None:
    confirmation = confirm_order(order, by=request.user)  # type: ignore[arg-type]
    if confirmation.already:
        messages.info(request, f"{order.order_reference} was confirmed already.")
        return
    stock = stock_words(confirmation.stock_updates)
    messages.success(request, f"{order.order_reference} confirmed. {stock}")


def stock_words(updates: Iterable[StockUpdate]) -> str:
    """``Stock: Gold ring 5 → 3`` for a message."""
    parts = [
        f"{update.product_name} {plain_number(update.before)} → {plain_number(update.after)}"
        for update in updates
    ]
    return f"Stock: {' · '.join(parts)}" if parts else ""


def _pay(request: HttpRequest, order: Order) -> None:
    form = PaymentForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    payment = record_payment(order, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, f"{rupees(payment.amount)} recorded.")


def _reverse(request: HttpRequest, order: Order) -> None:
    payment = get_object_or_404(order.payments, pk=_whole(request.POST.get("payment")))
    reverse_payment(payment, by=request.user, note=_reason(request))  # type: ignore[arg-type]
    messages.success(request, f"{rupees(payment.amount)} reversed.")


def _return(request: HttpRequest, order: Order) -> None:
    field = forms.DecimalField(max_digits=12, decimal_places=3, required=False)
    lines: dict[Any, Decimal] = {}
    try:
        for item in order.items.all():
            if quantity := field.clean(request.POST.get(f"return-{item.pk}")):
                lines[item.pk] = quantity
    except forms.ValidationError as error:
        messages.error(request, f"How many came back? {error.messages[0]}")
        return
    returned = return_items(order, lines, by=request.user, reason=_reason(request))  # type: ignore[arg-type]
    messages.success(request, f"Goods taken back; {returned.get_status_display().lower()}.")


def _accept(request: HttpRequest, order: Order) -> None:
    change = accept_order_change(order, _asked_id(request), by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"{change.item_name} is changed as asked.")


def _decline(request: HttpRequest, order: Order) -> None:
    change = decline_order_change(order, _asked_id(request), by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"{change.item_name} stays as it is.")


def _seen(request: HttpRequest, order: Order) -> None:
    note_seen(order.later_messages.all(), _asked_id(request), by=request.user)  # type: ignore[arg-type]
    messages.success(request, "Noted as dealt with.")


def _asked_id(request: HttpRequest) -> int:
    return _whole(request.POST.get("do", "").partition("-")[2])


def _unknown(request: HttpRequest, order: Order) -> None:
    messages.error(request, "That button is not known. Please try again.")


_HANDLERS: dict[str, Callable[[HttpRequest, Order], None]] = {
    "move": _move,
    "pay": _pay,
    "reverse": _reverse,
    "return": _return,
    "accept": _accept,
    "decline": _decline,
    "seen": _seen,
}


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:200]


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _show_errors(request: HttpRequest, form: forms.Form) -> None:
    for name, errors in form.errors.items():
        messages.error(request, f"{name.capitalize()}: {errors[0]}")


def _shown(order: Order) -> dict[str, Any]:
    """Everything the page shows, in a fixed number of queries."""
    payments = list(order.payments.select_related("actor", "reversed_by"))
    paid = sum((payment.amount for payment in payments), Decimal(0))
    allowed = ALLOWED_MOVES[OrderStatus(order.status)]
    asked = asked_of(order)
    return {
        "title": order.order_reference,
        "original": order,
        "order": order,
        "lines": _lines(order),
        "untaken": order.status in UNTAKEN,
        "steps": _steps(OrderStatus(order.status)),
        "moves": [
            (str(status), words) for status, words in MOVE_WORDS.items() if status in allowed
        ],
        "may_cancel": OrderStatus.CANCELLED in allowed,
        "may_return": OrderStatus.RETURNED in allowed,
        "payments": payments,
        "paid": paid,
        "due": order.total - paid,
        "methods": PaymentMethod.choices,
        "events": order.events.select_related("actor"),
        "notices": order.notices.select_related("message").order_by("pk"),
        "why_no_notices": "" if hears_about(order) else NOT_AGREED,
        "chat": Chat.objects.filter(identity__customer__orders=order).first(),
        "draft": getattr(order, "draft_order", None),
        "asked": asked,
        "asked_count": waiting_count(asked),
    }


def _lines(order: Order) -> list[Line]:
    items = list(order.items.select_related("product", "unit", "override"))
    wanted: dict[Any, Decimal] = defaultdict(Decimal)
    for item in items:
        wanted[item.product_id] += item.quantity
    return [_line(item, wanted[item.product_id]) for item in items]


def _line(item: OrderItem, wanted: Decimal) -> Line:
    if item.product is None:
        return Line(item, None, None)
    left = item.product.stock_quantity
    return Line(item, left, left - wanted)


def _steps(status: OrderStatus) -> list[dict[str, Any]]:
    """The stepper; a cancelled or returned order shows none as the present one."""
    at = STEPS.index(status) if status in STEPS else -1
    return [
        {"label": step.label, "done": place < at, "now": place == at}
        for place, step in enumerate(STEPS)
    ]

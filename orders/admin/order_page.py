"""One order's page: what it is, what can be done next, and what happened."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import page_context, refusals_shown
from config.retelling import retold
from config.templatetags.desk import rupees, spaced
from customers.phones import normalise_phone, phone_digits
from drafts.admin.asked import asked_of, waiting_count
from khata.models import LedgerUnit
from khata.statements import balances_of
from orders.admin.order_acts import act
from orders.admin.printing import print_url
from orders.lifecycle import ALLOWED_MOVES
from orders.models import Order, OrderEvent, OrderStatus, PaymentMethod
from orders.shortage import line_stocks
from orders.subscribing import hears_about
from whatsapp.allowing import NOT_AGREED
from whatsapp.models import Chat, OrderNotice, OrderNoticeStatus

STEPS = (
    OrderStatus.PENDING,
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)
MOVE_WORDS = {
    OrderStatus.CONFIRMED: gettext_lazy("Confirm"),
    OrderStatus.PROCESSING: gettext_lazy("Start packing"),
    OrderStatus.SHIPPED: gettext_lazy("Shipped"),
    OrderStatus.DELIVERED: gettext_lazy("Delivered"),
}
# Before this the stock is still on the shelf.
UNTAKEN = (OrderStatus.PENDING,)
EVENT_WORDS = {
    "placed": gettext_lazy("Order placed"),
    "amended": gettext_lazy("Changed"),
    "claimed": gettext_lazy("Is the account's now"),
    "details_changed": gettext_lazy("Details changed"),
    "back_ordered": gettext_lazy("Back-ordered"),
    "items_returned": gettext_lazy("Goods came back"),
    "payment_recorded": gettext_lazy("Payment recorded"),
    "payment_reversed": gettext_lazy("Payment reversed"),
    "payment_refunded": gettext_lazy("Money given back"),
}
# As orders/payments.py keeps it.
_MONEY = r"₹(?P<amount>\d{1,12}(?:\.\d{1,2})?)"
_AMOUNT = re.compile(_MONEY + r"(?!\.?\d)")
_PAYMENT_NOTE = re.compile(_MONEY + r" (?P<method>\w+)(?P<why>(: .*)?)", re.DOTALL)
# Offered while typing why; anything else may be written.
REASONS = (
    gettext_lazy("Customer changed their mind"),
    gettext_lazy("Not in stock"),
    gettext_lazy("Ordered twice"),
    gettext_lazy("Damaged or wrong goods"),
    gettext_lazy("Price was not agreed"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline; ``look`` is empty, ``told`` or ``failed``."""

    at: dt.datetime
    what: str
    note: str
    who: str
    look: str


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
        with refusals_shown(request):
            act(request, order)
        return redirect(request.path)
    context = {**page_context(model_admin, request), **_shown(order)}
    return TemplateResponse(request, "desk/order.html", context)


def _shown(order: Order) -> dict[str, Any]:
    """Everything the page shows, in a fixed number of queries."""
    events = list(order.events.select_related("actor"))
    payments = list(order.payments.select_related("actor", "reversed_by"))
    paid = sum((payment.amount for payment in payments), Decimal(0))
    allowed = ALLOWED_MOVES[OrderStatus(order.status)]
    asked = asked_of(order)
    untaken = order.status in UNTAKEN
    items = list(order.items.select_related("product", "unit", "override").order_by("position"))
    stock = {row.pk: row.stock_quantity for item in items if (row := item.product)}
    lines = line_stocks(items, stock)
    return {
        "title": order.order_reference,
        "original": order,
        "print_url": print_url([order]),
        "order": order,
        "lines": lines,
        "short": [line for line in lines if line.is_short] if untaken else [],
        "any_there": any(line.there for line in lines),
        "untaken": untaken,
        "back_orders": list(order.back_orders.order_by("created_at")),
        "balance": _balance(order),
        "reasons": [str(reason) for reason in REASONS],
        "steps": _steps(OrderStatus(order.status)),
        "moves": [
            (str(status), words) for status, words in MOVE_WORDS.items() if status in allowed
        ],
        "may_cancel": OrderStatus.CANCELLED in allowed,
        "may_return": OrderStatus.RETURNED in allowed,
        "payments": payments,
        "paid": paid,
        "due": order.owed - paid,
        "methods": PaymentMethod.choices,
        "timeline": _told(order, events),
        "newest": str(max((event.pk for event in events), default=0)),
        "why_no_notices": "" if hears_about(order) else NOT_AGREED,
        "chat": Chat.objects.filter(identity__customer__orders=order).first(),
        "writes_at": _click_to_chat(order),
        "draft": getattr(order, "draft_order", None),
        "asked": asked,
        "asked_count": waiting_count(asked),
    }


def _click_to_chat(order: Order) -> str:
    """Where WhatsApp itself opens a chat with the number of an order, for who never wrote to us.

    Its "click to chat": https://faq.whatsapp.com/5913398998672934.
    """
    phone = normalise_phone(order.customer_phone)
    return f"https://wa.me/{phone_digits(phone)}" if phone else ""


def _told(order: Order, happened: Iterable[OrderEvent]) -> list[Told]:
    """The timeline: what happened to the order and what the customer was told, as it came."""
    events = [
        Told(event.created_at, _happened(event), _note(event), str(event.actor or ""), "")
        for event in happened
    ]
    notices = [
        Told(
            notice.created_at,
            _("Told on WhatsApp: %(event)s") % {"event": notice.get_event_display()},
            *_how_it_went(notice),
        )
        for notice in order.notices.select_related("message").order_by("pk")
    ]
    return sorted([*events, *notices], key=lambda told: told.at)


def _happened(event: OrderEvent) -> str:
    known = EVENT_WORDS.get(event.kind) or event.get_to_status_display()
    return str(known or spaced(event.kind))


def _note(event: OrderEvent) -> str:
    """Its note; a payment's, kept as ``₹340.00 upi: why``, as people read it."""
    parts = _PAYMENT_NOTE.fullmatch(event.note)
    if parts is None:  # a line's price that changed stands there too
        return _AMOUNT.sub(lambda amount: rupees(Decimal(amount[1])), event.note)
    method = dict(PaymentMethod.choices).get(parts["method"], parts["method"])
    return f"{rupees(Decimal(parts['amount']))} {method}{parts['why']}"


def _how_it_went(notice: OrderNotice) -> tuple[str, str, str]:
    """What came of it in words, nobody who did it, and how it looks."""
    if notice.message is not None:
        state = str(notice.message.get_status_display()).lower()
        return " ".join(filter(None, (state, retold(notice.message.last_error)))), "", "told"
    if notice.status == OrderNoticeStatus.NOT_SENT:
        return _("not sent: %(why)s") % {"why": retold(notice.last_error)}, "", "failed"
    return _("being written"), "", "told"


def _steps(status: OrderStatus) -> list[dict[str, Any]]:
    """The stepper; a cancelled or returned order shows none as the present one."""
    at = STEPS.index(status) if status in STEPS else -1
    return [
        {"label": step.label, "done": place < at, "now": place == at}
        for place, step in enumerate(STEPS)
    ]


def _balance(order: Order) -> Decimal | None:
    """Rupees that the order's customer owes; None without a customer."""
    if order.customer is None:
        return None
    return balances_of(order.customer).get(LedgerUnit.INR, Decimal(0))

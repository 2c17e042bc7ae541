"""What an order's buttons do: read what was sent, call one rule, say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.wording import plain_number, rupees
from drafts.deciding import accept_order_change, decline_order_change, note_seen
from orders.amending import add_item, change_item, remove_item
from orders.backorders import sell_what_is_there
from orders.details import change_details
from orders.events import while_unchanged
from orders.lifecycle import cancel_order, confirm_order, move_order, return_items
from orders.lines import NewLine
from orders.models import Order, OrderStatus, PaymentMethod, Product
from orders.payments import record_payment, refund, reverse_payment
from orders.shipping import ship_order
from orders.stock import StockUpdate


class PaymentForm(forms.Form):
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14, decimal_places=2)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=PaymentMethod)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)


class TravelForm(forms.Form):
    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=80, required=False)
    tracking_number = forms.CharField(
        label=gettext_lazy("Tracking number"), max_length=80, required=False
    )


class RefundForm(forms.Form):
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14, decimal_places=2)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=PaymentMethod)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)


class CancelForm(forms.Form):
    """``refund_by`` is empty where nothing was paid, or the money stays for now."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)
    refund_by = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[("", ""), *PaymentMethod.choices], required=False
    )


class LineForm(forms.Form):
    """``unit_price`` empty: what the catalogue says."""

    item = forms.UUIDField()
    quantity = forms.DecimalField(label=gettext_lazy("Quantity"), max_digits=12, decimal_places=3)
    unit_price = forms.DecimalField(
        label=gettext_lazy("Price"), max_digits=12, decimal_places=2, required=False
    )
    price_reason = forms.CharField(
        label=gettext_lazy("Why this price"), max_length=200, required=False
    )


class NewLineForm(forms.Form):
    product = forms.ModelChoiceField(Product.objects.on_sale(), label=gettext_lazy("Product"))
    quantity = forms.DecimalField(label=gettext_lazy("Quantity"), max_digits=12, decimal_places=3)
    size = forms.CharField(label=gettext_lazy("Size"), max_length=40, required=False)
    color = forms.CharField(label=gettext_lazy("Colour"), max_length=40, required=False)


class DetailsForm(forms.Form):
    """Money only while the order is pending: a field that was not sent stays as it is."""

    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, max_length=2000)
    discount = forms.DecimalField(
        label=gettext_lazy("Discount"), max_digits=14, decimal_places=2, required=False
    )
    delivery_fee = forms.DecimalField(
        label=gettext_lazy("Delivery"), max_digits=14, decimal_places=2, required=False
    )
    address_line1 = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=500)
    address_line2 = forms.CharField(
        label=gettext_lazy("Second line"), required=False, max_length=200
    )
    address_city = forms.CharField(label=gettext_lazy("City"), required=False, max_length=80)
    address_state = forms.CharField(
        label=pgettext_lazy("address", "State"), required=False, max_length=80
    )
    address_pincode = forms.CharField(label=gettext_lazy("Pincode"), required=False, max_length=12)


def _move(request: HttpRequest, order: Order) -> None:
    status = request.POST.get("status", "")
    if status == OrderStatus.CONFIRMED:
        _confirm(request, order)
        return
    if status == OrderStatus.SHIPPED:
        _ship(request, order)
        return
    if status == OrderStatus.CANCELLED:
        _cancel(request, order)
        return
    moved = move_order(order, status, by=request.user, reason=_reason(request))  # type: ignore[arg-type]
    words = _("%(order)s: %(status)s.")
    messages.success(request, words % {"order": order, "status": moved.get_status_display()})


def _cancel(request: HttpRequest, order: Order) -> None:
    form = CancelForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    cancel_order(order, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    words = _("%(order)s is cancelled.") % {"order": order}
    if form.cleaned_data["refund_by"]:
        words = _("%(order)s is cancelled and its money given back.") % {"order": order}
    messages.success(request, words)


def _sell(request: HttpRequest, order: Order) -> None:
    split = sell_what_is_there(order, by=request.user)  # type: ignore[arg-type]
    if split.back_order is None:
        words = _("%(order)s confirmed: all of it was there.") % {"order": order}
    else:
        words = _("%(order)s confirmed. The rest waits as %(rest)s.") % {
            "order": order,
            "rest": split.back_order,
        }
    messages.success(request, f"{words} {stock_words(split.stock_updates)}")


def _refund(request: HttpRequest, order: Order) -> None:
    form = RefundForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    payment = refund(order, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, _("%(amount)s given back.") % {"amount": rupees(-payment.amount)})


def _change_line(request: HttpRequest, order: Order) -> None:
    form = LineForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    sent = dict(form.cleaned_data)
    item = get_object_or_404(order.items, pk=sent.pop("item"))
    if sent["unit_price"] == item.unit_price:  # only the quantity is meant
        del sent["unit_price"]
    changed = change_item(order, item.pk, sent, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Changed to %(line)s.") % {"line": changed})


def _remove_line(request: HttpRequest, order: Order) -> None:
    item = get_object_or_404(order.items, pk=_key(request.POST.get("item")))
    remove_item(order, item.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(line)s taken out.") % {"line": item})


def _add_line(request: HttpRequest, order: Order) -> None:
    form = NewLineForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    item = add_item(order, NewLine(**form.cleaned_data), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(line)s added.") % {"line": item})


def _details(request: HttpRequest, order: Order) -> None:
    form = DetailsForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    sent = {
        name: value
        for name, value in form.cleaned_data.items()
        if name in request.POST and value is not None
    }
    change_details(order, sent, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Saved."))


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _ship(request: HttpRequest, order: Order) -> None:
    form = TravelForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    ship_order(order, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, _("%(order)s is on its way.") % {"order": order})


def _confirm(request: HttpRequest, order: Order) -> None:
    confirmation = confirm_order(order, by=request.user)  # type: ignore[arg-type]
    if confirmation.already:
        messages.info(request, _("%(order)s was confirmed already.") % {"order": order})
        return
    words = _("%(order)s confirmed.") % {"order": order}
    messages.success(request, f"{words} {stock_words(confirmation.stock_updates)}")


def stock_words(updates: Iterable[StockUpdate]) -> str:
    """``Stock: Gold ring 5 → 3`` for a message."""
    parts = [
        f"{update.product_name} {plain_number(update.before)} → {plain_number(update.after)}"
        for update in updates
    ]
    return _("Stock: %(changes)s") % {"changes": " · ".join(parts)} if parts else ""


def _pay(request: HttpRequest, order: Order) -> None:
    form = PaymentForm(request.POST)
    if not form.is_valid():
        _show_errors(request, form)
        return
    payment = record_payment(order, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, _("%(amount)s recorded.") % {"amount": rupees(payment.amount)})


def _reverse(request: HttpRequest, order: Order) -> None:
    payment = get_object_or_404(order.payments, pk=_whole(request.POST.get("payment")))
    reverse_payment(payment, by=request.user, note=_reason(request))  # type: ignore[arg-type]
    messages.success(request, _("%(amount)s reversed.") % {"amount": rupees(payment.amount)})


def _return(request: HttpRequest, order: Order) -> None:
    field = forms.DecimalField(max_digits=12, decimal_places=3, required=False)
    lines: dict[Any, Decimal] = {}
    try:
        for item in order.items.all():
            if quantity := field.clean(request.POST.get(f"return-{item.pk}")):
                lines[item.pk] = quantity
    except forms.ValidationError as error:
        words = _("How many came back? %(why)s")
        messages.error(request, words % {"why": error.messages[0]})
        return
    returned = return_items(order, lines, by=request.user, reason=_reason(request))  # type: ignore[arg-type]
    words = _("Goods taken back: %(status)s.")
    messages.success(request, words % {"status": returned.get_status_display().lower()})


def _accept(request: HttpRequest, order: Order) -> None:
    change = accept_order_change(order, _asked_id(request), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(line)s is changed as asked.") % {"line": change.item_name})


def _decline(request: HttpRequest, order: Order) -> None:
    change = decline_order_change(order, _asked_id(request), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(line)s stays as it is.") % {"line": change.item_name})


def _seen(request: HttpRequest, order: Order) -> None:
    note_seen(order.later_messages.all(), _asked_id(request), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Noted as dealt with."))


def _asked_id(request: HttpRequest) -> int:
    return _whole(request.POST.get("do", "").partition("-")[2])


def _unknown(request: HttpRequest, order: Order) -> None:
    messages.error(request, _("That button is not known. Please try again."))


_ACTS: dict[str, Callable[[HttpRequest, Order], None]] = {
    "move": _move,
    "pay": _pay,
    "reverse": _reverse,
    "return": _return,
    "sell": _sell,
    "refund": _refund,
    "line": _change_line,
    "remove": _remove_line,
    "add": _add_line,
    "details": _details,
    "accept": _accept,
    "decline": _decline,
    "seen": _seen,
}
# What counts twice when its form is sent twice.
_ADDS_UP = frozenset({"pay", "refund", "return", "add"})


def act(request: HttpRequest, order: Order) -> None:
    """Do what the pressed button says. Raises what its rule raises, and BadRequest.

    Raises StaleVersion for what adds up where the order is not as the page showed it.
    """
    do = request.POST.get("do", "").partition("-")[0]
    handler = _ACTS.get(do, _unknown)
    if do not in _ADDS_UP:
        handler(request, order)
        return
    with while_unchanged(order, seen=_whole(request.POST.get("seen"))):
        handler(request, order)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:200]


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _show_errors(request: HttpRequest, form: forms.Form) -> None:
    for name, errors in form.errors.items():
        messages.error(request, f"{form.fields[name].label}: {errors[0]}")

"""/track: where a customer sees how far an order is, and asks to hear on WhatsApp.

Plain HTML that a browser without JavaScript can use. Reference and phone travel in the
body only, so that no address, log or history holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from customers.models import Customer, Shop
from customers.numbers import number_of
from customers.phones import masked_phone, normalise_phone
from customers.shopkeeping import logo_url
from customers.throttling import track_wait
from orders.errors import OrderGone
from orders.models import Order, OrderStatus
from orders.pages.words import WORDS, language_for
from orders.subscribing import hears_about, recipient_of, subscribe
from orders.tracking import track_order

STEPS = (
    OrderStatus.PENDING,
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
)


class TrackForm(forms.Form):
    reference = forms.CharField(max_length=40)
    phone = forms.CharField(max_length=32)


@dataclass(frozen=True)
class Step:
    """One of the five, by its status, and whether it is done, now or to come."""

    status: str
    state: str


@method_decorator(never_cache, name="dispatch")
class TrackPage(View):
    """GET shows the form, POST the order of what was typed there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        reference = request.GET.get("reference", "")[:40]
        return _page(request, typed={"reference": reference})

    def post(self, request: HttpRequest) -> HttpResponse:
        typed = {name: request.POST.get(name, "") for name in ("reference", "phone")}
        if (seconds := track_wait(request)) is not None:
            answer = _page(request, typed=typed, problem="too_often", status=429)
            answer["Retry-After"] = str(seconds)
            return answer
        order = _found(typed)
        if order is None:
            return _page(request, typed=typed, problem="wrong", status=404)
        return _page(request, typed=typed, order=order, said=_subscribed(request, order))


def _found(typed: dict[str, str]) -> Order | None:
    """The order of what was typed; whatever is wrong with it, the answer is the same None."""
    form = TrackForm(typed)
    if not form.is_valid():
        return None
    try:
        return track_order(form.cleaned_data["reference"], phone=form.cleaned_data["phone"])
    except OrderGone:
        return None


def _subscribed(request: HttpRequest, order: Order) -> str:
    """Do what the second form asks, if it was that one; the name of what to say about it."""
    if "save" not in request.POST or not _may_subscribe(order):
        return ""
    if "notify" not in request.POST:
        return "not_ticked"
    if not hears_about(order):  # a reload posts again what was done
        subscribe(order, by=None)
    return "saved"


def _may_subscribe(order: Order) -> bool:
    return normalise_phone(order.customer_phone) is not None


def _page(
    request: HttpRequest,
    *,
    typed: dict[str, str],
    order: Order | None = None,
    problem: str = "",
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    recipient = recipient_of(order) if order else None
    language = language_for(request, recipient)
    row = Shop.current()
    shop = row.name
    words = _words(language, shop, phone=_number_shown(order, recipient))
    context = {
        "words": words,
        "language": language,
        "languages": [(code, name) for code, name in settings.LANGUAGES if code in WORDS],
        "shop": shop,
        "logo": logo_url(row),
        "typed": typed,
        "problem": words.get(problem),
        "said": words.get(said),
        "bad": said == "not_ticked",
        **(_order_context(order, words) if order else {}),
    }
    with translation.override(language):  # for the names of months
        return render(request, "track/track.html", context, status=status)


def _words(language: str, shop: str, *, phone: str) -> dict[str, str]:
    return {name: text.format(shop=shop, phone=phone) for name, text in WORDS[language].items()}


def _number_shown(order: Order | None, recipient: Customer | None) -> str:
    """Where notices would go, masked; empty where there is no order."""
    if order is None:
        return ""
    return masked_phone((number_of(recipient) if recipient else None) or order.customer_phone)


def _order_context(order: Order, words: dict[str, str]) -> dict[str, Any]:
    return {
        "order": order,
        "items": order.items.select_related("unit"),
        "steps": [
            {"name": words[step.status], "state": step.state, "state_name": words[step.state]}
            for step in steps_of(order)
        ],
        "closed": words.get(order.status) if order.status not in STEPS else None,
        "may_subscribe": _may_subscribe(order),
        "subscribed": hears_about(order),
    }


def steps_of(order: Order) -> list[Step]:
    """The five steps of an order that still goes its way; none of one that was closed."""
    if order.status not in STEPS:
        return []
    here = STEPS.index(OrderStatus(order.status))
    is_there = order.status == OrderStatus.DELIVERED
    states = ["done" if n < here or is_there else "to_come" for n in range(len(STEPS))]
    if not is_there:
        states[here] = "now"
    return [Step(status, state) for status, state in zip(STEPS, states, strict=True)]

"""/simulator: staff play a customer and Gupshup, in the demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from customers.errors import DeskError
from customers.models import Shop
from customers.phones import normalise_phone
from whatsapp import simulating
from whatsapp.admin.parts import STATES, Part
from whatsapp.errors import NoFakeGupshup
from whatsapp.fake_gupshup.control import fake_state, has_fake, set_faults
from whatsapp.gateway import get_gateway
from whatsapp.gateway.console import ConsoleGateway
from whatsapp.models import Chat, Direction, Message, MessageStatus

SHOWN = 40
SUGGESTED = 8
STRANGER = "+919812345670"
# The faults that a page needs; the command knows more.
FAULTS = (
    ("broken", "500"),
    ("throttled", gettext_lazy("429, too many")),
    ("no_answer", gettext_lazy("Time-out after accepting")),
    ("malformed", gettext_lazy("Malformed answer")),
    ("slow", gettext_lazy("Slow")),
)
# Not on the customer's phone, as far as anybody knows.
_NOT_THERE = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.FAILED)


@dataclass(frozen=True)
class _Bubble:
    message: Message
    is_customers: bool
    options: list[tuple[str, str]]
    state: str
    is_there: bool
    can_be_reported: bool


def simulator(request: HttpRequest) -> HttpResponse:
    """GET shows a customer's phone (``?phone=``), POST does what the customer or Gupshup does."""
    if settings.PARCHI_ENV != "demo":
        raise Http404
    if not request.user.has_perm("whatsapp.change_chat"):
        raise PermissionDenied
    phone = normalise_phone(request.GET.get("phone")) or STRANGER
    if request.method == "POST":
        return _acted(request, phone)
    if "HX-Request" in request.headers:
        return _news(request, phone)
    return _shown(request, phone)


# Showing ----------------------------------------------------------------------------------


def _shown(request: HttpRequest, phone: str) -> TemplateResponse:
    chats = Chat.objects.filter(identity__phone__isnull=False).select_related("identity__customer")
    context = {
        **admin.site.each_context(request),
        "title": gettext("Simulator"),
        "phone": phone,
        "shop": Shop.current().name,
        "url": _url(phone),
        "chats": chats[:SUGGESTED],
        "part": _phone_part(phone),
        "gupshup": _gupshup(),
    }
    return TemplateResponse(request, "desk/simulator.html", context)


def _news(request: HttpRequest, phone: str) -> HttpResponse:
    part = _phone_part(phone)
    if request.GET.get("seen") == part.mark:
        return HttpResponse(status=204)
    return TemplateResponse(request, "desk/part.html", {"part": part})


def _phone_part(phone: str) -> Part:
    chat = Chat.objects.filter(identity__phone=phone).select_related("identity__customer").first()
    rows = Message.objects.filter(chat=chat) if chat else Message.objects.none()
    newest = rows.select_related("media").order_by("-happened_at", "-pk")[:SHOWN]
    bubbles = [_bubble(message) for message in reversed(newest)]
    return Part("screen", "desk/simulator_phone.html", {"bubbles": bubbles, "chat": chat})


def _bubble(message: Message) -> _Bubble:
    mark, words = STATES.get(MessageStatus(message.status), ("", ""))
    ours = message.direction == Direction.OUT
    return _Bubble(
        message=message,
        is_customers=not ours,
        options=simulating.options_of(message),
        state=f"{mark} {words}".strip(),
        is_there=message.status not in _NOT_THERE,
        can_be_reported=ours and bool(message.provider_id) and message.imported_id is None,
    )


def _gupshup() -> dict[str, Any]:
    """Where replies go, and what the fake one will do wrong next."""
    known: dict[str, Any] = {"faults": FAULTS, "console": isinstance(get_gateway(), ConsoleGateway)}
    if has_fake():
        try:
            known["fake"] = fake_state()
        except NoFakeGupshup as error:
            known["silent"] = str(error)
    return known


# Acting -----------------------------------------------------------------------------------


def _acted(request: HttpRequest, phone: str) -> HttpResponse:
    do, _, target = request.POST.get("do", "").partition(":")
    if do not in _ACTS:
        raise Http404
    try:
        _ACTS[do](request, phone, target)
    except DeskError as error:
        messages.error(request, str(error))
    return redirect(_url(phone))


def _say(request: HttpRequest, phone: str, target: str) -> None:
    text, file = request.POST.get("text", ""), request.FILES.get("file")
    if file is None:
        simulating.say(phone, target or text)
    else:
        simulating.send_file(phone, file.read(), name=str(file.name), caption=text)


def _place(request: HttpRequest, phone: str, target: str) -> None:
    simulating.send_place(phone)


def _tap(request: HttpRequest, phone: str, target: str) -> None:
    message, _, number = target.partition("-")
    simulating.tap(phone, _message(phone, message), _whole(number))


def _report(request: HttpRequest, phone: str, target: str) -> None:
    message, _, kind = target.partition("-")
    simulating.report(phone, _message(phone, message), kind)


def _fault(request: HttpRequest, phone: str, target: str) -> None:
    set_faults(following=target)


def _outage(request: HttpRequest, phone: str, target: str) -> None:
    set_faults(outage=target)


_ACTS: dict[str, Callable[[HttpRequest, str, str], None]] = {
    "say": _say,
    "place": _place,
    "tap": _tap,
    "report": _report,
    "fault": _fault,
    "outage": _outage,
}


def _message(phone: str, pk: str) -> Message:
    ours = Message.objects.filter(chat__identity__phone=phone, direction=Direction.OUT)
    return get_object_or_404(ours, pk=_whole(pk))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else -1


def _url(phone: str) -> str:
    return f"{reverse('simulator')}?{urlencode({'phone': phone})}"

"""Writing to a customer whose 24 hours are over: an approved template, filled by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from customers.consent import may_notify
from customers.errors import InvalidInput
from customers.models import Customer, Shop, User
from customers.speaking import language_of
from whatsapp.allowing import NOT_AGREED
from whatsapp.errors import NoApprovedTemplate, NotOptedIn, WindowClosed
from whatsapp.models import Chat, Message, Template, TemplateState
from whatsapp.notice_fields import PARAMETER_LIMIT, order_values
from whatsapp.outbox import queue_template
from whatsapp.outgoing import TemplateMessage
from whatsapp.window import why_not_sendable


@dataclass(frozen=True)
class Offer:
    """A template that may go now, with what its variables would say of the newest order."""

    template: Template
    values: list[str]


def why_no_template_to(chat: Chat) -> str:
    """Why not even a template can go to this chat, or empty."""
    if reason := why_not_sendable(chat, template=True):
        return reason
    return "" if may_notify(chat.identity.customer) else str(NOT_AGREED)


def offers_for(customer: Customer) -> list[Offer]:
    """Every usable template, those in the customer's language first."""
    approved = Template.objects.filter(state=TemplateState.APPROVED).prefetch_related("wordings")
    usable = [template for template in approved if not template.why_unusable()]
    language = language_of(customer)
    usable.sort(key=lambda template: template.language.split("_")[0] != language)
    with translation.override(language):
        known = _known_values(customer)
    return [Offer(template, _values(template, known)) for template in usable]


def _known_values(customer: Customer) -> dict[str, str]:
    order = customer.orders.order_by("-created_at").first()
    of_order = order_values(order) if order else {}
    return of_order | {"customer_name": customer.name, "shop_name": Shop.current().name}


def _values(template: Template, known: dict[str, str]) -> list[str]:
    """Prefilled where a notice that uses the template names its variables."""
    named = next((wording.variables for wording in template.wordings.all()), [])
    filled = [known.get(name, "") for name in named[: template.variable_count]]
    return filled + [""] * (template.variable_count - len(filled))


@transaction.atomic
def send_template(
    chat: Chat, template: Template, values: Sequence[str], *, key: str = "", by: User
) -> tuple[Message, bool]:
    """Queue the template with these values; the message, and whether it is new.

    The same ``key`` in the same chat is the same message. Raises InvalidInput for a
    missing or too long value, NoApprovedTemplate, NotOptedIn, WindowClosed (no number).
    """
    purpose = f"staff:{chat.pk}:{key or uuid4().hex}"
    if known := Message.objects.filter(purpose=purpose).first():
        return known, False
    if reason := why_not_sendable(chat, template=True):
        raise WindowClosed(reason)
    if not may_notify(chat.identity.customer):
        raise NotOptedIn(NOT_AGREED)
    if reason := template.why_unusable():
        raise NoApprovedTemplate(reason)
    params = _checked(template, values)
    content = TemplateMessage(template.gupshup_id, params, template.filled(params))
    return queue_template(chat, content, purpose=purpose, by=by), True


def _checked(template: Template, values: Sequence[str]) -> list[str]:
    """One line each, which is all that WhatsApp takes."""
    params = [" ".join(value.split()) for value in values]
    if len(params) != template.variable_count or not all(params):
        raise InvalidInput(
            _("Fill in all %(variable_count)s of its gaps.")
            % {"variable_count": template.variable_count},
            attr="values",
        )
    if any(len(value) > PARAMETER_LIMIT for value in params):
        raise InvalidInput(
            _("A gap takes at most %(parameter_limit)s letters.")
            % {"parameter_limit": PARAMETER_LIMIT},
            attr="values",
        )
    return params

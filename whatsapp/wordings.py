"""The words of notices: what staff may write, and how it will read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from customers.models import Customer, Shop
from customers.speaking import language_name
from orders.models import Order
from whatsapp.composing import as_message, why_no_template
from whatsapp.errors import WrongVariables
from whatsapp.models import Notice, NoticeEvent, NoticeWording, Template
from whatsapp.notice_fields import check_words, fill_text, order_values, reminder_values

_REMINDED_OF = Decimal("2450.00")
# For a shop without orders yet.
_INVENTED = {
    "customer_name": "Anita Desai",
    "order_reference": "LEG-7Q2M-4XKD",
    "order_date": "14.11.2026",
    "items": "2 × Plain gold ring 22k, 1 × Silver anklet",
    "item_count": "3",
    "total": "₹61,250",
    "amount_due": "₹11,250",
    "payment_status": "part paid",
    "carrier": "Delhivery",
    "tracking_number": "7781204416",
    "address": "12 Laxmi Road, Pune",
}


def check_wording(
    *, event: str, language: str, text: str, template: Template | None, variables: Sequence[str]
) -> None:
    """Refuse words that could never be sent; raises WrongVariables naming the field.

    A template that is not approved (yet) is fine: until then the preview says so.
    """
    check_words(event, text, variables)
    if template is None:
        if not text.strip():
            raise WrongVariables(_("Write a text, or choose a template."), attr="text")
        return
    if template.language.split("_")[0] != language:
        sentence = _("Template %(template)s is in another language.") % {"template": template}
        raise WrongVariables(sentence, attr="template")
    if template.variable_count != len(variables):
        takes = template.variable_count
        sentence = _("Template %(template)s takes %(takes)s variables, not %(count)s.") % {
            "template": template,
            "takes": takes,
            "count": len(variables),
        }
        raise WrongVariables(sentence, attr="variables")


@dataclass(frozen=True)
class Preview:
    """How one wording reads within the 24 hours and outside of them, or why it can't."""

    wording: NoticeWording
    language: str
    text: str
    template: str
    why_no_template: str


def previews(notice: Notice) -> list[Preview]:
    """Every wording of the notice as the shop's newest order would read in it."""
    values = sample_values(notice.event)
    rows = notice.wordings.select_related("template").order_by("language")
    return [_preview(wording, values) for wording in rows]


def _preview(wording: NoticeWording, values: dict[str, str]) -> Preview:
    why = why_no_template(wording)
    template = "" if why else as_message(wording, values).text
    text = fill_text(wording.text, values)
    return Preview(wording, language_name(wording.language), text or template, template, why)


def sample_values(event: str) -> dict[str, str]:
    """The variables of the newest order, else of one that is made up."""
    order = Order.objects.order_by("-created_at").first()
    invented = _INVENTED | {"shop_name": Shop.current().name}
    if event == NoticeEvent.PAYMENT_REMINDER:
        name = order.customer_name if order else invented["customer_name"]
        return reminder_values(Customer(name=name), _REMINDED_OF)
    if order is None:
        return invented
    # An order that was not shipped yet shows where its tracking would stand.
    return {name: value or invented[name] for name, value in order_values(order).items()}

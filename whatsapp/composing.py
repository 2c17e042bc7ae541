"""From an event and a customer to the words: which language, which text, which template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from customers.identities import identify_sender
from customers.models import Customer, Shop
from customers.speaking import language_name, language_of
from whatsapp.errors import NoApprovedTemplate, NoNumber
from whatsapp.models import Chat, NoticeWording
from whatsapp.notice_fields import fill_text, parameters
from whatsapp.outgoing import TemplateMessage
from whatsapp.window import why_not_sendable

FALLBACK = "en"


@dataclass(frozen=True)
class Composed:
    """Both ways to say it; ``text`` is empty where the window is closed now."""

    text: str
    template: TemplateMessage | None

    @property
    def words(self) -> str:
        """What the customer reads if it leaves now."""
        return self.text or (self.template.text if self.template else "")


def compose(event: str, values: Mapping[str, str], *, customer: Customer, chat: Chat) -> Composed:
    """The words of a notice to the customer, each way in the best language that has it.

    Raises NoApprovedTemplate where nothing may go to the chat now.
    """
    wordings = wordings_for(event, customer)
    filled = (fill_text(wording.text, values) for wording in wordings)
    text = next((text for text in filled if text), "")
    problems = [why_no_template(wording) for wording in wordings]
    usable = [wording for wording, why in zip(wordings, problems, strict=True) if not why]
    template = as_message(usable[0], values) if usable else None
    window_closed = why_not_sendable(chat)
    if template is None and (window_closed or not text):
        raise NoApprovedTemplate(_why_nothing(window_closed, problems))
    return Composed("" if window_closed else text, template)


def wordings_for(event: str, customer: Customer) -> list[NoticeWording]:
    """The wordings to try: the customer's language, then the shop's, then English."""
    languages = list(dict.fromkeys([language_of(customer), Shop.current().language, FALLBACK]))
    rows = NoticeWording.objects.filter(notice__event=event, language__in=languages)
    return sorted(rows.select_related("template"), key=lambda row: languages.index(row.language))


def why_no_template(wording: NoticeWording) -> str:
    """Why this wording has nothing for outside of the 24 hours, or empty."""
    template = wording.template
    if template is None:
        return _("No template is chosen for %(language)s.") % {
            "language": language_name(wording.language)
        }
    if why := template.why_unusable():
        return why
    if template.variable_count != len(wording.variables):
        named, takes = len(wording.variables), template.variable_count
        return _("Template %(template)s takes %(takes)s variables, but %(named)s are named.") % {
            "template": template,
            "takes": takes,
            "named": named,
        }
    return ""


def as_message(wording: NoticeWording, values: Mapping[str, str]) -> TemplateMessage:
    """The wording's template with the values in their places."""
    assert wording.template is not None  # noqa: S101 - why_no_template said so
    params = parameters(wording.variables, values)
    return TemplateMessage(wording.template.gupshup_id, params, wording.template.filled(params))


def _why_nothing(window_closed: str, problems: list[str]) -> str:
    because = " ".join(problems) or _("The notice has no words yet.")
    return f"{window_closed} {because}".strip()


def chat_for_notices(customer: Customer) -> Chat:
    """The chat with the customer's number that wrote last, else one of the number on record.

    Raises NoNumber.
    """
    known = Chat.objects.filter(identity__customer=customer, identity__phone__isnull=False)
    last = known.order_by(F("last_inbound_at").desc(nulls_last=True), "-pk").first()
    if last is not None:
        return last
    if customer.phone is None:
        raise NoNumber(_("%(customer)s has no WhatsApp number on record.") % {"customer": customer})
    identity = identify_sender(customer.phone, profile_name="")
    if identity.customer_id != customer.pk:
        raise NoNumber(
            _("%(phone)s is somebody else's WhatsApp number.") % {"phone": customer.phone}
        )
    return Chat.objects.get_or_create(identity=identity)[0]

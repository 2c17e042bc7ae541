"""A customer says STOP or START, or WhatsApp says it for them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from customers.consent import latest_word, record_opt_in, record_opt_out
from customers.identities import known_customer
from customers.models import ConsentEvent, ConsentSource, ConsentState, Customer, Shop
from customers.speaking import language_of
from whatsapp import payloads
from whatsapp.consent_words import CONSENT, confirmation, find_word
from whatsapp.contents import read_content
from whatsapp.models import Message
from whatsapp.outbox import queue_text
from whatsapp.payloads_consent import read_preferences
from whatsapp.values import Json, obj
from whatsapp.window import may_write

# Gupshup: "number opted out"; Meta: "user has stopped marketing messages".
OPTED_OUT_CODES = frozenset({"1012", "131050"})


def must_be_honoured(event: payloads.Event) -> bool:
    """Whether it is such a word of somebody known, which counts whoever else may write."""
    content = read_content(obj(event.body.get("payload")))
    if content is None or content.kind != CONSENT:
        return False
    return known_customer(event.phone, bsuid=event.bsuid) is not None


def act_on_word(message: Message) -> None:
    """Record what a message says that is such a word, and confirm it once.

    A word that comes late and was overruled meanwhile is recorded, but confirming it
    would be untrue; and after 24 hours WhatsApp takes no free text any more.
    """
    found = find_word(message.text) if message.kind == CONSENT else None
    if found is None:
        return
    identity = message.chat.identity
    word = _record(
        identity.customer,
        found.state,
        how=ConsentSource.KEYWORD,
        note=message.text,
        phone=identity.phone,
        happened_at=message.happened_at,
    )
    if latest_word(identity.customer) == word and may_write(message.chat, timezone.now()):
        language = found.language if found.language != "en" else language_of(identity.customer)
        text = confirmation(found.state, language=language, shop=Shop.current().name)
        queue_text(message.chat, text, purpose=f"consent:{message.pk}")


def take_preferences(event: Json) -> bool:
    """Record each choice that an event tells of; False where it tells of nobody we know."""
    known = False
    for choice in read_preferences(event):
        customer = known_customer(choice.phone, bsuid=choice.bsuid)
        if customer is None:
            continue
        known = True
        _record(
            customer,
            choice.state,
            how=ConsentSource.GUPSHUP,
            note=choice.said,
            phone=choice.phone,
            happened_at=choice.happened_at,
        )
    return known


def take_refusal(receipt: payloads.Receipt) -> None:
    """Where a message of ours failed because they opted out with WhatsApp itself, that is a no."""
    customer = known_customer(receipt.phone, bsuid="")
    if receipt.kind == "failed" and receipt.code in OPTED_OUT_CODES and customer is not None:
        _record(
            customer,
            ConsentState.OPTED_OUT,
            how=ConsentSource.GUPSHUP,
            note=receipt.error,
            phone=receipt.phone,
            happened_at=receipt.happened_at,
        )


def _record(
    customer: Customer,
    state: ConsentState,
    *,
    how: str,
    note: str,
    phone: str | None,
    happened_at: datetime | None,
) -> ConsentEvent:
    record = record_opt_out if state == ConsentState.OPTED_OUT else record_opt_in
    return record(customer, how=how, note=note, phone=phone, happened_at=happened_at)

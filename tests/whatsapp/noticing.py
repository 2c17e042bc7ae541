"""Shorthand for the tests of notices: the first rows, who agreed, templates, an order."""

from __future__ import annotations

from importlib import import_module

from customers.consent import record_opt_in
from customers.models import Customer
from orders.models import Order
from tests.factories import ChatFactory, CustomerFactory
from tests.orders.desk import placed
from whatsapp.models import Chat, Notice, NoticeWording, Template

FIRST_WORDS = import_module("whatsapp.migrations.0009_first_notices").WORDS


def first_notices() -> None:
    """What migration 0009 made, also where a racing test flushed it."""
    for event, words in FIRST_WORDS.items():
        notice, _ = Notice.objects.get_or_create(event=event)
        for language, text in words.items():
            NoticeWording.objects.get_or_create(
                notice=notice, language=language, defaults={"text": text}
            )


def agreed(**fields) -> Customer:
    """A customer who ticked the checkbox."""
    customer = CustomerFactory(**({"name": "Nandini Rao"} | fields))
    record_opt_in(customer, how="checkbox")
    return customer


def chat_of(customer: Customer, **fields) -> Chat:
    """The chat; they wrote just now unless ``last_inbound_at`` says otherwise."""
    return ChatFactory(identity__customer=customer, **fields)


def order_of(customer: Customer | None, *lines, **fields) -> Order:
    order = placed(*lines, customer=customer)
    for name, value in fields.items():
        setattr(order, name, value)
    order.save()
    return order


def approved(event: str, *variables: str, language: str = "en", **fields) -> Template:
    """An approved template, chosen for this event and language with these variables."""
    words = " ".join(f"{{{{{n}}}}}" for n in range(1, len(variables) + 1))
    template = Template.objects.create(
        **{
            "gupshup_id": f"9f2c-{event}-{language}",
            "name": f"order_{event}",
            "language": language,
            "category": "utility",
            "body": f"About your order: {words}.",
            "state": "approved",
            **fields,
        }
    )
    wording = NoticeWording.objects.filter(notice__event=event, language=language)
    assert wording.update(template=template, variables=list(variables)) == 1
    return template

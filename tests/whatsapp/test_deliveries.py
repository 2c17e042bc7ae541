"""Many deliveries at once, repeated and in no order; the large one is bench/deliveries.py."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from tests.factories import ChatFactory, InboundMessageFactory
from tests.whatsapp.bodies import event, post, text_event
from whatsapp.inbound import process_event
from whatsapp.models import InboundEvent, Message

COURSES = {
    ("receipt_sent",): "sent",
    ("receipt_sent", "receipt_delivered"): "delivered",
    ("receipt_sent", "receipt_delivered", "receipt_read"): "read",
    ("receipt_read", "receipt_failed_later"): "failed",
}


def receipts_of(number: int, names: Iterable[str]) -> list[dict]:
    receipts = []
    for name in names:
        data = event(name)
        data["payload"] |= {"gsId": f"ours-{number}", "id": f"wamid.ours-{number}"}
        receipts.append(data)
    return receipts


def in_parallel(work, items: Iterable) -> list:
    def one(item):
        try:
            return work(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, items))


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_many_copies_at_once_end_in_each_message_once_and_every_status_right():
    chat = ChatFactory()
    right = {}
    posted = []
    for number, (names, status) in enumerate(list(COURSES.items()) * 3):
        own = {"direction": "out", "status": "sent", "provider_id": f"ours-{number}"}
        InboundMessageFactory(chat=chat, **own)
        right[f"ours-{number}"] = status
        posted += receipts_of(number, names) * 2
    texts = {f"wamid.{number}": f"{number} kurtas" for number in range(40)}
    posted += [text_event(text, message_id=key) for key, text in texts.items()] * 5
    random.Random(7).shuffle(posted)

    assert set(in_parallel(lambda data: post(Client(), data).status_code, posted)) == {200}
    events = InboundEvent.objects.order_by("?").values_list("pk", flat=True)
    in_parallel(process_event, list(events) * 2)

    said = Message.objects.filter(direction="in").values_list("provider_id", "text")
    assert sorted(said) == sorted(texts.items())
    states = Message.objects.filter(direction="out").values_list("provider_id", "status")
    assert dict(states) == right
    assert set(InboundEvent.objects.values_list("status", flat=True)) == {"processed"}

"""Drafts of a person who is forgotten (settings.CUSTOMER_EVENT_HANDLERS).

Orders made of them stay (orders/erasing.py), and their slip numbers stay taken.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from customers.models import Customer
from customers.telling import ERASED
from drafts.models import (
    Analysis,
    DraftEntry,
    DraftOrder,
    LearnedName,
    MessageAbout,
    MessageOrder,
    OrderDraft,
)
from whatsapp.models import Message

_NAMELESS: dict[str, Any] = {"client_name": "", "said_client": ""}


def on_customer_event(*, event: str, **data: Any) -> None:
    """Delete the sender's drafts and readings, and the name in lines that others wrote."""
    if event != ERASED:
        return
    customer: Customer = data["customer"]
    messages = Message.objects.filter(chat__identity__customer=customer)
    _forget_drafts(customer, messages)
    MessageOrder.objects.filter(message__in=messages).delete()
    Analysis.objects.filter(message__in=messages).delete()
    entries = DraftEntry.objects.filter(client=customer)
    DraftEntry.history.filter(client_id__in=data["marks"].ids).update(**_NAMELESS, client_id=None)
    entries.update(**_NAMELESS, client=None)
    LearnedName.objects.filter(customer=customer).delete()
    LearnedName.history.filter(customer_id__in=data["marks"].ids).delete()


def _forget_drafts(customer: Customer, messages: Any) -> None:
    theirs = Q(customer=customer) | Q(chat__identity__customer=customer)
    found = OrderDraft.objects.filter(theirs | Q(draft_messages__message__in=messages))
    drafts = set(found.values_list("pk", flat=True))
    MessageAbout.objects.filter(Q(draft__in=drafts) | Q(message__in=messages)).delete()
    DraftOrder.objects.filter(draft__in=drafts).delete()
    OrderDraft.objects.filter(pk__in=drafts).delete()
    DraftEntry.history.filter(draft_id__in=drafts).delete()
    OrderDraft.history.filter(id__in=drafts).delete()

"""Sentences that staff keep ready, as they read for one customer."""

from __future__ import annotations

from customers.models import Customer
from whatsapp.models import QuickReply


def quick_replies_for(customer: Customer) -> list[tuple[str, str]]:
    """Each sentence's title and its text with the customer's name in it, in staff's order."""
    return [
        (reply.title, reply.text.replace("{name}", customer.name))
        for reply in QuickReply.objects.all()
    ]

"""A customer tapped Yes or Cancel under a message about an order."""

from __future__ import annotations

from django.db import transaction

from orders.events import record_event
from orders.lifecycle import cancel_order
from orders.locking import lock_order
from orders.models import Order, OrderStatus
from whatsapp.models import Message
from whatsapp.outbox import queue_text
from whatsapp.taps import Tap, parse_postback

TAPPED_YES = "said_yes"
UNKNOWN = "We do not find that order. A person will look into it."
TOO_LATE = "We are at order {} already, so it could not be cancelled. A person will write to you."
CANCELLED = "Order {} is cancelled."
NOTED = "Thank you, we noted your yes to order {}."


@transaction.atomic
def act_on_tap(message: Message) -> None:
    """Do what the tapped button says to the sender's own order, and answer once.

    Yes is noted in the order's timeline: confirming, which takes stock, stays a
    person's decision. Cancel works while the order is pending.
    """
    tap = parse_postback(message.postback)
    if tap is None:
        return
    customer = message.chat.identity.customer_id
    order = Order.objects.filter(order_reference=tap.reference, customer=customer).first()
    words = _answer(tap, lock_order(order)) if order else UNKNOWN
    queue_text(message.chat, words, purpose=f"tap:{message.pk}")


def _answer(tap: Tap, order: Order) -> str:
    if tap.answer == "yes":
        record_event(order, TAPPED_YES, by=None, note="Tapped on WhatsApp")
        return NOTED.format(order)
    if order.status == OrderStatus.PENDING:
        cancel_order(order, by=None, reason="Tapped on WhatsApp")
    return (CANCELLED if _is_cancelled(order) else TOO_LATE).format(order)


def _is_cancelled(order: Order) -> bool:
    order.refresh_from_db(fields=["status"])
    return order.status == OrderStatus.CANCELLED

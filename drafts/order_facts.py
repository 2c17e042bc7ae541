"""An order made of a message, under the names that chat programs use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings

from customers.models import Shop
from customers.phones import phone_digits
from orders.models import Order, OrderItem
from whatsapp.models import Message

CURRENCY = "INR"

_FULFILLED = {"shipped": "shipped", "delivered": "fulfilled", "returned": "returned"}


def order_facts(order: Order, message: Message) -> dict[str, Any]:
    """An order made of a message, with its source."""
    return {
        "id": order.pk,
        "account_id": settings.ESB_ACCOUNT_ID,
        "order_no": order.order_reference,
        "customer_id": order.customer_id,
        "contact_id": message.chat.identity_id,
        "customer": _customer(order),
        "contact": _contact(message),
        "status": order.status,
        "payment_status": order.payment_status,
        "fulfillment_status": _FULFILLED.get(order.status, "unfulfilled"),
        "source": _source(message),
        "items": [_item(item) for item in order.items.all()],
        "subtotal": order.subtotal,
        "discount_total": order.discount,
        "tax_total": order.tax,
        "shipping_total": order.delivery_fee,
        "grand_total": order.total,
        "currency": CURRENCY,
        "payment": {"status": order.payment_status, "terms": order.payment_terms},
        "shipping": {
            "address": order.customer_address,
            "tracking_number": order.tracking_number,
            "carrier": order.carrier,
        },
        "notes": order.notes,
        "tags": [],
        "metadata": {},
        "warnings": order.warnings,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
        "entity_version": order.updated_at,
    }


def _customer(order: Order) -> dict[str, Any]:
    words = order.customer_name.split()
    return {
        "id": order.customer_id,
        "title": order.customer_name,
        "short_name": words[0] if words else "",
        "status": "active",
    }


def _contact(message: Message) -> dict[str, Any]:
    identity = message.chat.identity
    return {
        "id": identity.pk,
        "display_name": identity.customer.name,
        "email": identity.customer.email,
        "phone": identity.phone,
        "status": "active",
    }


def _source(message: Message) -> dict[str, Any]:
    return {
        "channel": "whatsapp",
        "source_type": message.kind,
        "source_id": str(message.pk),
        "thread_id": message.chat_id,
        "message_id": message.pk,
        "external_thread_id": phone_digits(message.chat.identity.phone),
        "external_message_id": message.provider_id,
        "label": Shop.current().name,
        "metadata": {},
    }


def _item(item: OrderItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "product_id": item.product_id,
        "sku": item.product.sku if item.product else None,
        "name": item.product_name,
        "unit_price": item.unit_price,
        "currency": CURRENCY,
        "quantity": item.quantity,
        "discount_amount": Decimal(0),
        "tax_rate": item.tax_rate,
        "tax_amount": item.tax,
        "line_subtotal": item.subtotal,
        "line_total": item.subtotal,
        "product_snapshot": {"size": item.selected_size, "color": item.selected_color},
        "metadata": {},
    }

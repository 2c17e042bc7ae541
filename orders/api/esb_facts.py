"""An order as the esb paths tell it: their value types, without what the desk doesn't know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from customers.models import PaymentTerms
from customers.phones import masked_phone
from orders.models import Order, OrderItem, OrderStatus, PaymentStatus
from orders.payments import paid_for
from orders.subscribing import hears_about

Picture = Callable[[int | None, str], str | None]


def order_facts(order: Order, *, masked: bool, picture: Picture) -> dict[str, Any]:
    """The order in the other system's keys; ``picture`` makes a product's picture's address."""
    log = [event for event in order.events.all() if event.to_status]
    timeline = {
        "courierName": order.carrier or None,
        "statusLog": [
            {"status": event.to_status, "updatedAt": _moment(event.created_at)} for event in log
        ],
        "trackingID": order.tracking_number or None,
    }
    shared = {
        "statusUpdatedAt": _moment(log[-1].created_at) if log else None,
        "forwardTrackingTimeline": _known(timeline),
        "isRefunded": "true" if order.payment_status == PaymentStatus.REFUNDED else "false",
        "cancellationPolicy": {"isCancellable": order.status == OrderStatus.PENDING},
    }
    kind = _payment_type(order)
    return {
        "customerOrderNumber": order.order_reference,
        "vendorOrderNumber": order.order_reference,
        "orderDate": f"{_moment(order.created_at)}.0",
        "isCOD": int(kind == "COD"),
        "paymentType": kind,
        "taxAmount": order.tax,
        "subTotal": order.subtotal,
        "orderTotal": order.total,
        "balanceDue": order.total - paid_for(order),
        "shippingAddress": _known(_contact(order, masked=masked)),
        "items": [_item(item, order, shared, picture) for item in order.items.all()],
        "orderId": order.pk,
        "isWhatsAppEnabledForNotifications": "1" if hears_about(order) else "0",
    }


def _payment_type(order: Order) -> str:
    if order.payment_terms == PaymentTerms.CREDIT:
        return "CREDIT"
    return "PREPAID" if order.payment_status == PaymentStatus.PAID else "COD"


def _contact(order: Order, *, masked: bool) -> dict[str, Any]:
    def shown(text: str, *, first: int = 0, last: int = 0) -> str | None:
        return (_masked(text, first=first, last=last) if masked else text) or None

    return {
        "city": order.address_city or None,
        "postalCode": shown(order.address_pincode, first=2),
        "addressLine1": shown(order.address_line1),
        "addressLine2": shown(order.address_line2),
        "state": order.address_state or None,
        "contactPhone": _phone(order.customer_phone, masked=masked),
        "customerName": shown(order.customer_name, first=1),
        "email": shown(order.customer_email, first=1),
    }


def _phone(phone: str, *, masked: bool) -> str | None:
    return (masked_phone(phone) if phone and masked else phone) or None


def _masked(text: str, *, first: int, last: int) -> str:
    """A few characters at an end and stars, always as many: the length tells nothing."""
    if len(text) <= first + last:
        return "***" if text else ""
    return f"{text[:first]}***{text[len(text) - last :]}"


def _item(
    item: OrderItem, order: Order, shared: dict[str, Any], picture: Picture
) -> dict[str, Any]:
    image = picture(item.product_id, item.product_image)
    sku = item.product.sku if item.product else None
    returnable = order.status == OrderStatus.DELIVERED and item.returned_quantity < item.quantity
    facts = {
        **shared,
        "orderItemID": item.pk,
        "lineItemTotal": item.subtotal,
        "timeLine": "forwardTrackingTimeline",
        "productName": item.product_name,
        "itemID": sku,
        "latestStatus": order.status,
        "id": item.pk,
        "sku": sku,
        "productImageUrl": image,
        "quantity": item.quantity,
        "returnPolicy": {"isReturnable": returnable},
        "customerPrice": item.unit_price,
        "taxRate": item.tax_rate,
        "lineItemSequenceNumber": item.position,
        "additionalProductInfo": _product(item, image),
        "taxAmount": item.tax,
    }
    return _known(facts)


def _product(item: OrderItem, image: str | None) -> dict[str, Any] | None:
    product = item.product
    if product is None:
        return None
    details = {
        "unitPrice": item.unit_price,
        "hsnCode": product.hsn_code or None,
        "weight": item.weight or product.weight,
        "imageUrl": image,
        "sku": product.sku,
        "brand": product.brand or None,
        "weightUnit": "g" if item.weight or product.weight else None,
    }
    return {"productDetails": _known(details)}


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if fact is not None}


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"

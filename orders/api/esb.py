"""The order page of the customer's portal: the order, and the checkbox for notices."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import User
from customers.throttling import TrackThrottle
from orders.api import esb_serializers as bodies
from orders.api.esb_facts import order_facts
from orders.api.serializers import picture_address
from orders.api.viewer import Viewer
from orders.errors import NoSuchCustomer
from orders.models import Order
from orders.subscribing import order_of_contact, subscribe, unsubscribe
from orders.tracking import same_number

# Both to the letter as the portal knows them, the space at the end too.
UPDATED = "updated successfully "
FAILED = {"error": "failed to update customers", "reason": "no entry exist in customer table"}

# The portal's own body; a path that holds no UUID answers as every other path does.
NOT_SUBSCRIBED = {
    "oneOf": [
        {
            "type": "object",
            "properties": {name: {"type": "string"} for name in FAILED},
            "required": list(FAILED),
        },
        {"$ref": "#/components/schemas/Problem"},
    ]
}


@extend_schema(tags=["orders"])
class EsbOrderView(Viewer):
    """An order in the names of another system's customer portal."""

    permission_classes = (AllowAny,)
    throttle_classes = (TrackThrottle,)
    queryset = Order.objects.none()
    lookup_url_kwarg = "order_id"

    def get(self, request: Request, order_id: UUID) -> Response:
        """The order; contact fields are masked for whoever is not staff, owner or of its phone."""
        asked = bodies.EsbQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = Order.objects.select_related("customer").prefetch_related("items__product", "events")
        order = get_object_or_404(rows, pk=order_id)
        masked = not self._knows(order, asked.validated_data["phone"])
        facts = order_facts(order, masked=masked, picture=partial(picture_address, request))
        return Response(bodies.EsbOrderSerializer(facts).data)

    def post(self, request: Request, order_id: UUID) -> Response:
        """Begin (`ACTIVE`) or end (`INACTIVE`) notices about orders of this phone number.

        Phone, account and, where the order has one, e-mail must be the order's; 404 says
        no more than that something is not.
        """
        sent = self.read(bodies.SubscriptionSerializer)
        say = subscribe if sent["whats_app_status"] == "ACTIVE" else unsubscribe
        try:
            order = order_of_contact(
                order_id,
                phone=sent["contact_phone"],
                email=sent["email"],
                account_id=sent["account_id"],
            )
            say(order, by=request.user if isinstance(request.user, User) else None)
        except NoSuchCustomer:
            return Response(FAILED, status=NoSuchCustomer.status)
        return Response(_echo(sent))

    def _knows(self, order: Order, phone: str) -> bool:
        """Whether the caller is staff or owner, or named the order's phone."""
        if same_number(order.customer_phone, phone):
            return True
        return Order.objects.visible_to(self.request.user).filter(pk=order.pk).exists()


def _echo(sent: dict[str, Any]) -> dict[str, str]:
    return {
        "contactPhone": sent["contact_phone"],
        "customerName": sent["customer_name"],
        "email": sent["email"],
        "accountId": sent["account_id"],
        "whatsAppStatus": sent["whats_app_status"],
        "status": UPDATED,
    }


def _described(prefix: str) -> Any:
    """The same two operations under names of their own for each of the two paths."""
    return extend_schema_view(
        get=extend_schema(
            operation_id=f"{prefix}esb_order",
            parameters=[bodies.EsbQuerySerializer],
            responses=bodies.EsbOrderSerializer,
        ),
        post=extend_schema(
            operation_id=f"{prefix}esb_subscribe",
            request=bodies.SubscriptionSerializer,
            responses={200: bodies.SubscribedSerializer, 404: NOT_SUBSCRIBED},
            examples=[OpenApiExample("Nobody", FAILED, response_only=True, status_codes=["404"])],
        ),
    )


@_described("")
class EsbView(EsbOrderView):
    pass


@_described("ah_")
class AhEsbView(EsbOrderView):
    """The same at the path that the portal has always called."""

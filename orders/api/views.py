"""Orders: each view lets in, calls one rule, answers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)
from rest_framework.generics import (
    GenericAPIView,
    ListAPIView,
    RetrieveAPIView,
    get_object_or_404,
)
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from config.api.schema import refuses
from customers.errors import InvalidInput
from customers.permissions import IsStaff
from customers.throttling import AddressThrottle, GuestCheckoutThrottle, TrackThrottle
from orders import lifecycle
from orders.api import examples, serializers
from orders.api.basket import BasketSerializer
from orders.api.filters import OrderFilter
from orders.api.viewer import Viewer
from orders.checkout import check_out
from orders.errors import (
    InvalidLine,
    MoveNotAllowed,
    NoPrice,
    NoSuchVariant,
    NotStocked,
    OrderGone,
    OtherData,
    ReferenceTaken,
    ShortStock,
    StillRunning,
    UnknownStatus,
    VariantNeeded,
)
from orders.models import Order, OrderEvent, OrderStatus
from orders.reordering import order_again
from orders.shipping import ship_order
from orders.tracking import track_order

_KEY = "Idempotency-Key"
IDEMPOTENCY_KEY = OpenApiParameter(
    _KEY,
    {"type": "string", "maxLength": 255},
    OpenApiParameter.HEADER,
    description="Yours to choose; the same key places one order only, however often it is sent.",
)
ORDER_OR_CONFIRMATION = PolymorphicProxySerializer(
    component_name="OrderOrConfirmation",
    serializers=[serializers.OrderSerializer, serializers.ConfirmationSerializer],
    resource_type_field_name=None,
)


class _Orders(Viewer):
    """The orders that the one who asks may see; any other answers 404, as if there were none."""

    permission_classes: tuple[type[BasePermission], ...] = (IsAuthenticated,)
    serializer_class: type[Any] = serializers.OrderSerializer
    queryset = Order.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return Order.objects.visible_to(self.request.user).with_items()

    def answer(self, order: Order) -> Response:
        return Response(self.shown(order))

    def shown(self, order: Order) -> Any:
        """The order with its items, read anew after a rule changed it."""
        fresh = Order.objects.with_items().get(pk=order.pk)
        context = self.get_serializer_context()
        return serializers.OrderSerializer(fresh, context=context).data

    def confirmed(self) -> Response:
        """Confirm, for both paths that do."""
        done = lifecycle.confirm_order(self.get_object(), by=self.actor)
        how = "was confirmed before" if done.already else "is confirmed"
        updates = serializers.StockUpdateSerializer(done.stock_updates, many=True).data
        message = f"Order {done.order} {how}."
        order = self.shown(done.order)
        return Response({"message": message, "order": order, "stock_updates": updates})


@extend_schema(tags=["orders"])
class OrderListView(_Orders, ListAPIView[Order]):
    """Orders, newest first: a buyer's own, for staff all. Anyone may place one."""

    filterset_class = OrderFilter

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    def get_throttles(self) -> list[BaseThrottle]:
        return [GuestCheckoutThrottle()] if self.request.method == "POST" else []

    @refuses(
        *(InvalidInput, InvalidLine, VariantNeeded, NoSuchVariant),
        *(NoPrice, ReferenceTaken, OtherData, StillRunning),
    )
    @extend_schema(
        operation_id="orders_place",
        parameters=[IDEMPOTENCY_KEY],
        request=BasketSerializer,
        responses={201: serializers.OrderSerializer, 200: serializers.OrderSerializer},
        examples=examples.CHECKOUT,
    )
    def post(self, request: Request) -> Response:
        """Place an order: pending, at the shop's prices, stock untouched.

        The same `Idempotency-Key` or the same order reference with the same data answers
        the order as it is now with 200; with other data 409, and 409 while the first runs.
        """
        body = BasketSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        key = serializers.IdempotencyKeySerializer(data={"key": request.headers.get(_KEY, "")})
        key.is_valid(raise_exception=True)
        done = check_out(
            body.basket(),
            user=self.actor if request.user.is_authenticated else None,
            key=key.validated_data["key"],
            address=AddressThrottle().get_ident(request),
        )
        return Response(self.shown(done.order), status=200 if done.replayed else 201)


@extend_schema_view(get=extend_schema(operation_id="orders_mine"))
@extend_schema(tags=["orders"])
class MyOrdersView(_Orders, ListAPIView[Order]):
    """The account's own orders, newest first."""

    filterset_class = OrderFilter

    def get_queryset(self) -> QuerySet[Order]:
        return Order.objects.own(self.request.user).with_items()


@extend_schema(tags=["orders"])
class OrderView(_Orders, RetrieveAPIView[Order]):
    """One order; staff move it on."""

    def get_permissions(self) -> list[Any]:
        return [IsStaff()] if self.request.method == "PATCH" else [IsAuthenticated()]

    @refuses(UnknownStatus, MoveNotAllowed, ShortStock, NotStocked)
    @extend_schema(
        request=serializers.StatusChangeSerializer,
        responses=ORDER_OR_CONFIRMATION,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Move the order to a status; ``confirmed`` answers what confirming answers.

        With ``shipped`` the carrier and the tracking number are kept, also where the order
        is shipped already; with another status they are ignored.
        """
        sent = self.read(serializers.StatusChangeSerializer)
        if sent["status"] == OrderStatus.CONFIRMED:
            return self.confirmed()
        order, how = self.get_object(), {"by": self.actor, "reason": sent["reason"]}
        if sent["status"] == OrderStatus.SHIPPED:
            travel = {name: sent[name] for name in ("carrier", "tracking_number")}
            return self.answer(ship_order(order, **travel, **how))
        return self.answer(lifecycle.move_order(order, sent["status"], **how))


@extend_schema(tags=["orders"])
class ConfirmView(_Orders):
    """Take the stock of every line, or of none; a second time changes nothing."""

    permission_classes = (IsStaff,)

    @refuses(MoveNotAllowed, ShortStock, NotStocked)
    @extend_schema(request=None, responses=serializers.ConfirmationSerializer)
    def post(self, request: Request, pk: Any) -> Response:
        return self.confirmed()


@extend_schema(tags=["orders"])
class CancelView(_Orders):
    """Cancel and give back what was taken; a buyer may while the order is pending."""

    @refuses(MoveNotAllowed)
    @extend_schema(request=serializers.ReasonSerializer, responses=serializers.OrderSerializer)
    def post(self, request: Request, pk: Any) -> Response:
        reason = self.read(serializers.ReasonSerializer)["reason"]
        return self.answer(lifecycle.cancel_order(self.get_object(), by=self.actor, reason=reason))


@extend_schema(tags=["orders"])
class ReturnView(_Orders):
    """Take delivered goods back, whole lines or part of them."""

    permission_classes = (IsStaff,)

    @refuses(InvalidInput, InvalidLine, MoveNotAllowed)
    @extend_schema(request=serializers.ReturnSerializer, responses=serializers.OrderSerializer)
    def post(self, request: Request, pk: Any) -> Response:
        sent = self.read(serializers.ReturnSerializer)
        order = lifecycle.return_items(
            self.get_object(),
            {line["id"]: line["quantity"] for line in sent["lines"]},
            by=self.actor,
            reason=sent["reason"],
        )
        return self.answer(order)


@extend_schema(tags=["orders"])
class TimelineView(Viewer, ListAPIView[OrderEvent]):
    """What happened to the order, oldest first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = serializers.EventSerializer
    filter_backends = ()
    queryset = OrderEvent.objects.none()

    def get_queryset(self) -> QuerySet[OrderEvent]:
        orders = Order.objects.visible_to(self.request.user)
        order = get_object_or_404(orders, pk=self.kwargs["pk"])
        return order.events.select_related("actor")


@extend_schema(tags=["orders"])
class ReorderView(_Orders):
    """The order's items at today's prices, ready to post; nothing is placed."""

    @extend_schema(request=None, responses=serializers.AgainSerializer)
    def post(self, request: Request, pk: Any) -> Response:
        return Response(serializers.AgainSerializer(order_again(self.get_object())).data)


@extend_schema(tags=["orders"])
class TrackView(GenericAPIView[Order]):
    """How far an order is, for whoever knows its reference and phone number."""

    permission_classes = (AllowAny,)
    throttle_classes = (TrackThrottle,)

    @refuses(OrderGone)
    @extend_schema(
        operation_id="orders_track",
        parameters=[serializers.TrackQuerySerializer],
        responses=serializers.TrackedOrderSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = serializers.TrackQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        order = track_order(asked.validated_data["reference"], phone=asked.validated_data["phone"])
        return Response(serializers.TrackedOrderSerializer(order).data)

"""The staff's orders over HTTP; each view calls one rule."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters as filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.pagination import StaffPagination
from config.api.schema import refuses
from customers.errors import InvalidInput
from customers.permissions import IsAdmin, IsStaff
from khata.errors import NotEnoughCredit
from khata.store_credit import apply_credit, credit_of, receive_for
from orders import counter, handling
from orders.api import staff_order_serializers as serializers
from orders.api.filters import KeyFilter, OrderFilter
from orders.api.viewer import Viewer
from orders.details import change_details
from orders.errors import (
    InvalidLine,
    MoveNotAllowed,
    NobodyToCredit,
    NoPrice,
    NoSuchVariant,
    NotEditable,
    NotPayable,
    NotStocked,
    OrderGone,
    OrderKept,
    ReferenceTaken,
    ShortStock,
    UnknownStatus,
    VariantNeeded,
)
from orders.models import Order, OrderEvent, Payment

MOVES = (InvalidInput, UnknownStatus, MoveNotAllowed, ShortStock, NotStocked, OrderGone)


class OrderPages(StaffPagination):
    list_name = "orders"


class StaffOrderFilter(OrderFilter):
    from_date = filters.DateFilter(method="by_first_day", help_text="In the shop's time zone")
    to_date = filters.DateFilter(method="by_last_day", help_text="That day included")
    rep_id = KeyFilter("assigned_to", help_text="Who of the staff it is assigned to")


class StaffOrders(Viewer):
    """All orders with what their answers need, in as many queries for many as for one."""

    permission_classes: tuple[type[BasePermission], ...] = (IsStaff,)
    serializer_class: type[Any] = serializers.StaffOrderSerializer
    queryset = Order.objects.none()

    def get_queryset(self) -> QuerySet[Order]:
        moves = OrderEvent.objects.exclude(to_status="").order_by("pk")
        return (
            Order.objects.with_items()
            .select_related("assigned_to")
            .prefetch_related(
                Prefetch("events", queryset=moves),
                Prefetch("payments", queryset=Payment.objects.order_by("pk")),
            )
        )

    def shown(self, order: Order) -> Any:
        """The order as it is now."""
        fresh = self.get_queryset().get(pk=order.pk)
        context = self.get_serializer_context()
        return serializers.StaffOrderSerializer(fresh, context=context).data

    def saved(self, order: Order, *, status: int = 200, **beside: Any) -> Response:
        body = {"success": True, "order": self.shown(order), **beside}
        return Response(body, status=status)


def _handling(sent: dict[str, Any], *names: str) -> dict[str, Any]:
    """What the rule takes of what was sent about handling."""
    given = {name: sent[name] for name in ("staff_notes", *names) if name in sent}
    if "assigned_to" in sent:
        given["assigned_to"] = handling.staff_member(sent["assigned_to"])
    return given


@extend_schema_view(get=extend_schema(operation_id="staff_orders"))
@extend_schema(tags=["staff orders"])
class StaffOrderListView(StaffOrders, ListAPIView[Order]):
    """All orders, newest first."""

    pagination_class = OrderPages
    filterset_class = StaffOrderFilter

    @refuses(
        *(*MOVES, InvalidLine, VariantNeeded, NoSuchVariant, NoPrice),
        *(ReferenceTaken, NotEditable),
    )
    @extend_schema(
        operation_id="staff_orders_enter",
        request=serializers.EnteredOrderSerializer,
        responses={201: serializers.SavedOrderSerializer},
    )
    def post(self, request: Request) -> Response:
        """Enter an order for a customer, who is made if new; at the desk's prices or yours.

        A status beyond pending takes the stock; `paid` records the money.
        """
        body = serializers.EnteredOrderSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        order = counter.enter_order(_entered(body, by=self.actor.pk), by=self.actor)
        return self.saved(order, status=201)


def _entered(body: serializers.EnteredOrderSerializer, *, by: int) -> counter.Entered:
    sent = body.validated_data
    line = serializers.EnteredLineSerializer()
    method = sent.get("payment_method", "")
    who = sent.get("assigned_to") or sent.get("sales_rep_id") or by
    return counter.Entered(
        lines=[line.to_line(one) for one in sent["items"]],
        to=body.columns(),
        customer_id=sent.get("customer_id"),
        make_customer=sent["upsert_customer"],
        discount=Decimal(sent["discount_amount"]),
        delivery_fee=Decimal(sent["delivery_fee"]),
        reference=sent.get("order_number") or None,
        created_at=sent.get("created_at"),
        notes=sent.get("special_notes", ""),
        status=sent["status"],
        on_credit=method in serializers.ON_CREDIT,
        paid_by=(method or "cash") if sent["payment_status"] == "paid" else "",
        handling={
            "staff_notes": sent.get("staff_notes", ""),
            "assigned_to": handling.staff_member(who),
            "shipping_cost": Decimal(sent["shipping_cost"]),
        },
    )


@extend_schema_view(get=extend_schema(operation_id="staff_order"))
@extend_schema(tags=["staff orders"])
class StaffOrderView(StaffOrders, RetrieveAPIView[Order]):
    """One order."""

    def get_permissions(self) -> list[BasePermission]:
        return [IsAdmin()] if self.request.method == "DELETE" else [IsStaff()]

    @refuses(OrderKept, OrderGone)
    @extend_schema(operation_id="staff_orders_delete", responses={200: {"type": "object"}})
    def delete(self, request: Request, pk: Any) -> Response:
        """Delete an order of which nothing came; one that moved stock or money is a 409."""
        handling.delete_order(self.get_object(), by=self.actor)
        return Response({"success": True})


@extend_schema(tags=["staff orders"])
class StaffAddressView(StaffOrders):
    """Where an order goes, and to whom."""

    @refuses(InvalidInput, NotEditable, OrderGone)
    @extend_schema(
        operation_id="staff_orders_address",
        request=serializers.DeliverySerializer,
        responses=serializers.ChangedAddressSerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Change what is named; `updated_fields` says what became different."""
        body = serializers.DeliverySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        before = self.get_object()
        order = change_details(before, body.columns(before), by=self.actor)
        changed = [
            name
            for name, ours in serializers.ADDRESS_NAMES.items()
            if getattr(before, ours) != getattr(order, ours)
        ]
        return self.saved(order, updated_fields=changed)


@extend_schema(tags=["staff orders"])
class StaffNotesView(StaffOrders):
    """What staff note about an order, and by what it travels."""

    @refuses(*MOVES)
    @extend_schema(
        operation_id="staff_orders_notes",
        request=serializers.NotesSerializer,
        responses=serializers.SavedOrderSerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Note it; a tracking number moves the order to shipped."""
        sent = self.read(serializers.NotesSerializer)
        given = _handling(sent, "tracking_number", "carrier", "shipping_cost")
        return self.saved(handling.handle_order(self.get_object(), given, by=self.actor))


@extend_schema(tags=["staff orders"])
class StaffStatusView(StaffOrders):
    """How far an order is."""

    @refuses(*MOVES)
    @extend_schema(
        operation_id="staff_orders_status",
        request=serializers.StaffStatusSerializer,
        responses=serializers.MovedOrderSerializer,
    )
    def patch(self, request: Request, pk: Any) -> Response:
        """Move it on. Confirming takes its stock; cancelling gives stock and money back."""
        sent = self.read(serializers.StaffStatusSerializer)
        done = handling.move_by_staff(
            self.get_object(),
            sent["status"],
            reason=sent.get("reason", ""),
            refund_by=sent.get("refund_method"),
            changes=_handling(sent),
            by=self.actor,
        )
        answer = self.saved(done.order)
        if done.refund is not None:
            answer.data["refund"] = serializers.RefundSerializer(done.refund).data
        return answer


@extend_schema(tags=["staff orders"])
class MarkPaidView(StaffOrders):
    """Money that came for an order."""

    @refuses(InvalidInput, NotPayable, NobodyToCredit, OrderGone)
    @extend_schema(
        operation_id="staff_orders_mark_paid",
        request=serializers.MarkPaidSerializer,
        responses=serializers.PaidOrderSerializer,
    )
    def post(self, request: Request, pk: Any) -> Response:
        """Note what was received; what is more than due becomes store credit."""
        sent = self.read(serializers.MarkPaidSerializer)
        done = receive_for(
            self.get_object(),
            method=sent["payment_method"],
            amount=Decimal(sent["amount_received"]),
            note=sent.get("note", ""),
            by=self.actor,
        )
        return self.saved(done.order, overpayment_credited=done.credited)


@extend_schema(tags=["staff orders"])
class ApplyCreditView(StaffOrders):
    """Paying with what the customer has with the shop."""

    @refuses(InvalidInput, NotPayable, NobodyToCredit, NotEnoughCredit, OrderGone)
    @extend_schema(
        operation_id="staff_orders_apply_credit",
        request=serializers.CreditAmountSerializer,
        responses=serializers.AppliedCreditSerializer,
    )
    def post(self, request: Request, pk: Any) -> Response:
        """Pay so much of the order from store credit; `new_order_total` is still to be paid."""
        amount = self.read(serializers.CreditAmountSerializer)["amount"]
        payment = apply_credit(self.get_object(), amount=amount, by=self.actor)
        shown = self.shown(payment.order)
        body = {
            "success": True,
            "credit_applied": payment.amount,
            "new_order_total": shown["total"] - shown["amount_paid"],
            "credit_balance": credit_of(payment.order.customer) if payment.order.customer else 0,
            "transaction": serializers.AppliedPaymentSerializer(payment).data,
            "order": shown,
        }
        return Response(body)

"""Store credit over HTTP: what a customer has with the shop, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from customers.errors import CustomerGone, InvalidInput
from customers.models import Customer
from customers.permissions import IsStaff
from khata.api.ledger import IDEMPOTENCY_KEY
from khata.errors import NotEnoughCredit, PeriodClosed
from khata.models import LedgerLine, Source
from khata.store_credit import LONGEST_HISTORY, adjust_credit, credit_history, credit_of
from orders.api.serializers import IdempotencyKeySerializer
from orders.api.viewer import Viewer
from orders.errors import InvalidLine, OtherData


class CreditLineSerializer(serializers.ModelSerializer[LedgerLine]):
    """One change of the customer's account; ``amount`` is in their favour, or negative."""

    id = serializers.IntegerField(source="transaction_id")
    date = serializers.DateField(source="transaction.date")
    amount = serializers.SerializerMethodField()
    source = serializers.ChoiceField(  # type: ignore[assignment]
        source="transaction.source", choices=Source.choices
    )
    note = serializers.CharField(source="transaction.memo")
    order_id = serializers.UUIDField(source="transaction.order_id", allow_null=True)
    created_by = serializers.CharField(
        source="transaction.actor.username", allow_null=True, default=None
    )
    created_at = serializers.DateTimeField(source="transaction.created_at")

    class Meta:
        model = LedgerLine
        fields = ["id", "date", "amount", "source", "note", "order_id", "created_by", "created_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.DecimalField(14, 2))
    def get_amount(self, line: LedgerLine) -> Decimal:
        return line.credit - line.debit


class CreditSerializer(serializers.Serializer[Any]):
    """What the customer has with the shop, and how it came about."""

    customer_id = serializers.IntegerField()
    user_id = serializers.IntegerField(allow_null=True)
    username = serializers.CharField(allow_null=True, help_text="Of their account")
    company_name = serializers.CharField()
    credit_balance = serializers.DecimalField(14, 2, help_text="Rupees; never below zero")
    history = CreditLineSerializer(
        many=True, help_text=f"Newest first, at most {LONGEST_HISTORY}; the statement has all"
    )


class CreditChangeSerializer(serializers.Serializer[Any]):
    amount = serializers.DecimalField(12, 2, help_text="Negative: taken back")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ChangedCreditSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    credit_balance = serializers.DecimalField(14, 2)
    transaction = CreditLineSerializer()


@extend_schema(tags=["store credit"])
class CreditView(Viewer):
    """A customer's store credit: their account, where it stands in their favour."""

    permission_classes: tuple[type[BasePermission], ...] = (IsStaff,)
    queryset = Customer.objects.known().select_related("user")
    lookup_url_kwarg = "customer_id"
    filter_backends = ()
    pagination_class = None

    @extend_schema(operation_id="staff_credit", responses=CreditSerializer)
    def get(self, request: Request, customer_id: int) -> Response:
        customer = self.get_object()
        body = {
            "customer_id": customer.pk,
            "user_id": customer.user_id,
            "username": customer.user.username if customer.user else None,
            "company_name": customer.company,
            "credit_balance": credit_of(customer),
            "history": credit_history(customer),
        }
        return Response(CreditSerializer(body).data)

    @refuses(InvalidInput, InvalidLine, NotEnoughCredit, PeriodClosed, OtherData, CustomerGone)
    @extend_schema(
        operation_id="staff_credit_adjust",
        parameters=[IDEMPOTENCY_KEY],
        request=CreditChangeSerializer,
        responses=ChangedCreditSerializer,
    )
    def post(self, request: Request, customer_id: int) -> Response:
        """Give store credit, or take it back; the same `Idempotency-Key` does it once."""
        sent = self.read(CreditChangeSerializer)
        key = IdempotencyKeySerializer(data={"key": request.headers.get("Idempotency-Key", "")})
        key.is_valid(raise_exception=True)
        customer = self.get_object()
        done = adjust_credit(customer, **sent, key=key.validated_data["key"], by=self.actor)
        theirs = done.transaction.lines.select_related("transaction__actor")
        body = {
            "success": True,
            "credit_balance": credit_of(customer),
            "transaction": theirs.get(account__customer=customer),
        }
        return Response(ChangedCreditSerializer(body).data)

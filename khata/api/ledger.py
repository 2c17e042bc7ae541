"""The ledger over HTTP, for the shop's staff."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import F, QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from customers.errors import InvalidInput
from customers.models import Customer
from customers.permissions import IsAdmin, IsStaff
from khata.api import ledger_serializers as serializers
from khata.entries import enter_by_hand
from khata.errors import AlreadyInLedger, AlreadyReversed, InvalidEntry, PeriodClosed
from khata.models import Account, AccountKind, LedgerTransaction, LedgerUnit
from khata.posting import reverse_transaction
from khata.searching import search_accounts
from khata.statement_files import statement_file
from khata.statements import statement_of
from orders.api.filters import LONGEST_SEARCH, Ordering, TrueFalseFilter
from orders.api.serializers import IdempotencyKeySerializer
from orders.api.viewer import Viewer
from orders.errors import OtherData

_KEY = "Idempotency-Key"
IDEMPOTENCY_KEY = OpenApiParameter(
    _KEY,
    {"type": "string", "maxLength": 255},
    OpenApiParameter.HEADER,
    description="Yours to choose; the same key posts one entry only, however often it is sent.",
)
_BY_ACCEPT = {"text/csv": "csv", "application/pdf": "pdf"}


class AccountFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(
        choices=AccountKind.choices, help_text="Customers' accounts, where it is not sent"
    )
    unit = filters.ChoiceFilter(choices=LedgerUnit.choices)
    owing = TrueFalseFilter(method="by_owing", help_text="true: only those with a debt")
    search = filters.CharFilter(
        method="by_search",
        max_length=LONGEST_SEARCH,
        help_text="In the customer's names, firm or phone",
    )
    ordering = Ordering(fields={"balance": "balance", "customer__name": "customer_name"})

    class Meta:
        model = Account
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.cleaned_data["kind"]:
            queryset = queryset.filter(kind=AccountKind.CUSTOMER)
        return super().filter_queryset(queryset)

    def by_owing(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(balance__gt=0) if value == "true" else rows.filter(balance__lte=0)

    def by_search(self, rows: Any, name: str, value: str) -> Any:
        return search_accounts(rows, value)


@extend_schema_view(get=extend_schema(tags=["ledger"], operation_id="khata_accounts"))
class AccountListView(ListAPIView[Account]):
    """Who has an account, and what they owe: the most first."""

    serializer_class = serializers.AccountSerializer
    filterset_class = AccountFilter
    queryset = (
        Account.objects.filter(merged_in=False)
        .select_related("customer")
        .annotate(balance=F("standing__balance"))
        .order_by("-balance", "pk")
    )


class _AnyForm(BaseContentNegotiation):
    """CSV and PDF are answered by the view itself; errors are JSON whatever is accepted."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


@extend_schema(tags=["ledger"])
class StatementView(Viewer):
    """A customer's khata with its running balance, oldest first."""

    content_negotiation_class = _AnyForm
    queryset = Customer.objects.all()
    filter_backends = ()
    pagination_class = None

    @refuses(InvalidInput)
    @extend_schema(
        operation_id="khata_statement",
        parameters=[serializers.StatementQuerySerializer],
        responses={
            (200, "application/json"): serializers.StatementSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/pdf"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, customer_id: int) -> HttpResponse | Response:
        """JSON, CSV or PDF, by `format` or by `Accept`; of all days where no range is sent."""
        asked = serializers.StatementQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        sent = dict(asked.validated_data)
        form = sent.pop("format", None) or _accepted(request)
        customer = get_object_or_404(self.get_queryset(), pk=customer_id)
        statement = statement_of(customer, **sent)
        if form != "json":
            return statement_answer(statement, form)
        return Response(serializers.StatementSerializer(statement).data)


def _accepted(request: Request) -> str:
    """The first of our forms that Accept names."""
    accepted = request._request.accepted_types
    forms = (_BY_ACCEPT.get(f"{one.main_type}/{one.sub_type}") for one in accepted)
    return next((form for form in forms if form), "json")


def statement_answer(statement: Any, form: str) -> HttpResponse:
    """The statement as a file to keep."""
    file = statement_file(statement, form)
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


class _Entries(Viewer):
    permission_classes: tuple[type[BasePermission], ...] = (IsStaff,)
    queryset = LedgerTransaction.objects.all()

    def shown(self, posted: LedgerTransaction, *, code: int) -> Response:
        """The transaction with its lines."""
        fresh = _whole().get(pk=posted.pk)
        return Response(serializers.LedgerTransactionSerializer(fresh).data, code)


def _whole() -> QuerySet[LedgerTransaction]:
    rows = LedgerTransaction.objects.select_related("actor", "reversed_by")
    return rows.prefetch_related("lines__account__customer")


@extend_schema(tags=["ledger"])
class EntryView(_Entries):
    """Writing into a customer's khata by hand."""

    @refuses(InvalidInput, InvalidEntry, AlreadyInLedger, PeriodClosed, OtherData)
    @extend_schema(
        operation_id="khata_entries_create",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.LedgerEntrySerializer,
        responses={
            201: serializers.LedgerTransactionSerializer,
            200: serializers.LedgerTransactionSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """Post an entry; with the `Idempotency-Key` of an earlier one, 200 and that one."""
        sent = self.read(serializers.LedgerEntrySerializer)
        key = IdempotencyKeySerializer(data={"key": request.headers.get(_KEY, "")})
        key.is_valid(raise_exception=True)
        done = enter_by_hand(**sent, key=key.validated_data["key"], by=self.actor)
        return self.shown(done.transaction, code=200 if done.replayed else 201)


@extend_schema(tags=["ledger"])
class ReverseEntryView(_Entries):
    """Undoing what was posted."""

    permission_classes = (IsAdmin,)

    @refuses(InvalidInput, AlreadyReversed)
    @extend_schema(
        operation_id="khata_entries_reverse",
        request=serializers.ReversalSerializer,
        responses={201: serializers.LedgerTransactionSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Post its mirror image, dated today; what was posted stays as it is."""
        reason = self.read(serializers.ReversalSerializer)["reason"]
        reversal = reverse_transaction(self.get_object(), by=self.actor, reason=reason)
        return self.shown(reversal, code=201)

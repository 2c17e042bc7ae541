"""Scores of customers and the list of whom to telephone, for the shop's staff."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Count, F, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.pagination import EXACT_COUNT
from config.api.schema import refuses
from customers.api import score_serializers as serializers
from customers.errors import CustomerGone, InvalidInput
from customers.finding import search_customers
from customers.models import Customer, User
from khata.credit import with_credit
from orders.calling import Wanted, due_calls, log_call
from orders.models import CustomerScore
from orders.scoring import latest_run
from orders.usual import NO_HABITS, bought_with, habits_of


def _asked(serializer: type[Any], request: Request) -> dict[str, Any]:
    query = serializer(data=request.query_params)
    query.is_valid(raise_exception=True)
    return cast(dict[str, Any], query.validated_data)


def _page(rows: QuerySet[Any], *, number: int, size: int) -> tuple[list[Any], int]:
    """The rows of a page, and how many there are (at most EXACT_COUNT are counted)."""
    total = rows.order_by()[:EXACT_COUNT].count()
    found = list(rows[(number - 1) * size : number * size])
    if number > 1 and not found:
        raise NotFound("Invalid page.")
    return found, total


@extend_schema(tags=["scores"])
class ScoreListView(GenericAPIView[CustomerScore]):
    """Who still buys and how much is to be expected, worked out every night."""

    queryset = CustomerScore.objects.select_related("customer")
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        operation_id="customer_scores",
        parameters=[serializers.ScoreQuerySerializer],
        responses=serializers.ScorePageSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = _asked(serializers.ScoreQuerySerializer, request)
        rows, total = _page(
            _ordered(_filtered(self.get_queryset(), asked), asked["ordering"]),
            number=asked["page"],
            size=asked["per_page"],
        )
        run = latest_run()
        tiers = CustomerScore.objects.order_by().values_list("tier").annotate(Count("pk"))
        body = {
            "results": rows,
            "total": total,
            "page": asked["page"],
            "pages": -(-total // asked["per_page"]),
            "tier_counts": dict(tiers),
            "last_computed": run and run.computed_at,
        }
        return Response(serializers.ScorePageSerializer(body).data)


def _filtered(scores: QuerySet[CustomerScore], asked: dict[str, Any]) -> QuerySet[CustomerScore]:
    if "tier" in asked:
        scores = scores.filter(tier=asked["tier"])
    if "min_p_alive" in asked:
        scores = scores.filter(p_alive__gte=asked["min_p_alive"])
    if "max_p_alive" in asked:
        scores = scores.filter(p_alive__lte=asked["max_p_alive"])
    if words := asked.get("search", "").strip():
        scores = scores.filter(customer__in=search_customers(Customer.objects.all(), words))
    return scores


def _ordered(scores: QuerySet[CustomerScore], ordering: str) -> QuerySet[CustomerScore]:
    field = F(ordering.lstrip("-"))
    first = field.desc(nulls_last=True) if ordering.startswith("-") else field.asc(nulls_last=True)
    return scores.order_by(first, "pk")


@extend_schema(tags=["scores"])
class CustomerScoreView(GenericAPIView[CustomerScore]):
    """One customer's score, with what they usually take and what is due again."""

    queryset = CustomerScore.objects.select_related("customer")
    serializer_class = serializers.CustomerScoreSerializer

    @extend_schema(operation_id="customer_score")
    def get(self, request: Request, pk: int) -> Response:
        score = get_object_or_404(self.get_queryset(), customer=pk)
        habits = habits_of([pk]).get(pk, NO_HABITS)
        return Response(self.get_serializer_class()(score, context={"habits": habits}).data)


@extend_schema(tags=["calls"])
class CallListView(GenericAPIView[Customer]):
    """Whom to telephone about an order, the most urgent first."""

    queryset = Customer.objects.none()
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        operation_id="call_list",
        parameters=[serializers.CallListQuerySerializer],
        responses=serializers.CallListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Never one who asked not to be called, whatever is asked for."""
        asked = _asked(serializers.CallListQuerySerializer, request)
        number, size = asked.pop("page"), asked.pop("limit")
        status = asked.pop("credit_status", None)
        customers: QuerySet[Any] = with_credit(due_calls(Wanted(**asked)))
        if status:
            customers = customers.filter(credit_status=status)
        rows, total = _page(customers, number=number, size=size)
        habits = habits_of([customer.pk for customer in rows])
        products = {item.product_id for habit in habits.values() for item in habit.items}
        body = {
            "results": rows,
            "total": total,
            "page": number,
            "limit": size,
            "generated_at": timezone.now(),
        }
        context = {"habits": habits, "together": bought_with(products)}
        return Response(serializers.CallListSerializer(body, context=context).data)


@extend_schema(tags=["calls"])
class CallOutcomeView(GenericAPIView[Customer]):
    """How a call went."""

    serializer_class = serializers.LogCallSerializer

    @refuses(InvalidInput, CustomerGone)
    @extend_schema(operation_id="call_outcome", responses={201: serializers.LoggedCallSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Log it; the customer rests for the cooldown, or until the day agreed on."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        call = log_call(pk, **sent.validated_data, by=cast(User, request.user))
        answer = serializers.LoggedCallSerializer.of(call)
        return Response(serializers.LoggedCallSerializer(answer).data, 201)

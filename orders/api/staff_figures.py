"""What was sold and earned, over HTTP; the sums are orders/figures.py's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from customers.roles import STAFF_CHOICES
from khata.spreadsheets import csv_stream
from orders import figures
from orders.api.shelf import LARGEST_ID
from orders.api.staff_order_serializers import StaffOrderSerializer
from orders.api.staff_orders import StaffOrderFilter, StaffOrders
from orders.api.viewer import Viewer
from orders.models import Order, OrderStatus

_CSV = ("order_reference", "status", "payment_status", "channel", "customer_name")
_CSV_MONEY = ("subtotal", "discount", "delivery_fee", "total", "returned_total")


def _money(**kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(20, 2, **kwargs)


class StatsQuerySerializer(serializers.Serializer[Any]):
    range = serializers.ChoiceField(
        choices=figures.RANGES, default="all", help_text="`7d` and `30d` end today"
    )


class StatsSerializer(serializers.Serializer[Any]):
    """Orders by status. Revenue is without what was cancelled or came back."""

    total_orders = serializers.IntegerField()
    pending = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    packed = serializers.IntegerField(help_text="Those that are `processing`")
    shipped = serializers.IntegerField()
    delivered = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    returned = serializers.IntegerField()
    total_revenue = _money()
    needs_attention = serializers.IntegerField(
        help_text="Pending, or confirmed or packed for two days"
    )


class ProfitQuerySerializer(serializers.Serializer[Any]):
    period = serializers.IntegerField(
        min_value=1, max_value=figures.LONGEST_PERIOD, default=6, help_text="Months, with this one"
    )


class ProfitSerializer(serializers.Serializer[Any]):
    """Rupees. Sales are goods less discount and returns, of orders confirmed and not cancelled."""

    order_count = serializers.IntegerField()
    total_sales = _money()
    delivery_fees = _money()
    cost_of_goods = _money(help_text="At the cost prices of the day each was ordered")
    shipping_cost = _money()
    gross_profit = _money(help_text="Sales and delivery fees less both costs")
    avg_order_value = _money()
    sales_without_cost = _money(help_text="Of lines whose cost price nobody noted")


class MonthSerializer(ProfitSerializer):
    year = serializers.IntegerField()
    month = serializers.IntegerField()
    month_label = serializers.CharField()


class MonthlyProfitSerializer(serializers.Serializer[Any]):
    period = serializers.IntegerField()
    monthly = MonthSerializer(many=True, help_text="The oldest first")
    totals = ProfitSerializer()


class PerformanceQuerySerializer(serializers.Serializer[Any]):
    rep_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    days = serializers.IntegerField(min_value=1, max_value=3660, default=90)


class RepSerializer(serializers.Serializer[Any]):
    """What one of the staff brought: orders assigned to them, else taken by them."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=STAFF_CHOICES)
    orders = serializers.IntegerField(help_text="Without those that were cancelled")
    revenue = _money()
    avg_order_value = _money()
    delivered = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class PerformanceSerializer(serializers.Serializer[Any]):
    period_days = serializers.IntegerField()
    period_label = serializers.CharField()
    team_revenue = _money()
    team_orders = serializers.IntegerField()
    reps = RepSerializer(many=True)


class HistoryQuerySerializer(serializers.Serializer[Any]):
    group_by = serializers.ChoiceField(choices=figures.GROUPS, required=False, allow_blank=True)
    format = serializers.ChoiceField(choices=["json", "csv"], required=False, allow_blank=True)


class SummarySerializer(serializers.Serializer[Any]):
    total_orders = serializers.IntegerField()
    total_revenue = _money()


class GroupSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="A day, a status, a name; empty: nobody's")
    orders = serializers.IntegerField()
    revenue = _money()


class GroupedSalesSerializer(SummarySerializer):
    group_by = serializers.ChoiceField(choices=figures.GROUPS)
    groups = GroupSerializer(many=True)


class SalesSerializer(serializers.Serializer[Any]):
    page = serializers.IntegerField()
    per_page = serializers.IntegerField()
    total = serializers.IntegerField()
    pages = serializers.IntegerField()
    summary = SummarySerializer()
    orders = StaffOrderSerializer(many=True)


class SalesPageSerializer(serializers.Serializer[Any]):
    page = serializers.IntegerField(min_value=1, max_value=500, default=1)
    per_page = serializers.IntegerField(min_value=1, max_value=200, default=50)


def _asked(request: Request, query: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    sent = query(data=request.query_params)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


class _Figures(Viewer):
    filter_backends = ()
    pagination_class = None
    queryset = Order.objects.none()


@extend_schema(tags=["figures"])
class StatsView(_Figures):
    """The dashboard's numbers, at most a minute old."""

    @extend_schema(
        operation_id="staff_stats", parameters=[StatsQuerySerializer], responses=StatsSerializer
    )
    def get(self, request: Request) -> Response:
        within = _asked(request, StatsQuerySerializer)["range"]
        return Response(StatsSerializer(figures.dashboard(within)).data)


@extend_schema(tags=["figures"])
class ProfitView(_Figures):
    """What was earned month by month, at most a minute old."""

    @extend_schema(
        operation_id="staff_profit",
        parameters=[ProfitQuerySerializer],
        responses=MonthlyProfitSerializer,
    )
    def get(self, request: Request) -> Response:
        period = _asked(request, ProfitQuerySerializer)["period"]
        months = figures.monthly_profit(period)
        monthly = [
            {
                **_shown(profit),
                "year": first.year,
                "month": first.month,
                "month_label": f"{first:%b %Y}",
            }
            for first, profit in sorted(months.items())
        ]
        body = {
            "period": period,
            "monthly": monthly,
            "totals": _shown(figures.total_profit(months)),
        }
        return Response(MonthlyProfitSerializer(body).data)


def _shown(profit: figures.Profit) -> dict[str, Any]:
    beside = {
        "gross_profit": profit.gross_profit,
        "avg_order_value": profit.avg_order_value,
    }
    return {**asdict(profit), **beside}


@extend_schema(tags=["figures"])
class PerformanceView(_Figures):
    """Who of the staff brought how much."""

    @extend_schema(
        operation_id="staff_performance",
        parameters=[PerformanceQuerySerializer],
        responses=PerformanceSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = _asked(request, PerformanceQuerySerializer)
        reps = figures.performance(asked["days"], rep_id=asked.get("rep_id"))
        body = {
            "period_days": asked["days"],
            "period_label": f"Last {asked['days']} days",
            "team_revenue": sum(rep["revenue"] for rep in reps),
            "team_orders": sum(rep["orders"] for rep in reps),
            "reps": reps,
        }
        return Response(PerformanceSerializer(body).data)


class _AnyForm(BaseContentNegotiation):
    """CSV is answered by the view itself; errors are JSON whatever is accepted."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


SALES_OR_GROUPS = PolymorphicProxySerializer(
    component_name="SalesOrGroups",
    serializers=[SalesSerializer, GroupedSalesSerializer],
    resource_type_field_name=None,
)


@extend_schema(tags=["figures"])
class SalesHistoryView(StaffOrders):
    """Past sales: all orders but cancelled ones, unless that status is asked for."""

    content_negotiation_class = _AnyForm
    filterset_class = StaffOrderFilter
    pagination_class = None

    @extend_schema(
        operation_id="staff_sales_history",
        filters=True,
        parameters=[HistoryQuerySerializer, SalesPageSerializer],
        responses={
            (200, "application/json"): SALES_OR_GROUPS,
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request) -> Response | HttpResponse | StreamingHttpResponse:
        """A page of orders with their sum; groups with theirs; or (`format=csv`) all of them."""
        asked = _asked(request, HistoryQuerySerializer)
        page = _asked(request, SalesPageSerializer)
        orders = self.filter_queryset(Order.objects.order_by("-created_at", "-pk"))
        if not request.query_params.getlist("status"):
            orders = orders.exclude(status=OrderStatus.CANCELLED)
        if asked.get("format") == "csv":
            return _file(orders)
        if by := asked.get("group_by"):
            groups = {"group_by": by, "groups": figures.grouped(orders, by)}
            body = {**groups, **figures.summed(orders)}
            return Response(GroupedSalesSerializer(body).data)
        return Response(self._page(orders, **page))

    def _page(self, orders: Any, *, page: int, per_page: int) -> dict[str, Any]:
        summary = figures.summed(orders)
        keys = list(orders.values_list("pk", flat=True)[(page - 1) * per_page : page * per_page])
        rows = self.get_queryset().filter(pk__in=keys).order_by("-created_at", "-pk")
        context = self.get_serializer_context()
        return {
            "page": page,
            "per_page": per_page,
            "total": summary["total_orders"],
            "pages": -(-summary["total_orders"] // per_page),
            "summary": SummarySerializer(summary).data,
            "orders": StaffOrderSerializer(rows, many=True, context=context).data,
        }


def _file(orders: Any) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(csv_stream(_lines(orders)), content_type="text/csv")
    name = f"sales-{timezone.localdate():%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _lines(orders: Any) -> Iterator[tuple[Any, ...]]:
    yield ("date", *_CSV, *_CSV_MONEY, "revenue")
    for row in orders.values("created_at", *_CSV, *_CSV_MONEY).iterator(chunk_size=2_000):
        day = timezone.localtime(row["created_at"]).date().isoformat()
        money = [row[name] for name in _CSV_MONEY]
        revenue = row["total"] - row["returned_total"]
        yield (day, *(row[name] for name in _CSV), *money, revenue)

"""Scores and the call list as the back office reads them; money in rupees."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.calling import ORDERINGS, talking_points
from orders.models import CallOutcome, CustomerScore, SalesCall, Tier
from orders.usual import NO_HABITS, Habits, upsells

LONGEST_SEARCH = 100


class Money(serializers.DecimalField):
    """Rupees with two places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, **kwargs)


class PageQuerySerializer(serializers.Serializer[Any]):
    page = serializers.IntegerField(min_value=1, max_value=500, default=1)


class ScoreQuerySerializer(PageQuerySerializer):
    tier = serializers.ChoiceField(Tier.choices, required=False)
    min_p_alive = serializers.FloatField(min_value=0, max_value=1, required=False)
    max_p_alive = serializers.FloatField(min_value=0, max_value=1, required=False)
    search = serializers.CharField(
        max_length=LONGEST_SEARCH,
        required=False,
        allow_blank=True,
        help_text="In the customer's name, firm or phone",
    )
    per_page = serializers.IntegerField(min_value=1, max_value=200, default=50)
    ordering = serializers.ChoiceField(
        [
            sign + name
            for name in ("expected_orders_90d", "p_alive", "lifetime_value", "last_order_on")
            for sign in ("", "-")
        ],
        default="-expected_orders_90d",
    )


class ScoreSerializer(serializers.ModelSerializer[CustomerScore]):
    """What a customer's orders say of them; see the customer's own score for what they take."""

    customer_name = serializers.CharField(source="customer.name")
    company_name = serializers.CharField(source="customer.company")
    phone = serializers.CharField(source="customer.phone", allow_null=True)
    lifetime_value = Money()
    average_order_value = serializers.SerializerMethodField()

    class Meta:
        model = CustomerScore
        fields = [
            "customer_id",
            "customer_name",
            "company_name",
            "phone",
            "tier",
            "p_alive",
            "expected_orders_90d",
            "order_count",
            "first_order_on",
            "last_order_on",
            "usual_interval_days",
            "lifetime_value",
            "average_order_value",
            "computed_at",
        ]

    def get_average_order_value(self, score: CustomerScore) -> float:
        return float(round(score.lifetime_value / score.order_count, 2))


class UsualItemSerializer(serializers.Serializer[Any]):
    """A product taken more than once; due from a ratio of 0.8 on."""

    product_id = serializers.IntegerField()
    product_name = serializers.CharField()
    sku = serializers.CharField()
    usual_quantity = serializers.DecimalField(12, 3)
    times_bought = serializers.IntegerField()
    last_bought_on = serializers.DateField()
    usual_interval_days = serializers.FloatField(allow_null=True)
    due_ratio = serializers.FloatField(
        allow_null=True, help_text="Days since the last time ÷ usual days between"
    )
    is_due = serializers.BooleanField()


class CustomerScoreSerializer(ScoreSerializer):
    usual_items = serializers.SerializerMethodField()

    class Meta(ScoreSerializer.Meta):
        fields = [*ScoreSerializer.Meta.fields, "usual_items"]

    @extend_schema_field(UsualItemSerializer(many=True))
    def get_usual_items(self, score: CustomerScore) -> list[UsualItemSerializer]:
        items: Any = UsualItemSerializer(self.context["habits"].items, many=True).data
        return items


class ScorePageSerializer(serializers.Serializer[Any]):
    """Both totals stop counting at 10,000."""

    results = ScoreSerializer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    tier_counts = serializers.DictField(child=serializers.IntegerField())
    last_computed = serializers.DateTimeField(allow_null=True)


class CallListQuerySerializer(PageQuerySerializer):
    min_days_since_order = serializers.IntegerField(min_value=0, max_value=36_500, default=14)
    max_days_since_order = serializers.IntegerField(min_value=0, max_value=36_500, default=180)
    min_order_count = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)
    cooldown_days = serializers.IntegerField(min_value=0, max_value=3_650, default=10)
    sort = serializers.ChoiceField(list(ORDERINGS), default="priority")
    credit_status = serializers.ChoiceField(["good", "overdue", "no_terms"], required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)


class PriorityReasonSerializer(serializers.Serializer[Any]):
    """Why the priority is what it is: times_overdue × value_weight."""

    days_since_last_order = serializers.IntegerField(source="days_since")
    usual_interval_days = serializers.FloatField(source="interval_days")
    times_overdue = serializers.FloatField()
    value_weight = serializers.FloatField()


class LastCallSerializer(serializers.Serializer[Any]):
    date = serializers.DateTimeField(source="called_at")
    outcome = serializers.ChoiceField(CallOutcome.choices, source="called_outcome")
    callback_date = serializers.DateField(source="call_back_on", allow_null=True)
    notes = serializers.CharField(source="call_notes")


class DueCallSerializer(serializers.Serializer[Any]):
    """A customer to telephone, what to offer, and why now."""

    customer_id = serializers.IntegerField(source="pk")
    phone = serializers.CharField()
    customer_name = serializers.CharField(source="name")
    company_name = serializers.CharField(source="company")
    days_since_last_order = serializers.IntegerField(source="days_since")
    last_order_date = serializers.DateField(source="score.last_order_on")
    average_order_value = serializers.SerializerMethodField()
    lifetime_value = Money(source="score.lifetime_value")
    order_count = serializers.IntegerField(source="score.order_count")
    tier = serializers.ChoiceField(Tier.choices, source="score.tier")
    p_alive = serializers.FloatField(source="score.p_alive", allow_null=True)
    reorder_candidates = serializers.SerializerMethodField()
    top_categories = serializers.SerializerMethodField()
    suggested_upsells = serializers.SerializerMethodField()
    talking_points = serializers.SerializerMethodField()
    credit_status = serializers.ChoiceField(["good", "overdue", "no_terms"])
    priority_score = serializers.FloatField()
    priority_reason = PriorityReasonSerializer(source="*")
    last_call = serializers.SerializerMethodField()

    def get_average_order_value(self, customer: Any) -> float:
        return float(round(customer.score.lifetime_value / customer.score.order_count, 2))

    def get_reorder_candidates(self, customer: Any) -> list[str]:
        return self._habits(customer).reorder_candidates

    def get_top_categories(self, customer: Any) -> list[str]:
        return list(self._habits(customer).categories)

    def get_suggested_upsells(self, customer: Any) -> list[str]:
        return upsells(self._habits(customer), self.context["together"])

    def get_talking_points(self, customer: Any) -> list[str]:
        return talking_points(customer, self._habits(customer))

    @extend_schema_field(LastCallSerializer(allow_null=True))
    def get_last_call(self, customer: Any) -> LastCallSerializer | None:
        called: Any = LastCallSerializer(customer).data if customer.called_at else None
        return called

    def _habits(self, customer: Any) -> Habits:
        habits: Habits = self.context["habits"].get(customer.pk, NO_HABITS)
        return habits


class CallListSerializer(serializers.Serializer[Any]):
    results = DueCallSerializer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()
    generated_at = serializers.DateTimeField()


class LogCallSerializer(serializers.Serializer[Any]):
    """How a call went. `dnc_requested`: nobody calls this customer again."""

    outcome = serializers.ChoiceField(CallOutcome.choices)
    callback_date = serializers.DateField(required=False, allow_null=True)
    order_number = serializers.CharField(
        max_length=40, required=False, allow_blank=True, source="order_reference"
    )
    notes = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    items_discussed = serializers.CharField(max_length=300, required=False, allow_blank=True)


class LoggedCallSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    message = serializers.CharField()
    call_id = serializers.IntegerField()

    @staticmethod
    def of(call: SalesCall) -> dict[str, Any]:
        """The answer about a call that was logged."""
        message = f"Call outcome '{call.outcome}' logged for {call.customer.name}."
        return {"success": True, "message": message, "call_id": call.pk}

"""Who still buys, and the list of whom to telephone next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin import ReadOnlyAdmin, page_context, refusals_shown
from config.templatetags.desk import rupees
from khata.credit import with_credit
from orders.calling import Wanted, due_calls, log_call, talking_points
from orders.models import CallOutcome, CustomerScore, Tier
from orders.scoring import latest_run
from orders.usual import NO_HABITS, bought_with, habits_of, upsells

_SHOWN = 30
_COLOURS = {
    Tier.TOP: "success",
    Tier.REGULAR: "success",
    Tier.NEW: "info",
    Tier.OCCASIONAL: "default",
    Tier.AT_RISK: "warning",
    Tier.LOST: "danger",
}


@admin.register(CustomerScore)
class CustomerScoreAdmin(ReadOnlyAdmin):
    """Worked out every night; a row leads to its customer."""

    list_display = ("whose", "standing", "alive", "expected", "last", "pace", "worth")
    list_filter = ("tier",)
    list_select_related = ("customer",)
    list_display_links = None
    search_fields = ("customer__name", "customer__company", "customer__phone")
    search_help_text = gettext_lazy("Name, firm, phone")
    list_before_template = "desk/scores_head.html"
    fields = readonly_fields = (
        "whose",
        "tier",
        "alive",
        "expected",
        "order_count",
        "first_order_on",
        "last_order_on",
        "pace",
        "worth",
        "computed_at",
    )
    empty_title = gettext_lazy("No scores yet")
    empty_note = gettext_lazy("They are worked out every night from the orders that were sold.")

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [path("calls/", guard(self.calls), name="call_list"), *super().get_urls()]

    def calls(self, request: HttpRequest) -> HttpResponse:
        """GET shows whom to telephone and what to say, POST logs how a call went."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            if not request.user.has_perm("orders.add_salescall"):
                raise PermissionDenied
            _log(request)
            return redirect(request.path)
        return TemplateResponse(request, "desk/calls.html", self._due(request))

    def _due(self, request: HttpRequest) -> dict[str, Any]:
        due = list(with_credit(due_calls(Wanted()))[: _SHOWN + 1])
        habits = habits_of([customer.pk for customer in due[:_SHOWN]])
        products = {item.product_id for habit in habits.values() for item in habit.items}
        together = bought_with(products)
        for customer in due:
            own = habits.get(customer.pk, NO_HABITS)
            customer.points = talking_points(customer, own)  # type: ignore[attr-defined]
            customer.offers = upsells(own, together)  # type: ignore[attr-defined]
        return {
            **page_context(self, request),
            "title": _("Call list"),
            "due": due[:_SHOWN],
            "more": len(due) > _SHOWN,
            "outcomes": CallOutcome.choices,
            "run": latest_run(),
        }

    @display(description=gettext_lazy("Customer"), ordering="customer__name")
    def whose(self, score: CustomerScore) -> SafeString:
        url = reverse("admin:customers_customer_change", args=[score.customer_id])
        return format_html('<a href="{}">{}</a>', url, score.customer)

    @display(description=gettext_lazy("Tier"), ordering="tier", label=_COLOURS)
    def standing(self, score: CustomerScore) -> tuple[str, str]:
        return score.tier, score.get_tier_display()

    @display(description=gettext_lazy("Still buys"), ordering="p_alive")
    def alive(self, score: CustomerScore) -> str:
        return "—" if score.p_alive is None else f"{score.p_alive:.0%}"

    @display(description=gettext_lazy("Orders in 90 days"), ordering="expected_orders_90d")
    def expected(self, score: CustomerScore) -> str:
        return "—" if score.expected_orders_90d is None else f"{score.expected_orders_90d:.1f}"

    @display(description=gettext_lazy("Last order"), ordering="last_order_on")
    def last(self, score: CustomerScore) -> str:
        return date_format(score.last_order_on)

    @display(description=gettext_lazy("Every (days)"), ordering="usual_interval_days")
    def pace(self, score: CustomerScore) -> str:
        return "—" if score.usual_interval_days is None else f"{score.usual_interval_days:.0f}"

    @display(description=gettext_lazy("Bought for"), ordering="lifetime_value")
    def worth(self, score: CustomerScore) -> str:
        return rupees(score.lifetime_value)


class CallForm(forms.Form):
    """How a call went, as the page sends it."""

    customer = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    outcome = forms.ChoiceField(choices=CallOutcome.choices)
    callback_date = forms.DateField(required=False)
    notes = forms.CharField(required=False, max_length=2_000)


def _log(request: HttpRequest) -> None:
    form = CallForm(request.POST)
    if not form.is_valid():
        for field, errors in form.errors.items():
            messages.error(request, f"{form.fields[field].label or field}: {errors[0]}")
        return
    sent = form.cleaned_data
    day: dt.date | None = sent["callback_date"]
    with refusals_shown(request):
        call = log_call(
            sent["customer"],
            outcome=sent["outcome"],
            callback_date=day,
            notes=sent["notes"],
            by=request.user,  # type: ignore[arg-type]
        )
        said = _("%(customer)s: %(outcome)s.") % {
            "customer": call.customer,
            "outcome": call.get_outcome_display(),
        }
        messages.success(request, said)

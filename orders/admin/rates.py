"""Today's metal rates in one form, and the rates of earlier days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin import ReadOnlyAdmin, refusals_shown
from config.wording import rupees
from orders.models import Metal, MetalRate
from orders.pricing import rates_on
from orders.rates import set_rates


class TodayForm(forms.Form):
    """One number a metal; an empty one is left as it was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for metal in Metal:
            self.fields[metal.value] = forms.DecimalField(
                label=metal.label, max_digits=10, decimal_places=2, required=False
            )


@admin.register(MetalRate)
class MetalRateAdmin(ReadOnlyAdmin):
    """The list of rates, with today's form above it for those who may set them."""

    list_display = ("metal", "day", "rupees_per_gram")
    list_display_links = None
    list_before_template = "desk/rates_today.html"
    empty_title = gettext_lazy("No rates yet")
    empty_note = gettext_lazy(
        "Products priced by weight can be ordered once their metal has a rate."
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_set = request.user.has_perm("orders.change_metalrate")
        if request.method == "POST":
            if not may_set:
                raise PermissionDenied
            with refusals_shown(request):
                _set_today(request)
            return redirect(request.path)
        form = TodayForm(initial=dict(rates_on()))
        context = {**(extra_context or {}), "today": form, "may_set": may_set}
        return super().changelist_view(request, {**context, "day": timezone.localdate()})

    @display(description=gettext_lazy("Day"), ordering="date")
    def day(self, rate: MetalRate) -> str:
        return date_format(rate.date)

    @display(description=gettext_lazy("Rupees per gram"), ordering="rate")
    def rupees_per_gram(self, rate: MetalRate) -> str:
        return rupees(rate.rate, paise=True)


def _set_today(request: HttpRequest) -> None:
    form = TodayForm(request.POST)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{Metal(name).label}: {errors[0]}")
        return
    known = rates_on()
    typed = {metal: rate for metal, rate in form.cleaned_data.items() if rate is not None}
    changed = {metal: rate for metal, rate in typed.items() if known.get(metal) != rate}
    set_rates(changed, on=timezone.localdate(), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Today's rates are set.") if changed else _("No rate changed."))

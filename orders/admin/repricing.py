"""Changing many prices: GET says the rule and shows what it would do, POST does just that."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.admin import errors_of_field, page_context, refusals_shown
from customers.roles import Role
from orders.models import Category
from orders.repricing import (
    How,
    PriceChange,
    PriceField,
    PriceRule,
    apply_prices,
    fingerprint,
    price_changes,
)

SHOWN = 200
STEPS = ("0.01", "1", "5", "10", "50", "100")


class RuleForm(forms.Form):
    """What is changed, by how much, and to what it is rounded."""

    field = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            (PriceField.PRICE, gettext_lazy("Prices per piece, bulk prices too")),
            (PriceField.MAKING, gettext_lazy("Making charges of what is sold by weight")),
        ],
    )
    category = forms.ModelChoiceField(
        Category.objects.all(),
        label=gettext_lazy("Category"),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("Change in"),
        choices=[(How.PERCENT, gettext_lazy("percent")), (How.AMOUNT, gettext_lazy("amount"))],
    )
    value = forms.DecimalField(
        label=gettext_lazy("More (less: −)"), max_digits=11, decimal_places=2
    )
    step = forms.ChoiceField(
        label=gettext_lazy("Rounded to"), choices=[(step, step) for step in STEPS], initial="1"
    )

    def rule(self) -> PriceRule:
        """What was chosen, of a form that is valid."""
        chosen = self.cleaned_data
        return PriceRule(
            how=How(chosen["how"]),
            value=chosen["value"],
            step=Decimal(chosen["step"]),
            field=PriceField(chosen["field"]),
            category=chosen["category"],
        )


def repricing_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """For admins only, as the API's bulk prices are."""
    if getattr(request.user, "role", "") != Role.ADMIN:
        raise PermissionDenied
    form = RuleForm((request.POST or request.GET) or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request):
            _apply(request, form.rule())
            return redirect("admin:orders_product_changelist")
    changes = _previewed(form) if form.is_bound and form.is_valid() else None
    return _page(model_admin, request, form, changes)


def _previewed(form: RuleForm) -> list[PriceChange] | None:
    with errors_of_field(form, "value"):
        return price_changes(form.rule())
    return None


def _apply(request: HttpRequest, rule: PriceRule) -> None:
    seen = request.POST.get("seen", "")
    sure = bool(request.POST.get("sure"))
    changes = apply_prices(rule, seen=seen, sure=sure, by=request.user)  # type: ignore[arg-type]
    done = ngettext("%(count)s price is changed.", "%(count)s prices are changed.", len(changes))
    messages.success(request, done % {"count": len(changes)})


def _page(
    model_admin: Any, request: HttpRequest, form: RuleForm, changes: list[PriceChange] | None
) -> HttpResponse:
    context = {
        **page_context(model_admin, request),
        "title": _("Change prices"),
        "form": form,
        "changes": changes,
        "far": sum(change.is_far for change in changes or ()),
        "shown": Paginator(changes, SHOWN).page(1) if changes else None,
        "seen": fingerprint(changes) if changes else "",
    }
    return render(request, "desk/repricing.html", context)

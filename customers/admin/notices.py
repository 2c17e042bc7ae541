"""Whether a customer agreed to notices: how it stands, every word, and staff noting one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from config.admin import refusals_shown
from customers.consent import consent_history, may_notify, note_of_staff
from customers.models import ConsentState, Customer

SAID = {
    ConsentState.OPTED_IN: _("Noted: they hear on WhatsApp how their orders go."),
    ConsentState.OPTED_OUT: _("Noted: they get no more notices."),
}


class WordForm(forms.Form):
    state = forms.ChoiceField(choices=ConsentState)
    note = forms.CharField(max_length=300, required=False)


def notices_panel(object_id: str) -> dict[str, Any]:
    """How it stands with a customer's notices, and what was said, for the customer's page."""
    customer = Customer.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    if customer is None:
        return {}
    words = list(consent_history(customer)[:20])
    return {"may": may_notify(customer), "word": next(iter(words), None), "words": words}


def notices_view(model_admin: Any, request: HttpRequest, customer_id: int) -> HttpResponse:
    """POST notes what the customer said to staff; then the customer is shown again."""
    customer = get_object_or_404(Customer, pk=customer_id)
    if not model_admin.has_change_permission(request, customer):
        raise PermissionDenied
    form = WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request):
            word = note_of_staff(customer, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, SAID[ConsentState(word.state)])
    return redirect("admin:customers_customer_change", customer_id)

"""Two customers side by side: which values count, merge, and take it back for a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import page_context, refusals_shown
from config.templatetags.desk import rupees
from customers.duplicates import duplicates_of
from customers.merging import merge_customers, undo_merge
from customers.models import Customer, CustomerMerge
from customers.speaking import language_name
from khata.models import LedgerUnit
from khata.statements import balances_of
from orders.buying import with_purchases

_FIELDS = (
    ("name", gettext_lazy("Name")),
    ("company", gettext_lazy("Firm")),
    ("phone", gettext_lazy("Phone")),
    ("phone2", gettext_lazy("Second phone")),
    ("email", gettext_lazy("Email")),
    ("language", gettext_lazy("Language")),
    ("payment_terms", gettext_lazy("Payment terms")),
    ("credit_limit", gettext_lazy("Credit limit")),
    ("user", gettext_lazy("Account")),
)
_MAY = "customers.delete_customer"  # who may forget a person may merge two


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of both rows; ``differs`` where one has to choose."""

    name: str
    label: Any
    kept: Any
    gone: Any

    @property
    def differs(self) -> bool:
        return bool(self.kept != self.gone and self.gone not in ("", None))

    @property
    def takes_gone(self) -> bool:
        """What is empty in the row that stays is taken from the other by itself."""
        return self.kept in ("", None)


def likeness_panel(request: HttpRequest, object_id: str) -> dict[str, Any]:
    """Who may be the same person, and what was merged into this row lately."""
    customer = Customer.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    if customer is None:
        return {}
    merges = CustomerMerge.objects.filter(kept_id=customer.pk, undone_at=None).select_related("by")
    return {
        "others": duplicates_of(customer),
        "merges": [merge for merge in merges[:10] if merge.can_be_undone],
        "may": request.user.has_perm(_MAY),
    }


def merge_view(
    model_admin: Any, request: HttpRequest, customer_id: int, other_id: int
) -> HttpResponse:
    """GET shows both rows beside each other, POST merges the second into the first."""
    if not request.user.has_perm(_MAY):
        raise PermissionDenied
    rows = with_purchases(Customer.objects.known().select_related("user"))
    kept, gone = (get_object_or_404(rows, pk=pk) for pk in (customer_id, other_id))
    if request.method == "POST":
        with refusals_shown(request):
            merge_customers(kept.pk, gone.pk, chosen=_chosen(request, kept, gone), by=request.user)  # type: ignore[arg-type]
            said = _("%(gone)s is merged into %(kept)s. You can undo it here for a day.")
            messages.success(request, said % {"gone": gone, "kept": kept})
            return redirect("admin:customers_customer_change", kept.pk)
    context = {
        **page_context(model_admin, request),
        "title": _("Merge two customers"),
        "kept": kept,
        "gone": gone,
        "choices": [
            Choice(name, label, _shown(kept, name), _shown(gone, name)) for name, label in _FIELDS
        ],
        "balances": [balances_of(one)[LedgerUnit.INR] for one in (kept, gone)],
        "drafts": [one.drafts.filter(status="open").count() for one in (kept, gone)],
    }
    return TemplateResponse(request, "desk/customer_merge.html", context)


def _shown(customer: Customer, name: str) -> Any:
    if name == "language":
        return language_name(customer.language)
    if name == "credit_limit":
        return rupees(customer.credit_limit) if customer.credit_limit is not None else None
    label = getattr(customer, f"get_{name}_display", None)
    return label() if label else getattr(customer, name)


def _chosen(request: HttpRequest, kept: Customer, gone: Customer) -> dict[str, int]:
    ids = {"kept": kept.pk, "gone": gone.pk}
    sent = {name: request.POST.get(name, "") for name, _ in _FIELDS}
    return {name: ids[whose] for name, whose in sent.items() if whose in ids}


def undo_view(model_admin: Any, request: HttpRequest, customer_id: int, merge_id: int) -> Any:
    """POST parts the two again; then the customer is shown."""
    if not request.user.has_perm(_MAY):
        raise PermissionDenied
    if request.method == "POST":
        with refusals_shown(request):
            gone = undo_merge(merge_id, by=request.user)  # type: ignore[arg-type]
            messages.success(
                request, _("%(gone)s is a customer of its own again.") % {"gone": gone}
            )
    return redirect("admin:customers_customer_change", customer_id)

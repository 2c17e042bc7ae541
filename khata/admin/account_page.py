"""One account: its statement, and a new entry into it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import page_context
from customers.errors import DeskError
from customers.models import Customer
from khata.accounts import customer_account
from khata.ageing import Aged, aged
from khata.amounts import said
from khata.entries import enter_by_hand
from khata.errors import AlreadyInLedger
from khata.models import Account, AccountKind, LedgerUnit
from khata.statements import Statement, statement_of

SIDES = (
    ("debit", gettext_lazy("Udhaar: they owe more")),
    ("credit", gettext_lazy("Jama: they paid or gave back")),
)
_PAID_BY = (AccountKind.CASH, AccountKind.BANK, AccountKind.DISCOUNT, AccountKind.OPENING)


class EntryForm(forms.Form):
    """A line of the khata as a clerk writes it; ``key`` posts it once however often it is sent."""

    side = forms.ChoiceField(choices=SIDES)
    amount = forms.DecimalField(max_digits=14, decimal_places=3)
    date = forms.DateField(initial=timezone.localdate)
    particulars = forms.CharField(max_length=300, required=False)
    slip_number = forms.CharField(max_length=24, required=False)
    against = forms.ChoiceField(
        choices=[("", gettext_lazy("as usual")), *((kind.value, kind.label) for kind in _PAID_BY)],
        required=False,
    )
    force = forms.BooleanField(required=False)
    key = forms.CharField(max_length=40, initial=lambda: uuid.uuid4().hex)

    def entry(self) -> dict[str, Any]:
        """What khata.entries.enter_by_hand takes."""
        typed = dict(self.cleaned_data)
        typed[typed.pop("side")] = typed.pop("amount")
        typed["against"] = AccountKind(typed["against"]) if typed["against"] else None
        return typed


class RangeForm(forms.Form):
    """Which days; without any of the two, since the financial year began."""

    date_from = forms.DateField(required=False)
    date_to = forms.DateField(required=False)


def account_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the statement of these days, POST enters a line."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    account = model_admin.get_object(request, unquote(object_id))
    if account is None:
        return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    if account.customer is None:
        lines = reverse("admin:khata_ledgertransaction_changelist")
        return redirect(f"{lines}?account={account.pk}")
    form = EntryForm(request.POST or None)
    if request.method == "POST" and _entered(request, account, form):
        return redirect(request.get_full_path())
    context = {
        **page_context(model_admin, request),
        **_shown(request, account),
        "entry": form,
        "sides": SIDES,
        "may_enter": request.user.has_perm("khata.add_ledgertransaction"),
    }
    return TemplateResponse(request, "desk/khata_account.html", context)


def open_account(model_admin: Any, request: HttpRequest, customer_id: int) -> HttpResponse:
    """POST opens the customer's khata in the unit, then it is shown; GET shows the customer."""
    customer = get_object_or_404(Customer, pk=customer_id)
    if request.method != "POST":
        return redirect("admin:customers_customer_change", customer_id)
    if not request.user.has_perm("khata.add_account"):
        raise PermissionDenied
    unit = request.POST.get("unit", LedgerUnit.INR)
    if unit not in LedgerUnit.values:
        raise Http404
    return redirect("admin:khata_account_change", customer_account(customer, unit).pk)


def _entered(request: HttpRequest, account: Account, form: EntryForm) -> bool:
    """Whether the entry was posted; else the form says why not, and keeps what was typed."""
    assert account.customer_id is not None  # noqa: S101 - the caller sent the shop's own away
    if not request.user.has_perm("khata.add_ledgertransaction"):
        raise PermissionDenied
    if not form.is_valid():
        return False
    try:
        done = enter_by_hand(
            account.customer_id,
            unit=account.unit,
            by=request.user,  # type: ignore[arg-type]
            **form.entry(),
        )
    except DeskError as error:
        form.add_error(_field_of(error), str(error))
        vars(form)["in_ledger"] = error.data if isinstance(error, AlreadyInLedger) else None
        return False
    amount = said(form.cleaned_data["amount"], account.unit)
    messages.success(
        request,
        _("Entered %(amount)s: %(particulars)s.")
        % {"amount": amount, "particulars": done.transaction.memo or _("no particulars")},
    )
    return True


def _field_of(error: DeskError) -> str | None:
    if error.attr in ("debit", "credit"):
        return "amount"
    return error.attr if error.attr in EntryForm.base_fields else None


def _shown(request: HttpRequest, account: Account) -> dict[str, Any]:
    statement, problem = _statement(request, account)
    customer = account.customer
    age = aged(unit=account.unit, accounts=[account.pk]).get(account.pk, Aged())
    assert customer is not None  # noqa: S101 - the caller sent the shop's own away
    return {
        "account": account,
        "customer": customer,
        "statement": statement,
        "problem": problem,
        "age": age,
        "over": customer.credit_limit is not None
        and account.unit == LedgerUnit.INR
        and age.balance > customer.credit_limit,
        "others": customer.ledger_accounts.exclude(pk=account.pk)
        .exclude(merged_in=True)
        .select_related("standing"),
        "files": _files(customer.pk, statement),
    }


def _statement(request: HttpRequest, account: Account) -> tuple[Statement, str]:
    """The days asked for, or why they can't be shown and this year's instead."""
    assert account.customer is not None  # noqa: S101
    asked, problem = RangeForm(request.GET), ""
    if asked.is_valid() and "date_from" in request.GET:
        try:
            return statement_of(account.customer, unit=account.unit, **asked.cleaned_data), ""
        except DeskError as error:
            problem = str(error)
    elif asked.errors:
        problem = _("These are no days: write them like 2026-04-01.")
    begins = financial_year(timezone.localdate())
    return statement_of(account.customer, unit=account.unit, date_from=begins), problem


def financial_year(day: dt.date) -> dt.date:
    """Its first day: 1 April in India."""
    return dt.date(day.year - (day.month < 4), 4, 1)


def _files(customer_id: int, statement: Statement) -> dict[str, str]:
    """Where the same statement is downloaded."""
    days = {"date_from": statement.date_from, "date_to": statement.date_to}
    asked = "".join(f"&{name}={day}" for name, day in days.items() if day)
    path = reverse("khata-statement", args=[customer_id])
    return {
        form: f"{path}?format={form}&unit={statement.unit.value}{asked}" for form in ("pdf", "csv")
    }

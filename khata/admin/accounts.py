"""Who owes most, and how long since; one account's page is khata/admin/account_page.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from unfold.decorators import display
from unfold.views import ChangeList

from config.admin import ReadOnlyAdmin
from khata.admin.account_page import account_page, open_account
from khata.admin.reminders import reminders_page
from khata.ageing import Aged, added_up, aged
from khata.amounts import said, said_side
from khata.models import Account, AccountKind, LedgerUnit
from khata.searching import search_accounts

Accounts = QuerySet[Account]


class StandingFilter(admin.SimpleListFilter):
    """Without a choice the list holds the customers who owe something."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("advance", gettext("In advance")),
            ("all", gettext("All customers")),
            ("shop", gettext("The shop's own")),
        ]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": gettext("Owe something")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Accounts) -> Accounts:
        if self.value() == "shop":
            return queryset.exclude(kind=AccountKind.CUSTOMER)
        theirs = queryset.filter(kind=AccountKind.CUSTOMER)
        if self.value() == "all":
            return theirs
        if self.value() == "advance":
            return theirs.filter(standing__balance__lt=0)
        return theirs.filter(standing__balance__gt=0)


class UnitFilter(admin.SimpleListFilter):
    """Rupees, unless grams of a metal are asked for; they don't add up with each other."""

    title = gettext_lazy("unit")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(unit.value, str(unit.label)) for unit in LedgerUnit if unit != LedgerUnit.INR]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": gettext("Rupees")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Accounts) -> Accounts:
        return queryset.filter(unit=self.value() or LedgerUnit.INR)


class _AgedList(ChangeList):
    """Knows how old the debts of its rows are, and of all that it found."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found = self.queryset.order_by().values_list("pk", "unit")
        self.unit = next((unit for _, unit in found[:1]), LedgerUnit.INR)
        ages = aged(unit=self.unit, accounts=[pk for pk, _ in found])
        self.total = added_up(ages.values())
        for account in self.result_list:
            account.age = ages.get(account.pk, Aged())


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("whose", "money", "to_30", "to_60", "to_90", "older", "since", "limit")
    list_filter = (StandingFilter, UnitFilter)
    list_select_related = ("customer",)
    search_fields = ("customer__name",)
    search_help_text = gettext_lazy("Name, firm, other name, phone")
    ordering = ("-standing__balance", "pk")
    list_before_template = "desk/khata_total.html"
    empty_title = gettext_lazy("Nobody owes anything")
    empty_note = gettext_lazy(
        "Orders on credit, khata pages and entries by hand make accounts here."
    )

    def get_queryset(self, request: HttpRequest) -> Accounts:
        rows = super().get_queryset(request).filter(merged_in=False)
        return rows.annotate(balance=F("standing__balance"))

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("reminders/", guard(self.reminders), name="khata_reminders"),
            path("of/<int:customer_id>/", guard(self.open), name="khata_account_open"),
            *super().get_urls(),
        ]

    def reminders(self, request: HttpRequest) -> HttpResponse:
        return reminders_page(self, request)

    def open(self, request: HttpRequest, customer_id: int) -> HttpResponse:
        return open_account(self, request, customer_id)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _AgedList

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Accounts, bool]:
        return (search_accounts(queryset, search_term) if search_term else queryset), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return account_page(self, request, object_id)

    @display(description=gettext_lazy("Account"), ordering="customer__name")
    def whose(self, account: Account) -> SafeString:
        phone = (account.customer and account.customer.phone) or ""
        return format_html('{} <span class="desk-dim desk-wide">{}</span>', account, phone)

    @display(description=gettext_lazy("Owes"), ordering="standing__balance")
    def money(self, account: Any) -> str:
        return said(account.balance, account.unit)

    @display(description=gettext_lazy("0–30 days"))
    def to_30(self, account: Any) -> str:
        return said_side(account.age.to_30, account.unit)

    @display(description="31–60")
    def to_60(self, account: Any) -> str:
        return said_side(account.age.to_60, account.unit)

    @display(description="61–90")
    def to_90(self, account: Any) -> str:
        return said_side(account.age.to_90, account.unit)

    @display(description=gettext_lazy("Over 90"))
    def older(self, account: Any) -> SafeString | str:
        amount = said_side(account.age.older, account.unit)
        mark = '<span class="desk-mark desk-mark-bad">{}</span>'
        return format_html(mark, amount) if amount else ""

    @display(description=gettext_lazy("Oldest"))
    def since(self, account: Any) -> str:
        oldest = account.age.oldest
        return date_format(oldest) if oldest else ""

    @display(description=gettext_lazy("Limit"), ordering="customer__credit_limit")
    def limit(self, account: Any) -> SafeString | str:
        limit = account.customer and account.customer.credit_limit
        if limit is None or account.unit != LedgerUnit.INR:
            return ""
        over = account.balance > limit
        mark = '<span class="desk-mark desk-mark-bad">⚠ {}</span> {}'
        return format_html(mark, gettext("over"), said(limit)) if over else said(limit)

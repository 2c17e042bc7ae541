"""What was posted, never changed here: a mistake is reversed, with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from config.admin import ReadOnlyAdmin, page_context, refusals_shown
from config.day_filters import DateRangeFilter
from config.retelling import retold
from khata.admin.books import cash_page, day_book_page
from khata.amounts import said
from khata.models import Account, AccountKind, LedgerLine, LedgerTransaction
from khata.periods import closed_through
from khata.posting import reverse_transaction
from khata.searching import search_transactions

Transactions = QuerySet[LedgerTransaction]


class AccountFilter(admin.SimpleListFilter):
    """The lines of one account, whose page links here; shown only while it is chosen."""

    title = gettext_lazy("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        wanted = request.GET.get("account", "")
        if not wanted.isdecimal() or len(wanted) > 18:
            return []
        chosen = Account.objects.filter(pk=int(wanted)).select_related("customer")
        return [(wanted, str(account)) for account in chosen]

    def queryset(self, request: HttpRequest, queryset: Transactions) -> Transactions:
        if (account := self.value()) is None:
            return queryset
        lines = LedgerLine.objects.filter(transaction=OuterRef("pk"), account=int(account))
        return queryset.filter(Exists(lines))


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200)


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(ReadOnlyAdmin):
    list_display = ("day", "said", "whose", "slip_number", "money", "origin", "by")
    list_display_links = ("said",)
    list_filter = (("date", DateRangeFilter), ("source", ChoicesDropdownFilter), AccountFilter)
    list_filter_submit = True
    list_select_related = ("actor", "reversed_by")
    search_fields = ("memo",)
    search_help_text = gettext_lazy("Name, particulars, slip, amount")
    ordering = ("-date", "-pk")
    empty_title = gettext_lazy("Nothing is posted yet")
    empty_note = gettext_lazy(
        "Orders on credit, payments, khata pages and entries by hand stand here."
    )

    def get_queryset(self, request: HttpRequest) -> Transactions:
        return super().get_queryset(request).prefetch_related("lines__account__customer")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Transactions, bool]:
        return (search_transactions(queryset, search_term) if search_term else queryset), False

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("day-book/", guard(self.day_book), name="khata_day_book"),
            path("cash/", guard(self.cash), name="khata_cash"),
            *super().get_urls(),
        ]

    def day_book(self, request: HttpRequest) -> HttpResponse:
        return day_book_page(self, request)

    def cash(self, request: HttpRequest) -> HttpResponse:
        return cash_page(self, request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return transaction_page(self, request, object_id)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=gettext_lazy("Day"), ordering="date")
    def day(self, posted: LedgerTransaction) -> SafeString:
        day = posted.date
        return format_html('<span class="desk-nowrap">{}</span>', date_format(day))

    @display(description=gettext_lazy("Particulars"), ordering="memo")
    def said(self, posted: LedgerTransaction) -> SafeString:
        words = retold(posted.memo) or _("no particulars")
        gone = posted.is_reversed or posted.reversal_of_id
        return format_html('<span class="{}">{}</span>', "desk-gone" if gone else "", words)

    @display(description=gettext_lazy("Accounts"))
    def whose(self, posted: LedgerTransaction) -> str:
        lines = sorted(posted.lines.all(), key=lambda line: line.position)
        theirs = [line for line in lines if line.account.kind == AccountKind.CUSTOMER]
        return " → ".join(str(line.account) for line in theirs or lines)

    @display(description=gettext_lazy("Amount"))
    def money(self, posted: LedgerTransaction) -> str:
        largest = max(posted.lines.all(), key=lambda line: line.debit)
        return said(largest.debit, largest.account.unit)

    @display(description=gettext_lazy("Kind"), ordering="source")
    def origin(self, posted: LedgerTransaction) -> str:
        source = posted.get_source_display()
        return _("%(source)s · reversed") % {"source": source} if posted.is_reversed else source

    @display(description=gettext_lazy("By"), ordering="actor__username")
    def by(self, posted: LedgerTransaction) -> str:
        return posted.actor.username if posted.actor else _("the desk")


def transaction_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows both sides, POST reverses it."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    posted = model_admin.get_object(request, unquote(object_id))
    if posted is None:
        return model_admin._get_obj_does_not_exist_redirect(request, model_admin.opts, object_id)
    may_reverse = request.user.has_perm("khata.change_ledgertransaction")
    if request.method == "POST":
        if not may_reverse:
            raise PermissionDenied
        with refusals_shown(request):
            _reverse(request, posted)
        return redirect(request.path)
    context = {
        **page_context(model_admin, request),
        "posted": posted,
        "lines": posted.lines.select_related("account__customer"),
        "row": getattr(posted, "khata_row", None),
        "may_reverse": may_reverse and not posted.is_reversed and not posted.reversal_of_id,
        "is_closed": (closed := closed_through()) is not None and posted.date <= closed,
    }
    return TemplateResponse(request, "desk/khata_transaction.html", context)


def _reverse(request: HttpRequest, posted: LedgerTransaction) -> None:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why it is reversed, in at most 200 characters."))
        return
    reverse_transaction(posted, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
    messages.success(request, _("Reversed by a transaction of today."))

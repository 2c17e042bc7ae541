"""Every row of every page in one list, to find what was written where."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from config.admin import ReadOnlyAdmin
from config.day_filters import DateRangeFilter
from khata.admin.review_page import review_url
from khata.amounts import said
from khata.models import KhataRow, RowKind, RowState
from khata.searching import search_rows

STATE_COLOURS = {
    RowState.OPEN: "warning",
    RowState.POSTED: "success",
    RowState.DISCARDED: "default",
}


@admin.register(KhataRow)
class KhataRowAdmin(ReadOnlyAdmin):
    list_display = (
        "day",
        "who",
        "particulars",
        "slip_number",
        "owed",
        "paid",
        "state_label",
        "where",
    )
    list_display_links = ("who",)
    list_filter = (("date", DateRangeFilter), ("state", ChoicesDropdownFilter))
    list_filter_submit = True
    list_select_related = ("customer", "page__upload", "transaction")
    search_fields = ("name",)
    search_help_text = _("Name, party, particulars, slip, amount")
    ordering = ("-pk",)
    empty_title = _("No rows yet")
    empty_note = _("The rows of every khata page that was read are found here.")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[KhataRow], bool]:
        return (search_rows(queryset, search_term) if search_term else queryset), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A row is looked at on its page, beside the picture."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return redirect(review_url(row.page.upload))

    @display(description=_("Day"), ordering="date")
    def day(self, row: KhataRow) -> str:
        return date_format(row.date) if row.date else "—"

    @display(description=_("Name"), ordering="name")
    def who(self, row: KhataRow) -> str:
        return (
            str(row.customer)
            if row.customer
            else (row.name or row.page.party or gettext("no name"))
        )

    @display(description=_("Debit"), ordering="debit")
    def owed(self, row: KhataRow) -> str:
        return said(row.debit)

    @display(description=_("Credit"), ordering="credit")
    def paid(self, row: KhataRow) -> str:
        return said(row.credit)

    @display(description=_("State"), label=STATE_COLOURS, ordering="state")
    def state_label(self, row: KhataRow) -> tuple[str, str]:
        """Only an entry waits for anything: a total or what is struck out never becomes one."""
        if row.state == RowState.OPEN and row.kind != RowKind.ENTRY:
            return RowState.DISCARDED, row.get_kind_display()
        if row.state == RowState.OPEN and row.struck_out:
            return RowState.DISCARDED, gettext("struck out")
        return row.state, row.get_state_display()

    @display(description=_("Page"), ordering="page")
    def where(self, row: KhataRow) -> SafeString:
        url = reverse("admin:khata_khataupload_review", args=[row.page.upload_id])
        words = gettext("Page %(upload_id)s.%(number)s, row %(position)s") % {
            "upload_id": row.page.upload_id,
            "number": row.page.number,
            "position": row.position,
        }
        page = format_html('<a class="desk-link" href="{}">{}</a>', url, words)
        if row.transaction_id is None:
            return page
        ledger = reverse("admin:khata_ledgertransaction_change", args=[row.transaction_id])
        link = '{} · <a class="desk-link" href="{}">{}</a>'
        return format_html(link, page, ledger, gettext("in the ledger"))

"""The list of drafts; one draft is reviewed on drafts/admin/review.py's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin import ReadOnlyAdmin
from config.retelling import retold
from config.saved_views_page import KeepsViews
from config.templatetags.desk import when
from drafts.admin.finding import find_clients, find_products
from drafts.admin.highlighting import SURE
from drafts.admin.review import look_at_typed, review_page
from drafts.admin.review_presence import here
from drafts.admin.review_undo import undo
from drafts.models import ChangeState, DraftMessage, DraftStatus, OrderDraft

Drafts = QuerySet[OrderDraft]


class StateFilter(admin.SimpleListFilter):
    """Open drafts unless asked for others."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(DraftStatus.CONVERTED, _("Converted")), (DraftStatus.DISCARDED, _("Discarded"))]

    def queryset(self, request: HttpRequest, queryset: Drafts) -> Drafts:
        return queryset.filter(status=self.value() or DraftStatus.OPEN)

    def choices(self, changelist: Any) -> Any:
        all_choice, *others = super().choices(changelist)
        yield {**all_choice, "display": _("To review")}
        yield from others


# What a picture or a voice note says, else the message's own text (drafts/sources.py).
_READ_OR_WRITTEN = Coalesce(
    NullIf("message__analysis__read_text", Value("", output_field=TextField())), "message__text"
)
# Messages about the draft that wait for a person: a proposed change, or nothing certain.
_UNDECIDED = Q(later_messages__changes__state=ChangeState.PROPOSED) | Q(
    later_messages__changes=None, later_messages__seen_at=None
)


@admin.register(OrderDraft)
class DraftAdmin(KeepsViews, ReadOnlyAdmin):
    list_before_template = "desk/saved_views.html"
    list_display = ("sender", "words", "age", "lines", "doubt")
    list_filter = (StateFilter,)
    ordering = ("created_at", "pk")
    list_select_related = ("customer", "chat__identity")
    search_fields = (
        "draft_messages__message__text",
        "draft_messages__message__analysis__read_text",
        "customer__name",
        "customer__phone",
        "chat__identity__phone",
        "entries__item_name",
        "entries__client__name",
        "entries__client_name",
        "entries__slip_number",
    )
    search_help_text = gettext_lazy("Words, customer, phone, slip")
    empty_title = gettext_lazy("No drafts wait")
    empty_note = gettext_lazy(
        "A WhatsApp message that orders something appears here, read into lines."
    )
    empty_command = 'python manage.py simulate_whatsapp "2 gold rings" --from 919812345678'

    def get_queryset(self, request: HttpRequest) -> Drafts:
        first = DraftMessage.objects.filter(draft=OuterRef("pk")).order_by("pk")
        doubtful = Q(entries__match_confidence__lt=SURE, entries__is_custom=False)
        return (
            super()
            .get_queryset(request)
            .annotate(
                first_text=Subquery(first.values(text=_READ_OR_WRITTEN)[:1]),
                entry_count=Count("entries", distinct=True),
                doubt_count=Count("entries", filter=doubtful, distinct=True),
                asked_count=Count("later_messages", filter=_UNDECIDED, distinct=True),
            )
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:draft_id>/review/", wrap(self.review), name="drafts_orderdraft_review"),
            path("<int:draft_id>/here/", wrap(self.here), name="drafts_orderdraft_here"),
            path(
                "<int:draft_id>/undo/<slug:what>/<int:version>/",
                wrap(undo),
                name="drafts_orderdraft_undo",
            ),
            path("<int:draft_id>/look/", wrap(self.look), name="drafts_orderdraft_look"),
            path("find/products/", wrap(find_products), name="drafts_find_products"),
            path("find/clients/", wrap(find_clients), name="drafts_find_clients"),
            *super().get_urls(),
        ]

    def review(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        return review_page(self, request, draft_id)

    def here(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        return here(self, request, draft_id)

    def look(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        return look_at_typed(self, request, draft_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not object_id.isdecimal():
            return redirect("admin:drafts_orderdraft_changelist")
        return redirect("admin:drafts_orderdraft_review", int(object_id))

    @display(description=gettext_lazy("Customer"), ordering="customer__name")
    def sender(self, draft: OrderDraft) -> SafeString:
        identity = draft.chat.identity
        phone = "" if str(identity) == draft.customer.name else identity
        return format_html('{} <span class="desk-dim">{}</span>', draft.customer.name, phone)

    @display(description=gettext_lazy("Words"))
    def words(self, draft: Any) -> str:
        return Truncator(" ".join((draft.first_text or "").split())).chars(80)

    @display(description=gettext_lazy("Waiting since"), ordering="created_at")
    def age(self, draft: OrderDraft) -> SafeString | str:
        return when(draft.created_at)

    @display(description=gettext_lazy("Lines"), ordering="entry_count")
    def lines(self, draft: Any) -> int:
        return int(draft.entry_count)

    @display(description=gettext_lazy("Look at"))
    def doubt(self, draft: Any) -> SafeString:
        if not draft.entry_count:
            return format_html(_MARK, "bad", _("✎ read it yourself"))
        if draft.asked_count:
            return format_html(_MARK, "warn", _("⚠ asked to change"))
        if draft.doubt_count:
            return format_html(_MARK, "warn", _("⚠ %(n)s to check") % {"n": draft.doubt_count})
        if draft.warnings:
            return format_html(_MARK, "warn", f"⚠ {retold(draft.warnings[0])}")
        return format_html('<span class="desk-dim desk-nowrap">{}</span>', _("looks right"))


_MARK = '<span class="desk-mark desk-mark-{}">{}</span>'

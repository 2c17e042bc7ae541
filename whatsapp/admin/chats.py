"""The list of chats; one conversation's page is whatsapp/admin/conversation.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin import ReadOnlyAdmin
from config.templatetags.desk import waiting, when
from drafts.models import Analysis, DraftStatus, OrderDraft
from drafts.reading.types import Intent
from orders.models import Order, OrderStatus
from whatsapp.admin.conversation import conversation_page, news
from whatsapp.admin.late_answer import late_answer_page
from whatsapp.admin.parts import STATES
from whatsapp.attending import staff, with_waiting_since
from whatsapp.chats import find_chats
from whatsapp.models import Chat, Direction, Message, MessageStatus

Chats = QuerySet[Chat]
Choices = list[tuple[str, str]]
UNDER_WAY = (
    OrderStatus.PENDING,
    OrderStatus.CONFIRMED,
    OrderStatus.PROCESSING,
    OrderStatus.SHIPPED,
)
# What the filters ask for, by their choices.
_WAITS = {
    "unread": Q(unread_count__gt=0),
    "unanswered": Q(waiting_since__isnull=False),
    "failed": Q(failed=True) | Q(unsure=True),
}
_TAGS = {"draft": Q(has_draft=True), "order": Q(has_order=True), "complaint": Q(complains=True)}


class WaitsFilter(admin.SimpleListFilter):
    title = gettext_lazy("waiting")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("unread", _("Unread")),
            ("unanswered", _("Unanswered")),
            ("failed", _("Send failed or unsure")),
        ]

    def queryset(self, request: HttpRequest, queryset: Chats) -> Chats:
        return queryset.filter(_WAITS.get(self.value() or "", Q()))


class TagFilter(admin.SimpleListFilter):
    title = gettext_lazy("tag")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("draft", _("Draft to review")),
            ("order", _("Order under way")),
            ("complaint", _("Complaint")),
        ]

    def queryset(self, request: HttpRequest, queryset: Chats) -> Chats:
        return queryset.filter(_TAGS.get(self.value() or "", Q()))


class CaretakerFilter(admin.SimpleListFilter):
    title = gettext_lazy("looked after by")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        people = [(str(person.pk), person.username) for person in staff()]
        return [("me", _("Me")), ("nobody", _("Nobody in particular")), *people]

    def queryset(self, request: HttpRequest, queryset: Chats) -> Chats:
        wanted = self.value() or ""
        if wanted == "nobody":
            return queryset.filter(assigned_to=None)
        person = str(request.user.pk) if wanted == "me" else wanted
        return queryset.filter(assigned_to=int(person)) if person.isdecimal() else queryset


@admin.register(Chat)
class ChatAdmin(ReadOnlyAdmin):
    list_display = ("who", "last_words", "when_last", "state")
    list_filter = (WaitsFilter, TagFilter, CaretakerFilter)
    # Django shows a search box only where there are fields; get_search_results does the work.
    search_fields = ("identity__phone",)
    search_help_text = gettext_lazy("Name, phone, words")
    empty_title = gettext_lazy("No chats yet")
    empty_note = gettext_lazy("A chat begins with a customer's first WhatsApp message.")
    empty_command = 'python manage.py simulate_whatsapp "good morning" --from 919812345678'

    def get_queryset(self, request: HttpRequest) -> Chats:
        messages = Message.objects.filter(chat=OuterRef("pk"))
        newest = messages.order_by("-happened_at", "-pk")
        complaints = Analysis.objects.filter(
            intent=Intent.COMPLAINT.value,
            message__chat=OuterRef("pk"),
            message__happened_at__gte=OuterRef("waiting_since"),
        )
        drafts = OrderDraft.objects.filter(chat=OuterRef("pk"), status=DraftStatus.OPEN)
        orders = Order.objects.filter(customer=OuterRef("identity__customer"), status__in=UNDER_WAY)
        chats = super().get_queryset(request)
        chats = chats.select_related("identity__customer", "assigned_to", "read_by")
        return with_waiting_since(chats).annotate(
            last_text=Subquery(newest.values("text")[:1]),
            last_kind=Subquery(newest.values("kind")[:1]),
            last_direction=Subquery(newest.values("direction")[:1]),
            last_status=Subquery(newest.values("status")[:1]),
            failed=Exists(messages.filter(status=MessageStatus.FAILED)),
            unsure=Exists(messages.filter(status=MessageStatus.PERHAPS_SENT)),
            complains=Exists(complaints),
            has_draft=Exists(drafts),
            has_order=Exists(orders),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: Chats, search_term: str
    ) -> tuple[Chats, bool]:
        return (find_chats(queryset, search_term) if search_term else queryset), False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:chat_id>/news/", wrap(self.news), name="whatsapp_chat_news"),
            path("<int:chat_id>/template/", wrap(self.template), name="whatsapp_chat_template"),
            *super().get_urls(),
        ]

    def news(self, request: HttpRequest, chat_id: int) -> HttpResponse:
        return news(self, request, chat_id)

    def template(self, request: HttpRequest, chat_id: int) -> HttpResponse:
        return late_answer_page(self, request, chat_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return conversation_page(self, request, object_id)

    @display(description=gettext_lazy("Customer"), ordering="identity__customer__name")
    def who(self, chat: Chat) -> SafeString:
        name, by = chat.identity.customer.name, chat.assigned_to
        caretaker = format_html(_MARK, "plain", f"→ {by.username}") if by else ""
        return format_html('{} <span class="desk-dim">{}</span> {}', name, chat.identity, caretaker)

    @display(description=gettext_lazy("Last words"))
    def last_words(self, chat: Any) -> SafeString:
        words = Truncator(" ".join((chat.last_text or chat.last_kind or "").split())).chars(48)
        is_ours = chat.last_direction == Direction.OUT
        mark, said = STATES[MessageStatus(chat.last_status)] if is_ours else ("", "")
        return format_html('<span class="desk-dim" title="{}">{}</span> {}', said, mark, words)

    @display(description=gettext_lazy("Last"), ordering="last_message_at")
    def when_last(self, chat: Chat) -> SafeString | str:
        return when(chat.last_message_at)

    @display(description=gettext_lazy("Waiting"))
    def state(self, chat: Any) -> str:
        marks = []
        if chat.unread_count:
            marks.append(("new", _("%(count)s unread") % {"count": chat.unread_count}))
        if chat.waiting_since:
            marks.append(("warn", _("waits %(time)s") % {"time": waiting(chat.waiting_since)}))
        if chat.failed:
            marks.append(("bad", _("✗ send failed")))
        if chat.unsure:
            marks.append(("bad", _("? perhaps sent")))
        if chat.complains:
            marks.append(("bad", _("⚠ complaint")))
        if chat.has_draft:
            marks.append(("plain", _("draft")))
        if chat.has_order:
            marks.append(("plain", _("order")))
        return format_html_join(" ", _MARK, marks) or "—"


_MARK = '<span class="desk-mark desk-mark-{}">{}</span>'

"""The list of chats; one conversation's page is whatsapp/admin/conversation.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.decorators import display

from config.admin import ReadOnlyAdmin
from config.templatetags.desk import waiting, when
from drafts.models import DraftStatus, OrderDraft
from whatsapp.admin.conversation import conversation_page
from whatsapp.models import Chat, Direction, Message, MessageStatus


class WaitsFilter(admin.SimpleListFilter):
    title = "waiting"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unread", "Unread"), ("failed", "Send failed or unsure")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Chat]) -> QuerySet[Chat]:
        if self.value() == "unread":
            return queryset.filter(unread_count__gt=0)
        return (
            queryset.filter(Q(failed=True) | Q(unsure=True))
            if self.value() == "failed"
            else queryset
        )


@admin.register(Chat)
class ChatAdmin(ReadOnlyAdmin):
    list_display = ("who", "last_words", "when_last", "state")
    list_filter = (WaitsFilter,)
    list_select_related = ("identity__customer",)
    search_fields = (
        "identity__customer__name",
        "identity__customer__aliases__name",
        "identity__phone",
        "identity__profile_name",
    )
    search_help_text = "Name, phone"
    empty_title = "No chats yet"
    empty_note = "A chat begins with a customer's first WhatsApp message."
    empty_command = 'python manage.py simulate_whatsapp "good morning" --from 919812345678'

    def get_queryset(self, request: HttpRequest) -> QuerySet[Chat]:
        messages = Message.objects.filter(chat=OuterRef("pk"))
        newest = messages.order_by("-happened_at", "-pk")
        drafts = OrderDraft.objects.filter(chat=OuterRef("pk"), status=DraftStatus.OPEN)
        return (
            super()
            .get_queryset(request)
            .annotate(
                last_text=Subquery(newest.values("text")[:1]),
                last_direction=Subquery(newest.values("direction")[:1]),
                failed=Exists(messages.filter(status=MessageStatus.FAILED)),
                unsure=Exists(messages.filter(status=MessageStatus.PERHAPS_SENT)),
                has_draft=Exists(drafts),
            )
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return conversation_page(self, request, object_id)

    @display(description="Customer", ordering="identity__customer__name")
    def who(self, chat: Chat) -> SafeString:
        customer = chat.identity.customer
        return format_html('{} <span class="desk-dim">{}</span>', customer.name, chat.identity)

    @display(description="Last words")
    def last_words(self, chat: Any) -> SafeString:
        words = Truncator(" ".join((chat.last_text or "").split())).chars(48)
        ours = "Shop: " if chat.last_direction == Direction.OUT else ""
        return format_html('<span class="desk-dim">{}</span>{}', ours, words)

    @display(description="Last", ordering="last_message_at")
    def when_last(self, chat: Chat) -> SafeString | str:
        return when(chat.last_message_at)

    @display(description="Waiting")
    def state(self, chat: Any) -> str:
        marks = []
        if chat.unread_count:
            marks.append(("new", f"{chat.unread_count} unread · {waiting(chat.last_inbound_at)}"))
        if chat.failed:
            marks.append(("bad", "send failed"))
        if chat.unsure:
            marks.append(("bad", "perhaps sent"))
        if chat.has_draft:
            marks.append(("warn", "draft"))
        return format_html_join(" ", _MARK, marks) or "—"


_MARK = '<span class="desk-mark desk-mark-{}">{}</span>'

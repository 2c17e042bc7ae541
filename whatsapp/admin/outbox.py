"""What goes out: first the messages that nobody but staff can bring further."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from config.admin import ReadOnlyAdmin
from config.retelling import retold
from config.templatetags.desk import when
from customers.errors import DeskError
from whatsapp.allowing import why_not
from whatsapp.models import Direction, MessageStatus, OutboxMessage
from whatsapp.outbox import RESENDABLE, resend

WAITING = (MessageStatus.QUEUED, MessageStatus.SENDING)
STATUS_COLOURS = {
    MessageStatus.QUEUED: "info",
    MessageStatus.SENDING: "info",
    MessageStatus.SENT: "default",
    MessageStatus.DELIVERED: "success",
    MessageStatus.READ: "success",
    MessageStatus.FAILED: "danger",
    MessageStatus.PERHAPS_SENT: "warning",
}


class StateFilter(admin.SimpleListFilter):
    """Without a choice the list holds what needs somebody's decision."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", _("Waiting")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        rows = list(super().choices(changelist))
        rows[0]["display"] = _("Failed or unsure")
        return rows

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[OutboxMessage]
    ) -> QuerySet[OutboxMessage]:
        if self.value() == "all":
            return queryset
        wanted = WAITING if self.value() == "waiting" else RESENDABLE
        return queryset.filter(status__in=wanted)


@admin.register(OutboxMessage)
class OutboxAdmin(ReadOnlyAdmin):
    list_display = ("who", "words", "status_label", "why", "attempts", "queued", "next_try")
    list_filter = (StateFilter,)
    list_select_related = ("chat__identity__customer",)
    search_fields = ("chat__identity__customer__name", "chat__identity__phone", "text")
    search_help_text = gettext_lazy("Name, phone, words")
    list_display_links = ("words",)
    actions = ("send_again",)
    fields = readonly_fields = (
        "who",
        "kind",
        "full_text",
        "status",
        "why",
        "may_go",
        "attempts",
        "queued",
        "attempted",
        "sent",
        "next_try",
        "requested_by",
        "purpose",
    )
    empty_title = gettext_lazy("Nothing here")
    empty_note = gettext_lazy(
        "Messages that failed, or of which nobody knows whether they went out, come here."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        return super().get_queryset(request).filter(direction=Direction.OUT)

    @action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[OutboxMessage]) -> None:
        queued = 0
        for message in chosen.order_by("pk"):
            try:
                resend(message, by=request.user)  # type: ignore[arg-type]
            except DeskError as error:
                messages.error(request, f"{message.chat.identity.customer}: {error}")
            else:
                queued += 1
        if queued:
            messages.success(request, _("Queued again: %(queued)s.") % {"queued": queued})

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("whatsapp.change_chat")

    @display(description=gettext_lazy("Customer"), ordering="chat__identity__customer__name")
    def who(self, message: OutboxMessage) -> SafeString:
        url = reverse("admin:whatsapp_chat_change", args=[message.chat_id])
        identity = message.chat.identity
        return format_html('<a class="desk-link" href="{}">{}</a>', url, identity.customer.name)

    @display(description=gettext_lazy("Words"), ordering="text")
    def words(self, message: OutboxMessage) -> str:
        return Truncator(" ".join(message.text.split())).chars(60)

    @display(description=gettext_lazy("Words"))
    def full_text(self, message: OutboxMessage) -> SafeString:
        return format_html('<span class="desk-text">{}</span>', message.text)

    @display(description=gettext_lazy("State"), label=STATUS_COLOURS, ordering="status")
    def status_label(self, message: OutboxMessage) -> tuple[str, str]:
        return message.status, message.get_status_display()

    @display(description=gettext_lazy("Why"), ordering="last_error")
    def why(self, message: OutboxMessage) -> str:
        return retold(message.last_error) or "—"

    @display(description=gettext_lazy("May be sent now"))
    def may_go(self, message: OutboxMessage) -> str:
        return why_not(message, message.chat) or _("Yes")

    @display(description=gettext_lazy("Tries"), ordering="attempt_count")
    def attempts(self, message: OutboxMessage) -> int:
        return message.attempt_count

    @display(description=gettext_lazy("Queued"), ordering="pk")
    def queued(self, message: OutboxMessage) -> SafeString | str:
        return when(message.happened_at)

    @display(description=gettext_lazy("Last try"), ordering="attempted_at")
    def attempted(self, message: OutboxMessage) -> SafeString | str:
        return when(message.attempted_at)

    @display(description=gettext_lazy("Sent"), ordering="sent_at")
    def sent(self, message: OutboxMessage) -> SafeString | str:
        return when(message.sent_at)

    @display(description=gettext_lazy("Next try"), ordering="next_attempt_at")
    def next_try(self, message: OutboxMessage) -> SafeString | str:
        return when(message.next_attempt_at)

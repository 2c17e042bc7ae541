"""What Gupshup sent, raw, for finding out what went wrong; nobody edits it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from config.admin import ReadOnlyAdmin, refusals_shown
from config.templatetags.desk import when
from whatsapp.inbound import process_again
from whatsapp.models import EventStatus, InboundEvent

STATUS_COLOURS = {
    EventStatus.RECEIVED: "info",
    EventStatus.PROCESSED: "success",
    EventStatus.KEPT: "default",
    EventStatus.FAILED: "danger",
}


_LIST = "whatsapp_inboundevent_changelist"


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnlyAdmin):
    list_display = ("key", "received", "status_label", "attempt_count", "last_error")
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("key",)
    search_help_text = _("Key")
    ordering = ("-pk",)
    fields = readonly_fields = (
        "key",
        "status",
        "received",
        "processed",
        "attempt_count",
        "next_attempt_at",
        "last_error",
        "body",
    )
    actions = ("process_chosen_again",)
    empty_note = _("Each webhook call is kept here as it came, before anything is decided.")

    def get_queryset(self, request: HttpRequest) -> Any:
        match = request.resolver_match
        events = super().get_queryset(request)
        return events.defer("raw") if match and match.url_name == _LIST else events

    @action(description=_("Process again"), permissions=["process"])
    def process_chosen_again(self, request: HttpRequest, events: Any) -> None:
        for event in events:
            with refusals_shown(request):
                process_again(event, by=request.user)  # type: ignore[arg-type]

    def has_process_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("whatsapp.change_inboundevent")

    @display(description=_("Received"), ordering="pk")
    def received(self, event: InboundEvent) -> str:
        return when(event.received_at)

    @display(description=_("Processed"))
    def processed(self, event: InboundEvent) -> str:
        return when(event.processed_at)

    @display(description=_("Status"), label=STATUS_COLOURS, ordering="status")
    def status_label(self, event: InboundEvent) -> tuple[str, str]:
        return event.status, event.get_status_display()

    @display(description=_("As it came"))
    def body(self, event: InboundEvent) -> str:
        return bytes(event.raw).decode("utf-8", "replace")[:20_000]

"""What Gupshup sent, raw, for finding out what went wrong; nobody edits it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from config.admin import ReadOnlyAdmin, refusals_shown
from config.templatetags.desk import when
from whatsapp.inbound import process_again
from whatsapp.models import InboundEvent

STATUS_COLOURS = {
    "Received": "info",
    "Processed": "success",
    "Kept, not understood": "default",
    "Failed": "danger",
}


_LIST = "whatsapp_inboundevent_changelist"


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnlyAdmin):
    list_display = ("key", "received", "status_label", "attempt_count", "last_error")
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("key",)
    search_help_text = "Key"
    ordering = ("-pk",)
    fields = readonly_fields = (
        "key",
        "status_label",
        "received",
        "processed",
        "attempt_count",
        "next_attempt_at",
        "last_error",
        "body",
    )
    actions = ("process_chosen_again",)
    empty_note = "Each webhook call is kept here as it came, before anything is decided."

    def get_queryset(self, request: HttpRequest) -> Any:
        match = request.resolver_match
        events = super().get_queryset(request)
        return events.defer("raw") if match and match.url_name == _LIST else events

    @action(description="Process again", permissions=["process"])
    def process_chosen_again(self, request: HttpRequest, events: Any) -> None:
        for event in events:
            with refusals_shown(request):
                process_again(event, by=request.user)  # type: ignore[arg-type]

    def has_process_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("whatsapp.change_inboundevent")

    @display(description="Received", ordering="pk")
    def received(self, event: InboundEvent) -> str:
        return when(event.received_at)

    @display(description="Processed")
    def processed(self, event: InboundEvent) -> str:
        return when(event.processed_at)

    @display(description="Status", label=STATUS_COLOURS, ordering="status")
    def status_label(self, event: InboundEvent) -> str:
        return event.get_status_display()

    @display(description="As it came")
    def body(self, event: InboundEvent) -> str:
        return bytes(event.raw).decode("utf-8", "replace")[:20_000]

"""Message templates: what Gupshup lists, and a button that asks it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from config.admin import DeskAdmin, refusals_shown
from config.templatetags.desk import when
from whatsapp.models import Template, TemplateState
from whatsapp.templates import sync_templates

STATE_COLOURS = {
    TemplateState.APPROVED: "success",
    TemplateState.PENDING: "info",
    TemplateState.IN_APPEAL: "info",
    TemplateState.REJECTED: "danger",
    TemplateState.FAILED: "danger",
    TemplateState.DISABLED: "danger",
    TemplateState.PAUSED: "warning",
    TemplateState.DELETED: "default",
    TemplateState.OTHER: "warning",
}


@admin.register(Template)
class TemplateAdmin(DeskAdmin):
    """Fetched from Gupshup; the owner may also write a row by hand, with Gupshup's id."""

    list_display = ("name", "language", "words", "state_label", "use", "last_told")
    list_filter = ("state", "language", "category")
    search_fields = ("name", "body", "gupshup_id")
    search_help_text = gettext_lazy("Name, words")
    list_before_template = "desk/templates_sync.html"
    readonly_fields = ("use", "last_told")
    fieldsets = (
        (None, {"fields": (("name", "language"), ("category", "state"), "gupshup_id")}),
        (gettext_lazy("Words"), {"fields": ("kind", "header", "body", "footer", "buttons")}),
        (gettext_lazy("What Gupshup says"), {"fields": ("reason", "use", "last_told")}),
    )
    empty_title = gettext_lazy("No templates yet")
    empty_note = gettext_lazy(
        "Outside of 24 hours after a customer's message only an approved template may go."
    )
    empty_command = "python manage.py sync_templates"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Template]:
        return super().get_queryset(request).prefetch_related("wordings__notice")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_sync = request.user.has_perm("whatsapp.sync_template")
        if request.method == "POST" and "sync" in request.POST:
            if not may_sync:
                raise PermissionDenied
            with refusals_shown(request):
                done = sync_templates(by=request.user)  # type: ignore[arg-type]
                counts = ", ".join(f"{count} {name}" for name, count in done.items())
                messages.success(
                    request, _("Fetched from Gupshup: %(counts)s.") % {"counts": counts}
                )
            return redirect(request.path)
        return super().changelist_view(request, {**(extra_context or {}), "may_sync": may_sync})

    @display(description=gettext_lazy("Words"), ordering="body")
    def words(self, template: Template) -> str:
        return Truncator(" ".join(template.body.split())).chars(70)

    @display(description=gettext_lazy("State"), label=STATE_COLOURS, ordering="state")
    def state_label(self, template: Template) -> tuple[str, str]:
        return template.state, template.get_state_display()

    @display(description=gettext_lazy("Used for"))
    def use(self, template: Template) -> str:
        if template.pk is None:
            return "—"
        return ", ".join(str(wording.notice) for wording in template.wordings.all()) or "—"

    @display(description=gettext_lazy("Gupshup said so"), ordering="synced_at")
    def last_told(self, template: Template) -> str:
        return when(template.synced_at)

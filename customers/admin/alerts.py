"""What staff were told, and why a message to one of them could not be sent."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from config.admin import ReadOnlyAdmin
from config.templatetags.desk import when
from customers.models import AlertStatus, StaffAlert

_COLOURS = {AlertStatus.DUE: "info", AlertStatus.SENT: "success", AlertStatus.FAILED: "danger"}


@admin.register(StaffAlert)
class StaffAlertAdmin(ReadOnlyAdmin):
    list_display = ("kind", "count", "user", "way", "state", "last_error", "told")
    list_filter = ("kind", "status")
    list_select_related = ("user",)
    ordering = ("-pk",)
    empty_title = _("Nobody was told anything yet")
    empty_note = _("Who hears of what stands in the shop's settings.")

    @display(description=_("State"), label=_COLOURS, ordering="status")
    def state(self, alert: StaffAlert) -> tuple[str, str]:
        return alert.status, alert.get_status_display()

    @display(description=_("When"), ordering="created_at")
    def told(self, alert: StaffAlert) -> SafeString | str:
        return when(alert.created_at)

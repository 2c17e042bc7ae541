"""The sentences that staff keep ready for the reply box."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from config.admin import DeskAdmin
from whatsapp.models import QuickReply


@admin.register(QuickReply)
class QuickReplyAdmin(DeskAdmin):
    list_display = ("title", "words", "position")
    search_fields = ("title", "text")
    empty_title = _("No quick replies yet")
    empty_note = _("A sentence that you write often is put into the reply box by one click.")

    @display(description=_("Text"))
    def words(self, reply: QuickReply) -> str:
        return reply.text

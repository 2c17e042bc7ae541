"""What customers hear: switches and words by event; and which notices did not leave."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import StackedInline
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from config.admin import DeskAdmin, ReadOnlyAdmin
from config.retelling import retold
from config.templatetags.desk import when
from customers.errors import DeskError
from customers.speaking import language_name
from whatsapp.admin.outbox import STATUS_COLOURS
from whatsapp.composing import why_no_template
from whatsapp.errors import WrongVariables
from whatsapp.models import Notice, NoticeWording, OrderNotice, OrderNoticeStatus
from whatsapp.notice_fields import variables_of
from whatsapp.notices import write_again
from whatsapp.wordings import check_wording, previews

_MARK = '<span class="desk-mark desk-mark-{}" title="{}">{}</span>'
_COLOURS = {"due": "info", "not_sent": "danger"} | STATUS_COLOURS


class WordingForm(forms.ModelForm):
    """Shows a rule's refusal beside the field that it is about."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        widgets = {
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            "variables": UnfoldAdminTextInputWidget,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("DELETE"):
            try:
                check_wording(
                    event=self.instance.notice.event,
                    language=cleaned["language"],
                    text=cleaned["text"],
                    template=cleaned["template"],
                    variables=cleaned["variables"],
                )
            except WrongVariables as error:
                self.add_error(error.attr, str(error))
        return cleaned


class WordingInline(StackedInline):
    model = NoticeWording
    form = WordingForm
    extra = 0
    fields = ("language", "text", "template", "variables")
    verbose_name = gettext_lazy("wording")
    verbose_name_plural = gettext_lazy("wordings")


@admin.register(Notice)
class NoticeAdmin(DeskAdmin):
    """A row an event; none is added or deleted, they are switched and worded."""

    list_display = ("event_label", "is_on", "within", "outside")
    list_display_links = ("event_label",)
    list_editable = ("is_on",)
    inlines = (WordingInline,)
    fields = ("is_on", "may_say")
    readonly_fields = ("may_say",)
    change_form_outer_before_template = "desk/notice_preview.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).prefetch_related("wordings__template")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        notice = self.get_object(request, object_id)
        context = {**(extra_context or {}), "previews": previews(notice) if notice else []}
        return super().change_view(request, object_id, form_url, context)

    @display(description=gettext_lazy("Customers hear"), ordering="pk")
    def event_label(self, notice: Notice) -> str:
        return notice.get_event_display()

    @display(description=gettext_lazy("Text within 24 hours"))
    def within(self, notice: Notice) -> SafeString | str:
        marks = [
            ("plain", wording.text, language_name(wording.language))
            for wording in notice.wordings.all()
            if wording.text
        ]
        return format_html_join(" ", _MARK, marks) or "—"

    @display(description=gettext_lazy("Template afterwards"))
    def outside(self, notice: Notice) -> SafeString | str:
        rows = [(wording, why_no_template(wording)) for wording in notice.wordings.all()]
        marks = [
            ("warn" if why else "plain", why or str(wording.template), _said(wording, why))
            for wording, why in rows
            if wording.template_id
        ]
        none = format_html(_MARK, "warn", _("Nothing goes after 24 hours."), _("⚠ none chosen"))
        return format_html_join(" ", _MARK, marks) or none

    @display(description=gettext_lazy("Variables"))
    def may_say(self, notice: Notice) -> SafeString:
        names = ((f"{{{name}}}",) for name in variables_of(notice.event))
        return format_html_join(" ", "<code>{}</code>", names)


def _said(wording: NoticeWording, why: str) -> str:
    name = language_name(wording.language)
    return f"⚠ {name}" if why else name


class StateFilter(admin.SimpleListFilter):
    """Without a choice the list holds what was not sent."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        rows = list(super().choices(changelist))
        rows[0]["display"] = _("Not sent")
        return rows

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[OrderNotice]
    ) -> QuerySet[OrderNotice]:
        if self.value() == "all":
            return queryset
        return queryset.filter(status=OrderNoticeStatus.NOT_SENT)


@admin.register(OrderNotice)
class OrderNoticeAdmin(ReadOnlyAdmin):
    """What customers heard of their orders, first what they did not and why."""

    list_display = ("event_label", "which", "who", "status_label", "why", "since")
    list_display_links = None
    list_filter = (StateFilter,)
    list_select_related = ("order", "message")
    search_fields = ("order__order_reference", "order__customer_name")
    search_help_text = gettext_lazy("Order, name")
    actions = ("try_again",)
    empty_title = gettext_lazy("Nothing here")
    empty_note = gettext_lazy("Notices that could not be sent come here, each with its reason.")

    @action(description=gettext_lazy("Try again"), permissions=["send"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[OrderNotice]) -> None:
        tried = 0
        for notice in chosen.order_by("pk"):
            try:
                write_again(notice)
            except DeskError as error:
                messages.error(request, f"{notice}: {error}")
            else:
                tried += 1
        if tried:
            messages.success(request, _("Tried again: %(tried)s.") % {"tried": tried})

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("whatsapp.change_chat")

    @display(description=gettext_lazy("Notice"), ordering="event")
    def event_label(self, notice: OrderNotice) -> str:
        return notice.get_event_display()

    @display(description=gettext_lazy("Order"), ordering="order__order_reference")
    def which(self, notice: OrderNotice) -> SafeString:
        url = reverse("admin:orders_order_change", args=[notice.order_id])
        return format_html('<a class="desk-link desk-nowrap" href="{}">{}</a>', url, notice.order)

    @display(description=gettext_lazy("Customer"), ordering="order__customer_name")
    def who(self, notice: OrderNotice) -> str:
        return notice.order.customer_name

    @display(description=gettext_lazy("State"), label=_COLOURS, ordering="status")
    def status_label(self, notice: OrderNotice) -> tuple[str, str]:
        shown = notice.message or notice
        return shown.status, shown.get_status_display()

    @display(description=gettext_lazy("Why"))
    def why(self, notice: OrderNotice) -> str:
        why = notice.last_error or (notice.message.last_error if notice.message else "")
        return retold(why) or "—"

    @display(description=gettext_lazy("Since"), ordering="pk")
    def since(self, notice: OrderNotice) -> str:
        return when(notice.created_at)

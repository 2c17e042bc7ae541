"""The shop's settings: one row, its page in sections; for admins only (customers/roles.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminImageFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from config.admin import DeskAdmin, errors_of_field
from customers.models import AlertWish, ClosedDay, OpeningTime, ReaderChoice, Shop
from customers.phones import normalise_phone
from customers.shopkeeping import logo_url, save_settings
from orders.images import prepared_image
from whatsapp.senders import EVERYBODY

MOST_PHONES = 500


@dataclass(frozen=True)
class _Shown:
    """Where the kept logo is shown: files of the storage have no address of their own."""

    url: str


class LogoWidget(UnfoldAdminImageFieldWidget):
    """Unfold's, with the logo as everybody sees it for a preview."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        if context["widget"].get("is_initial"):
            context["widget"]["value"] = _Shown(logo_url(value.instance))
        return context


class ShopForm(forms.ModelForm):
    """Names what can't be beside its field."""

    language = forms.ChoiceField(
        label=_("Customers' language"),
        choices=settings.LANGUAGES,
        widget=UnfoldAdminSelectWidget,
        help_text=Shop._meta.get_field("language").help_text,
    )
    staff_language = forms.ChoiceField(
        label=_("Staff's language"),
        choices=settings.LANGUAGES,
        widget=UnfoldAdminSelectWidget,
        help_text=Shop._meta.get_field("staff_language").help_text,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        widget=UnfoldAdminSelectWidget,
        help_text=Shop._meta.get_field("time_zone").help_text,
    )
    allowed_phones = forms.CharField(
        label=_("Phones that may write"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text=Shop._meta.get_field("allowed_phones").help_text,
    )

    class Meta:
        help_texts = {
            "grouping": _("Of every amount."),
            "date_style": _("On pages, on papers and in messages; fields take any of them."),
        }
        widgets = {
            "logo": LogoWidget,
            "address": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            "away_message": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["allowed_phones"] = "\n".join(self.instance.allowed_phones)

    def clean_logo(self) -> Any:
        """What was uploaded, as it may be kept; else what the form's own check made of it."""
        sent = self.cleaned_data.get("logo")
        if isinstance(sent, UploadedFile):
            with errors_of_field(self, "logo"):
                return prepared_image(sent)
        return sent

    def clean_allowed_phones(self) -> list[str]:
        """Each number once, in E.164, as it was typed in any form; ``*`` stays."""
        lines = [line.strip() for line in self.cleaned_data["allowed_phones"].splitlines()]
        numbers: dict[str, None] = {}
        for line in filter(None, lines):
            number = line if line == EVERYBODY else normalise_phone(line)
            if number is None:
                sentence = gettext("“%(line)s” is no phone number.")
                raise forms.ValidationError(sentence, params={"line": line[:40]})
            numbers[number] = None
        if len(numbers) > MOST_PHONES:
            sentence = gettext("At most %(most)s numbers.")
            raise forms.ValidationError(sentence, params={"most": MOST_PHONES})
        return list(numbers)

    def clean_reader(self) -> str:
        """A model can't be chosen before there is a key to ask it with."""
        chosen: str = self.cleaned_data["reader"]
        if chosen in (ReaderChoice.HYBRID, ReaderChoice.OPENAI) and not settings.OPENAI_API_KEY:
            raise forms.ValidationError(
                gettext("A model needs a key: set OPENAI_API_KEY in the environment first.")
            )
        return chosen


class OpeningTimes(TabularInline):
    model = OpeningTime
    extra = 0


class ClosedDays(TabularInline):
    model = ClosedDay
    extra = 0


class AlertWishForm(forms.ModelForm):
    """Only ways by which the account can be reached."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        user = data.get("user")
        by_mail, by_whatsapp = data.get("by_mail"), data.get("by_whatsapp")
        if not by_mail and not by_whatsapp:
            self.add_error("by_mail", gettext("By e-mail, WhatsApp or both."))
        if user and by_mail and not user.email:
            self.add_error("by_mail", gettext("This account has no e-mail."))
        if user and by_whatsapp and not user.phone:
            self.add_error("by_whatsapp", gettext("This account has no phone."))
        return data


class AlertWishes(TabularInline):
    model = AlertWish
    form = AlertWishForm
    extra = 0


@admin.register(Shop)
class ShopAdmin(DeskAdmin):
    """One row: its list leads straight to it."""

    form = ShopForm
    inlines = (OpeningTimes, ClosedDays, AlertWishes)
    readonly_fields = ("fixed_phones", "reader_in_force")
    fieldsets = (
        (_("Shop"), {"fields": ("name", "address", "logo", "order_prefix")}),
        (_("Money and time"), {"fields": (("currency", "grouping"), ("date_style", "time_zone"))}),
        (_("Languages"), {"fields": (("staff_language", "language"),)}),
        (_("Who may write"), {"fields": ("fixed_phones", "allowed_phones")}),
        (_("While the shop is closed"), {"fields": ("away_message",)}),
        (_("Telling staff"), {"fields": ("alert_minutes",)}),
        (_("Reading messages"), {"fields": (("reader", "reader_in_force"), "ask_below")}),
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(reverse("admin:customers_shop_change", args=[Shop.current().pk]))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_settings(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect(reverse("admin:customers_shop_change", args=[obj.pk]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("Fixed by the environment"))
    def fixed_phones(self, shop: Shop) -> str:
        fixed = settings.ALLOWED_PHONE_NUMBERS
        if EVERYBODY in fixed:
            return gettext("* (everybody may write; numbers below change nothing)")
        return ", ".join(fixed) or gettext("none")

    @display(description=_("In force now"))
    def reader_in_force(self, shop: Shop) -> str:
        return str(ReaderChoice(shop.reader or settings.DRAFT_READER).label)

"""Customers, with what they are called, where they live, how they write, what they ordered."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from config.admin import DeskAdmin
from config.templatetags.desk import when
from customers.admin.notices import notices_panel, notices_view
from customers.models import Address, Customer, CustomerAlias, WhatsAppIdentity
from customers.phones import normalise_phone
from drafts.models import DraftStatus, OrderDraft
from khata.models import Account, LedgerUnit
from orders.models import Order
from whatsapp.models import Chat


class CustomerForm(forms.ModelForm):
    """Takes a phone as people write it."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget)

    def clean_phone(self) -> str | None:
        typed: str | None = self.cleaned_data["phone"]
        if not typed:
            return None
        phone = normalise_phone(typed)
        if phone is None:
            raise forms.ValidationError("This is no phone number.")
        return phone


class AliasInline(TabularInline):
    model = CustomerAlias
    extra = 0
    tab = True
    verbose_name_plural = "Also called"


class AddressInline(TabularInline):
    model = Address
    extra = 0
    tab = True


class IdentityInline(TabularInline):
    """How they write to the shop; made by their first message, so read-only here."""

    model = WhatsAppIdentity
    extra = 0
    tab = True
    fields = readonly_fields = ("phone", "bsuid", "profile_name", "created_at")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(DeskAdmin):
    form = CustomerForm
    list_display = ("name", "company", "phone", "orders_made", "last_order", "payment_terms")
    list_filter = ("payment_terms",)
    search_fields = ("name", "company", "phone", "email", "aliases__name")
    search_help_text = "Name, other name, firm, phone"
    inlines = (AliasInline, AddressInline, IdentityInline)
    autocomplete_fields = ("user",)
    change_form_outer_before_template = "desk/customer_activity.html"
    empty_title = "No customers yet"
    empty_note = "Everyone who writes on WhatsApp becomes one by the first message."
    empty_command = 'python manage.py simulate_whatsapp "2 gold rings" --from 919812345678'
    fieldsets = (
        (None, {"fields": (("name", "company"), ("phone", "email"), "language")}),
        ("Money", {"fields": (("payment_terms", "credit_limit"),)}),
        ("More", {"fields": ("user", "notes")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        return (
            super()
            .get_queryset(request)
            .annotate(order_count=Count("orders", distinct=True), last=Max("orders__created_at"))
        )

    def get_urls(self) -> list[URLPattern]:
        notices = partial(notices_view, self)
        view = self.admin_site.admin_view(notices)
        return [
            path("<int:customer_id>/notices/", view, name="customers_customer_notices"),
            *super().get_urls(),
        ]

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        # A seller may not look accounts up (customers/roles.py).
        return ("user",) if request.user.has_perm("customers.view_user") else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if request.user.has_perm("customers.view_user") else ("user",)

    @display(description="Orders", ordering="order_count")
    def orders_made(self, customer: Any) -> int:
        return int(customer.order_count)

    @display(description="Last order", ordering="last")
    def last_order(self, customer: Any) -> SafeString | str:
        return when(customer.last)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        panels = {"activity": _activity(object_id), "notices": notices_panel(object_id)}
        context = {**(extra_context or {}), **panels}
        return super().change_view(request, object_id, form_url, context)


def _activity(object_id: str) -> dict[str, Any]:
    """The customer's latest orders, open drafts and chats."""
    if not object_id.isdecimal():
        return {}
    pk = int(object_id)
    return {
        "orders": Order.objects.filter(customer=pk)[:10],
        "khata": Account.objects.filter(customer=pk, merged_in=False)
        .select_related("standing")
        .order_by("pk"),
        "units": LedgerUnit.choices,
        "drafts": OrderDraft.objects.filter(
            Q(customer=pk) | Q(entries__client=pk), status=DraftStatus.OPEN
        ).distinct(),
        "chats": Chat.objects.filter(identity__customer=pk).select_related("identity"),
    }

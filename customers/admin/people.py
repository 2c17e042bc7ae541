"""Customers, with what they are called, where they live, how they write, what they ordered."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from config.admin import CappedPaginator, DeskAdmin
from config.saved_views_page import KeepsViews
from config.templatetags.desk import when
from customers.admin.merging import likeness_panel, merge_view, undo_view
from customers.admin.notices import notices_panel, notices_view
from customers.erasing import erase_customer, erase_customers
from customers.finding import search_customers
from customers.models import Address, Customer, CustomerAlias, WhatsAppIdentity
from customers.phones import normalise_phone
from drafts.models import DraftStatus, OrderDraft
from khata.models import Account, LedgerUnit
from orders.buying import with_purchases
from orders.models import Order
from whatsapp.models import Chat


class CustomerForm(forms.ModelForm):
    """Takes a phone as people write it."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("The shop's")), *settings.LANGUAGES],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        labels = {"user": gettext_lazy("Account")}
        help_texts = {
            "phone": gettext_lazy("As people write it."),
            "phone2": gettext_lazy("Finds them too; nobody is recognised by it."),
        }

    def clean_phone(self) -> str | None:
        return self._number("phone")

    def clean_phone2(self) -> str:
        return self._number("phone2") or ""

    def _number(self, name: str) -> str | None:
        typed: str | None = self.cleaned_data[name]
        if not typed:
            return None
        phone = normalise_phone(typed)
        if phone is None:
            raise forms.ValidationError(_("This is no phone number."))
        return phone


class AliasInline(TabularInline):
    model = CustomerAlias
    extra = 0
    tab = True
    verbose_name_plural = gettext_lazy("Also called")


class AddressForm(forms.ModelForm):
    class Meta:
        labels = {"state": pgettext_lazy("address", "State")}


class AddressInline(TabularInline):
    model = Address
    form = AddressForm
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


# So many orders stand on the page itself.
_SHOWN = 10


@admin.register(Customer)
class CustomerAdmin(KeepsViews, DeskAdmin):
    list_before_template = "desk/customers_head.html"
    paginator = CappedPaginator
    form = CustomerForm
    list_display = ("name", "company", "phone", "orders_made", "last_order", "payment_terms")
    list_filter = ("payment_terms",)
    search_fields = ("name", "company", "phone", "email", "aliases__name")
    search_help_text = gettext_lazy("Name, other name, firm, phone")
    inlines = (AliasInline, AddressInline, IdentityInline)
    autocomplete_fields = ("user",)
    change_form_outer_before_template = "desk/customer_activity.html"
    empty_title = gettext_lazy("No customers yet")
    empty_note = gettext_lazy("Everyone who writes on WhatsApp becomes one by the first message.")
    empty_command = 'python manage.py simulate_whatsapp "2 gold rings" --from 919812345678'
    fieldsets = (
        (None, {"fields": (("name", "company"), ("phone", "phone2"), ("email", "language"))}),
        (gettext_lazy("Money"), {"fields": (("payment_terms", "credit_limit"),)}),
        (gettext_lazy("More"), {"fields": ("do_not_call", "user", "notes")}),
    )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What the page before a deletion says; nothing that is protected stands in its way."""
        return [str(customer) for customer in objs], {_("customers"): len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Customer) -> None:
        erase_customer(obj.pk, by=request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        erase_customers(ids, by=request.user)  # type: ignore[arg-type]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        rows = super().get_queryset(request).filter(erased_at__isnull=True)
        return with_purchases(rows)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """By the index of words, which Django's icontains can't use."""
        found = search_customers(queryset, search_term) if search_term.strip() else queryset  # type: ignore[arg-type]
        return found, False

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("notices/", notices_view, "notices"),
            ("merge/<int:other_id>/", merge_view, "merge"),
            ("undo-merge/<int:merge_id>/", undo_view, "undo_merge"),
        )
        guard = self.admin_site.admin_view
        return [
            *(
                path(
                    f"<int:customer_id>/{route}",
                    guard(partial(view, self)),
                    name=f"customers_customer_{name}",
                )
                for route, view, name in pages
            ),
            *super().get_urls(),
        ]

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        # A seller may not look accounts up (customers/roles.py).
        return ("user",) if request.user.has_perm("customers.view_user") else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if request.user.has_perm("customers.view_user") else ("user",)

    @display(description=gettext_lazy("Orders"))
    def orders_made(self, customer: Any) -> int:
        return int(customer.order_count)

    @display(description=gettext_lazy("Last order"))
    def last_order(self, customer: Any) -> SafeString | str:
        return when(customer.last_order_at)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        panels = {
            "activity": _activity(object_id),
            "notices": notices_panel(object_id),
            "likeness": likeness_panel(request, object_id),
        }
        context = {**(extra_context or {}), **panels}
        return super().change_view(request, object_id, form_url, context)


def _activity(object_id: str) -> dict[str, Any]:
    """What they bought and are called, their latest orders, khata, open drafts and chats."""
    if not object_id.isdecimal():
        return {}
    pk = int(object_id)
    person: Any = with_purchases(Customer.objects.filter(pk=pk)).first()
    return {
        "bought": person,
        "aliases": list(person.aliases.order_by("pk").values_list("name", flat=True)[:10])
        if person
        else [],
        "orders": Order.objects.filter(customer=pk)[:_SHOWN],
        "more": person is not None and person.order_count > _SHOWN,
        "khata": Account.objects.filter(customer=pk, merged_in=False)
        .select_related("standing")
        .order_by("pk"),
        "units": LedgerUnit.choices,
        "drafts": OrderDraft.objects.filter(
            Q(customer=pk) | Q(entries__client=pk), status=DraftStatus.OPEN
        ).distinct(),
        "chats": Chat.objects.filter(identity__customer=pk).select_related("identity"),
    }

"""Accounts, for admins only (customers/roles.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from config.admin import DeskAdmin, errors_of_field
from customers.changes import tell_of_contacts, tell_of_password
from customers.models import User
from customers.roles import Role
from customers.staff import keep_an_admin

_ROLE_COLOURS = {Role.ADMIN: "primary", Role.SELLER: "info", Role.BUYER: "default"}


class KeptPassword(ReadOnlyPasswordHashWidget):
    """Says that there is a password; how it is kept tells a shopkeeper nothing."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if len(context["summary"]) > 1:
            context["summary"] = [{"label": "••••••••"}]
        return context


class AccountForm(UserChangeForm):
    """The shop keeps an admin; the page's own transaction holds what is checked here."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("The shop's")), *settings.LANGUAGES],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta(UserChangeForm.Meta):
        help_texts = {"phone": _("With the country code: +919876543210.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget = KeptPassword()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        role, active = self.cleaned_data.get("role"), self.cleaned_data.get("is_active")
        with errors_of_field(self, "role"):
            keep_an_admin(self.instance, role=role, is_active=active)
        return cleaned


class PasswordForm(AdminPasswordChangeForm):
    """The owner hears of it."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        tell_of_password(user)
        return user


@admin.register(User)
class AccountAdmin(UserAdmin, DeskAdmin):
    """One role an account instead of groups and permissions."""

    form = AccountForm
    add_form = UserCreationForm
    change_password_form = PasswordForm
    list_display = ("username", "full_name", "role_label", "email", "phone", "is_active")
    list_filter = ("role", "is_active")
    filter_horizontal = ()
    search_fields = ("username", "email", "first_name", "last_name", "phone")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "role", "language", "is_active")}),
        (_("Person"), {"fields": (("first_name", "last_name"), ("email", "phone"))}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = ((None, {"fields": ("username", "role", "email", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            tell_of_contacts(obj, email=form.initial["email"], phone=form.initial["phone"])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is deactivated: what it did keeps its name."""
        return False

    @display(description=_("Name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "—"

    @display(description=_("Role"), label=_ROLE_COLOURS, ordering="role")
    def role_label(self, user: User) -> tuple[str, str]:
        return user.role, user.get_role_display()

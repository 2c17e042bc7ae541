"""Accounts, for admins only (customers/roles.py)."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from config.admin import DeskAdmin
from customers.models import User
from customers.roles import Role

_ROLE_COLOURS = {"Admin": "primary", "Seller": "info", "Buyer": "default"}


@admin.register(User)
class AccountAdmin(UserAdmin, DeskAdmin):
    """One role an account instead of groups and permissions."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "role_label", "email", "phone", "is_active")
    list_filter = ("role", "is_active")
    filter_horizontal = ()
    search_fields = ("username", "email", "first_name", "last_name", "phone")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "role", "language", "is_active")}),
        ("Person", {"fields": (("first_name", "last_name"), ("email", "phone"))}),
        ("Dates", {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = ((None, {"fields": ("username", "role", "email", "password1", "password2")}),)

    @display(description="Name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "—"

    @display(description="Role", label=_ROLE_COLOURS, ordering="role")
    def role_label(self, user: User) -> str:
        return Role(user.role).label

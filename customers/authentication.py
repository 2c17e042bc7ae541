"""Signing in by username or e-mail, and permissions by role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Subquery
from django.http import HttpRequest

from customers.models import Shop, User
from customers.roles import STAFF_APPS, role_may


class RoleBackend(ModelBackend):
    """Django's backend, with the role table in place of permission rows."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The active account that the name (or e-mail) and password fit, else None."""
        if username is None or password is None:
            return None
        user = User.objects.by_login(username)
        if user is None:
            User().set_password(password)  # as slow as for a known name
            return None
        fits = user.check_password(password) and self.user_can_authenticate(user)
        return user if fits else None

    def get_user(self, user_id: Any) -> User | None:
        """The active account of a session, and in the same query the shop's language for staff."""
        language = Shop.objects.values("staff_language")[:1]
        accounts = User.objects.annotate(shop_language=Subquery(language))
        user = accounts.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return user_obj.is_active and role_may(getattr(user_obj, "role", ""), perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return user_obj.is_active and user_obj.is_staff and app_label in STAFF_APPS

"""Who may call a path of the API; every view names one of these."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from customers.roles import STAFF_ROLES, Role


class IsStaff(BasePermission):
    """Sellers and admins."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return getattr(request.user, "role", None) in STAFF_ROLES


class IsAdmin(BasePermission):
    """Admins only."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return getattr(request.user, "role", None) == Role.ADMIN

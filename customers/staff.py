"""The shop's staff: their accounts, which admins make and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from customers.accounts import refuse_foreign_login, refuse_taken, refuse_weak
from customers.changes import tell_of_contacts, tell_of_password
from customers.errors import AccountExists, AccountGone, InvalidInput, LastAdmin, OwnAccount
from customers.locking import wait_at_most_ten_seconds
from customers.models import User
from customers.roles import STAFF_ROLES, Role


def staff_accounts() -> QuerySet[User]:
    """Everybody who works at the desk or did, each with ``updated_at`` of the last change."""
    changes = User.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_date")
    latest = Subquery(changes.values("history_date")[:1])
    return User.objects.filter(role__in=STAFF_ROLES).annotate(updated_at=latest).order_by("pk")


@transaction.atomic
def make_staff(
    *,
    username: str,
    password: str,
    role: str = Role.SELLER,
    email: str = "",
    first_name: str = "",
    last_name: str = "",
    by: User,
) -> User:
    """A new account of the shop's staff; raises AccountExists, WeakPassword, InvalidInput."""
    refuse_foreign_login(username, email=email)
    refuse_taken("username", username)
    if email:
        refuse_taken("email", email)
    names = {"first_name": first_name, "last_name": last_name, "role": _staff_role(role)}
    user = User(username=username, email=User.objects.normalize_email(email), **names)
    refuse_weak(password, user, attr="password")
    user.set_password(password)
    _save(user, by=by)
    return user


@transaction.atomic
def change_staff(user: User, changes: Mapping[str, Any], *, by: User) -> User:
    """Change names, ``email``, ``role``, ``is_active`` or ``password`` of a staff account.

    A changed password, and a deactivated account, end its sessions and tokens. Raises
    LastAdmin, OwnAccount, AccountGone, AccountExists, WeakPassword, InvalidInput; nothing
    changes then.
    """
    edits = dict(changes)
    if "role" in edits:
        edits["role"] = _staff_role(edits["role"])
    keep_an_admin(user, role=edits.get("role"), is_active=edits.get("is_active"))
    row = _locked(user)
    if row == by and edits.get("is_active") is False:
        raise OwnAccount(_("Nobody deactivates their own account."), attr="is_active")
    if edits.get("email"):
        refuse_taken("email", edits["email"], but=row)
    password = edits.pop("password", None)
    email, phone = row.email, row.phone
    for name, value in edits.items():
        setattr(row, name, value)
    if password is not None:
        refuse_weak(password, row, attr="password")
        row.set_password(password)
    _save(row, by=by)
    tell_of_contacts(row, email=email, phone=phone)
    if password is not None:
        tell_of_password(row)
    return row


def deactivate_staff(user: User, *, by: User) -> User:
    """End an account; what it did keeps its name. Raises as ``change_staff``."""
    return change_staff(user, {"is_active": False}, by=by)


def keep_an_admin(user: User, *, role: str | None, is_active: bool | None) -> None:
    """Raise LastAdmin where the account is the only active admin and would be none.

    To be called inside the transaction that changes it: the active admins' rows stay
    locked, so that two admins can't remove each other at the same moment.
    """
    if role in (None, Role.ADMIN) and is_active in (None, True):
        return
    wait_at_most_ten_seconds()
    active = User.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk")
    admins = {admin.pk for admin in active.select_for_update(of=("self",), no_key=True)}
    if admins == {user.pk}:
        attr = "is_active" if is_active is False else "role"
        raise LastAdmin(_("This is the shop's last admin: make another one first."), attr=attr)


def split_name(full_name: str) -> tuple[str, str]:
    """First and last name of a name in one piece; the last word is the last name."""
    first, _between, last = " ".join(full_name.split()).rpartition(" ")
    return (first, last) if first else (last, "")


def _staff_role(role: str) -> str:
    if role not in STAFF_ROLES:
        names = ", ".join(sorted(STAFF_ROLES))
        raise InvalidInput(_("The role must be one of: %(names)s.") % {"names": names}, attr="role")
    return role


def _locked(user: User) -> User:
    wait_at_most_ten_seconds()
    rows = User.objects.filter(pk=user.pk, role__in=STAFF_ROLES)
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise AccountGone(_("There is no such staff account."))
    return row


def _save(user: User, *, by: User) -> None:
    user._history_user = by  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # another one was quicker
        raise AccountExists(_("Another account has this name or e-mail.")) from error

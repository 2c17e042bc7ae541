"""Accounts: registering as a buyer, the own profile, the own password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from customers.account_messages import ask_for
from customers.changes import tell_of_contacts, tell_of_password
from customers.errors import AccountExists, FixedField, InvalidInput, WeakPassword, WrongPassword
from customers.models import AccountMessageKind, User
from customers.phones import normalise_phone
from customers.roles import Role

# Shown in the profile, and nobody's to change about themselves.
FIXED_FIELDS = ("id", "username", "role", "customer_id")


def customer_id_of(user: User) -> int | None:
    """The customer that this account is proven to be, if any."""
    customer = getattr(user, "customer", None)
    return customer.pk if customer is not None else None


def register_buyer(
    *,
    username: str,
    password: str,
    email: str,
    phone: str | None = None,
    first_name: str = "",
    last_name: str = "",
) -> User:
    """A new account with the role buyer, and a link that confirms its e-mail; it may sign in.

    A typed phone is only noted: it links the account to no customer. Raises
    AccountExists, WeakPassword, InvalidInput; nothing is made then.
    """
    refuse_foreign_login(username, email=email)
    refuse_taken("username", username)
    refuse_taken("email", email)
    fields = {
        "phone": _phone(phone),
        "first_name": first_name,
        "last_name": last_name,
        "role": Role.BUYER,
    }
    refuse_weak(password, User(username=username, email=email, **fields), attr="password")
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, email, password, **fields)
            ask_for(AccountMessageKind.VERIFY_EMAIL, user.email, user=user)
            return user
    except IntegrityError as error:  # another registration was quicker
        raise AccountExists(_("An account with this name exists already.")) from error


def update_profile(user: User, *, changes: Mapping[str, Any]) -> User:
    """Change the own e-mail, phone and names; the owner is told (customers/changes.py).

    The fixed fields may be sent back as they are; another value raises
    FixedField. Raises AccountExists, InvalidInput. Nothing changes then.
    """
    present = {"customer_id": customer_id_of(user)}
    for name in FIXED_FIELDS:
        if name in changes and changes[name] != present.get(name, getattr(user, name, None)):
            raise FixedField(f"You can't change your own {name.replace('_', ' ')}.", attr=name)
    edits = {name: value for name, value in changes.items() if name not in FIXED_FIELDS}
    if "phone" in edits:
        edits["phone"] = _phone(edits["phone"])
    if "email" in edits:
        refuse_taken("email", edits["email"], but=user)
    email, phone = user.email, user.phone
    for name, value in edits.items():
        setattr(user, name, value)
    try:
        with transaction.atomic():
            user.save(update_fields=list(edits))
            tell_of_contacts(user, email=email, phone=phone)
    except IntegrityError as error:
        raise AccountExists(_("Another account has this e-mail."), attr="email") from error
    return user


def change_password(user: User, *, current: str, new: str) -> None:
    """Set a new password; every token and session given before ends.

    Raises WrongPassword or WeakPassword.
    """
    if not user.check_password(current):
        raise WrongPassword(_("This is not your present password."), attr="current_password")
    refuse_weak(new, user, attr="new_password")
    user.set_password(new)
    with transaction.atomic():
        user.save(update_fields=["password"])
        tell_of_password(user)


def choose_language(user: User, *, language: str) -> None:
    """Keep in which language the account sees the desk; InvalidInput for one we lack."""
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(_("The desk doesn't speak this language."), attr="language")
    user.language = language
    user.save(update_fields=["language"])


def _phone(text: str | None) -> str | None:
    if not text:
        return None
    if (phone := normalise_phone(text)) is None:
        raise InvalidInput(_("This is not a phone number."), attr="phone")
    return phone


def refuse_weak(password: str, user: User, *, attr: str) -> None:
    """Raise WeakPassword with what Django's validators say."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), attr=attr) from error


def refuse_taken(name: str, value: str, *, but: User | None = None) -> None:
    """A login of any account, in any letter case, is taken as username and as e-mail."""
    taken = User.objects.filter(Q(username__iexact=value) | Q(email__iexact=value))
    if any(user != but for user in taken):
        label = "e-mail" if name == "email" else name
        raise AccountExists(_("Another account has this %(label)s.") % {"label": label}, attr=name)


def refuse_foreign_login(username: str, *, email: str) -> None:
    """Raise InvalidInput for a username that reads like somebody else's e-mail."""
    # Signing in looks at usernames first: one that reads like somebody's
    # e-mail would shut that person out.
    if "@" in username and username.lower() != email.lower():
        raise InvalidInput(_("A username with @ must be your own e-mail."), attr="username")

"""Confirming an e-mail or phone, a new password without the old one, a forgotten username.

Whoever asks is answered alike, whether there is such an account or not: what is asked for is
a row and a job (customers/account_messages.py), and the worker looks.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.account_messages import ask_for, use_session, use_token
from customers.accounts import refuse_weak
from customers.changes import tell_of_password
from customers.errors import InvalidInput, InvalidToken, NoSingleAccount
from customers.masking import masked_name
from customers.models import AccountMessage, AccountMessageKind, User
from customers.phones import normalise_phone
from customers.telling import PROVEN, tell_handlers

Kind = AccountMessageKind


# Asking -------------------------------------------------------------------------------------


def ask_to_verify(user: User) -> AccountMessage:
    """Send the account's e-mail a link that confirms it."""
    return ask_for(Kind.VERIFY_EMAIL, user.email, user=user)


def ask_for_reset(identifier: str) -> AccountMessage:
    """Send a link for a new password to the e-mail of whoever has this username or e-mail."""
    return ask_for(Kind.RESET_PASSWORD, identifier.strip())


def ask_for_username(email: str) -> AccountMessage:
    """Send the username, part of it hidden, to this e-mail if an account has it."""
    return ask_for(Kind.NAME_USERNAME, email.strip())


def ask_for_code(phone: str) -> AccountMessage:
    """Send a code over WhatsApp to this phone if an account has it; raises InvalidInput."""
    number = normalise_phone(phone)
    if number is None:
        raise InvalidInput(_("This is not a phone number."), attr="phone")
    return ask_for(Kind.PHONE_CODE, number)


# Using ----------------------------------------------------------------------------------------


@transaction.atomic
def verify_email(token: str) -> User:
    """Take the e-mail for its account's own; past orders with it become the account's.

    Raises InvalidToken, also where the account has another e-mail by now.
    """
    message = use_token(token, kind=Kind.VERIFY_EMAIL)
    user = _locked(message.user)
    if user.email.lower() != message.address.lower():
        raise InvalidToken(_("The account has another e-mail by now."))
    _prove_email(user)
    return user


@transaction.atomic
def reset_password(token: str, *, password: str) -> User:
    """Set a new password by a link that was mailed, which confirms the e-mail as well.

    Every token and session given before ends, and so does every other link and code. Raises
    InvalidToken, WeakPassword; a weak one leaves the link good.
    """
    message = use_token(token, kind=Kind.RESET_PASSWORD)
    user = _locked(message.user)
    _set_password(user, password)
    _prove_email(user)
    return user


@transaction.atomic
def reset_by_phone(session: str, *, password: str) -> User:
    """Set a new password by the session that a right code gave, which confirms the phone.

    As ``reset_password``; raises NoSingleAccount as well.
    """
    message = use_session(session)
    user = _account_of(message)
    _set_password(user, password)
    _prove_phone(user, message.address)
    return user


@transaction.atomic
def username_by_phone(session: str) -> str:
    """The username, part of it hidden, of who showed to have the phone; the session ends.

    Raises InvalidToken, NoSingleAccount.
    """
    return masked_name(_account_of(use_session(session)).username)


@transaction.atomic
def confirm_phone(user: User, session: str) -> User:
    """Take the phone of the session for this account's own; past orders with it become its.

    Raises InvalidToken, also where the account has another phone.
    """
    message = use_session(session)
    account = _locked(user)
    if account.phone != message.address:
        raise InvalidToken(_("The session is about another phone."))
    _prove_phone(account, message.address)
    return account


# What a proof changes ----------------------------------------------------------------------------


def _locked(user: User | None) -> User:
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(is_active=True)
    account = rows.filter(pk=user.pk).first() if user is not None else None
    if account is None:
        raise InvalidToken(_("This account is closed."))
    return account


def _account_of(message: AccountMessage) -> User:
    if message.user is None:
        raise NoSingleAccount(
            _("Several accounts name this phone. Use the e-mail, or sign in and confirm it.")
        )
    return _locked(message.user)


def _set_password(user: User, password: str) -> None:
    refuse_weak(password, user, attr="password")
    user.set_password(password)
    user.save(update_fields=["password"])
    tell_of_password(user)


def _prove_email(user: User) -> None:
    user.email_verified_at = timezone.now()
    user.save(update_fields=["email_verified_at"])
    tell_handlers(PROVEN, user=user, email=user.email, phone="")


def _prove_phone(user: User, phone: str) -> None:
    """A number that another account had shown before has gone to somebody else since."""
    others = User.objects.filter(phone=phone, phone_verified_at__isnull=False)
    for other in others.exclude(pk=user.pk):
        other.phone_verified_at = None
        other.save(update_fields=["phone_verified_at"])
    if user.phone in (None, phone):
        user.phone, user.phone_verified_at = phone, timezone.now()
        user.save(update_fields=["phone", "phone_verified_at"])
    tell_handlers(PROVEN, user=user, email="", phone=phone)

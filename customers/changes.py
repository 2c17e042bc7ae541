"""Telling an account's owner that it changed, whoever changed it."""

from __future__ import annotations

from customers.account_messages import ask_for, end_tokens
from customers.models import AccountMessageKind, User

Kind = AccountMessageKind


def tell_of_password(user: User) -> None:
    """Links and codes that were sent before end, and the owner hears of the new password.

    Joins the transaction of the change, as all of these do.
    """
    end_tokens(user)
    ask_for(Kind.PASSWORD_CHANGED, user.email, user=user)


def tell_of_contacts(user: User, *, email: str, phone: str | None) -> None:
    """What became of the e-mail and phone that were the account's before, if they changed.

    A changed one is not confirmed any more. The e-mail that was is told, since whoever took
    the account over would not be; the new one gets a link that confirms it.
    """
    if user.email.lower() != email.lower():
        user.email_verified_at = None
        user.save(update_fields=["email_verified_at"])
        end_tokens(user)
        if email:
            ask_for(Kind.EMAIL_CHANGED, email, user=user)
        if user.email:
            ask_for(Kind.VERIFY_EMAIL, user.email, user=user)
    if user.phone != phone:
        user.phone_verified_at = None
        user.save(update_fields=["phone_verified_at"])
        ask_for(Kind.PHONE_CHANGED, user.email, user=user)

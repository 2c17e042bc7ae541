"""What an account's owner is told: asked for by anybody, sent by the worker, used once.

Django's own PasswordResetTokenGenerator keeps nothing, so it can't end one link and leave the
others, links that change nothing of the account (confirming an e-mail) would work for ever
until they expire, its links name the account's key, and it has no word for a code of six
digits with so many tries. So each message is a row: a random token of 256 bits whose SHA-256
the row keeps (no key is needed for what can't be guessed), or a code of six digits, of which
it keeps a hash under the desk's key, with five tries.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from customers import letters
from customers.due import GRACE, Retries, forget, lease, put_off, settle
from customers.errors import DeskError, InvalidToken, WrongCode
from customers.models import AccountMessage, AccountMessageKind, AccountMessageStatus, User
from customers.phone_accounts import accounts_with_phone, single_account
from customers.telling import CODE_DUE, tell_handlers

logger = logging.getLogger(__name__)

SEND_ACCOUNT_MESSAGE = "customers.send_account_message"
Kind, Status = AccountMessageKind, AccountMessageStatus

# How long what was sent works.
LASTS = {
    Kind.VERIFY_EMAIL: timedelta(hours=24),
    Kind.RESET_PASSWORD: timedelta(hours=1),
    Kind.PHONE_CODE: timedelta(minutes=10),
}
SESSION_LASTS = timedelta(minutes=10)
MOST_TRIES = 5
# Of one kind to one account in an hour, whoever asks and however it is named.
MOST_AN_HOUR = 5
# Twenty minutes without a mail server are outlived, whatever the jitter.
RETRIES = Retries(most=8, first=timedelta(minutes=1))
KEPT = timedelta(days=7)


# Asking -----------------------------------------------------------------------------------


@transaction.atomic
def ask_for(kind: AccountMessageKind, address: str, *, user: User | None = None) -> AccountMessage:
    """Note that a message is to go to whoever this username, e-mail or phone is, with its job.

    The same work whether there is such an account or not; joins the caller's transaction.
    """
    due = timezone.now() + GRACE
    message = AccountMessage.objects.create(
        kind=kind, address=address, user=user, next_attempt_at=due
    )
    defer_message(message)
    return message


def defer_message(message: AccountMessage, *, at: datetime | None = None) -> None:
    """Have the worker send it; the job exists when the caller's transaction commits."""
    app.configure_task(SEND_ACCOUNT_MESSAGE, schedule_at=at).defer(message_id=str(message.pk))


# Sending ----------------------------------------------------------------------------------


def send_account_message(message_id: str) -> None:
    """Find out whom a due message concerns and send it, or note that there is nobody.

    Safe to run twice: the row is leased first. A worker that dies after the mail server took
    the mail sends a second one, whose link works in place of the first one's.
    """
    due = _due(message_id)
    if not lease(due):
        return
    message = due.select_related("user").get()
    try:
        _send(message)
    except DeskError as error:
        settle(due, Status.FAILED, str(error)[:200])
    except Exception as error:  # a mail server's fault; its text may quote what was sent
        logger.warning("Account message %s failed: %s", message.pk, type(error).__name__)
        fault = type(error).__name__
        put_off(due, fault, retries=RETRIES, failed=Status.FAILED, defer=defer_message)


def _due(message_id: UUID | str) -> QuerySet[AccountMessage]:
    return AccountMessage.objects.filter(pk=message_id, status=Status.DUE)


def _send(message: AccountMessage) -> None:
    if message.kind == Kind.PHONE_CODE:
        _queue_code(message)
        return
    user = message.user or User.objects.by_login(message.address)
    if user is None or not _may_have(user, message):
        settle(_due(message.pk), Status.NOBODY)
        return
    token = _new_token(message, user)
    letters.send_letter(message, user, token=token)
    settle(_due(message.pk), Status.SENT)


def _may_have(user: User, message: AccountMessage) -> bool:
    """Active, with an e-mail that still is the one to confirm, and not written to too often."""
    if message.kind == Kind.VERIFY_EMAIL and user.email != message.address:
        return False
    reachable = user.email or message.kind == Kind.EMAIL_CHANGED
    return bool(user.is_active and reachable) and not _too_many(message, user=user)


def _too_many(message: AccountMessage, **whose: object) -> bool:
    since = timezone.now() - timedelta(hours=1)
    told = AccountMessage.objects.filter(kind=message.kind, status=Status.SENT, **whose)
    return told.filter(created_at__gte=since).count() >= MOST_AN_HOUR


def _new_token(message: AccountMessage, user: User) -> str:
    """A token for a link, its hash noted before it leaves; empty where none is needed."""
    lasts = LASTS.get(AccountMessageKind(message.kind))
    token = secrets.token_urlsafe(32) if lasts else ""
    AccountMessage.objects.filter(pk=message.pk).update(
        user=user,
        address=message.address if message.kind in letters.TO_TYPED else user.email,
        secret_hash=hash_of(token) if lasts else "",
        expires_at=timezone.now() + lasts if lasts else None,
    )
    return token


@transaction.atomic
def _queue_code(message: AccountMessage) -> None:
    """Hand the message to who sends codes; the code is made when it leaves (``fresh_code``)."""
    known = accounts_with_phone(message.address)
    if not known or _too_many(message, address=message.address):
        settle(_due(message.pk), Status.NOBODY)
        return
    message.user = single_account(known)
    message.save(update_fields=["user"])
    tell_handlers(CODE_DUE, message=message)
    settle(_due(message.pk), Status.SENT)


# Using ------------------------------------------------------------------------------------


def hash_of(token: str) -> str:
    """SHA-256 of a token, as the row keeps it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def use_token(token: str, *, kind: AccountMessageKind) -> AccountMessage:
    """The message whose token this is, used up by it; joins the caller's transaction.

    Raises InvalidToken for one that was never given, ran out, was used, or is another kind's.
    """
    rows = AccountMessage.objects.filter(secret_hash=hash_of(token), kind=kind)
    return _used_up(rows.filter(user__is_active=True))


def use_session(token: str) -> AccountMessage:
    """The phone code's message whose right code was changed for this token, used up by it.

    Joins the caller's transaction. Raises InvalidToken.
    """
    rows = AccountMessage.objects.filter(session_hash=hash_of(token), kind=Kind.PHONE_CODE)
    return _used_up(rows)


def _used_up(rows: QuerySet[AccountMessage]) -> AccountMessage:
    now = timezone.now()
    message = rows.filter(used_at=None, expires_at__gt=now).first()
    # Without the join of ``rows``, which would ask for used_at in a subquery that a second
    # one, waiting for the row, does not ask again.
    unused = AccountMessage.objects.filter(used_at=None)
    if message is not None and unused.filter(pk=message.pk).update(used_at=now):
        return message
    raise InvalidToken(_("This link or session has ended. Please ask for a new one."))


def end_tokens(user: User) -> None:
    """No link or code that the account was sent before works any more."""
    now = timezone.now()
    AccountMessage.objects.filter(user=user, used_at=None).exclude(kind=Kind.VERIFY_EMAIL).update(
        used_at=now
    )


# Codes ------------------------------------------------------------------------------------


def fresh_code(message_id: str) -> str | None:
    """A new code of six digits for the message, the only one that works from now on.

    For whoever sends it, at the very moment: only its keyed hash is kept. None where the
    code was asked for longer than ten minutes ago, was used, or is not known.
    """
    now = timezone.now()
    lasts = LASTS[Kind.PHONE_CODE]
    code = f"{secrets.randbelow(10**6):06}"
    rows = AccountMessage.objects.filter(pk=message_id, kind=Kind.PHONE_CODE, used_at=None)
    waiting = rows.filter(created_at__gt=now - lasts, session_hash="")
    made = waiting.update(secret_hash=_code_hash(message_id, code), expires_at=now + lasts)
    return code if made else None


def change_code(message_id: str, code: str) -> str:
    """The session token that the right code gives, once; a try is counted first.

    Raises WrongCode, alike for a wrong code, one that ran out or was used, one try too
    many, a phone that nobody has, and a request that never was.
    """
    now = timezone.now()
    rows = AccountMessage.objects.filter(pk=message_id, kind=Kind.PHONE_CODE)
    # A try of its own transaction: a refusal must not take the count back.
    counted = rows.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1)
    noted = rows.filter(expires_at__gt=now).values_list("secret_hash", flat=True).first()
    fits = constant_time_compare(noted or "", _code_hash(message_id, code))
    token = secrets.token_urlsafe(32)
    if not (counted and fits):
        raise WrongCode(_("This code is wrong or has ended."), attr="code")
    changed = rows.filter(secret_hash=noted, session_hash="", used_at=None).update(
        session_hash=hash_of(token), secret_hash="", expires_at=now + SESSION_LASTS
    )
    if not changed:
        raise WrongCode(_("This code is wrong or has ended."), attr="code")
    return token


def _code_hash(message_id: str, code: str) -> str:
    text = f"{message_id}:{code}"
    return salted_hmac("customers.account_messages", text, algorithm="sha256").hexdigest()


# Forgetting -------------------------------------------------------------------------------


def forget_messages(now: datetime) -> int:
    """Delete what nobody can use any more; how many."""
    return forget(AccountMessage.objects.exclude(status=Status.DUE), before=now - KEPT)

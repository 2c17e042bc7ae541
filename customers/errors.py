"""The one base of every refusal by a rule, and the few refusals about people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise


class DeskError(Exception):
    """A rule said no.

    ``code`` is for programs, ``str(error)`` a sentence for people, ``data`` what
    the answer carries beside it. The API maps ``status`` to HTTP; the admin shows
    the sentence. ``others`` are what else is wrong with the same input.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, sentence: str | Promise, *, attr: str | None = None, **data: Any) -> None:
        super().__init__(str(sentence))
        self.attr = attr
        self.data = data
        self.others: Sequence[DeskError] = ()


class InvalidInput(DeskError):
    """What was sent can't be meant; ``attr`` names the field."""

    code = "invalid"
    status = 400


class Conflict(DeskError):
    """What was sent is fine but doesn't fit the present state."""

    code = "conflict"


class StaleVersion(Conflict):
    """Somebody else saved meanwhile; ``version`` is the present one."""

    code = "stale_version"


class AccountExists(InvalidInput):
    """Another account has this username or e-mail."""

    code = "unique"


class WeakPassword(InvalidInput):
    """Django's password validators refuse it; the sentence says why."""

    code = "weak_password"


class WrongPassword(InvalidInput):
    """The present password that was typed is not the account's."""

    code = "wrong_password"


class InvalidToken(InvalidInput):
    """A link, or what a code was changed for: never given, used, or too old."""

    code = "invalid_token"


class WrongCode(InvalidInput):
    """A code to a phone: wrong, used, too old, or tried too often."""

    code = "wrong_code"


class NoSingleAccount(InvalidInput):
    """A phone that several accounts name leads to none of them."""

    code = "no_single_account"


class NoMailServer(DeskError):
    """There is no mail server to send by."""

    code = "no_mail_server"


class FixedField(InvalidInput):
    """What nobody may change about the own account: id, username, role, customer."""

    code = "fixed"


class LastAdmin(Conflict):
    """The shop would be left without an admin."""

    code = "last_admin"


class OwnAccount(Conflict):
    """Nobody takes their own account away."""

    code = "own_account"


class AccountGone(DeskError):
    """There is no such account among the staff."""

    code = "not_found"
    status = 404


class CustomerGone(DeskError):
    """There is no such customer (any more)."""

    code = "not_found"
    status = 404


class NotReachable(DeskError):
    """Somebody of the staff can't be written to this way now."""

    code = "not_reachable"


class ViewGone(DeskError):
    """There is no such saved view for this account (any more)."""

    code = "not_found"
    status = 404


class NotYours(DeskError):
    """Somebody else's, which this account only looks at."""

    code = "not_yours"
    status = 403


class NoLogo(DeskError):
    """The shop has no logo to show."""

    code = "not_found"
    status = 404


class MergeFinal(Conflict):
    """Two customers can't be parted any more: undone already, too late, or merged on."""

    code = "merge_final"

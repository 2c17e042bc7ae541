"""The refusals about ledger pages and about the ledger."""

from __future__ import annotations

from django.utils.translation import gettext as _

from customers.errors import Conflict, DeskError, InvalidInput


class UnreadableFile(InvalidInput):
    """The file is no picture or PDF that can be opened, or is too big to be.

    ``data["reason"]`` is one of empty, not_an_image, damaged, encrypted, too_large,
    too_many_pages, too_many_pixels, too_small.
    """

    code = "unreadable_file"

    def __init__(self, sentence: str, *, reason: str) -> None:
        super().__init__(sentence, attr="file", reason=reason)


class ReaderUnavailable(DeskError):
    """The machine lacks what the pipeline reads with; trying again later may help."""

    code = "reader_unavailable"
    status = 503


class InvalidEntry(InvalidInput):
    """A transaction that can't be meant: no amount, both sides, a date to come."""

    code = "invalid_entry"


class Unbalanced(InvalidInput):
    """Debits and credits differ in some unit."""

    code = "unbalanced"


class PeriodClosed(Conflict):
    """The books are closed on that day; ``closed_through`` is the last closed one."""

    code = "period_closed"


class AlreadyReversed(Conflict):
    """The transaction was reversed before, or is itself a reversal."""

    code = "already_reversed"


class AlreadyInLedger(Conflict):
    """It stands in the ledger; ``transaction_id``, or ``entries`` row by row, says where."""

    code = "already_in_ledger"


class UploadGone(DeskError):
    """There is no such upload."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such upload."))


class NotRead(Conflict):
    """The upload is not read yet, or could not be read."""

    code = "not_read"


class NotReady(InvalidInput):
    """Rows lack what posting needs; ``entries`` names each: [{id, missing[]}]."""

    code = "not_ready"


class AlreadyPosted(Conflict):
    """The upload was posted before, with other entries."""

    code = "already_posted"


class AlreadyReminded(Conflict):
    """The customer was reminded within the quiet days."""

    code = "already_reminded"


class NothingOverdue(Conflict):
    """Nobody is reminded of what is not owed, or is not old yet."""

    code = "nothing_overdue"


class NotEnoughCredit(Conflict):
    """The customer has less store credit than that."""

    code = "not_enough_credit"

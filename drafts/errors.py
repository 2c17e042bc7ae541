"""The few refusals about drafts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from customers.errors import Conflict, DeskError


class DraftGone(DeskError):
    """The draft was converted or discarded (or never was); lists don't show it any more."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such open draft."))


class EntryGone(DeskError):
    """The draft has no such line any more."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("This draft has no such line."))


class NotReady(Conflict):
    """Entries lack what an order needs; ``entries`` names each: [{id, missing[]}]."""

    code = "not_ready"


class AlreadyOrdered(Conflict):
    """The message has an order; ``orders`` names it. ``allowDuplicate`` makes another."""

    code = "already_ordered"


class SeveralClients(Conflict):
    """The message's draft orders for more than one client, which makes more than one order."""

    code = "several_clients"


class OtherSender(Conflict):
    """Two drafts of different customers can't be merged."""

    code = "other_sender"


class WasSplit(Conflict):
    """What is asked for can't be done while a draft's lines stand in several drafts."""

    code = "was_split"


class OneClient(Conflict):
    """All lines of the draft are for the same client, so there is nothing to split."""

    code = "one_client"


class NothingToRead(Conflict):
    """Only what a customer sent is read."""

    code = "nothing_to_read"


class ChangeGone(DeskError):
    """The draft or order has no such proposed change."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such proposed change."))


class ChangeDecided(Conflict):
    """Somebody decided otherwise on the proposed change before."""

    code = "change_decided"


class ChangeOutdated(Conflict):
    """The line is not what the proposed change was made of any more."""

    code = "change_outdated"

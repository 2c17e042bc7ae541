"""Slip numbers: one an entry or line, never given twice, from one counter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from orders.errors import SlipTaken
from orders.locking import wait_at_most_ten_seconds
from orders.models import SlipNumber

_OURS = re.compile(r"SL-?0*([0-9]{1,12})")
MAX_LENGTH = SlipNumber._meta.get_field("text").max_length or 0


@transaction.atomic
def allocate_slips(count: int) -> list[str]:
    """The next free numbers, in order (``SL-001``, ``SL-002``, …); typed ones are skipped.

    The counter's row stays locked until the transaction ends, so that numbers of one
    call follow each other. A transaction that rolls back leaves no gap.
    """
    wait_at_most_ten_seconds()
    given: list[str] = []
    while missing := count - len(given):
        last = _advance(missing)
        given += _register([_slip(n) for n in range(last - missing + 1, last + 1)])
    return given


@transaction.atomic
def claim_slip(text: str) -> str:
    """The typed number in its normal form, now taken; raises SlipTaken, InvalidInput."""
    slip = normal_slip(text)
    wait_at_most_ten_seconds()
    # The counter's lock first, as allocating does: the other way round the two could wait
    # for each other for ever.
    _advance(0)
    if not _register([slip]):
        raise SlipTaken(
            _("The slip number %(slip)s was given before.") % {"slip": slip}, attr="slip_number"
        )
    return slip


def normal_slip(text: str) -> str:
    """Upper case without spare spaces; ``sl-7`` is ``SL-007``; raises InvalidInput."""
    slip = " ".join(text.split()).upper()
    if not slip or "\x00" in slip:
        raise InvalidInput(_("A slip number is needed."), attr="slip_number")
    if ours := _OURS.fullmatch(slip):
        slip = _slip(int(ours[1]))
    if len(slip) > MAX_LENGTH:
        raise InvalidInput(
            _("At most %(max_length)s characters.") % {"max_length": MAX_LENGTH}, attr="slip_number"
        )
    return slip


def _slip(number: int) -> str:
    return f"SL-{number:03}"


def _advance(count: int) -> int:
    """Move the counter on, making its row where there is none; its new value."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders_slipcounter AS counter (id, last) VALUES (1, %(count)s)"
            " ON CONFLICT (id) DO UPDATE SET last = counter.last + %(count)s RETURNING last",
            {"count": count},
        )
        return int(cursor.fetchone()[0])


def _register(slips: Iterable[str]) -> list[str]:
    """Those of the slips that were free and are taken now, in their order."""
    slips = list(slips)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders_slipnumber (text, created_at)"
            " SELECT unnest(%s::text[]), now() ON CONFLICT DO NOTHING RETURNING text",
            [slips],
        )
        free = {text for (text,) in cursor.fetchall()}
    return [slip for slip in slips if slip in free]


def keep_slips(slips: Iterable[str]) -> None:
    """Make sure that numbers which came with an order are never given again."""
    if slips := list(slips):
        _register(slips)

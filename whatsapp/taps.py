"""What a tap on a button does, by the postback that the desk itself put on the button.

The grammar, all of it: ``order:<reference>:yes`` and ``order:<reference>:cancel``. A
postback comes back from outside, so it only ever reaches the sender's own order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_POSTBACK = re.compile(r"order:([A-Za-z0-9-]{1,40}):(yes|cancel)")


@dataclass(frozen=True)
class Tap:
    """The answer (yes or cancel) to the order of this reference."""

    reference: str
    answer: str


def postback_of(tap: Tap) -> str:
    """What stands on a button that is to mean this tap."""
    return f"order:{tap.reference}:{tap.answer}"


def parse_postback(postback: str) -> Tap | None:
    """The tap that a postback stands for; None for what is not of our grammar."""
    match = _POSTBACK.fullmatch(postback)
    return Tap(*match.groups()) if match else None

"""Names and goods: the words of a cell, ditto marks resolved to what they repeat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from khata.reading.scraps import Scrap

_DITTO = re.compile(
    r"^(?:[\"'`´“”„,;:.^*~_\-«»=|]{1,4}|[1lI|]{2}|do|-do-|ditto|11|14|4|u|n|H|x|66|99)$",
    re.IGNORECASE,
)
_SIGNS_ONLY = re.compile(r"^[\"“”„'`,.\-«» ]{1,4}$")
_WORTH = 0.3


def is_ditto(cell: Sequence[Scrap], pitch: float) -> bool:
    """Whether the cell holds nothing but a small repeating mark."""
    if len(cell) != 1:
        return False
    (scrap,) = cell
    small = scrap.width < 1.1 * pitch and scrap.height < 0.8 * pitch
    tiny = scrap.width < 0.9 * pitch and scrap.height < 0.62 * pitch
    signs = _SIGNS_ONLY.match(scrap.text) is not None
    return (small and signs) or (tiny and (_DITTO.match(scrap.text) is not None or not scrap.text))


def words_of(cell: Sequence[Scrap]) -> tuple[str | None, float]:
    """The cell's text and the least sureness in it; (None, 1) for a blank cell."""
    parts = [scrap for scrap in cell if scrap.text]
    if not parts:
        return None, 1.0 if not cell else _WORTH
    return " ".join(scrap.text for scrap in parts), min(scrap.sure for scrap in cell)

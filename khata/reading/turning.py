"""Pages that were photographed sideways or upside down, without a note of it in the file."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median

import numpy as np

from khata.reading.decoding import LATIN, within
from khata.reading.engine import read_strips
from khata.reading.loading import Pixels
from khata.reading.scraps import Scrap

_ASKED = 10
_WELL_READ = 0.85
_BETTER = 0.1


def quarter_turns(scraps: Sequence[Scrap]) -> int:
    """By how many quarters, counter-clockwise, the page must be turned to be read (0..3).

    The largest pieces of writing are read turned; upside down, hardly a letter is sure.
    """
    largest = sorted(scraps, key=lambda s: s.width * s.height)[-_ASKED:]
    if len(largest) < 3:
        return 0
    lying = median(scrap.width / scrap.height for scrap in largest) >= 1
    if lying and mean(scrap.sure for scrap in largest) >= _WELL_READ:
        return 0
    pictures = [scrap.picture for scrap in largest]
    turns = (0, 2) if lying else (1, 3)
    sure = {turn: _sureness(pictures, turn) for turn in turns}
    best = max(sure, key=lambda turn: sure[turn])
    return best if not lying or sure[best] > sure[turns[0]] + _BETTER else 0


def _sureness(pictures: Sequence[Pixels], turn: int) -> float:
    strips = read_strips([np.ascontiguousarray(np.rot90(p, turn)) for p in pictures])
    return mean(within(strip, LATIN)[1] for strip in strips)

"""The vertical lines ruled on a page, which part its columns."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from khata.reading.loading import Pixels

_SHORTEST = 0.03
"""Of the page's height: letters are shorter, and a bent line is straight for so long."""

Rules = NDArray[np.bool_]


def vertical_rules(page: Pixels) -> Rules:
    """Where the page has ink that belongs to a long upright line, whatever its colour."""
    faint = page.min(axis=2)
    ground = cv2.blur(faint, (31, 1))
    ink = ((ground.astype(np.int16) - faint) > 14).astype(np.uint8)
    # A leaning line steps sideways every few pixels; widened, it still is one.
    ink = cv2.dilate(ink, np.ones((1, 3), np.uint8))
    length = max(15, int(_SHORTEST * page.shape[0]))
    return cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8)).astype(bool)


def ruled(rules: Rules, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each line of points (last axis) the share that lies on a rule (0..1)."""
    height, width = rules.shape
    columns = np.clip(xs.round().astype(int), 0, width - 1)
    lines = np.clip(ys.round().astype(int), 0, height - 1)
    return rules[lines, columns].mean(axis=-1)

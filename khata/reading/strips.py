"""Cutting the lines of text out of a page, and boxes around them."""

from __future__ import annotations

import cv2
import numpy as np

from khata.reading.engine import Quad
from khata.reading.loading import Pixels
from khata.reading.types import Box

_MARGIN = 0.08
"""Of the height, kept around the text: the detector sometimes shaves it."""


def box_of(quad: Quad) -> Box:
    """The upright box around the four points."""
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    return int(x0), int(y0), int(x1), int(y1)


def cut(page: Pixels, quad: Quad) -> Pixels:
    """The strip inside the quad, turned level."""
    points = quad.astype(np.float32)
    sides = [float(np.linalg.norm(points[i] - points[i - 3])) for i in range(4)]
    height, width = max(8.0, sides[3], sides[1]), max(8.0, sides[0], sides[2])
    pad = _MARGIN * height
    target = np.array(
        [(pad, pad), (width + pad, pad), (width + pad, height + pad), (pad, height + pad)],
        np.float32,
    )
    size = (round(width + 2 * pad), round(height + 2 * pad))
    return cv2.warpPerspective(
        page,
        cv2.getPerspectiveTransform(points, target),
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )


def cut_at(quad: Quad, x: float) -> list[Quad]:
    """The parts of the quad to the left and to the right of x."""
    top_left, top_right, bottom_right, bottom_left = quad.astype(float)
    share = (x - top_left[0]) / max(1.0, top_right[0] - top_left[0])
    top = top_left + share * (top_right - top_left)
    bottom = bottom_left + share * (bottom_right - bottom_left)
    left = np.array([top_left, top, bottom, bottom_left])
    right = np.array([top, top_right, bottom_right, bottom])
    return [left.astype(np.int32), right.astype(np.int32)]

"""The sheet of paper cut out of the photo, its perspective undone, its shadows lifted."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from khata.reading.loading import Pixels

# Below this share of the photo the bright patch is no page but something lying on it.
_SMALLEST_SHARE = 0.2
_SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_LEAST_FIT = 0.93
_RING, _DARKER = 14, 0.87
# More is the whole photo: it was cut to the page already, or shows nothing else.
_WHOLE = 0.985
_SEEN_AT = 700
"""The longer side of the small picture in which the sheet is looked for."""
LONG_SIDE = 2_000
"""The longer side of what is read: letters of some 25 pixels on a page of 30 lines."""

Corners = NDArray[Any]
"""Four points (x, y): top left, top right, bottom right, bottom left."""


def upright_page(photo: Pixels) -> Pixels:
    """The page alone, flat and evenly lit (RGB); the whole photo where no sheet stands out."""
    corners = find_sheet(photo)
    page = _flattened(photo, corners) if corners is not None else photo
    return _resized(page)


def find_sheet(photo: Pixels) -> Corners | None:
    """The corners of a sheet that is brighter than what it lies on, or None.

    One level of brightness parts paper from table only in even light, so several are tried:
    the shape that is most nearly a quadrilateral is the sheet.
    """
    scale = _SEEN_AT / max(photo.shape[:2])
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (7, 7), 0)
    # Writing and folds are no holes in the sheet.
    grey = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    seen = [shape for level in _levels(grey) if (shape := _sheet_above(grey, level))]
    seen = [(fit, corners) for fit, corners in seen if _stands_out(grey, corners)]
    fit, corners = max(seen, key=lambda shape: shape[0], default=(0.0, None))
    if corners is None or fit < _LEAST_FIT or cv2.contourArea(corners) / grey.size > _WHOLE:
        return None
    return (corners / scale).astype(np.float32)


def _stands_out(grey: Pixels, corners: Corners) -> bool:
    """Whether it is darker all around: a bright patch in the middle of a page is no sheet."""
    quad = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(quad, corners.round().astype(np.int32), 1)
    ring = np.ones((2 * _RING + 1,) * 2, np.uint8)
    inner, outer = quad - cv2.erode(quad, ring), cv2.dilate(quad, ring) - quad
    if outer.sum() <= 0.1 * inner.sum():
        return True
    return bool(np.median(grey[outer > 0]) < _DARKER * np.median(grey[inner > 0]))


def _levels(grey: Pixels) -> list[float]:
    otsu, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark, light = float(np.percentile(grey, 2)), float(np.percentile(grey, 90))
    return [otsu, *(dark + share * (light - dark) for share in _SHARES)]


def _sheet_above(grey: Pixels, level: float) -> tuple[float, Corners] | None:
    """The largest patch above the level as four corners, and how well they fit it (0..1)."""
    _, bright = cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    sheet = max(outlines, key=cv2.contourArea)
    corners = _four_corners(sheet)
    if corners is None or cv2.contourArea(sheet) < _SMALLEST_SHARE * grey.size:
        return None
    return _fit(bright.shape, sheet, corners), corners


def _fit(shape: tuple[int, ...], sheet: NDArray[Any], corners: Corners) -> float:
    """What the patch and the quadrilateral share, of what either covers."""
    patch, quad = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    cv2.drawContours(patch, [sheet], -1, 1, cv2.FILLED)
    cv2.fillConvexPoly(quad, corners.round().astype(np.int32), 1)
    return float((patch & quad).sum() / (patch | quad).sum())


def _four_corners(outline: NDArray[Any]) -> Corners | None:
    """The quadrilateral that the outline nearly is, corners in order, or None."""
    hull = cv2.convexHull(outline)
    around = cv2.arcLength(hull, True)
    for tolerance in (0.01, 0.02, 0.03, 0.05, 0.08):
        shape = cv2.approxPolyDP(hull, tolerance * around, True)
        if len(shape) == 4:
            return _in_order(shape.reshape(4, 2).astype(np.float32))
    return None


def _in_order(points: Corners) -> Corners:
    sums, differences = points.sum(axis=1), np.diff(points, axis=1)[:, 0]
    order = [sums.argmin(), differences.argmin(), sums.argmax(), differences.argmax()]
    return points[order]


def _flattened(photo: Pixels, corners: Corners) -> Pixels:
    top_left, top_right, bottom_right, bottom_left = corners
    width = max(np.linalg.norm(top_right - top_left), np.linalg.norm(bottom_right - bottom_left))
    height = max(np.linalg.norm(bottom_left - top_left), np.linalg.norm(bottom_right - top_right))
    scale = LONG_SIDE / max(width, height)
    size = (round(float(width) * scale), round(float(height) * scale))
    target = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    return cv2.warpPerspective(
        photo, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def _resized(page: Pixels) -> Pixels:
    # A tiny picture gains nothing from being blown up further.
    scale = min(2.0, LONG_SIDE / max(page.shape[:2]))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(page, None, fx=scale, fy=scale, interpolation=how)


def evenly_lit(page: Pixels) -> Pixels:
    """The page divided by its own paper, so that shadows and yellowed corners are white."""
    side = max(page.shape[:2])
    small = cv2.resize(page, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    kernel = np.ones((side // 130 | 1,) * 2, np.uint8)
    paper = cv2.medianBlur(cv2.dilate(small, kernel), 21)
    paper = cv2.resize(paper, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(page, np.maximum(paper, 1), scale=245)

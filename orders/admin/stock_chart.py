"""A product's stock over the last months, as a stepped line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from orders.models import Product, StockMovement

SPAN = dt.timedelta(days=90)
MOST_STEPS = 1000
WIDTH, HEIGHT = 600, 80


@dataclass(frozen=True, slots=True)
class StockChart:
    """The line as SVG draws it, the height of the reorder level, and what stands beside it."""

    path: str
    level: float | None
    since: str
    most: str
    least: str

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"


def stock_chart(product: Product) -> StockChart | None:
    """The stock after each movement of the last 90 days; None where nothing moved in them."""
    now = timezone.now()
    recent = product.movements.filter(created_at__gte=now - SPAN).order_by("-pk")[:MOST_STEPS]
    steps = list(reversed(recent))
    if not steps:
        return None
    begins = min(steps[0].created_at, now - SPAN)
    if len(steps) == MOST_STEPS:
        begins = steps[0].created_at
    values = [float(steps[0].stock_after - steps[0].quantity)]
    values += [float(step.stock_after) for step in steps]
    level = float(product.reorder_level)
    top = max(*values, level) or 1.0
    return StockChart(
        _path(steps, values, begins, now, top),
        round(HEIGHT - level / top * HEIGHT, 1) if level else None,
        date_format(timezone.localtime(begins), "MONTH_DAY_FORMAT"),
        f"{max(values):g}",
        f"{min(values):g}",
    )


def _path(
    steps: list[StockMovement],
    values: list[float],
    begins: dt.datetime,
    now: dt.datetime,
    top: float,
) -> str:
    """Level until a movement, then straight up or down to what it left."""
    whole = max((now - begins).total_seconds(), 1.0)
    heights = [f"{HEIGHT - value / top * HEIGHT:.1f}" for value in values]
    drawn = [f"M0,{heights[0]}"]
    for step, height in zip(steps, heights[1:], strict=True):
        along = (step.created_at - begins).total_seconds() / whole * WIDTH
        drawn.append(f"H{along:.1f}V{height}")
    return "".join([*drawn, f"H{WIDTH}"])

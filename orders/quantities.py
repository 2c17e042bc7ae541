"""What counts as a quantity of something."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from orders.errors import InvalidLine
from orders.models import Unit

MAX_QUANTITY = Decimal(100_000)
# A shelf holds more than one order asks for: beads and screws are bought by the million.
MAX_STOCK = Decimal(10_000_000)
MAX_MONEY = Decimal("999999999.99")
PAISA = Decimal("0.01")
THOUSANDTH = Decimal("0.001")


def checked_quantity(
    value: Decimal,
    *,
    unit: Unit,
    attr: str = "quantity",
    zero: bool = False,
    most: Decimal = MAX_QUANTITY,
) -> Decimal:
    """The quantity, if that much of the unit can be ordered (or stocked); raises InvalidLine."""
    checked_number(value, step=THOUSANDTH, most=most, attr=attr)
    if value < 0 or (value == 0 and not zero):
        raise InvalidLine(_("The quantity must be more than zero."), attr=attr)
    if not unit.divisible and value != value.to_integral_value():
        raise InvalidLine(
            _("A %(name)s can't be divided: use a whole number.") % {"name": unit.name}, attr=attr
        )
    return value


def checked_number(value: Decimal, *, step: Decimal, most: Decimal, attr: str) -> Decimal:
    """The number, if it is finite, within ±``most`` and a multiple of ``step``."""
    if not value.is_finite():
        raise InvalidLine(_("A number is needed."), attr=attr)
    if abs(value) > most:
        raise InvalidLine(
            _("The number is too large: at most %(most)s.") % {"most": f"{most:,f}"}, attr=attr
        )
    if value != value.quantize(step):
        raise InvalidLine(
            _("At most %(places)s decimals.") % {"places": -int(step.as_tuple().exponent)},
            attr=attr,
        )
    return value


def checked_money(value: Decimal, *, attr: str) -> Decimal:
    """An amount in rupees of at most two decimals, not negative; raises InvalidLine."""
    if checked_number(value, step=PAISA, most=MAX_MONEY, attr=attr) < 0:
        raise InvalidLine(_("The amount can't be negative."), attr=attr)
    return value


def to_paise(value: Decimal) -> Decimal:
    """Rounded half up to whole paise."""
    return value.quantize(PAISA, ROUND_HALF_UP)


def plain(quantity: Decimal) -> str:
    """A quantity as people write it: ``2.5``, ``10``."""
    return f"{quantity.normalize():f}"

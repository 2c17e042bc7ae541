"""Amounts as shops write them: 1,25,000/-  500=00  Rs.175.50  29.00 Dr  ₹ 40."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from khata.reading.words import DIGITS

LARGEST = Decimal(10) ** 9
"""A khata's amount: what is larger was misread (a phone number, two cells in one)."""

_BEFORE = re.compile(r"^(?:[RKP][sS5]?[.:,]*|₹|रु\.?|રૂ\.?|[.:,=\-])+")
_RUPEE_OR_FIVE = re.compile(r"[RP]5\d")
_AFTER = re.compile(r"(?:DR|CR|/[-=~]*|[-=~]+|\s|\.$)+$", re.IGNORECASE)
# Round zeros look like these letters, in many a hand; Cr and Dr behind an amount stay.
_ZERO = re.compile(r"(?<![A-Za-z])[COoQc]+(?![A-Za-z])")
# A slash is often read as the 1 or 7 that it looks like, its dash never.
_SLASHED = re.compile(r"(?<=\d)[17lI!|][-~]$")
_DASHED = re.compile(r"[/\\\[\](){}|l!I][-~]+$")
_ALIKE = str.maketrans("\\|[](){}lIi!°bGzZS$gq", "111111111111066225899")
_PAISE = re.compile(r"^(?P<rupees>[\d.,]*\d)(?:[.=:]|-|=-)(?P<paise>\d\d)$")
_INDIAN = re.compile(r"\d{1,2}(,\d\d)*,\d{3}|\d{1,3}|\d{4,9}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A value, and whether it was written as one writes it (grouping, paise)."""

    value: Decimal
    tidy: bool


def parse_amount(text: str) -> Amount | None:
    """The amount that the text means, or None where it is none."""
    bare = zeros_for_letters(text.translate(DIGITS)).replace(" ", "")
    bare = _SLASHED.sub("", bare)
    bare = _AFTER.sub("", _BEFORE.sub("", bare))
    paise = _PAISE.match(bare)
    rupees, cents = (paise["rupees"], paise["paise"]) if paise else (bare, "00")
    digits = re.sub(r"[.,]", "", rupees)
    if not digits.isdecimal() or len(digits) > 9:
        return None
    value = Decimal(f"{digits}.{cents}")
    tidy = _INDIAN.fullmatch(rupees) is not None and (digits == "0" or digits[0] != "0")
    return Amount(value, tidy)


def readings_of(text: str) -> list[Amount]:
    """The amounts that the text may mean: R5800 is Rs 800, or Rs 5800 without its s."""
    texts = [text, text[1:]] if _RUPEE_OR_FIVE.match(text) else [text]
    return [amount for amount in map(parse_amount, texts) if amount]


def zeros_for_letters(text: str) -> str:
    """The text with C and O as zeros, where they stand among digits and signs, not in words."""
    return _ZERO.sub(lambda found: "0" * len(found[0]), text)


def digits_alike(text: str) -> str:
    """The text with digits for the letters and signs that they are taken for."""
    return _DASHED.sub("", text).translate(_ALIKE)


def parse_weight(text: str) -> Decimal | None:
    """Grams, up to three places: the last dot or comma before 1-3 digits is the point."""
    bare = re.sub(r"[^\d.,]", "", zeros_for_letters(text.translate(DIGITS))).strip(".,")
    found = re.fullmatch(r"(\d{1,6})(?:[.,](\d{1,3}))?", bare)
    if not found:
        return None
    return Decimal(f"{found[1]}.{found[2] or 0}").quantize(Decimal("0.001"))


def parse_count(text: str) -> Decimal | None:
    """A whole number of pieces, 1..9999."""
    bare = re.sub(r"\D", "", text.translate(DIGITS))
    return Decimal(bare) if 0 < len(bare) <= 4 and int(bare) else None

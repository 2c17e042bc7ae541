"""What a product says about itself in its name: pack contents, pieces a pack, its sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from drafts.matching.terms import MEASURES_BY_NAME, Amount, terms
from drafts.reading.types import CatalogueProduct

_PACK_OF = re.compile(r"\(\D*?(\d+)\D*\)")
_LOOSE_UNITS = {"kg": "mass", "g": "mass", "l": "volume", "ml": "volume", "m": "length"}
_UNIT_NAMES = {
    "gm": "g", "gram": "g", "kilo": "kg", "kilogram": "kg", "litre": "l", "ltr": "l",
    "liter": "l", "metre": "m", "meter": "m", "mtr": "m", "piece": "pc", "pcs": "pc", "nos": "pc",
    "packet": "pkt", "pack": "pkt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """``content`` is what one selling unit holds; ``pieces`` how many pieces a pack."""

    unit: str
    loose: Decimal | None
    loose_dimension: str
    content: Amount | None
    pieces: int | None
    amounts: tuple[Amount, ...]
    words: frozenset[str]
    sizes: tuple[str, ...]
    colours: tuple[str, ...]

    def names_amount(self, amount: Amount) -> bool:
        """Whether the number belongs to the product's name, as in 10 g coin or 6 pocket."""
        return any(amount.same_as(own) for own in self.amounts)


UNKNOWN = Facts("", None, "", None, None, (), frozenset(), (), ())


@lru_cache(maxsize=20_000)
def facts_of(product: CatalogueProduct) -> Facts:
    phrases = [terms(p) for p in (product.name, *product.aliases)]
    unit = _UNIT_NAMES.get(product.unit.lower(), product.unit.lower())
    loose = MEASURES_BY_NAME[unit].factor if unit in _LOOSE_UNITS else None
    held = [a for a in phrases[0].amounts if a.dimension in ("mass", "volume")]
    pack = _PACK_OF.search(product.name)
    return Facts(
        unit=unit,
        loose=loose,
        loose_dimension=_LOOSE_UNITS.get(unit, ""),
        content=held[-1] if held and loose is None else None,
        pieces=int(pack.group(1)) if pack else None,
        amounts=tuple({a for phrase in phrases for a in phrase.amounts}),
        words=frozenset(word for phrase in phrases for word in phrase.words),
        sizes=product.sizes,
        colours=product.colors,
    )

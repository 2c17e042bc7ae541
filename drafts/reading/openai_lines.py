"""From a model's line to an entry: each claim is checked against the message and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from drafts.reading.amounts import UNKNOWN_PRODUCT, plausible_quantity, plausible_weight
from drafts.reading.openai_answer import Line
from drafts.reading.openai_checks import Evidence
from drafts.reading.types import CatalogueIndex, CatalogueProduct, ClientIndex, EntryReading

ALTERNATIVES = 3
_NUMBERS = re.compile(r"[\W_]*\d[\d\W_]*")
NOT_UNDERSTOOD = "A line could not be understood."


class AnswerReader:
    """Turns the lines of one answer into entries, in their order."""

    def __init__(
        self,
        text: str,
        offered: Mapping[str, CatalogueProduct],
        catalogue: CatalogueIndex,
        clients: ClientIndex,
    ) -> None:
        self._text, self._offered = text, offered
        self._catalogue, self._clients = catalogue, clients
        self._evidence = Evidence(text, catalogue)
        self._read_to = 0

    def entry(self, line: Line) -> EntryReading:
        """The entry; what can't be right is left empty and named in its warnings."""
        warnings: list[str] = []
        name = (line.item_name or line.words or "").strip()
        if not name:
            warnings.append(NOT_UNDERSTOOD)
        product = self._offered.get(line.sku or "")
        if line.sku and product is None:
            warnings.append(UNKNOWN_PRODUCT)
        client = self._clients.match(line.client_name) if line.client_name else None
        entry = EntryReading(
            item_name=name,
            sku=product.sku if product else None,
            quantity=plausible_quantity(_decimal(line.quantity), warnings),
            unit=product.unit if product else line.unit,
            weight_g=plausible_weight(_decimal(line.weight_g), warnings),
            size=_as_written(line.size, product.sizes if product else ()),
            color=_as_written(line.color, product.colors if product else ()),
            client_name=line.client_name,
            client_id=client.id if client else None,
            confidence=line.confidence or 0.0,
            alternatives=self._catalogue.candidates(name, limit=ALTERNATIVES) if name else [],
            span=self._span(line.words),
            warnings=warnings,
            said=_NUMBERS.sub(" ", line.words or "").strip(),
        )
        if name:
            self._evidence.judge(entry, product=product)
        return entry

    def _span(self, words: str | None) -> tuple[int, int] | None:
        """Where the quoted words stand, after those of the line before if possible."""
        if not words:
            return None
        start = self._text.find(words, self._read_to)
        if start < 0:
            start = self._text.find(words)
        if start < 0:
            return None
        self._read_to = start + len(words)
        return start, self._read_to


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _as_written(said: str | None, options: tuple[str, ...]) -> str | None:
    """The shop's own spelling of a size or colour, where it has it."""
    folded = (said or "").strip().casefold()
    return next((option for option in options if option.casefold() == folded), said)

"""The offline reader first, a model only where that one is unsure."""

from __future__ import annotations

from drafts.reading.types import (
    CatalogueIndex,
    ClientIndex,
    Intent,
    Reader,
    Reading,
    ReadingError,
    Said,
)

# Of the offline readings at or above it at most 3 in 100 are wrong (bench/reading.py); a
# model that is asked about those as well would cost more than it mends.
ASK_BELOW = 0.9
NOT_ASKED = "The model could not be asked; this is the offline reading."


class HybridReader:
    """Asks ``model`` where ``offline`` is unsure or finds no intent; falls back to it."""

    name = "hybrid"

    def __init__(self, offline: Reader, model: Reader, *, ask_below: float = ASK_BELOW) -> None:
        self._offline, self._model, self._ask_below = offline, model, ask_below
        self.version = f"{offline.version}+{model.version}"

    def read(
        self,
        text: str,
        *,
        catalogue: CatalogueIndex,
        clients: ClientIndex,
        context: tuple[Said, ...] = (),
    ) -> Reading:
        """The surer of the two readings; Reading.reader names whose it is."""
        own = self._offline.read(text, catalogue=catalogue, clients=clients, context=context)
        if not is_unsure(own, text, ask_below=self._ask_below):
            return own
        try:
            return self._model.read(text, catalogue=catalogue, clients=clients, context=context)
        except ReadingError:
            own.warnings.append(NOT_ASKED)
            return own


def is_unsure(reading: Reading, text: str, *, ask_below: float = ASK_BELOW) -> bool:
    """Whether a model may do better; not where there is nothing to read ("?", "ok", 👍)."""
    if sum(character.isalnum() for character in text) <= 2:
        return False
    unclear = reading.intent is Intent.OTHER
    return unclear or reading.confidence < ask_below

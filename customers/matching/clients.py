"""The shop's customers by the names people call them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from .script import latin
from .sound import sound_key

_WORD = re.compile(r"[^\W_]+(?:[\u0900-\u0903\u093a-\u094f\u0a81-\u0acd]+[^\W_]*)*")
_HONORIFICS = frozenset(
    [
        "ji",
        "bhai",
        "bhaiya",
        "ben",
        "behen",
        "didi",
        "saab",
        "sahab",
        "sahib",
        "sir",
        "madam",
        "aunty",
        "uncle",
        "seth",
        "sheth",
        "bhau",
        "kaka",
        "mr",
        "mrs",
        "ms",
        "shri",
        "smt",
    ]
)
_CLOSE = 90.0
_ALIKE = 72.0


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A customer of the shop; messages and ledger pages may name it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    phone: str | None = None


class KnownClients:
    """Finds a customer by name or alias; a name that fits two customers is nobody's."""

    def __init__(self, clients: Iterable[KnownClient]) -> None:
        self._names: dict[str, list[KnownClient]] = defaultdict(list)
        self._aliases: dict[str, list[KnownClient]] = defaultdict(list)
        self._sounds: dict[str, list[KnownClient]] = defaultdict(list)
        for client in clients:
            self._names[folded_name(client.name)].append(client)
            for alias in client.aliases:
                self._aliases[folded_name(alias)].append(client)
            for name in (client.name, *client.aliases):
                _add_once(self._sounds[sound_of_name(name)], client)

    def match(self, name: str) -> KnownClient | None:
        """The one customer of this name, or None when none or several fit."""
        found = self.candidates(name)
        return found[0] if len(found) == 1 else None

    def candidates(self, name: str) -> list[KnownClient]:
        """Customers the name fits, from the surest kind of evidence that finds any."""
        folded = folded_name(name)
        if not folded:
            return []
        return (
            self._names.get(folded)
            or self._aliases.get(folded)
            or self._sounds.get(sound_of_name(name))
            or self._close(sound_of_name(name))
        )

    def is_called(self, client: KnownClient, name: str) -> bool:
        """Whether this is the customer's own name or alias, letter by letter."""
        folded = folded_name(name)
        return client in self._names.get(folded, ()) or client in self._aliases.get(folded, ())

    def nearest(self, name: str, *, limit: int) -> list[KnownClient]:
        """Customers whose names look most like a misread one, likest first."""
        sound = sound_of_name(name)
        near = process.extract(
            sound, self._sounds.keys(), scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=limit
        )
        found: list[KnownClient] = []
        for key, _, _ in near if sound else ():
            for client in self._sounds[key]:
                _add_once(found, client)
        return found[:limit]

    def _close(self, sound: str) -> list[KnownClient]:
        if len(sound) < 5:
            return []
        near = process.extract(sound, self._sounds.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE)
        found: list[KnownClient] = []
        for key, _, _ in near:
            for client in self._sounds[key]:
                _add_once(found, client)
        return found


def _add_once(clients: list[KnownClient], client: KnownClient) -> None:
    if client not in clients:
        clients.append(client)


def folded_name(name: str) -> str:
    """A name as it is compared: lower case, in Latin letters, without marks."""
    return " ".join(latin(word) for word in _WORD.findall(name.lower()))


def sound_of_name(name: str) -> str:
    """How a name sounds, honorifics left out; empty where it holds no letters or digits."""
    words = folded_name(name).split()
    kept = [word for word in words if word not in _HONORIFICS] or words
    return " ".join(sound_key(word) for word in kept)

"""What is found out about a picture or a voice note before its words are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Seen:
    """The writing in a picture, and what goods it shows (where the looker can tell)."""

    text: str
    shows: str = ""
    usage: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a voice note."""

    text: str
    usage: dict[str, Any] = field(default_factory=dict)


class Eyes(Protocol):
    """Looks at a picture. Raises ReadingError."""

    def see(self, picture: bytes) -> Seen: ...


class Ears(Protocol):
    """Listens to a voice note of this content type. Raises ReadingError."""

    def hear(self, sound: bytes, content_type: str) -> Heard: ...

"""What every reader takes and gives, without a database: a text in, a Reading out."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from customers.matching.clients import KnownClient


class Intent(StrEnum):
    """What the sender wants; the values stand in the API and in the corpus."""

    ORDER = "order"
    CANCEL = "cancel"
    CHANGE = "change"
    QUESTION = "question"
    PAYMENT = "payment"
    GREETING = "greeting"
    COMPLAINT = "complaint"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CatalogueProduct:
    """A sellable product, or a parent with its sizes and colours, as readers see it.

    ``learned`` are words that staff taught (drafts/learning.py); they give way to the
    names of other products.
    """

    sku: str
    name: str
    aliases: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    category: str = ""
    price: Decimal | None = None
    unit: str = "pc"
    sizes: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One product that the words may mean; confidence 0..1."""

    sku: str
    name: str
    confidence: float


@dataclass(slots=True)
class EntryReading:
    """One line of an order as read.

    ``quantity`` is in the product's selling unit, ``weight_g`` grams per selling
    unit, ``span`` the [start, end) characters of the text it was read from.
    ``sku`` is None when no product, or more than one, fits the words. ``said`` are the
    sender's own words for the thing, without its numbers; empty where nobody can tell.
    """

    item_name: str
    sku: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    weight_g: Decimal | None = None
    size: str | None = None
    color: str | None = None
    client_name: str | None = None
    client_id: str | None = None
    confidence: float = 0.0
    alternatives: list[Candidate] = field(default_factory=list)
    span: tuple[int, int] | None = None
    warnings: list[str] = field(default_factory=list)
    said: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier message of the same chat: context to understand by, never to order from."""

    text: str
    by_shop: bool = False


@dataclass(slots=True)
class Reading:
    """A whole message as read, by whom, and how sure (0..1).

    ``read_text`` is what was read where that is not the message's own text: the caption
    and what a picture or a voice note says; spans are counted in it. ``needs_person``
    asks for a draft even where no order was read.
    """

    intent: Intent
    entries: list[EntryReading]
    confidence: float
    reader: str
    version: str
    warnings: list[str] = field(default_factory=list)
    summary: str = ""
    model: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
    read_text: str = ""
    needs_person: bool = False


class ReadingError(Exception):
    """A reader could not read.

    ``permanent`` says that trying again is no use, ``retry_after`` (seconds) when the
    server wants to be asked again.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class CatalogueIndex(Protocol):
    """The shop's products, prepared once for matching many messages."""

    def candidates(self, words: str, *, limit: int = 3) -> list[Candidate]: ...

    def knows(self, word: str) -> float: ...

    def product(self, sku: str) -> CatalogueProduct | None: ...


class ClientIndex(Protocol):
    """The shop's customers, prepared once for matching many names."""

    def match(self, name: str) -> KnownClient | None: ...


class Reader(Protocol):
    """Turns one message's text into a Reading.

    Raises ReadingError when it could not read at all.
    """

    name: str
    version: str

    def read(
        self,
        text: str,
        *,
        catalogue: CatalogueIndex,
        clients: ClientIndex,
        context: tuple[Said, ...] = (),
    ) -> Reading: ...

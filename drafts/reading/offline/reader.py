"""The offline reader: word lists, a catalogue and rules; no network and no chance."""

from __future__ import annotations

import logging
from decimal import Decimal

from drafts.reading.types import (
    CatalogueIndex,
    ClientIndex,
    EntryReading,
    Intent,
    Reading,
    Said,
)

from .corrections import apply_correction, merge_repeats
from .denials import without_denied_numbers
from .doubts import trust, unplaced_traits
from .gather import MAX_ITEMS, Gatherer
from .habits import likely_intents, words_heard
from .injection import injected_spans
from .intent import Signs, about_earlier, decide, signs, weigh
from .items import Item
from .keep import is_kept, survey
from .lexicon import CHANGING
from .names import ALL_OF_IT, Names, Naming
from .noise import noise_spans
from .normalise import Plain, normalise
from .resolve import Resolver
from .segment import Chunk, Line, split_chunks, split_lines
from .tag import tag
from .tokens import Kind, Token, tokenise
from .wanted import wanted

logger = logging.getLogger(__name__)
UNREADABLE = "The message could not be read; please read it yourself."
_BOTH = CHANGING["both"]
_A_LIST = 3
_MANY_WORDS = 3
_WITH_ENTRIES = (Intent.ORDER, Intent.CANCEL, Intent.CHANGE)


class OfflineReader:
    """Reads order messages in English, Hindi, Gujarati and mixtures of them.

    The steps: normalise, segment into lines and chunks, tag the tokens, assemble items,
    match them to products, decide the intent. The same message and catalogue always
    give the same Reading. At most 8,000 characters, 400 lines of 2,000 characters each
    and 200 entries are read; Reading.warnings tells when something was cut.
    """

    name = "offline"
    version = "1.1"

    def read(
        self,
        text: str,
        *,
        catalogue: CatalogueIndex,
        clients: ClientIndex,
        context: tuple[Said, ...] = (),
    ) -> Reading:
        """The message as read. Never raises; ``context`` is for readers that can use it."""
        try:
            return _Message(text, catalogue, clients).reading(self.name, self.version)
        except Exception:
            # A mistake in one rule may cost one reading, never the customer's message.
            logger.exception("A message could not be read offline")
            return Reading(Intent.OTHER, [], 0.0, self.name, self.version, [UNREADABLE])


class _Message:
    """One message on its way through the steps."""

    def __init__(self, text: str, catalogue: CatalogueIndex, clients: ClientIndex) -> None:
        self._plain: Plain = normalise(text)
        self._injected = injected_spans(self._plain.text)
        self._noise = [*noise_spans(self._plain.text), *self._injected]
        self._catalogue = catalogue
        self._clients = clients
        self._names = Names(self._plain, catalogue, clients)
        self._client: str | None = None
        self._author: str | None = None
        self._whole: str | None = None  # whom a heading or header says the whole message is for
        self._headed = False
        self._everything: str | None = None  # whose all of it is: this is for Saleem bhai
        self._said: list[Token] = []
        self._used: set[int] = set()
        self._unplaced = self._given_up = 0

    def reading(
        self, reader: str, version: str, decided: tuple[Intent, float] | None = None
    ) -> Reading:
        """The whole reading; items are read anew where their intent was ``decided`` after all."""
        seen = signs(self._plain.text, skip=self._injected)
        earlier = _earlier(decided[0]) if decided else self._about_earlier(seen)
        items = self._items(earlier)
        pairs = self._resolved(items, earlier)
        found = survey(pairs, given_up=self._given_up)
        intent, sureness = decided or weigh(decide(seen, earlier, found), self._likely(), found)
        if _earlier(intent) is not earlier:
            again = _Message(self._plain.source, self._catalogue, self._clients)
            return again.reading(reader, version, (intent, sureness))
        entries = (
            self._entries(pairs, intent, counted=found.firm > 0) if intent in _WITH_ENTRIES else []
        )
        if intent is Intent.ORDER and not entries and not seen["repeat"]:
            intent, sureness = _without_entries(seen), 0.6
        warnings = list(self._plain.warnings)
        if len(items) >= MAX_ITEMS:
            entries = entries[:MAX_ITEMS]
            warnings.append(f"Only the first {MAX_ITEMS} entries were read.")
        if self._injected:
            warnings.append("Text that addresses a machine was not read.")
        sureness *= trust(self._plain.text, intent, entries, injected=bool(self._injected))
        confidence = _overall(sureness * self._understood(entries), entries)
        return Reading(intent, entries, confidence, reader, version, warnings)

    def _understood(self, entries: list[EntryReading]) -> float:
        """Below 1 when a number, a colour or several words of an order found no place in it."""
        unread = [t for t in self._said if t.start not in self._used] if entries else []
        kinds = (Kind.NUMBER, Kind.RATIO, Kind.COLOUR)
        sizes = sum(t.kind is Kind.SIZE and len(t.word) > 1 for t in unread)
        numbers = sum(t.kind in kinds for t in unread) + sizes + self._unplaced
        words = sum(t.kind is Kind.WORD for t in unread)
        return 0.85**numbers * (0.9 if words >= _MANY_WORDS else 1.0)

    def _items(self, earlier: Intent | None) -> list[Item]:
        lines = split_lines(self._plain)
        tokens = [self._tokens(line) for line in lines]
        chunks = [c for at in range(len(lines)) for c in self._chunks(at, lines[at], tokens)]
        if self._everything is not None:
            for chunk in chunks:
                chunk.client = self._everything
        chunks = wanted(chunks) if earlier is Intent.CHANGE else without_denied_numbers(chunks)
        self._said = [token for chunk in chunks for token in chunk.tokens]
        gatherer = Gatherer(self._catalogue)
        items = gatherer.gather(chunks)
        self._given_up = gatherer.given_up
        return items

    def _about_earlier(self, seen: Signs) -> Intent | None:
        """What the rules say; a list with a correction in it is no change."""
        earlier = about_earlier(seen)
        if earlier is not Intent.CHANGE or seen["earlier"]:
            return earlier
        lines = split_lines(self._plain)
        counted = sum(any(t.kind is Kind.NUMBER for t in self._tokens(line)) for line in lines)
        listed = counted >= _A_LIST or (counted > 1 and any(line.has_header for line in lines))
        return None if listed else earlier

    def _likely(self) -> dict[Intent, float]:
        lines = (self._tokens(line) for line in split_lines(self._plain))
        return likely_intents(words_heard(lines, self._catalogue))

    def _tokens(self, line: Line) -> list[Token]:
        return tag(tokenise(self._plain, line.start, line.end), self._noise)

    def _chunks(self, number: int, line: Line, tokens: list[list[Token]]) -> list[Chunk]:
        """The chunks of a line, each with its client; a heading line has none."""
        if line.has_header and line.author != self._author:
            self._client = self._whole = self._author = line.author
        own = tokens[number]
        heading = self._names.heading(own, before_items=_has_items(tokens, number + 1))
        if heading is not None:
            if own[0].word in ALL_OF_IT and not _has_items(tokens, number + 1):
                self._everything = heading.name
            self._under(heading)
            return []
        chunks = split_chunks(own, number, bullet=line.bullet)
        for at, chunk in enumerate(chunks):
            self._name(chunk, chunks[:at])
        return [chunk for chunk in chunks if chunk.tokens]

    def _under(self, heading: Naming) -> None:
        """The first heading may be for the whole message, a later one for what follows."""
        if heading.name is None:
            self._client = None if heading.self else self._whole
        else:
            self._client = heading.name
            self._whole = self._author or (None if self._headed else heading.name)
            self._headed = True

    def _name(self, chunk: Chunk, before: list[Chunk]) -> None:
        """A name at the start holds from here on, one at the end for what stands before it."""
        first = chunk.tokens[0].start
        opening = chunk.tokens[0].word
        naming = self._names.take_from(chunk)
        if naming is not None and opening in ALL_OF_IT and not _counts(chunk.tokens):
            self._everything = naming.name
        if naming is not None:
            whose = naming.name or (None if naming.self else self._whole)
            closes = bool(chunk.tokens) and chunk.tokens[0].start == first and _counts(chunk.tokens)
            if closes:
                _give([*before, chunk], whose)
                return
            self._client = whose
        chunk.client = self._client

    def _resolved(
        self, items: list[Item], earlier: Intent | None
    ) -> list[tuple[Item, list[EntryReading]]]:
        resolver = Resolver(self._plain, self._catalogue, self._clients)
        return [(item, resolver.entries(item, single=earlier is not None)) for item in items]

    def _entries(
        self,
        pairs: list[tuple[Item, list[EntryReading]]],
        intent: Intent,
        *,
        counted: bool,
    ) -> list[EntryReading]:
        entries: list[EntryReading] = []
        for item, found in pairs:
            if item.corrects and entries:
                entries = apply_correction(entries, item, found)
            elif is_kept(item, found, entries, intent=intent, counted=counted):
                entries.extend(found)
            else:
                continue
            self._used.update(token.start for token in item.tokens)
            self._unplaced += unplaced_traits(item, found, self._catalogue)
        if intent is not Intent.ORDER:
            return _both(merge_repeats(entries), self._said)
        for entry in entries:
            _count_one(entry)
        return entries


def _give(chunks: list[Chunk], name: str | None) -> None:
    """2 kada and 1 chain for Priya: both are hers, what somebody else got is not."""
    for chunk in reversed(chunks):
        if chunk.named:
            return
        chunk.client, chunk.named = name, True


def _counts(tokens: list[Token]) -> bool:
    return any(t.kind in (Kind.NUMBER, Kind.WORD) for t in tokens)


def _has_items(tokens: list[list[Token]], number: int) -> bool:
    """Whether the next line holds a number, as a list under a heading does."""
    return number < len(tokens) and any(t.kind is Kind.NUMBER for t in tokens[number])


def _count_one(entry: EntryReading) -> None:
    if entry.quantity is None:
        entry.quantity = Decimal(1)
        entry.warnings.append("No quantity was said; one is assumed.")


def _earlier(intent: Intent) -> Intent | None:
    """The intents whose items are those of an earlier order."""
    return intent if intent in (Intent.CANCEL, Intent.CHANGE) else None


def _both(entries: list[EntryReading], said: list[Token]) -> list[EntryReading]:
    """cancel both rings: two of them, where nothing else counts."""
    if len(entries) == 1 and entries[0].quantity is None and any(t.word in _BOTH for t in said):
        entries[0].quantity = Decimal(2)
    return entries


def _without_entries(seen: Signs) -> Intent:
    if seen["question"] or seen.has_question_mark:
        return Intent.QUESTION
    return Intent.GREETING if seen["greeting"] else Intent.OTHER


def _overall(sureness: float, entries: list[EntryReading]) -> float:
    """As sure as the intent and the least sure entry."""
    return round(min([sureness, *(sureness * e.confidence for e in entries)]), 3)

"""Chunks gathered into items, in the order said."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from drafts.reading.types import Candidate, CatalogueIndex

from . import lexicon
from .asides import pass_over_asides, settle_verbs, take_back
from .items import EXACT, LIKELY, NUMBERS, Item, may_name, query
from .parts import cut_at_corrections, denies, gives_up, resets, takes_back, without_denied
from .segment import Chunk
from .tokens import Kind, Token, is_content

MAX_ITEMS = 200
_MAX_UNKNOWN_WORDS = 4
_ATTRIBUTES = (Kind.NUMBER, Kind.RATIO, Kind.SIZE, Kind.COLOUR)
_LIMIT = 8
_NEAR = 4
_MAX_RUNS = 12  # longer chunks without a comma are no list, and would take long


class Gatherer:
    """Walks the chunks of a message in order and builds its items."""

    def __init__(self, catalogue: CatalogueIndex) -> None:
        self._catalogue = catalogue
        self._items: list[Item] = []
        self._loose: list[Token] = []
        self.given_up = 0
        self._corrects = ""

    def gather(self, chunks: list[Chunk]) -> list[Item]:
        for chunk in chunks:
            if len(self._items) >= MAX_ITEMS:
                break
            for part in self._parts(chunk):
                self._take(part)
        for item in self._items:
            if item.extended and item.words:
                item.fit = self._fit(item.tokens) or item.fit
        return self._items

    def _fit(self, tokens: Iterable[Token]) -> list[Candidate]:
        return self._catalogue.candidates(query(tokens), limit=_LIMIT)

    def _parts(self, chunk: Chunk) -> list[Chunk]:
        """A chunk cut where a correction starts and where a second product starts."""
        parts: list[Chunk] = []
        settle_verbs(chunk.tokens, self._catalogue)
        for piece in cut_at_corrections(chunk):
            parts.extend(self._cut_products(piece))
        for part in parts:
            if _top(self._fit(part.tokens)) < LIKELY:
                passed = pass_over_asides(part.tokens, self._catalogue)
                if passed and _top(self._fit(part.tokens)) < LIKELY:
                    take_back(passed)
        return parts

    def _cut_products(self, chunk: Chunk) -> list[Chunk]:
        """2 kada 3 chain: two items without a comma between them."""
        runs = _word_runs(chunk.tokens)
        if len(runs) < 2 or len(runs) > _MAX_RUNS:
            return [chunk]
        whole = self._fit(chunk.tokens)
        if whole and whole[0].confidence >= LIKELY and not self._are_exact(chunk.tokens, runs):
            return [chunk]
        first_is_number = _opens_with_number(chunk.tokens)
        for _, edge in pairwise(runs):
            cut = _number_before(chunk.tokens, edge) if first_is_number else edge
            left, right = chunk.tokens[:cut], chunk.tokens[cut:]
            if self._is_item(left) and any(t.kind in NUMBERS for t in right):
                head = Chunk(
                    left, chunk.line, chunk.after, chunk.client, chunk.corrects, chunk.bullet
                )
                tail = Chunk(right, chunk.line, "and", chunk.client, "", chunk.bullet)
                return [head, *self._cut_products(tail)]
        return [chunk]

    def _are_exact(self, tokens: list[Token], runs: list[int]) -> bool:
        """pasta 4 macaroni 4: both parts are exactly the names of different products."""
        parts = [self._fit(tokens[a:b]) for a, b in pairwise([*runs, len(tokens)])]
        exact = all(fit and fit[0].confidence >= EXACT for fit in parts)
        numbered = all(any(t.kind in NUMBERS for t in tokens[a:b]) for a, b in pairwise(runs))
        return exact and numbered and len({fit[0].sku for fit in parts}) == len(parts)

    def _is_item(self, tokens: list[Token]) -> bool:
        numbered = any(t.kind in NUMBERS for t in tokens)
        fit = self._fit(tokens) if numbered else []
        return bool(fit) and fit[0].confidence >= LIKELY

    def _take(self, chunk: Chunk) -> None:
        if chunk.corrects == "denied":
            self._deny(chunk.tokens)
            return
        if chunk.corrects:
            self._corrects = chunk.corrects
        tokens = without_denied(chunk.tokens) if self._corrects else chunk.tokens
        fit = self._fit(tokens) if _may_name_product(tokens) else []
        before = self._said_before(fit)
        if takes_back(tokens) and self._give_up(tokens):
            return
        if self._corrects and denies(tokens) and self._give_up(tokens):
            self._corrects = ""
            return
        if before is not None and (self._corrects or resets(tokens)):
            self._corrects, fit = self._corrects or "hard", before.fit
        if self._corrects and not (_is_product(tokens, fit) and len(_rivals(fit)) == 1):
            tokens = self._without_repeated(tokens)
        if _is_product(tokens, fit):
            self._start_item(chunk, tokens, fit)
        elif any(is_content(t) for t in tokens):
            self._take_unknown(chunk, tokens, fit)
        elif self._repeats_words(chunk, tokens):
            return
        else:
            self._add_attributes(chunk, tokens)

    def _give_up(self, tokens: list[Token]) -> bool:
        """saree rehne do: whether it was ordered a moment ago, and is no longer."""
        before = self._said_before(self._fit(t for t in tokens if not gives_up(t)))
        if before is not None:
            self._items.remove(before)
            self.given_up += 1
        return before is not None

    def _said_before(self, fit: list[Candidate]) -> Item | None:
        """The last item of a product that the words may mean."""
        skus = {c.sku for c in _rivals(fit)} if _top(fit) >= LIKELY else set()
        return next((i for i in reversed(self._items) if i.likely and i.fit[0].sku in skus), None)

    def _without_repeated(self, tokens: list[Token]) -> list[Token]:
        """sorry, gents 22 number: words of the last item only say which one is meant."""
        known = {t.word for t in self._items[-1].words} if self._items else set()
        words = [t for t in tokens if is_content(t)]
        if words and all(t.word in known for t in words):
            return [t for t in tokens if not is_content(t)]
        return tokens

    def _deny(self, tokens: list[Token]) -> None:
        """chole nahi, rajma: takes chole back if they were the last thing said."""
        fit = self._fit(tokens)
        last = self._items[-1] if self._items else None
        if last is not None and fit and last.fit and fit[0].sku == last.fit[0].sku:
            self._corrects = "hard"

    def _start_item(self, chunk: Chunk, tokens: list[Token], fit: list[Candidate]) -> None:
        current = self._current(chunk)
        if current is not None and not self._corrects and self._belongs(current, tokens, fit):
            current.tokens.extend(tokens)
            current.fit = self._fit(current.tokens)
            return
        item = Item(tokens, chunk.line, chunk.client, fit, self._corrects, chunk.bullet)
        if self._loose and not item.has_number and self._loose_line == chunk.line:
            item.tokens = [*self._loose, *tokens]
        self._loose, self._corrects = [], ""
        self._items.append(item)

    def _belongs(self, current: Item, tokens: list[Token], fit: list[Candidate]) -> bool:
        """Formal shirt, full sleeve: the second chunk says more about the first."""
        if current.has_number:
            return False
        if current.likely and _top(fit) >= LIKELY and not _alike(current.fit, fit):
            return False
        apart = max(_top(current.fit), _top(fit))
        together = self._fit([*current.tokens, *tokens])
        narrower = current.likely and len(_rivals(together)) < len(_rivals(current.fit))
        return _top(together) >= LIKELY and (_top(together) > apart + 0.02 or narrower)

    def _take_unknown(self, chunk: Chunk, tokens: list[Token], fit: list[Candidate]) -> None:
        """Words of no product: more about the item before, an unknown product, or talk."""
        current = self._current(chunk)
        if current is not None and current.likely and self._belongs(current, tokens, fit):
            current.tokens.extend(tokens)
            current.fit = self._fit(current.tokens)
            return
        if current is not None and _only_attributes(tokens):
            self._add_attributes(chunk, [t for t in tokens if t.kind is not Kind.WORD])
            return
        words = sum(is_content(t) for t in tokens)
        if words <= _MAX_UNKNOWN_WORDS:
            item = Item(tokens, chunk.line, chunk.client, fit, self._corrects, chunk.bullet)
            self._items.append(item)
            self._corrects = ""
        self._loose = []

    def _repeats_words(self, chunk: Chunk, tokens: list[Token]) -> bool:
        """garbage bag large 10, medium 5: the words hold on for the second size."""
        current = self._current(chunk)
        if current is None or not (current.likely and current.has_number) or self._corrects:
            return False
        kinds = (Kind.MEASURE, Kind.COLOUR)
        if not any(t.kind in kinds or may_name(t, number_before=False) for t in tokens):
            return False
        if self._offers(current, tokens) or not any(t.kind in NUMBERS for t in tokens):
            return False
        words = [t for t in current.tokens if t.kind in (Kind.WORD, Kind.COUNT)]
        fit = self._fit([*words, *tokens])
        if _top(fit) < LIKELY or fit[0].sku == current.fit[0].sku or len(_rivals(fit)) > 1:
            return False
        self._items.append(Item([*words, *tokens], chunk.line, chunk.client, fit))
        return True

    def _offers(self, item: Item, tokens: list[Token]) -> bool:
        """Whether the item's own product comes in a colour that is said now."""
        if any(t.kind is Kind.MEASURE for t in tokens):
            return False
        product = self._catalogue.product(item.fit[0].sku)
        names = {name for t in tokens if t.kind is Kind.COLOUR for name in t.names}
        return product is not None and bool(names.intersection(product.colors))

    def _add_attributes(self, chunk: Chunk, tokens: list[Token]) -> None:
        if not any(t.kind in (*_ATTRIBUTES, Kind.MEASURE) for t in tokens):
            return
        if _holds_for_all(tokens):
            self._add_to_all(tokens, chunk.line)
        elif self._corrects and self._items:
            last = self._items[-1]
            self._items.append(Item(tokens, chunk.line, last.client, last.fit, self._corrects))
            self._corrects = ""
        elif self._is_for_another(chunk, tokens) or self._follows_correction(chunk, tokens):
            self._repeat_for(chunk, tokens)
        elif self._items and self._continues(chunk, tokens):
            self._items[-1].tokens.extend([_comma(tokens[0]), *tokens])
            self._items[-1].extended = True
            self._items[-1].open_list = self._items[-1].line != chunk.line
            self._items[-1].line = chunk.line
        else:
            self._loose, self._loose_line = tokens, chunk.line

    _loose_line = -1

    def _add_to_all(self, tokens: list[Token], line: int) -> None:
        """size sabka L: of every item that says no other."""
        kinds = {t.kind for t in tokens} & {Kind.SIZE, Kind.COLOUR}
        for item in self._items:
            own = item is self._items[-1] and item.line == line
            if own or not any(t.kind in kinds for t in item.tokens):
                item.tokens.extend([_comma(tokens[0]), *tokens])

    def _follows_correction(self, chunk: Chunk, tokens: list[Token]) -> bool:
        """34 ki 5, arre 8, aur 36 ki 2: the last is a line item again."""
        last = self._items[-1] if self._items else None
        corrected = last is not None and last.corrects and last.has_number
        corrected = corrected and last is not None and last.line == chunk.line
        numbers = sum(t.kind in NUMBERS for t in tokens)
        another = numbers > 1 or any(t.kind in (Kind.SIZE, Kind.COLOUR) for t in tokens)
        return bool(corrected) and numbers > 0 and another

    def _is_for_another(self, chunk: Chunk, tokens: list[Token]) -> bool:
        last = self._items[-1] if self._items else None
        if last is None or last.line != chunk.line or not last.has_number:
            return False
        return chunk.client != last.client and any(t.kind in NUMBERS for t in tokens)

    def _repeat_for(self, chunk: Chunk, tokens: list[Token]) -> None:
        """2.8 one pair for Lakshmi, 2.4 one pair for Pooja: the same thing again."""
        last = self._items[-1]
        words = next((i.words for i in reversed(self._items) if i.words), [])
        fit = self._fit([*words, *tokens])
        self._items.append(Item([*words, *tokens], chunk.line, chunk.client, fit or last.fit))

    def _continues(self, chunk: Chunk, tokens: list[Token]) -> bool:
        """The same line, or a line of sizes under a product: M - 2."""
        last = self._items[-1]
        if last.line == chunk.line or last.open_list:
            return True
        if len(self._items) == 1 and _only_attributes(tokens):
            return True  # and on the next line: total weight 62.5 gm
        sized = any(t.kind in (Kind.SIZE, Kind.COLOUR) for t in tokens)
        return bool(last.words) and (sized or not last.has_number)

    def _current(self, chunk: Chunk) -> Item | None:
        """The item that a later chunk of the same line may still describe."""
        if self._items and self._items[-1].line == chunk.line and chunk.after != "line":
            return self._items[-1]
        return None


def _comma(token: Token) -> Token:
    return Token(",", ",", token.start, token.start, Kind.STOP)


def _top(fit: list[Candidate]) -> float:
    return fit[0].confidence if fit else 0.0


def _rivals(fit: list[Candidate]) -> list[Candidate]:
    return [c for c in fit if c.confidence >= _top(fit) - 0.06]


def _alike(one: list[Candidate], other: list[Candidate]) -> bool:
    """Whether the same product may be meant by both."""
    return bool({c.sku for c in _rivals(one)} & {c.sku for c in _rivals(other)})


def _holds_for_all(tokens: list[Token]) -> bool:
    said = {t.word for t in tokens}
    counted = any(t.kind in NUMBERS for t in tokens)
    return bool(said & lexicon.CHANGING["all"]) and not counted


def _may_name_product(tokens: list[Token]) -> bool:
    return any(t.kind in (Kind.WORD, Kind.COLOUR, Kind.COUNT) for t in tokens)


def _is_product(tokens: list[Token], fit: list[Candidate]) -> bool:
    """Colours and pack words alone must name a product exactly: cream is one, black is none."""
    if any(is_content(t) for t in tokens):
        return _top(fit) >= LIKELY
    return _top(fit) >= EXACT and _stands_beside_number(tokens)


def _stands_beside_number(tokens: list[Token]) -> bool:
    """alag alag theli me dena, but theli 3."""
    places = [at for at, t in enumerate(tokens) if t.kind in (Kind.COLOUR, Kind.COUNT)]
    numbers = [at for at, t in enumerate(tokens) if t.kind in NUMBERS]
    return not numbers or any(abs(a - b) <= _NEAR for a in places for b in numbers)


def _only_attributes(tokens: list[Token]) -> bool:
    """Numbers that are all weights or lengths: 22-26 gm ke andar."""
    units = {t.unit for t in tokens if t.kind is Kind.MEASURE}
    counted = any(t.kind is Kind.COUNT for t in tokens)
    return bool(units) and units <= {"g", "tola", "inch", "mm", "cm"} and not counted


def _word_runs(tokens: list[Token]) -> list[int]:
    """Where each run of words between numbers starts."""
    starts: list[int] = []
    open_run = False
    for at, token in enumerate(tokens):
        if is_content(token) and not open_run:
            starts.append(_with_colours_before(tokens, at))
            open_run = True
        elif token.kind in NUMBERS:
            open_run = False
    return starts


def _with_colours_before(tokens: list[Token], at: int) -> int:
    while at and tokens[at - 1].kind is Kind.COLOUR:
        at -= 1
    return at


def _opens_with_number(tokens: list[Token]) -> bool:
    first = next((t for t in tokens if t.kind in (*NUMBERS, Kind.WORD)), None)
    return first is not None and first.kind in NUMBERS


def _number_before(tokens: list[Token], edge: int) -> int:
    at = edge
    while at and tokens[at - 1].kind not in NUMBERS:
        at -= 1
    return at - 1 if at else edge

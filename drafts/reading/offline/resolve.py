"""Items turned into entries: the product chosen, or left open, and its numbers read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from drafts.reading.types import (
    Candidate,
    CatalogueIndex,
    CatalogueProduct,
    ClientIndex,
    EntryReading,
)

from .distribute import Share, shares
from .facts import UNKNOWN, Facts, facts_of
from .interpret import Interpreter
from .items import LIKELY, Item, query
from .lexicon import NAMING
from .mentions import Mention
from .normalise import Plain
from .tokens import Kind, Token

_MARGIN = 0.08
_EXACT_MARGIN = 0.03
_ALTERNATIVES = 3
_ONE_WORD = 0.65  # january is no janjhar; several words bear each other out
_METALS = (("gold",), ("silver",))  # of a ring they are the thing, of a shirt the colour
_UNSURE = 0.5  # an entry whose product is open
_MISFIT = 0.85  # a size or colour was said that this product has not


_JOINING = NAMING["owners"] | NAMING["wale"]
_ONLY_BY_TRAIT = 0.85
_PASSED_OVER = 0.9  # words that nobody understood stand beside the product's


@dataclass(frozen=True, slots=True)
class _Choice:
    """The product chosen, or None, how surely, and what else may have been meant."""

    product: CatalogueProduct | None
    sureness: float
    rivals: list[Candidate]


class Resolver:
    """Reads items of one message against one catalogue."""

    def __init__(self, plain: Plain, catalogue: CatalogueIndex, clients: ClientIndex) -> None:
        self._plain = plain
        self._catalogue = catalogue
        self._clients = clients

    def entries(self, item: Item, *, single: bool = False) -> list[EntryReading]:
        """One entry, or (unless ``single``) one a size; quantities not said are None."""
        choice = self._choose(item)
        known = choice.product is not None
        facts = facts_of(choice.product) if choice.product else self._shared_facts(choice.rivals)
        mentions = Interpreter(item.tokens, facts, known=known, single=single).mentions()
        said = self._said(item, mentions)
        return [
            self._entry(item, choice, share, said)
            for share in shares(mentions, facts, single=single)
        ]

    def _choose(self, item: Item) -> _Choice:
        """The product that fits clearly best, else None with those that may be meant."""
        scored = self._scored(item, item.fit)
        if len(scored) > 1 and not _is_clear(scored):
            plain = self._catalogue.candidates(query(_without_bare(item.tokens)), limit=8)
            again = self._scored(item, plain)
            scored = again if again and _is_clear(again) and again[0][0] >= 0.95 else scored
        rivals = [candidate for _, candidate in scored[:_ALTERNATIVES]]
        least = _ONE_WORD if len(item.words) == 1 else LIKELY
        if not scored or scored[0][0] < least or not _is_clear(scored):
            return _Choice(None, _UNSURE, rivals)
        best = scored[0]
        # Two products fit the words alike, and only a size or colour speaks for one.
        alike = sum(c.confidence >= best[1].confidence - _EXACT_MARGIN for c in item.fit) > 1
        sureness = best[0] * (_ONLY_BY_TRAIT if alike else 1)
        return _Choice(self._catalogue.product(best[1].sku), sureness, rivals)

    def _scored(self, item: Item, fit: list[Candidate]) -> list[tuple[float, Candidate]]:
        scored = [(c.confidence * self._agreement(item, c), c) for c in fit]
        return sorted(scored, key=lambda pair: -pair[0])

    def _agreement(self, item: Item, candidate: Candidate) -> float:
        """Sizes, colours and units that were said speak for products that have them."""
        product = self._catalogue.product(candidate.sku)
        if product is None:
            return 0.0
        facts = facts_of(product)
        return (
            _size_agreement(item.tokens, facts)
            * _colour_agreement(item.tokens, facts)
            * _unit_agreement(item.tokens, facts)
            * _loose_agreement(item.tokens, facts)
        )

    def _shared_facts(self, rivals: list[Candidate]) -> Facts:
        """Sizes and colours that the products in question may have, for reading numbers."""
        likely = [r for r in rivals if r.confidence >= LIKELY] or rivals[:1]
        products = [p for p in (self._catalogue.product(r.sku) for r in likely) if p]
        if not products:
            return UNKNOWN
        sizes = tuple(dict.fromkeys(s for p in products for s in p.sizes))
        colours = tuple(dict.fromkeys(c for p in products for c in p.colors))
        units = {facts_of(p).unit for p in products} if self._is_likely(rivals) else set()
        unit = units.pop() if len(units) == 1 else ""
        return Facts(unit, None, "", None, None, (), frozenset(), sizes, colours)

    @staticmethod
    def _is_likely(rivals: list[Candidate]) -> bool:
        return bool(rivals) and rivals[0].confidence >= LIKELY

    def _entry(self, item: Item, choice: _Choice, share: Share, said: str) -> EntryReading:
        product = choice.product
        client = self._clients.match(item.client) if item.client else None
        return EntryReading(
            item_name=product.name if product else said,
            sku=product.sku if product else None,
            quantity=_rounded(share.quantity),
            unit=product.unit if product else None,
            weight_g=_rounded(share.weight_g),
            size=share.size,
            color=share.colour,
            client_name=item.client,
            client_id=client.id if client else None,
            confidence=_confidence(
                choice.sureness * (_PASSED_OVER if item.has_asides else 1), share
            ),
            alternatives=choice.rivals,
            span=self._span(item),
            warnings=[f"Please check: {doubt}." for doubt in dict.fromkeys(share.doubts)],
            said=said,
        )

    def _said(self, item: Item, mentions: list[Mention]) -> str:
        """The words for the thing itself, with a pack size, as they were written."""
        taken = {id(m.token) for m in mentions}
        names = [_names(item.tokens, at, taken) for at in range(len(item.tokens))]
        kept = [at for at, named in enumerate(names) if named]
        for at in range(1, len(item.tokens) - 1):
            joined = item.tokens[at].word in _JOINING and names[at - 1] and any(names[at + 1 :])
            names[at] = names[at] or joined
        tokens = [t for t, named in zip(item.tokens, names, strict=True) if named]
        written = [self._plain.written(t.start, t.end) for t in tokens if kept]
        return " ".join(dict.fromkeys(written)) or self._plain.written(*self._edges(item))

    def _span(self, item: Item) -> tuple[int, int]:
        return self._plain.span(*self._edges(item))

    def _edges(self, item: Item) -> tuple[int, int]:
        real = [t for t in item.tokens if t.kind not in (Kind.FILLER, Kind.STOP, Kind.NOISE)]
        real = [t for t in real or item.tokens if t.end > t.start] or item.tokens
        return min(t.start for t in real), max(t.end for t in real)


def _names(tokens: list[Token], at: int, taken: set[int]) -> bool:
    """Whether the token is of the name: a word, a pack size, the bottle of water bottle."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    after = next((t for t in tokens[at + 1 :] if t.word not in _JOINING), None)
    packed = before is not None and before.kind is Kind.NUMBER and id(before) not in taken
    if token.kind is Kind.COUNT:
        named = [t for t in tokens[:at] if t.word not in _JOINING][-1:]
        return any(t.kind is Kind.WORD for t in named)
    if token.kind is Kind.NUMBER:
        pack = tokens[at + 1] if at + 1 < len(tokens) else None
        return pack is not None and pack.kind is Kind.MEASURE and id(token) not in taken
    metal = token.names[:1] in _METALS and after is not None and after.kind is Kind.WORD
    return token.kind is Kind.WORD or metal or (token.kind is Kind.MEASURE and packed)


def _is_clear(scored: list[tuple[float, Candidate]]) -> bool:
    if len(scored) < 2:
        return True
    margin = _EXACT_MARGIN if scored[0][0] >= 0.995 else _MARGIN
    return scored[0][0] - scored[1][0] >= margin


def _without_bare(tokens: list[Token]) -> list[Token]:
    """Without numbers that stand alone: they may count and not name."""
    kept = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        measured = after is not None and (after.kind is Kind.MEASURE or bool(after.unit))
        if token.kind is not Kind.NUMBER or measured:
            kept.append(token)
    return kept


def _size_agreement(tokens: list[Token], facts: Facts) -> float:
    letters = [t for t in tokens if t.kind is Kind.SIZE and not t.unit and len(t.word) <= 4]
    if letters and not any(name in facts.sizes for t in letters for name in t.names):
        return _MISFIT
    numbers = [t.text for t in tokens if t.kind is Kind.NUMBER and t.text.isdecimal()]
    signed = _signed_sizes(tokens)
    if signed:
        return 1.0 if any(s in facts.sizes for s in signed) else _MISFIT
    if len(numbers) > 1 and facts.sizes and facts.sizes[0].isdecimal():
        return 1.0 if any(n in facts.sizes for n in numbers) else _MISFIT
    return 1.0


def _signed_sizes(tokens: list[Token]) -> list[str]:
    """The numbers that are sizes whatever the product: size 14, 18 inch."""
    signed = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        inch = after is not None and after.unit == "inch" and after.kind is Kind.MEASURE
        sized = any(t is not None and t.word in ("size", "waist") for t in (before, after))
        if token.kind is Kind.NUMBER and (inch or sized):
            signed.append(token.text)
    return signed


def _colour_agreement(tokens: list[Token], facts: Facts) -> float:
    said = [t for t in tokens if t.kind is Kind.COLOUR and t.names[0] not in ("gold", "silver")]
    if not said or not facts.colours:
        return 1.0
    return 1.0 if any(name in facts.colours for t in said for name in t.names) else _MISFIT


def _unit_agreement(tokens: list[Token], facts: Facts) -> float:
    """kg speaks for loose goods, a tin for what is sold by the tin."""
    units = {t.unit for t in tokens if t.kind is Kind.COUNT}
    containers = units - {"pc", "pair", "dozen", "set", "gross", "pkt", "box"}
    if containers and facts.unit not in containers:
        return 0.97
    return 1.0


def _loose_agreement(tokens: list[Token], facts: Facts) -> float:
    """50 kg maida 1 is one bag of 50 kg: loose goods are counted by one number only."""
    numbers = [t for t in tokens if t.kind is Kind.NUMBER]
    packs = [t for t in numbers if t.unit in ("kg", "l", "g", "ml") and not t.counts]
    if not packs or not facts.loose:
        return 1.0
    return 0.9 if len(numbers) > len(packs) else 0.965


def _rounded(value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    return Decimal(f"{value.quantize(Decimal('0.001')).normalize():f}")


def _confidence(sureness: float, share: Share) -> float:
    doubt = 0.8 ** len(set(share.doubts))
    unsaid = 0.93 if share.quantity is None else 1.0
    return round(min(sureness, 1.0) * doubt * unsaid, 3)

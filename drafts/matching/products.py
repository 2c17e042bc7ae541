"""The shop's products, prepared once, then searched by what customers call them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz, process

from customers.matching.sound import likeness, skeleton, sound_key
from drafts.reading.types import Candidate, CatalogueProduct

from .terms import COLOUR_WORDS, SOFT_WORDS, SYNONYMS, Amount, Terms, canonical, terms

_SHORTLIST = 16
_POSTINGS = 1_000
_SPELLINGS = 12
_SAME_WORD = 0.9  # spelled otherwise
_MIN_RATIO = 65
# What an unexplained word costs: a colour is said beside the name, a pack word is a habit.
_SOFT_WEIGHT, _COLOUR_WEIGHT = 0.25, 0.12
_MIN_EXPLAINED = 0.4
_WRONG_PACK = 0.55
_SCALABLE = frozenset({"mass", "volume"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A product as the index compares it."""

    product: CatalogueProduct
    phrases: tuple[Terms, ...]
    words: frozenset[str]
    colours: frozenset[str]
    amounts: tuple[Amount, ...]


class ProductIndex:
    """Finds products by name, alias or sku, in any spelling, script and word order.

    Built once: some seconds for 100,000 products. It never changes afterwards, so it
    may be shared between threads; build a new one when the catalogue changes.
    """

    def __init__(self, products: Iterable[CatalogueProduct]) -> None:
        self._entries = [_entry(product, product.aliases) for product in products]
        self._learn()
        self._by_sku = {e.product.sku.upper(): e.product for e in self._entries}
        self._postings: dict[str, set[int]] = defaultdict(set)
        self._exact: dict[frozenset[str], list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            for word in entry.words:
                self._postings[word].add(number)
            for phrase in entry.phrases:
                self._exact[frozenset(phrase.words)].append(number)
        self._buckets: dict[str, list[str]] = defaultdict(list)
        self._skeletons: dict[str, list[str]] = defaultdict(list)
        for spelling in self._known_spellings():
            self._buckets[sound_key(spelling)[:1]].append(spelling)
            self._skeletons[skeleton(spelling)].append(spelling)
        self._spellings = lru_cache(maxsize=20_000)(self._find_spellings)
        # One message asks for the same words several times while its items take shape.
        self._found = lru_cache(maxsize=2_000)(self._find)

    def _learn(self) -> None:
        """Words that staff taught name their product, unless they are another's own name."""
        taught = [(n, e.product) for n, e in enumerate(self._entries) if e.product.learned]
        if not taught:
            return
        own = {frozenset(phrase.words) for e in self._entries for phrase in e.phrases}
        for number, product in taught:
            free = [w for w in product.learned if frozenset(terms(w).words) not in own]
            self._entries[number] = _entry(product, (*product.aliases, *free))

    def _known_spellings(self) -> set[str]:
        """The words of all names, and the synonyms that stand for one of them."""
        words = {word for e in self._entries for phrase in e.phrases for word in phrase.words}
        return words | {word for word, meant in SYNONYMS.items() if meant in words}

    def __len__(self) -> int:
        return len(self._entries)

    def product(self, sku: str) -> CatalogueProduct | None:
        """The product with this sku, in upper or lower case."""
        return self._by_sku.get(sku.upper())

    def candidates(self, words: str, *, limit: int = 3) -> list[Candidate]:
        """The products ``words`` may mean, best first, each with a confidence 0..1.

        1.0 is an exact name, alias or sku; under 0.55 some word stays unexplained.
        Two products within a few hundredths of each other fit the words equally well.
        """
        return self._found(words)[:limit]

    def _find(self, words: str) -> list[Candidate]:
        exact = self.product(words.strip())
        if exact is not None:
            return [Candidate(exact.sku, exact.name, 1.0)]
        asked = terms(words)
        if not asked.words:
            return []
        spellings = [self._spellings(word) for word in asked.words]
        heard = _heard(spellings)
        scored = [
            (_confidence(self._entries[n], asked, spellings, heard), n)
            for n in self._shortlist(asked.words, spellings)
        ]
        best = sorted(((s, n) for s, n in scored if s > 0), key=lambda pair: (-pair[0], pair[1]))
        return [self._candidate(n, score) for score, n in best[:_SHORTLIST]]

    def knows(self, word: str) -> float:
        """How surely some product is called so, 0..1."""
        likely = [max(self._spellings(w).values(), default=0.0) for w in terms(word).words]
        return max(likely, default=0.0)

    def _candidate(self, number: int, score: float) -> Candidate:
        product = self._entries[number].product
        return Candidate(product.sku, product.name, round(min(score, 1.0), 4))

    def _find_spellings(self, word: str) -> dict[str, float]:
        """Catalogue words that ``word`` may be, with their likeness."""
        if word in self._postings:
            return {word: 1.0, **self._sounding_like(word)}
        bucket = self._buckets.get(sound_key(word)[:1], [])
        close = process.extract(
            word, bucket, scorer=fuzz.ratio, limit=_SPELLINGS, score_cutoff=_MIN_RATIO
        )
        spelled = {s for s, _, _ in close} | set(self._skeletons.get(skeleton(word), ()))
        likely: dict[str, float] = {}
        for spelling in spelled:
            meant = spelling if spelling in self._postings else SYNONYMS[spelling]
            likely[meant] = max(likely.get(meant, 0.0), likeness(word, spelling))
        return {meant: score for meant, score in likely.items() if score > 0}

    def _sounding_like(self, word: str) -> dict[str, float]:
        """Other spellings of it in the catalogue: one product's alias may be jumka, ours jhumka."""
        alike = (w for w in self._skeletons.get(skeleton(word), ()) if w != word)
        near = (w for w in alike if w in self._postings and likeness(word, w) >= _SAME_WORD)
        return dict.fromkeys(near, _SAME_WORD)

    def _shortlist(self, words: tuple[str, ...], spellings: list[dict[str, float]]) -> list[int]:
        """Products of exactly this name, and those that share most words with the query."""
        exact = self._exact.get(frozenset(words), [])[:_SHORTLIST]
        found = sorted((f for f in map(self._posted, spellings) if f), key=len)
        if not found:
            return exact
        if len(found[0]) > _POSTINGS:
            common = found[0].intersection(*found[1:]) or found[0]
            return list(dict.fromkeys([*exact, *islice(common, _SHORTLIST)]))
        hits: Counter[int] = Counter(found[0])
        for posting in found[1:]:
            hits.update(posting if len(posting) <= _POSTINGS else posting.intersection(hits))
        best = hits.most_common(_SHORTLIST // 2 if exact else _SHORTLIST)
        near = [n for n, count in best if count >= best[0][1] - 1]
        return list(dict.fromkeys([*exact, *near]))

    def _posted(self, options: dict[str, float]) -> set[int]:
        if len(options) == 1:
            return self._postings[next(iter(options))]
        return set().union(*(self._postings[word] for word in options))


def _entry(product: CatalogueProduct, aliases: tuple[str, ...]) -> _Entry:
    phrases = tuple(dict.fromkeys(terms(p) for p in (product.name, *aliases, product.sku)))
    words = {word for phrase in phrases for word in phrase.words}
    words.update(a + b for p in phrases for a, b in zip(p.words, p.words[1:], strict=False))
    words.add(canonical(product.unit.lower()))
    colours = frozenset(
        canonical(word) for colour in product.colors for word in colour.lower().split()
    )
    amounts = tuple({amount for phrase in phrases for amount in phrase.amounts})
    return _Entry(product, phrases, frozenset(words), colours, amounts)


def _heard(spellings: list[dict[str, float]]) -> dict[str, float]:
    """Every catalogue word the query may contain, with its best likeness."""
    heard: dict[str, float] = {}
    for options in spellings:
        for word, like in options.items():
            heard[word] = max(heard.get(word, 0.0), like)
    return heard


def _confidence(
    entry: _Entry, asked: Terms, spellings: list[dict[str, float]], heard: dict[str, float]
) -> float:
    """How much of the query the product explains, and how much of its name was said."""
    likes = [_best_like(options, entry.words) for options in spellings]
    explained = _coverage(entry, asked.words, likes)
    if explained < _MIN_EXPLAINED:
        return 0.0
    said = max(_completeness(phrase, asked, heard) for phrase in entry.phrases)
    return explained**2 * (0.6 + 0.4 * said) * _pack_agreement(entry, asked.amounts)


def _best_like(options: dict[str, float], words: frozenset[str]) -> float:
    best = 0.0
    for word, like in options.items():
        if like > best and word in words:
            best = like
    return best


def _coverage(entry: _Entry, words: tuple[str, ...], likes: list[float]) -> float:
    got = total = 0.0
    for word, like in zip(words, likes, strict=True):
        if like == 0 and word in entry.colours:
            continue
        weight = 1.0 if like else _unexplained_weight(word)
        got += weight * like
        total += weight
    return got / total if got else 0.0


def _unexplained_weight(word: str) -> float:
    if word in COLOUR_WORDS:
        return _COLOUR_WEIGHT
    return _SOFT_WEIGHT if word in SOFT_WORDS or len(word) == 1 else 1.0


def _completeness(phrase: Terms, asked: Terms, heard: dict[str, float]) -> float:
    if not phrase.words:
        return 0.0
    got = sum(heard.get(word, 0.0) for word in phrase.words)
    for amount in phrase.amounts:
        got += any(amount.same_as(a) for a in asked.amounts)
    apart = got / len(phrase)
    if apart >= 1 or phrase.amounts or abs(len(phrase.words) - len(asked.words)) > 2:
        return apart
    together = fuzz.ratio("".join(phrase.words), "".join(asked.words)) / 100
    return max(apart, together if together > 0.9 else 0.0)


def _pack_agreement(entry: _Entry, amounts: tuple[Amount, ...]) -> float:
    """Lower when a pack size was said that this product has not: 750 ml of a 500 ml box."""
    for amount in amounts:
        if amount.dimension == "piece":
            continue
        packs = [a for a in entry.amounts if a.dimension and a.dimension == amount.dimension]
        if packs and not any(_fits(amount, pack) for pack in packs):
            return _WRONG_PACK
    return 1.0


def _fits(amount: Amount, pack: Amount) -> bool:
    if amount.same_as(pack):
        return True
    scalable = amount.dimension in _SCALABLE and pack.base > 0
    return scalable and amount.base > pack.base and amount.base % pack.base == 0

"""Who an order is for: headings, 'X ke liye', 'for X', 'X:' before the items."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from drafts.reading.types import CatalogueIndex, ClientIndex, KnownClient

from . import lexicon
from .name_words import before_comma, core, for_whom, trimmed, without_tail
from .normalise import Plain
from .parts import takes_back
from .segment import Chunk
from .tokens import Kind, Token

_MAX_WORDS = 4
_LIKELY_PRODUCT = 0.7
_SURELY = 0.95
_NAME_KINDS = (Kind.WORD, Kind.FILLER, Kind.COLOUR)
_KO_KINDS = frozenset(_NAME_KINDS)
_OWNERS = lexicon.NAMING["owners"]
_INTRODUCTIONS = lexicon.NAMING["introductions"]
_FOR = lexicon.NAMING["for"]
_ARROW = "-=>"
_MARKS = ":" + _ARROW
_WANTS = lexicon.NAMING["wants"]
_POSSESSIVE = re.compile(r"['’]s$")
_SELF = lexicon.NAMING["self"]
_WHOSE = lexicon.NAMING["whose"]
_OWN_SHOP = lexicon.NAMING["own_shop"]
_GROUPS = lexicon.NAMING["groups"]
ALL_OF_IT = lexicon.NAMING["all_of_it"]
_OPENERS = lexicon.NAMING["openers"]


@runtime_checkable
class _NameList(Protocol):
    """A client index that also tells whom an ambiguous name may mean."""

    def candidates(self, name: str) -> list[KnownClient]: ...


@dataclass(frozen=True, slots=True)
class Naming:
    """What a stretch of tokens says: a name, or with ``name`` None one of the sender's kin.

    ``self`` says that it is the sender: mere liye.
    """

    name: str | None
    known: bool = False
    self: bool = False


class Names:
    """Finds client names in one message, with the shop's customers and products at hand."""

    def __init__(self, plain: Plain, catalogue: CatalogueIndex, clients: ClientIndex) -> None:
        self._plain = plain
        self._catalogue = catalogue
        self._clients = clients
        self._given = False  # others got theirs in this message: Mocha ko 2
        self._dashed = False  # names stand before a dash in this message: Mukta - nath 1

    def heading(self, tokens: list[Token], *, before_items: bool) -> Naming | None:
        """What a line says that holds nothing but a name; None if it is no heading."""
        numbered = any(t.kind in (Kind.NUMBER, Kind.RATIO, Kind.MEASURE) for t in tokens)
        if numbered or takes_back(tokens):
            return None
        marked = any(t.text in ":-" for t in tokens)
        dash = max(
            (i for i, t in enumerate(tokens) if t.text in ":-" and i + 1 < len(tokens)),
            default=None,
        )
        if dash is not None:
            return self._after_dash(tokens, dash)
        words = [t for t in before_comma(tokens) if t.kind is not Kind.SYMBOL]
        return self._worded_heading(words, marked=marked, before_items=before_items)

    def _after_dash(self, tokens: list[Token], dash: int) -> Naming | None:
        """Season list - Royal; Party: Suresh Traders."""
        left = [t.word for t in tokens[:dash] if t.kind is not Kind.SYMBOL]
        right = [t for t in tokens[dash + 1 :] if t.kind is not Kind.SYMBOL]
        introduced = bool(left) and left[-1] in _INTRODUCTIONS
        naming = self._naming(right, lenient=introduced)
        if naming is not None and (introduced or naming.known):
            return naming
        return None

    def _worded_heading(
        self, words: list[Token], *, marked: bool, before_items: bool
    ) -> Naming | None:
        if not words:
            return None
        introduced = self._introduced(words)
        if introduced is not None:
            return self._naming(introduced, lenient=self._is_titled(introduced))
        bare, owned = without_tail(words)
        liye = for_whom(words)
        if liye is not None and liye[1] >= len(words) - 1:
            return self._naming(words[: liye[0]], lenient=True)
        # Gift hampers: what is left of a heading without its little words is no name.
        whole = len(trimmed(bare)) == len([t for t in bare if t.kind is not Kind.SYMBOL])
        lenient = (owned or (marked and whole) or self._is_titled(bare)) and before_items
        return self._naming(bare, lenient=lenient)

    def _introduced(self, words: list[Token]) -> list[Token] | None:
        """Order for Cafe Mocha Lane: the words after 'for', if nothing but small talk precedes."""
        for at, token in enumerate(words[:-1]):
            ordered = at and words[at - 1].role == "order"  # order from Balwinder
            if (
                token.word in _FOR
                or token.word in _INTRODUCTIONS
                or (ordered and token.word == "from")
            ):
                quiet = all(t.kind is not Kind.WORD or t.role for t in words[:at])
                return words[at + 1 :] if quiet else None
        return None

    def take_from(self, chunk: Chunk) -> Naming | None:
        """The name a chunk opens or ends with; its tokens are removed from the chunk."""
        tokens = chunk.tokens
        return (
            self._take_liye(tokens)
            or self._take_colon(tokens)
            or self._take_for(tokens)
            or self._take_signature(tokens)
            or self._take_ko(tokens)
            or self._take_whole(tokens)
            or self._take_owner(tokens)
            or self._take_wants(tokens)
        )

    def _take_liye(self, tokens: list[Token]) -> Naming | None:
        found = for_whom(tokens)
        if found is None:
            return None
        at, after = found
        first = at
        while first and tokens[first - 1].kind in _NAME_KINDS and at - first < _MAX_WORDS:
            first -= 1
        start, naming = self._best_name(tokens, first, at)
        if naming is not None:
            del tokens[start:after]
        return naming

    def _best_name(self, tokens: list[Token], first: int, at: int) -> tuple[int, Naming | None]:
        """The longest known name before ``at``, else the words that are no product."""
        for start in range(first, at):
            naming = self._naming(tokens[start:at], lenient=False)
            if naming is not None and (
                naming.known or not self._says_goods(tokens[start : at - 1])
            ):
                return start, naming
        start = at
        while start > first and tokens[start - 1].kind is Kind.WORD and at - start < 3:
            if self._is_product(tokens[start - 1 : at]):
                break
            start -= 1
        return start, self._naming(tokens[start:at], lenient=True)

    def _take_colon(self, tokens: list[Token]) -> Naming | None:
        """Sagar: groundnut tin 2; Priya - 2 chain."""
        for at, token in enumerate(tokens[: _MAX_WORDS + 2]):
            if token.kind not in _NAME_KINDS and token.text not in _MARKS:
                return None
            if token.text in _MARKS and at:
                bare, owned = without_tail(tokens[:at])
                end = at + 1
                while end < len(tokens) and tokens[end].text in _MARKS:
                    end += 1
                pointed = token.text == ":" or end > at + 1  # Royal Fashion => ...
                titled = self._is_titled(bare)
                lenient = (pointed and (owned or titled)) or (self._dashed and titled)
                naming = self._naming(bare, lenient=lenient)
                if naming is not None:
                    self._dashed = self._dashed or not pointed
                    del tokens[:end]
                return naming
        return None

    def _take_for(self, tokens: list[Token]) -> Naming | None:
        """2 chains for Priya; for Priya 2 chains."""
        for at, token in enumerate(tokens[:-1]):
            if token.word not in _FOR:
                continue
            end = at + 1
            while end < len(tokens) and tokens[end].kind in _NAME_KINDS and end - at <= _MAX_WORDS:
                end += 1
            name, _ = without_tail(tokens[at + 1 : end])  # for Harpreet's order
            naming = self._naming(name, lenient=self._is_titled(name))
            if naming is not None:
                del tokens[at:end]
                return naming
        return None

    def _take_signature(self, tokens: list[Token]) -> Naming | None:
        """pasta sauce 3 - Bombay Bites: a known name after the last dash or arrow."""
        dash = max((i for i, t in enumerate(tokens) if t.text in _ARROW), default=0)
        naming = self._naming(tokens[dash + 1 :], lenient=False) if dash else None
        while dash and tokens[dash - 1].text in _ARROW:
            dash -= 1
        counted = any(t.kind is Kind.NUMBER for t in tokens[:dash])
        if naming is None or not naming.known or not counted:
            return None
        del tokens[dash:]
        return naming

    def _take_ko(self, tokens: list[Token]) -> Naming | None:
        """2 dhoti Mohan Lal ko de dena: a known name, wherever it stands."""
        at = next((i for i, t in enumerate(tokens) if t.word == "ko"), 0)
        for start in range(max(0, at - _MAX_WORDS), at):
            kinds = {t.kind for t in tokens[start:at]}
            again = self._given and self._is_titled(tokens[start:at])
            naming = self._naming(tokens[start:at], lenient=again) if kinds <= _KO_KINDS else None
            if naming is not None and (naming.known or (again and naming.name)):
                self._given = True
                del tokens[start : at + 1]
                return naming
        return None

    def _take_whole(self, tokens: list[Token]) -> Naming | None:
        """ye order Bhavnaben ka hai."""
        owner = next((at for at, t in enumerate(tokens) if t.word in _OWNERS), 0)
        opening = next((at for at, t in enumerate(tokens) if t.kind is Kind.WORD), 0)
        if not opening or owner <= opening or tokens[0].word not in ALL_OF_IT:
            return None
        said = tokens[opening:owner]
        naming = self._naming(said, lenient=self._is_titled(said))
        if naming is not None:
            del tokens[: owner + 1]
        return naming

    def _take_owner(self, tokens: list[Token]) -> Naming | None:
        """Priya ka 2 chain: only for names the shop knows or that carry a bhai or ji."""
        for at, token in enumerate(tokens[: _MAX_WORDS + 1]):
            if token.kind not in _NAME_KINDS:
                return None
            if at and token.word in _OWNERS and at + 1 < len(tokens):
                naming = self._naming(without_tail(tokens[:at])[0], lenient=False)
                if naming is not None and naming.name is not None:
                    del tokens[: at + 1]
                    return naming
        return None

    def _take_wants(self, tokens: list[Token]) -> Naming | None:
        """Dhruv wants 2 jackets: a name with a capital."""
        at = next((i for i, t in enumerate(tokens[:_MAX_WORDS]) if t.word in _WANTS), 0)
        if not at or not self._is_titled(tokens[:at]):
            return None
        naming = self._naming(tokens[:at], lenient=True)
        if naming is not None and naming.name is not None:
            del tokens[: at + 1]
        return naming

    def _naming(self, tokens: list[Token], *, lenient: bool) -> Naming | None:
        """Whether the tokens are a name: known, with a title, or (lenient) any unknown word."""
        tokens = self._without_kin(core(trimmed(tokens)))
        if not tokens or len(tokens) > _MAX_WORDS + 1:
            return None
        words = [t.word for t in tokens]
        written = _POSSESSIVE.sub("", self._plain.written(tokens[0].start, tokens[-1].end))
        occasions = sum(word in lexicon.OCCASIONS for word in words)
        known = occasions < len(words) and self._knows(written)
        if known and not self._is_exact_product(tokens):
            return Naming(written, known=True)
        kin = None if occasions else _kin(words)
        if occasions or kin is not None:
            return kin
        numbered = any(t.kind in (Kind.NUMBER, Kind.SIZE) for t in tokens)
        named = not numbered and self._looks_like_name(tokens, lenient=lenient)
        return Naming(written) if named and not self._is_product(tokens) else None

    def _without_kin(self, tokens: list[Token]) -> list[Token]:
        """her sister Vimla, meri saheli Rekha: the name of the one meant."""
        words = [t.word for t in tokens]
        first = next((at for at, word in enumerate(words) if word not in lexicon.KIN), 0)
        whose = first and (words[0] in _WHOSE or words[0] in _SELF)
        return tokens[first:] if whose and self._is_titled(tokens[first:]) else tokens

    def _looks_like_name(self, tokens: list[Token], *, lenient: bool) -> bool:
        words = [t.word for t in tokens]
        if lexicon.is_filler(words[0]) and words[0] not in lexicon.BUSINESS | _OPENERS:
            return False
        titled = len(words) > 1 and (
            words[0] in lexicon.TITLES
            or (words[-1] in lexicon.HONORIFICS and words[0] not in lexicon.KIN)
        )
        spoken = [t for t in tokens if t.text != "."]
        goods = [self._catalogue.knows(t.word) > _SURELY for t in spoken]
        business = any(word in lexicon.BUSINESS for word in words) and not all(goods)
        if titled or (business and len(words) > 1):
            return True
        plain = all(t.kind is Kind.WORD and not t.role for t in spoken)
        return lenient and plain and not any(goods)

    def _knows(self, name: str) -> bool:
        if isinstance(self._clients, _NameList):
            return bool(self._clients.candidates(name))
        return self._clients.match(name) is not None

    def _is_product(self, tokens: list[Token]) -> bool:
        return self._product_fit(tokens) >= _LIKELY_PRODUCT

    def _says_goods(self, tokens: list[Token]) -> bool:
        """shawl cream Sharma Aunty: words of a product before the name."""
        words = [t for t in tokens if t.kind is Kind.WORD]
        coloured = any(t.kind is Kind.COLOUR for t in tokens)
        return coloured or any(self._catalogue.knows(t.word) > _SURELY for t in words)

    def _is_exact_product(self, tokens: list[Token]) -> bool:
        return self._product_fit(tokens) >= 0.95

    def _product_fit(self, tokens: list[Token]) -> float:
        found = self._catalogue.candidates(" ".join(t.word for t in tokens), limit=1)
        return found[0].confidence if found else 0.0

    def _is_titled(self, tokens: list[Token]) -> bool:
        """Written like a name: every word with a capital, or in Devanagari."""
        written = [self._plain.written(t.start, t.end) for t in trimmed(tokens)]
        spelled = [w for w in written if w != "."]  # Mrs. Paul
        return bool(spelled) and all(w[:1].isupper() or not w.isascii() for w in spelled)


def _kin(words: list[str]) -> Naming | None:
    """Nobody's name: mere bhai, the banquet staff; those of the sender himself are ``self``."""
    if words[-1] in _GROUPS:
        return Naming(None)
    related = [word for word in words if word in lexicon.KIN]
    if not related or any(w not in related and not lexicon.is_filler(w) for w in words):
        return None
    return Naming(None, self=all(word in _SELF | _OWN_SHOP for word in related))

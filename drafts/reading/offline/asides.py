"""Words said in passing: of no product in the catalogue, and apart from those that are."""

from __future__ import annotations

import re
from itertools import pairwise

from customers.matching.sound import skeleton
from drafts.reading.types import CatalogueIndex

from .lexicon import CHANGING, FILLERS, GOODS_TOO, NAMING, TALK, VERB_FORMS, VERB_STEMS
from .tokens import Kind, Token

ASIDE = "aside"
_KNOWN = 0.75
_MIN_BONES = 3
_JOINING = NAMING["owners"] | {"of", "wala", "wali", "wale", "vala", "vali"}
_INTO = CHANGING["into"]
_GIVING = CHANGING["giving"]
_NAMING_KINDS = (Kind.WORD, Kind.COLOUR, Kind.COUNT)
_VOWELS = re.compile("[aeiou]")


def _vowels(word: str) -> int:
    return len(_VOWELS.findall(word))


def _talk() -> dict[str, int]:
    """The consonants of everyday words, with the most vowels such a word has."""
    talk: dict[str, int] = {}
    for word in FILLERS | VERB_FORMS | TALK:
        bones = skeleton(word)
        if len(bones) >= _MIN_BONES:
            talk[bones] = max(talk.get(bones, 0), _vowels(word))
    return talk


_TALK = _talk()


def pass_over_asides(tokens: list[Token], catalogue: CatalogueIndex) -> list[Token]:
    """Make fillers of words that nothing in the catalogue is called; answers those.

    Only where other words of the same chunk name something: maaf krna, maida 12 kilo.
    Words beside such a name stay, they may say which one (plastic balti), unless they
    are spelled like talk: lgana for lagana.
    """
    runs = _runs(tokens)
    known = {id(t): _is_known(t, catalogue) for run in runs for t in run}
    if not any(known.values()):
        return []
    counted = sum(t.kind in (Kind.NUMBER, Kind.RATIO) and not t.unit for t in tokens)
    passed = []
    for run in runs:
        apart = not any(known[id(t)] for t in run) and not (
            counted > 1 and _touches_number(run, tokens)
        )
        for token in run:
            if not known[id(token)] and (apart or _is_talk(token, tokens)):
                token.kind, token.role = Kind.FILLER, ASIDE
                passed.append(token)
    return passed


def settle_verbs(tokens: list[Token], catalogue: CatalogueIndex) -> None:
    """daal dena: put in, where no dal is sold; aata 10 kg: flour, where it is."""
    before = ""
    for token, after in pairwise(tokens):
        verb = token.word in VERB_STEMS and after.word in _GIVING
        placed = before in _INTO or not _is_known(token, catalogue)
        before = token.word
        if token.kind is Kind.WORD and verb and placed:
            token.kind = Kind.FILLER
        goods = token.word in GOODS_TOO and after.kind is Kind.NUMBER
        if token.kind is Kind.FILLER and goods and _is_known(token, catalogue):
            token.kind = Kind.WORD


def take_back(passed: list[Token]) -> None:
    """Make words again of what was passed over."""
    for token in passed:
        token.kind, token.role = Kind.WORD, ""


def _runs(tokens: list[Token]) -> list[list[Token]]:
    """Words that stand together, a ka or wali between them or not."""
    runs: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind is Kind.WORD:
            runs[-1].append(token)
        elif token.kind not in _NAMING_KINDS and token.word not in _JOINING:
            runs.append([])
    return [run for run in runs if run]


def _is_known(token: Token, catalogue: CatalogueIndex) -> bool:
    return catalogue.knows(token.word if token.text.isascii() else token.text) >= _KNOWN


def _touches_number(run: list[Token], tokens: list[Token]) -> bool:
    places = [at for at, t in enumerate(tokens) if t is run[0] or t is run[-1]]
    around = tokens[max(0, places[0] - 1) : places[-1] + 2]
    return any(t.kind in (Kind.NUMBER, Kind.RATIO) for t in around)


def _is_talk(token: Token, tokens: list[Token]) -> bool:
    """An everyday word, also with vowels left out: lgana, mngwana; or a verb: daal dena."""
    following = tokens[tokens.index(token) + 1 :][:1]
    if token.word in TALK or any(t.word in _GIVING for t in following):
        return True
    vowels = _TALK.get(skeleton(token.word), 0) if token.text.isascii() else 0
    return _vowels(token.word) < vowels

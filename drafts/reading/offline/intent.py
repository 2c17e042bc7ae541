"""What a message wants: signs in its words, weighed against the items found in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from customers.matching.script import latin
from drafts.reading.types import Intent

from .lexicon import load

_WORD = re.compile(r"[^\W\d_]+(?:[\u0900-\u0903\u093a-\u094f\u0962\u0963\u0a81-\u0acd]+[^\W\d_]*)*")
_SIGNS = {
    name: [re.compile(pattern) for pattern in patterns]
    for name, patterns in load("intents.toml").items()
}
_REFERENCES = _SIGNS.pop("references")
_SPELLINGS = (("ee", "i"), ("oo", "u"), (r"\bmen\b", "me"), (r"\bordar\b", "order"))
_FEW_WORDS = 3
_MANY_WORDS = 8
_PAYMENT_SIGNS = 2.2
_RULES, _RULES_FOR_ORDER = 0.7, 0.3  # how much the rules count beside what is usual
_HARDLY_A_DOUBT, _NO_DOUBT = 0.8, 0.97
_CLEAR = 0.9
_USUAL = 0.3
_MANY_ITEMS = 3
_ONLY_A_MARK = 0.85
_LETTER = re.compile(r"[^\W_]")
_MONEY = re.compile(
    r"(?:₹|\brs\b|/-|\b\d{3,}\b|\b\d[\d,]*\s*(?:hazar|hajar|lakh|lac|k)\b|\d,\d{3})"
)

_SUM = re.compile(r"(?:₹|\brs\b|/-|\b\d{4,6}\b|\b\d[\d,]*\s*(?:hazar|hajar|lakh|lac|k)\b|\d,\d{3})")


@dataclass(frozen=True, slots=True)
class Signs:
    """How often each kind of sign stands in a message."""

    counts: dict[str, int]
    has_question_mark: bool
    has_money: bool
    has_sum: bool
    has_letters: bool
    words: int

    def __getitem__(self, name: str) -> int:
        return self.counts[name]


@dataclass(frozen=True, slots=True)
class Found:
    """What reading the items brought: products with a number, without, and unknown things."""

    firm: int = 0
    bare: int = 0
    unknown: int = 0


def signs(text: str, *, skip: list[tuple[int, int]]) -> Signs:
    """The signs in plain text; stretches in ``skip`` (injected text) count for nothing."""
    heard = _heard(text, skip)
    simple = heard if text.isascii() else f"{heard}\n{_simply_spelled(heard)}"
    counts = {
        name: sum(pattern.search(simple) is not None for pattern in patterns)
        for name, patterns in _SIGNS.items()
    }
    money = _MONEY.search(heard) is not None
    letters = _LETTER.search(heard) is not None
    sum_ = _SUM.search(heard) is not None
    return Signs(counts, "?" in heard, money, sum_, letters, len(heard.split()))


def _heard(text: str, skip: list[tuple[int, int]]) -> str:
    for start, end in skip:
        text = text[:start] + " " * (end - start) + text[end:]
    for reference in _REFERENCES:
        text = reference.sub(" ", text)
    spoken = _WORD.sub(lambda match: latin(match.group()), text)
    return re.sub(r"[ \t]+", " ", re.sub(r"[;,]", " ", spoken))


def _simply_spelled(heard: str) -> str:
    """kee jagah, ordar men as they are typed: ki jagah, order me."""
    for careful, simple in _SPELLINGS:
        heard = re.sub(careful, simple, heard)
    return heard


def about_earlier(seen: Signs) -> Intent | None:
    """CANCEL or CHANGE where the words speak of an earlier order, before items are read."""
    if _speaks_of_now(seen):
        return None
    if seen["change"] and (seen["cancel"] or seen["earlier"] or not seen["repeat"]):
        return Intent.CHANGE
    if seen["cancel"]:
        return Intent.CANCEL
    return Intent.CHANGE if seen["earlier"] and seen["settle"] else None


def _speaks_of_now(seen: Signs) -> bool:
    """More of the same, a complaint, or a correction within the message."""
    if seen["cancel"]:
        return False
    told = (seen["complaint"] or seen["payment"] or seen["correction"]) and not seen["earlier"]
    adds = seen["adds"] and seen["change"] == 1
    return bool(seen["contact"] or told or adds)


def decide(seen: Signs, earlier: Intent | None, found: Found) -> tuple[Intent, float]:
    """The intent and how sure (0..1) it is."""
    if not seen.has_letters:
        return Intent.OTHER, 0.97
    if earlier is not None and _earlier_holds(seen, earlier, found):
        return earlier, 0.92 if found.firm + found.bare else 0.8
    scores = _scores(seen, found)
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    best, score = ranked[0]
    if score <= 0:
        return Intent.OTHER, 0.92 if seen.words <= _FEW_WORDS and not found.unknown else 0.75
    sureness = _sureness(score, ranked[1][1])
    only_a_mark = not (seen["question"] or seen["media"])  # Received?
    if best is Intent.QUESTION and (only_a_mark or found.firm):
        sureness = min(sureness, _ONLY_A_MARK)
    if best is Intent.GREETING and seen.words > _MANY_WORDS * min(seen["greeting"], 3):
        sureness = min(sureness, _ONLY_A_MARK)
    return best, sureness


def weigh(
    ruled: tuple[Intent, float], likely: dict[Intent, float], found: Found
) -> tuple[Intent, float]:
    """What the rules say beside how people usually put it; only both together are sure.

    An order that nobody wrote costs more than one to be read again: it takes goods with a
    number and hardly a doubt to call something one that the rules do not.
    """
    intent, sureness = ruled
    if not likely:
        return ruled
    rules = _RULES_FOR_ORDER if intent is Intent.ORDER else _RULES
    support = {**likely, intent: likely[intent] + rules * sureness}
    if intent is not Intent.ORDER and not _is_order_after_all(ruled, likely, found):
        support[Intent.ORDER] = 0.0
    best = max(support, key=lambda name: support[name])
    if best is not intent:
        return best, min(likely[best], _ONLY_A_MARK)
    return intent, sureness if likely[intent] >= _USUAL else min(sureness, _ONLY_A_MARK)


def _is_order_after_all(
    ruled: tuple[Intent, float], likely: dict[Intent, float], found: Found
) -> bool:
    """Goods with a number, said as in orders, and no clear word of an earlier order."""
    intent, sureness = ruled
    if intent in (Intent.CANCEL, Intent.CHANGE) and sureness >= _CLEAR:
        return False
    least = _HARDLY_A_DOUBT if found.firm else _NO_DOUBT
    return bool(found.firm or found.unknown) and likely[Intent.ORDER] >= least


def _earlier_holds(seen: Signs, earlier: Intent, found: Found) -> bool:
    """A complaint that asks for an exchange changes no order."""
    if seen["complaint"] >= 2 and seen["cancel_word"] == 0:
        return False
    if earlier is Intent.CANCEL and found.firm > 1 and not seen["cancel_word"]:
        return False  # milk is not needed, but curd and cheese are
    asks = seen["question"] >= 2 and seen.has_question_mark and not found.firm
    if asks and not (seen["settle"] or seen["earlier"]):
        return False  # what do I get for my old gold?
    return not (seen["complaint"] and earlier is Intent.CHANGE and seen["settle"] == 0)


def _scores(seen: Signs, found: Found) -> dict[Intent, float]:
    done = bool(seen["payment_done"])
    payment = 1.4 * min(seen["payment"], 2) + (1.0 + 1.5 * seen.has_money) * done
    if _speaks_of_sum(seen, found):
        payment += 2.0
    payment += 0.8 * (seen.has_money or bool(seen["payment_later"]))
    question = 1.6 * min(seen["question"] + seen["media"], 3) + 1.2 * seen.has_question_mark
    return {
        Intent.ORDER: _order_score(seen, found),
        Intent.COMPLAINT: 3.0 * min(seen["complaint"], 3) + (1.0 if _is_told(seen, found) else 0.0),
        Intent.PAYMENT: payment if _is_payment(seen, found, payment) else 0.0,
        Intent.QUESTION: question,
        Intent.GREETING: 0.0 if seen["settle"] else 1.3 * min(seen["greeting"], 3),
    }


def _is_payment(seen: Signs, found: Found, score: float) -> bool:
    """One sign is enough where nothing is ordered, else it takes two kinds."""
    goods = found.firm or found.bare or found.unknown
    paid = bool(seen["payment"]) or _speaks_of_sum(seen, found)
    return paid and (score >= _PAYMENT_SIGNS or not goods)


def _speaks_of_sum(seen: Signs, found: Found) -> bool:
    """A sum was or will be paid, and nothing that is sold is asked for."""
    paid = seen["payment"] or seen["payment_done"] or seen["payment_later"]
    return bool(seen.has_sum and paid and not (found.firm or found.bare))


def _is_told(seen: Signs, found: Found) -> bool:
    """Goods are spoken of in the past and nothing is asked for."""
    spoken = found.firm + found.bare + found.unknown
    return bool(spoken and seen["narrative"] and not seen["request"] and not seen["payment"])


def _order_score(seen: Signs, found: Found) -> float:
    if seen["no_order"]:
        return 0.0
    if _speaks_of_sum(seen, found):
        return 0.5
    asked = bool(seen["request"])
    repeats = bool(seen["repeat"])
    goods = 2.0 * min(found.firm, 3) + (1.4 if asked else 0.3) * min(found.bare, 1)
    goods += (1.2 if asked else 0.9) * min(found.unknown, 2)
    if (not goods and not repeats) or (seen["media"] and not found.firm):
        return 0.0
    if seen["narrative"] and not (asked or repeats) and found.firm < _MANY_ITEMS:
        goods *= 0.3
    if seen["earlier"] and seen["question"] and not seen["if_so"]:
        goods *= 0.5  # when will the order with 4 bangles be ready?
    return goods + 1.5 * asked + 2.5 * bool(seen["if_so"]) * bool(goods) + 2.5 * repeats


def _sureness(best: float, second: float) -> float:
    lead = (best - second) / best
    return round(0.6 + 0.38 * min(1.0, lead * 1.3), 3)

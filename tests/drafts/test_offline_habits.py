"""The learned side of the offline reader: how people usually put what they want."""

from __future__ import annotations

from pathlib import Path

from drafts.reading.offline.habits import likely_intents
from drafts.reading.types import Intent
from tests.drafts.reading_desk import read

EXAMPLES = Path(__file__).parents[2] / "bench" / "intent_examples.tsv"


def test_the_weights_still_tell_the_examples_apart():
    rows = [line.split("\t") for line in EXAMPLES.read_text("utf-8").splitlines()[1:]]
    told = [(likely_intents(words.split()), intent) for _, intent, words in rows]
    right = [max(likely, key=lambda n: likely[n]) == intent for likely, intent in told if likely]
    assert len(right) > 0.8 * len(rows)
    assert sum(right) / len(right) >= 0.99


def test_of_words_nobody_wrote_before_it_says_nothing():
    assert likely_intents(["zyxwv"]) == {}


def test_likelihoods_of_all_intents_make_one():
    likely = likely_intents(["<line>", "<number>", "<goods>", "bhej", "do"])
    assert set(likely) == set(Intent)
    assert abs(sum(likely.values()) - 1) < 1e-9
    assert likely[Intent.ORDER] > 0.9


def test_rules_and_habit_together_are_surer_than_either():
    usual = read("cotton saree red 2 bhej do")
    odd = read("cotton saree red 2, jo paisa dena tha wo de diya")
    assert usual.confidence > 0.9 > odd.confidence


def test_a_guess_alone_makes_no_order_of_what_the_rules_call_cancelled():
    assert read("Forget the 4 cotton sarees in red, we overstocked").intent is Intent.CANCEL

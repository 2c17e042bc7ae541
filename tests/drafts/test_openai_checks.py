"""What the message does not say is marked down; what it says in other words is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from drafts.matching.products import ProductIndex
from drafts.reading.amounts import ONE_ASSUMED, count_one
from drafts.reading.offline.said import numbers_said
from drafts.reading.openai_calls import cost_of, retry_after, together
from drafts.reading.openai_checks import (
    CLIENT_NOT_SAID,
    DOUBTFUL,
    PRODUCT_NOT_SAID,
    QUANTITY_NOT_SAID,
    WORDS_NOT_SAID,
    Evidence,
)
from drafts.reading.types import CatalogueProduct, EntryReading

DUPATTA = CatalogueProduct("DUP-01", "Bandhani dupatta", aliases=("odhni",))
BANGLES = CatalogueProduct("BAN-50", "Glass bangles pkt of 50")
RICE = CatalogueProduct("RIC-01", "Sona masoori rice", unit="kg")
INDEX = ProductIndex([DUPATTA, BANGLES, RICE, CatalogueProduct("TIN-01", "Steel tiffin")])


def judged(text: str, words: str, quantity: str | None, product=DUPATTA, **more) -> EntryReading:
    start = text.find(words)
    entry = EntryReading(
        item_name=words,
        quantity=Decimal(quantity) if quantity else None,
        confidence=0.95,
        span=(start, start + len(words)) if start >= 0 else None,
        **more,
    )
    Evidence(text, INDEX).judge(entry, product=product)
    return entry


@pytest.mark.parametrize(
    ("text", "quantity", "product"),
    [
        ("2 bandhani dupatta", "2", DUPATTA),
        ("do bandhani dupatta", "2", DUPATTA),
        ("दो बंधनी दुपट्टा", "2", DUPATTA),
        ("ek darjan odhni", "12", DUPATTA),
        ("2 dozen odhni", "24", DUPATTA),
        ("odhni 2.5 mtr", "2.5", DUPATTA),
        ("odhni dhai", "2.5", DUPATTA),
        ("rice 500 gm", "0.5", RICE),
        ("300 pcs glass bangles", "6", BANGLES),
        ("odhni 3 sets of 4", "12", DUPATTA),
        ("odhni", "1", DUPATTA),
        ("odhni", None, DUPATTA),
    ],
)
def test_what_is_said_in_any_way_stands(text, quantity, product):
    entry = judged(text, text, quantity, product)
    assert (entry.warnings, entry.confidence) == ([], 0.95)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"quantity": "7"}, QUANTITY_NOT_SAID),
        ({"quantity": "200"}, QUANTITY_NOT_SAID),
        ({"product": RICE}, PRODUCT_NOT_SAID),
        ({"client_name": "Meenal", "client_id": "9"}, CLIENT_NOT_SAID),
        ({"words": "2 silk saris"}, WORDS_NOT_SAID),
    ],
)
def test_what_is_not_said_is_marked_down_and_named(change, fault):
    claim = {"words": "2 bandhani dupatta", "quantity": "2", **change}
    entry = judged("2 bandhani dupatta for Priya", **claim)
    assert fault in entry.warnings
    assert (entry.confidence, entry.client_id) == (DOUBTFUL, None)


def test_a_number_in_digits_or_words_is_found_once():
    said = numbers_said("2 red, do blue, dhai kg, 1:2:4, 2 1/2, \u0968 white")
    assert {Decimal(2), Decimal("2.5"), Decimal(1), Decimal(4)} <= said


@pytest.mark.parametrize("text", ["", "9" * 5000, "1/0", "-5", "1e308", "1:" * 3000 + "1"])
def test_odd_numbers_are_no_trouble(text):
    judged(text, text[:9], "3")


def test_one_is_assumed_only_of_a_thing_without_a_number():
    without, said = EntryReading("odhni"), EntryReading("odhni", quantity=Decimal(4))
    for entry in (without, said):
        count_one(entry)
    assert (without.quantity, without.warnings) == (1, [ONE_ASSUMED])
    assert (said.quantity, said.warnings) == (4, [])


# Cost -----------------------------------------------------------------------------------------

USAGE = {"prompt_tokens": 1_000_000, "completion_tokens": 100_000}


def test_the_cost_follows_the_price_list():
    assert cost_of(USAGE, "gpt-5-mini") == 0.45
    assert cost_of(USAGE, "gpt-5-mini-2025-08-07") == 0.45
    assert cost_of({**USAGE, "cached_tokens": 400_000}, "gpt-5-mini") == 0.36


@pytest.mark.parametrize("model", ["llama-3", "", "gpt-5-mini-turbo", "fake-mini-2026-11"])
def test_an_unknown_models_cost_is_unknown(model):
    assert cost_of(USAGE, model) is None


def test_a_cost_is_unknown_without_its_tokens():
    assert cost_of({}, "gpt-5-mini") is None


def test_two_calls_cost_what_both_cost():
    assert together({"total_tokens": 5, "cost_usd": 0.1}, {"total_tokens": 2, "cost_usd": 0.2}) == {
        "total_tokens": 7,
        "cost_usd": 0.3,
    }
    assert together({"cost_usd": 0.1}, {"cost_usd": None})["cost_usd"] is None
    assert together({}, {"cost_usd": 0.1}) == {"cost_usd": 0.1}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("99999", 600),
        ("-1", None),
        ("", None),
        ("nan", None),
        ("soon", None),
    ],
)
def test_a_wish_to_wait_is_bounded(header, seconds):
    assert retry_after(header) == seconds

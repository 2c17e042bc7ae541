"""Whether a message asks for what was ordered before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.reading.again import read_again


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Same as last time please", "Same as last time"),
        ("pichli baar jaisa hi bhej do", "pichli baar jaisa"),
        ("Bhaiya, wahi order phir se", "order phir se"),
        ("repeat my last order", "repeat my last order"),
        ("please repeat order", "repeat order"),
        ("last order repeat kar do", "order repeat"),
        ("previous order again pls", "order again"),
        ("same order bhej dijiye", "same order"),
        ("पिछली बार जैसा ही भेज दो", "पिछली बार जैसा"),
        ("वही ऑर्डर फिर से", "ऑर्डर फिर से"),
        ("ગયા વખત જેવું મોકલો", "ગયા વખત જેવું"),
        ("એ જ ઓર્ડર ફરી", "ઓર્ડર ફરી"),
        ("same as last time + 2 dahi", "same as last time"),
    ],
)
def test_the_last_order_is_asked_for(text, words):
    again = read_again(text)
    assert again is not None
    assert (again.which, text[slice(*again.span)]) == ("last", words)


@pytest.mark.parametrize(
    "text",
    [
        "the usual please",
        "Usual",
        "bhai hamesha wala bhej do",
        "regular order bhejo",
        "roz ka maal de dena",
        "roj nu order moklo",
        "send my usual list",
        "हमेशा वाला ऑर्डर भेज दो",
        "har baar jaisa",
        "દર વખતની જેમ",
        "હંમેશની જેમ મોકલો",
        "as usual",
        "namaste, the usual and 2 milk",
    ],
)
def test_the_usual_is_asked_for(text):
    again = read_again(text)
    assert again is not None
    assert again.which == "usual"


@pytest.mark.parametrize(
    "text",
    [
        "2 ring size 12",
        "rate same as last time",
        "price same as last order rakhna",
        "same address as last time",
        "last time ka payment kar diya",
        "pichla order nahi aaya",
        "not the usual, something else",
        "last order same size nahi tha",
        "regular fit shirt 2",
        "2 kg daily milk",
        "size same as last time, 2 ring",
        "don't repeat the last order",
        "the last one was good",
        "",
    ],
)
def test_what_speaks_of_something_else_asks_for_nothing(text):
    assert read_again(text) is None


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("the usual and 2 milk", True),
        ("same as last time + 2 milk", True),
        ("wahi order, saath me 2 dahi", True),
        ("2 rings, same as last time", False),
    ],
)
def test_goods_on_top_are_joined_to_it(text, joined):
    again = read_again(text)
    assert again is not None
    assert again.joined is joined


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("monday wala order repeat", True),
        ("repeat order no 3312", True),
        ("pichle mangal wala order repeat kardo", True),
        ("same as last time", False),
    ],
)
def test_an_order_of_a_certain_day_or_number_is_told_apart(text, certain):
    again = read_again(text)
    assert again is not None
    assert again.certain is certain


@settings(deadline=None)
@given(st.text(max_size=600))
def test_no_text_breaks_it(text):
    again = read_again(text)
    assert again is None or 0 <= again.span[0] < again.span[1] <= len(text)

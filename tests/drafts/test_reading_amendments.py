"""What a later message changes of the lines that are open: certain, or nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.matching.terms import terms
from drafts.reading.amending import OpenLine, may_amend, read_amendments

N = Decimal


def open_line(name: str, quantity: str, **more) -> OpenLine:
    return OpenLine(frozenset(terms(name).words), N(quantity), **more)


RING = open_line("Plain ring", "2", weight=N(5))
KURTA = open_line(
    "Anarkali kurta",
    "2",
    size="L",
    color="Red",
    sizes=("M", "L", "XL"),
    colors=("Red", "Blue", "Black"),
)
DUPATTA = open_line("Bandhani dupatta", "3", color="Blue", colors=("Red", "Blue"))
SUGAR = open_line("Sugar", "5", unit="kg")
ALL = [DUPATTA, KURTA, RING, SUGAR]


def said(text: str, *lines: OpenLine) -> list[tuple[str, int, dict[str, str]]]:
    """Each change as its kind, the number of its line, and what it becomes."""
    found = read_amendments(text, lines or ALL).amendments
    return [(a.kind.value, a.line, {k: str(v) for k, v in a.after.items()}) for a in found]


@pytest.mark.parametrize(
    "text",
    [
        "make it 3",
        "Make it 3 please",
        "3 kar do",
        "bhai 3 kardo",
        "teen kar dijiye",
        "3 kari do",
        "तीन कर दो",
        "3 કરી દો",
        "ring ko 3 karo",
        "रिंग तीन कर दो",
        "2 nahi 3",
        "ring 2 nahi, 3",
        "3 not 2",
        "3 instead of 2",
        "2 ki jagah 3 chahiye",
        "ek aur add karo",
        "aur ek",
        "one more please",
        "ek nang vadhare",
    ],
)
def test_of_the_only_line_the_quantity_is_set(text):
    assert said(text, RING) == [("quantity", 0, {"quantity": "3"})]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("cancel the blue one", 0),
        ("blue wala cancel", 0),
        ("नीला वाला कैंसल करो", 0),
        ("ring mat bhejna", 2),
        ("ring nahi chahiye", 2),
        ("don't send the ring", 2),
        ("kurto kadhi nakho", 1),
        ("last one cancel", 3),
        ("pehla wala hata do", 0),
        ("second one remove kardo", 1),
        ("dupata cancel krdo", 0),
    ],
)
def test_a_line_is_taken_out_by_its_words_colour_or_place(text, line):
    assert said(text) == [("remove", line, {})]


@pytest.mark.parametrize(
    ("text", "line", "after"),
    [
        ("change size to M", 1, {"size": "M"}),
        ("kurta M kar do", 1, {"size": "M"}),
        ("kurta L nahi XL", 1, {"size": "XL"}),
        ("kurta XL instead of L", 1, {"size": "XL"}),
        ("red nahi blue", 1, {"color": "Blue"}),
        ("red ki jagah black", 1, {"color": "Black"}),
        ("blue nahi red chahiye", 0, {"color": "Red"}),
        ("ring ka weight 6 gram kar do", 2, {"weight": "6"}),
    ],
)
def test_a_size_colour_or_weight_is_changed(text, line, after):
    assert said(text) == [("attribute", line, after)]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("ring 2 nahi 4", [("quantity", 2, {"quantity": "4"})]),
        ("chini 3 kilo kar do", [("quantity", 3, {"quantity": "3"})]),
        ("chini 500 gram aur", [("quantity", 3, {"quantity": "5.5"})]),
        ("ring 2 dozen kar do", [("quantity", 2, {"quantity": "24"})]),
        ("1 dupatta cancel", [("quantity", 0, {"quantity": "2"})]),
        ("3 dupatta cancel karo", [("remove", 0, {})]),
        ("blue wala 5 kar do aur ring cancel", [
            ("quantity", 0, {"quantity": "5"}), ("remove", 2, {})
        ]),
        ("ring 3 aur dupatta 4 kar do", [
            ("quantity", 2, {"quantity": "3"}), ("quantity", 0, {"quantity": "4"})
        ]),
        ("ring aur kurta cancel karo", [("remove", 2, {}), ("remove", 1, {})]),
        ("ek kurta black bhi", [("add", 1, {"quantity": "1", "color": "Black"})]),
    ],
)  # fmt: skip
def test_several_lines_units_and_parts_of_a_line(text, changes):
    assert said(text) == changes


@pytest.mark.parametrize(
    "text",
    [
        "3 kar do",  # of which?
        "aur ek add karo",
        "kurta blue nahi red",  # it is red already
        "kurta S kar do",  # not sold
        "necklace cancel",
        "ring ki jagah necklace",
        "dupatta 2 kam kar do",  # by two, or to two?
        "5 ring pack kar do",  # an order
        "2 ring aur 3 dupatta",
        "cancel ring, 3 dupatta bhej do",
        "ring 5 ya 6 kar do",
        "agar ring nahi hai to cancel",
        "order cancel kar do",
        "sab cancel",
        "cancel",
        "ok",
        "3",
        "haan theek hai",
        "kab bhejoge",
        "the usual",
        "",
    ],
)
def test_what_is_not_certain_changes_nothing(text):
    assert said(text) == []


GOLD = open_line("Plain gold ring 22k", "2", numbers=frozenset({"22"}))


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("plain gold ring 22k 7 kar do", [("quantity", 1, {"quantity": "7"})]),
        ("gold ring 7 kar do", [("quantity", 1, {"quantity": "7"})]),
        ("22k ring cancel", [("remove", 1, {})]),
        ("gold wali cancel", [("remove", 1, {})]),
    ],
)
def test_numbers_and_colours_of_a_name_point_at_its_line(text, changes):
    assert said(text, KURTA, GOLD) == changes


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("kurta 3 kar do", True),
        ("kurta cancel", True),
        ("ring 3 kar do", False),
        ("3 kurta pack kar do", False),
        ("3 kurta", False),
        ("sab cancel", False),
    ],
)
def test_words_that_fit_two_lines_are_about_them_without_a_change(text, about):
    found = read_amendments(text, [KURTA, open_line("Plain kurta", "1")])
    assert (found.amendments, found.is_about_lines) == ([], about)


def test_an_addition_of_something_else_is_known_as_one():
    found = read_amendments("aur 2 mojari bhej do", ALL)
    assert (found.amendments, found.is_addition) == ([], True)


def test_the_words_of_each_change_are_known():
    text = "Bhai blue wala 5 kar do, ring cancel"
    spans = [text[slice(*a.span)] for a in read_amendments(text, ALL).amendments]
    assert spans == ["Bhai blue wala 5 kar do", "ring cancel"]


def test_plain_orders_need_no_look_at_any_line():
    assert not may_amend("2 ring aur 3 dupatta bhej do")
    assert may_amend("ring cancel")


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_it_or_makes_a_quantity_that_nobody_can_mean(text):
    for amendment in read_amendments(text, ALL).amendments:
        assert amendment.line in range(len(ALL))
        assert amendment.after.get("quantity", N(1)) > 0
        assert 0 <= amendment.span[0] < amendment.span[1] <= len(text)


WORDS = "ring dupatta blue red L M 2 3 5 kar do cancel nahi aur ek add , . make it wala last size"


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=12))
def test_each_line_is_changed_once_whatever_the_words(words):
    lines = [a.line for a in read_amendments(" ".join(words), ALL).amendments]
    assert len(lines) == len(set(lines))

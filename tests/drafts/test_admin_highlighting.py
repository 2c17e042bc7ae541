"""Source words are cut out of the messages by their offsets in the joined text."""

from __future__ import annotations

from drafts.admin.highlighting import Segment, highlight


def test_spans_are_cut_out_of_their_own_message():
    first, second = "2 chunni 🙏 aur", "1 kurta"
    begin = len(first) + 1
    assert highlight([first, second], [(0, 8, 1), (begin, begin + 7, 2)]) == [
        [Segment("2 chunni", 1), Segment(" 🙏 aur")],
        [Segment("1 kurta", 2)],
    ]


def test_of_two_that_overlap_the_earlier_keeps_the_shared_words():
    assert highlight(["abcdef"], [(2, 6, 2), (0, 4, 1)]) == [[Segment("abcd", 1), Segment("ef", 2)]]


def test_a_span_over_two_messages_is_shown_in_both():
    assert highlight(["ab", "cd"], [(1, 4, 1)]) == [
        [Segment("a"), Segment("b", 1)],
        [Segment("c", 1), Segment("d")],
    ]


def test_spans_outside_of_the_text_show_nothing():
    assert highlight(["ab", ""], [(5, 9, 1), (9, 2, 2)]) == [[Segment("ab")], []]

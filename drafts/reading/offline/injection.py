"""Sentences written for a machine: found and left unread, like any other noise."""

from __future__ import annotations

import re
from itertools import pairwise

from .lexicon import load

_LISTS = load("injection.toml")
_CUES = [re.compile(pattern, re.MULTILINE) for pattern in _LISTS["cues"]]
_COMPANY = [re.compile(pattern) for pattern in _LISTS["company"]]
_SENTENCE = re.compile(r"[^\n.!?;]+(?:[.!?;]+|\n|$)")
_CLAUSE = re.compile(
    r",|\bwaise\b|\bbtw\b|\balso\b|\bbut\b|\bhaan\b|:\s(?=\d)|\border:\s|//|\}\s|\[/\w+\]|</\w+>|(?=\[\w+\]|<\w+>)"
)
_QUOTED = re.compile(r"'[^'\n]{8,}'|\"[^\"\n]{8,}\"")
_DIGIT = re.compile(r"\d")


def injected_spans(text: str) -> list[tuple[int, int]]:
    """The stretches of plain text that address a machine."""
    if not any(cue.search(text) for cue in _CUES):
        return []
    return [
        span
        for sentence in _SENTENCE.finditer(text)
        if _has_cue(sentence.group())
        for span in _injected_clauses(sentence.group(), sentence.start())
    ]


def _has_cue(text: str) -> bool:
    return any(cue.search(text) for cue in _CUES)


def _keeps_company(clause: str) -> bool:
    return any(word.search(clause) for word in _COMPANY)


def _injected_clauses(sentence: str, start: int) -> list[tuple[int, int]]:
    """An order in the same sentence is kept: it has a number and speaks of no bill."""
    quoted = [match.span() for match in _QUOTED.finditer(sentence)]
    edges = [0, *(match.end() for match in _CLAUSE.finditer(sentence)), len(sentence)]
    spans = []
    for first, last in pairwise(edges):
        clause = sentence[first:last]
        spoken = not any(start < last and first < end for start, end in quoted)
        order = spoken and _DIGIT.search(clause) and not _keeps_company(clause)
        if _has_cue(clause) or not order:
            spans.append((start + first, start + last))
    return spans

"""Which words of the messages each line was read from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# From here on a match is shown as certain.
SURE = 0.8
# How many colours of underline desk.css has.
COLOURS = 6


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text; ``line`` is the number of the line that was read from it, or None."""

    text: str
    line: int | None = None

    @property
    def colour(self) -> int:
        return colour_of(self.line or 0)


def colour_of(line: int) -> int:
    """The underline's number of a line; neighbours differ."""
    return line % COLOURS


def highlight(texts: Sequence[str], spans: Iterable[tuple[int, int, int]]) -> list[list[Segment]]:
    """Each text cut into segments.

    ``spans`` are (start, end, line number) in the texts joined by newline. Where
    two overlap the earlier one keeps the shared words.
    """
    cut = sorted(spans)
    segments, base = [], 0
    for text in texts:
        end = base + len(text)
        inside = [(max(s, base) - base, min(e, end) - base, n) for s, e, n in cut]
        segments.append(list(_segments(text, [span for span in inside if span[0] < span[1]])))
        base = end + 1
    return segments


def _segments(text: str, spans: Iterable[tuple[int, int, int]]) -> Iterable[Segment]:
    at = 0
    for start, end, line in spans:
        begin = max(start, at)
        if begin >= end:
            continue
        if at < begin:
            yield Segment(text[at:begin])
        yield Segment(text[begin:end], line)
        at = end
    if at < len(text):
        yield Segment(text[at:])

"""Sentences that are stored in English, with figures in them, told in the reader's language.

What readers and rules warn of is stored once, as they say it, and the API gives it as it
stands; pages show it through here. Most of those who say them work without Django, so the
sentences stand here again; tests/config/test_retelling.py holds this list to theirs.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

# What may stand in a blank, where it isn't anything at all.
_BLANKS = {
    "order": r"\S+",
    "count": r"[\d,]+",
    "line": r"\d+",
    "method": r"[A-Z][\w ]{1,30}",
    "error": r"\w+",
}
# These hold words of ours, which are told in turn.
_TOLD_IN_TURN = ("doubt", "where", "label", "method", "column", "memo", "reason")

KHATA_SAYS = (
    gettext_noop("No amount could be read."),
    gettext_noop("Amounts on both sides."),
    gettext_noop("Another amount beside it is crossed out."),
    gettext_noop("Read {value}; the sums agree with {other}."),
    gettext_noop("The sums would agree with {value} as {column}."),
    gettext_noop("The balance does not follow from the one before."),
    gettext_noop("No date could be read."),
    gettext_noop("The date is doubtful."),
    gettext_noop("What stands there as {column} can't be one."),
    gettext_noop("This looks like a bill or a receipt, not like a page of a ledger."),
    gettext_noop("The model did not answer; the page was read without it."),
    gettext_noop("The model sees {count} more rows, which were not taken."),
    gettext_noop("Tesseract is missing or failed: Devanagari and Gujarati were not read."),
    gettext_noop("No headings of a ledger's columns were found, so no rows were read."),
    gettext_noop("No headings were found: what the columns are was told from what they hold."),
)
FILES_SAY = (
    gettext_noop("Reading it was broken off too often."),
    gettext_noop("The reader broke ({error})."),
    gettext_noop("The file has {count} pages, more than {most}."),
    gettext_noop("The file is empty."),
    gettext_noop("The file is larger than {most} MB."),
    gettext_noop("This is neither a picture (JPEG, PNG, WebP, HEIC, TIFF) nor a PDF."),
    gettext_noop("The picture is too small to be read."),
    gettext_noop("The picture is damaged or cut off."),
    gettext_noop("The picture has more than {most} million pixels."),
    gettext_noop("The file is not in the storage."),
    gettext_noop("The PDF takes too long to draw."),
    gettext_noop("The PDF is locked with a password. Save it without one."),
    gettext_noop("The PDF is damaged or too big to draw."),
)
DRAFTS_SAY = (
    gettext_noop("Not written: from order {order} of {day}."),
    gettext_noop("{name} of order {order} can't be taken again."),
    gettext_noop("Speaks of a certain order: see whether {order} of {day} is meant."),
    gettext_noop("Sent twice, taken once: “{words}”."),
    gettext_noop("The same words became {orders} a few minutes before."),
    gettext_noop("The catalogue showed {shown}; the desk's price is {price}."),
    gettext_noop("Only the first {count} characters were read."),
    gettext_noop("Only the first {count} lines were read."),
    gettext_noop("Only the first {count} lines were taken."),
    gettext_noop("Only the first {count} entries were read."),
    gettext_noop("Lines were read up to {count} characters."),
    gettext_noop("Please check: {doubt}."),
    gettext_noop("Text that addresses a machine was not read."),
    gettext_noop("The message could not be read; please read it yourself."),
)
DOUBTS = (
    gettext_noop("several colours"),
    gettext_noop("several numbers"),
    gettext_noop("ratio does not fit the sizes"),
    gettext_noop("how many of each"),
    gettext_noop("each or together"),
    gettext_noop("size or quantity"),
    gettext_noop("colour is not offered"),
    gettext_noop("pack size not sold"),
    gettext_noop("pieces or packs"),
    gettext_noop("no whole number of packs"),
    gettext_noop("pairs of single pieces"),
)
CLAIMS_SAY = (
    gettext_noop("{where}: the {label} that was sent, {value}, is not taken over."),
    gettext_noop("{where}: the {label} is {own}, not {value} as was sent."),
    gettext_noop("The order"),
    gettext_noop("Line {line}"),
    gettext_noop("{count} more amounts were sent that are not the desk's."),
)
BOOKS_SAY = (
    gettext_noop("Order {order}"),
    gettext_noop("Goods returned, order {order}"),
    gettext_noop("{method} for order {order}"),
    gettext_noop("{method} given back for order {order}: {note}"),
    gettext_noop("More than order {order} cost, by {method}"),
    gettext_noop("Reversal of {memo}: {reason}"),
    gettext_noop("order cancelled"),
    gettext_noop("payment reversed"),
)
SENTENCES = (*KHATA_SAYS, *FILES_SAY, *DRAFTS_SAY, *CLAIMS_SAY, *BOOKS_SAY)


def retold(stored: str) -> str:
    """The sentence in the language that is on; as it stands where nobody of ours says it."""
    if not stored:
        return ""
    told = gettext(stored)
    if told != stored:
        return told
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(stored):
            values = {
                name: retold(value) if name in _TOLD_IN_TURN else value
                for name, value in found.groupdict().items()
            }
            return gettext(sentence).format(**values)
    return stored


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those with blanks, each as what it may read."""
    return tuple((text, _pattern(text)) for text in SENTENCES if "{" in text)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    read = [
        f"(?P<{part}>{_BLANKS.get(part, '.+?')})" if at % 2 else re.escape(part)
        for at, part in enumerate(parts)
    ]
    return re.compile("".join(read), re.DOTALL)

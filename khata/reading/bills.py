"""Bills and receipts: they have columns like a ledger's, but no debts of anybody."""

from __future__ import annotations

from collections.abc import Iterable

from khata.reading.words import load, plain

BILL = "This looks like a bill or a receipt, not like a page of a ledger."
_LEAST = 2


def is_bill(texts: Iterable[str]) -> bool:
    """Whether the page's writing holds several words of bills, tax or change, say."""
    listed: list[str] = load("bills")["words"]
    said = {word for text in texts for word in plain(text).split()}
    return len(said.intersection(listed)) >= _LEAST

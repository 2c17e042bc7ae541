"""The refusals about ledger pages."""

from __future__ import annotations

from customers.errors import DeskError, InvalidInput


class UnreadableFile(InvalidInput):
    """The file is no picture or PDF that can be opened, or is too big to be.

    ``data["reason"]`` is one of empty, not_an_image, damaged, encrypted, too_large,
    too_many_pages, too_many_pixels.
    """

    code = "unreadable_file"

    def __init__(self, sentence: str, *, reason: str) -> None:
        super().__init__(sentence, attr="file", reason=reason)


class ReaderUnavailable(DeskError):
    """The machine lacks what the pipeline reads with; trying again later may help."""

    code = "reader_unavailable"
    status = 503

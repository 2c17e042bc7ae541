"""Logs without secrets: query strings and the webhook's last path segment are masked."""

from __future__ import annotations

import logging
import re

_WEBHOOK_SECRET = re.compile(r"(gupshup_incoming_webhook/+).+")
# A query string as it stands behind a path in a log line; a plain question mark stays.
_QUERY = re.compile(r"(?<=[\w/*])\?[^\s\"'?]*=[^\s\"']*")


def mask(text: str) -> str:
    """The text without what may be a secret."""
    return _QUERY.sub("?***", _WEBHOOK_SECRET.sub(r"\1***", text))


class MaskingFormatter(logging.Formatter):
    """Masks the whole line, an exception's text included."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))

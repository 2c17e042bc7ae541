"""Which reader reads: the one place that looks at DRAFT_READER."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from django.conf import settings

from drafts.reading.types import Reader

# Longer than the slowest reading: the OpenAI reader may wait through its own retries.
LEASES = {"offline": timedelta(seconds=30), "openai": timedelta(minutes=3)}


def get_reader() -> Reader:
    """The reader that settings.DRAFT_READER names."""
    return _reader(
        settings.DRAFT_READER,
        settings.OPENAI_BASE_URL,
        settings.OPENAI_API_KEY,
        settings.OPENAI_MODEL,
    )


def reading_lease() -> timedelta:
    """How long one reading may hold its message before another worker takes it up."""
    return LEASES[settings.DRAFT_READER]


@lru_cache(maxsize=4)
def _reader(name: str, base_url: str, api_key: str, model: str) -> Reader:
    if name == "openai":
        from drafts.reading.openai_reader import OpenAIReader

        return OpenAIReader(base_url=base_url, api_key=api_key, model=model)
    from drafts.reading.offline import OfflineReader

    return OfflineReader()

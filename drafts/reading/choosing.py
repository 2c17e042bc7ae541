"""Which reader reads, looks and listens: the shop's choice, else DRAFT_READER."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from customers.models import Shop
from drafts.reading.media_types import Ears, Eyes
from drafts.reading.types import Reader

if TYPE_CHECKING:
    from drafts.reading.openai_media import OpenAIMedia

# Longer than the slowest reading: Tesseract may take 20 seconds over a picture, the model
# half a minute for each of two calls.
LEASES = {
    "offline": timedelta(minutes=1),
    "openai": timedelta(minutes=3),
    "hybrid": timedelta(minutes=3),
}


def _chosen(shop: Shop) -> str:
    return shop.reader or settings.DRAFT_READER


def get_reader() -> Reader:
    """The reader that the shop chose; a hybrid one asks where the shop says it should."""
    shop = Shop.current()
    return _reader(
        _chosen(shop),
        float(shop.ask_below),
        settings.OPENAI_BASE_URL,
        settings.OPENAI_API_KEY,
        settings.OPENAI_MODEL,
    )


def get_eyes() -> tuple[Eyes, ...]:
    """Who looks at pictures, in the order of asking: the next where one can't."""
    from drafts.reading.pictures import TesseractEyes

    chosen = _chosen(Shop.current())
    if chosen == "offline":
        return (TesseractEyes(),)
    if chosen == "openai":
        return (_media(),)
    return (_media(), TesseractEyes())


def get_ears() -> Ears | None:
    """Who listens to voice notes; None where only people do."""
    return None if _chosen(Shop.current()) == "offline" else _media()


def reading_lease() -> timedelta:
    """How long one reading may hold its message before another worker takes it up."""
    return LEASES[_chosen(Shop.current())]


def _media() -> OpenAIMedia:
    return _media_of(
        settings.OPENAI_BASE_URL,
        settings.OPENAI_API_KEY,
        settings.OPENAI_MODEL,
        settings.OPENAI_TRANSCRIBE_MODEL,
    )


@lru_cache(maxsize=4)
def _media_of(base_url: str, api_key: str, model: str, transcribe_model: str) -> OpenAIMedia:
    from drafts.reading.openai_media import OpenAIMedia

    return OpenAIMedia(
        base_url=base_url, api_key=api_key, model=model, transcribe_model=transcribe_model
    )


@lru_cache(maxsize=4)
def _reader(name: str, ask_below: float, base_url: str, api_key: str, model: str) -> Reader:
    from drafts.reading.offline import OfflineReader

    if name == "offline":
        return OfflineReader()
    from drafts.reading.openai_reader import OpenAIReader

    asked = OpenAIReader(base_url=base_url, api_key=api_key, model=model)
    if name == "openai":
        return asked
    from drafts.reading.hybrid import HybridReader

    return HybridReader(OfflineReader(), asked, ask_below=ask_below)

"""What all calls of OpenAI's API, or of a server that speaks it, share: client, faults, cost."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import openai

from drafts.reading.types import ReadingError

TIMEOUT_SECONDS = 30.0
# None inside the call: a message that could not be read stays due, and its row knows when.
MAX_RETRIES = 0
# Nobody's wish to be asked again later holds a message longer.
LONGEST_RETRY_AFTER = 600.0
_PRICES = Path(__file__).parent / "prices.toml"
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_MILLION = 1_000_000


def client_of(*, base_url: str, api_key: str, timeout: float, max_retries: int) -> openai.OpenAI:
    """A client; a server of one's own may want no key, the SDK always wants one."""
    return openai.OpenAI(
        base_url=base_url, api_key=api_key or "none", timeout=timeout, max_retries=max_retries
    )


def reading_error(error: openai.OpenAIError) -> ReadingError:
    """What went wrong, in our words: the SDK's own may quote the message or the key."""
    if isinstance(error, openai.APITimeoutError):
        return ReadingError("The model did not answer in time.")
    if isinstance(error, openai.APIStatusError):
        # A wrong key or request stays wrong; too many requests and broken servers pass.
        passing = error.status_code in (408, 409, 429) or error.status_code >= 500
        sentence = f"The model's server answered {error.status_code}."
        wait = retry_after(error.response.headers.get("retry-after", "")) if passing else None
        return ReadingError(sentence, permanent=not passing, retry_after=wait)
    if isinstance(error, openai.APIConnectionError):
        return ReadingError("The model's server could not be reached.")
    if isinstance(error, openai.LengthFinishReasonError):
        return ReadingError("The model's answer was cut off.", permanent=True)
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return ReadingError("The model's filter withheld the answer.", permanent=True)
    return ReadingError("The model's answer could not be read.")


def retry_after(header: str) -> float | None:
    """The seconds of a Retry-After header, bounded; None for a date or nonsense."""
    try:
        seconds = float(header)
    except ValueError:
        return None
    return min(seconds, LONGEST_RETRY_AFTER) if seconds > 0 else None


def usage_of(usage: Any, model: str) -> dict[str, Any]:
    """The tokens that an answer names, and ``cost_usd``: None where no price is known."""
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    values = {name: getattr(usage, name, None) for name in names}
    counted = {name: value for name, value in values.items() if isinstance(value, int)}
    cached = getattr(getattr(usage, "prompt_tokens_details", None), "cached_tokens", None)
    if isinstance(cached, int):
        counted["cached_tokens"] = cached
    return {**counted, "cost_usd": cost_of(counted, model)}


def cost_of(usage: dict[str, int], model: str) -> float | None:
    """US dollars of these tokens at prices.toml's prices, to a millionth."""
    price = _prices().get(_SNAPSHOT.sub("", model))
    if price is None or not {"prompt_tokens", "completion_tokens"} <= usage.keys():
        return None
    cached = min(usage.get("cached_tokens", 0), usage["prompt_tokens"])
    fresh = usage["prompt_tokens"] - cached
    cost = fresh * price["input"] + cached * price["cached_input"]
    return round((cost + usage["completion_tokens"] * price["output"]) / _MILLION, 6)


def together(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two calls' usage as one; a cost that is unknown makes the sum unknown."""
    if not first or not second:
        return first or second
    both = {
        name: first.get(name, 0) + second.get(name, 0)
        for name in dict.fromkeys([*first, *second])
        if name != "cost_usd"
    }
    costs = (first.get("cost_usd"), second.get("cost_usd"))
    known = [cost for cost in costs if cost is not None]
    return {**both, "cost_usd": round(sum(known), 6) if len(known) == 2 else None}


@lru_cache(maxsize=1)
def _prices() -> dict[str, dict[str, float]]:
    models: dict[str, dict[str, float]] = tomllib.loads(_PRICES.read_text("utf-8"))["models"]
    return models

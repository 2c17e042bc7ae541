"""Reading by a language model over OpenAI's chat completions, or any server that speaks them.

The model gets the message as data and a few candidate products, no tools and never the
whole catalogue or a customer list; its answer can fill a draft and nothing else.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template
from typing import Any

import openai
from django.conf import settings
from openai.types.chat import ParsedChatCompletion
from pydantic import ValidationError

from drafts.reading.amounts import count_one
from drafts.reading.openai_answer import Answer
from drafts.reading.openai_calls import (
    MAX_RETRIES,
    TIMEOUT_SECONDS,
    client_of,
    reading_error,
    usage_of,
)
from drafts.reading.openai_checks import most_sure
from drafts.reading.openai_lines import AnswerReader
from drafts.reading.types import (
    CatalogueIndex,
    CatalogueProduct,
    ClientIndex,
    Intent,
    Reading,
    ReadingError,
    Said,
)

VERSION = "order.v2"
MAX_ANSWER_TOKENS = 8_000
MAX_TEXT = 8_000
MAX_PARTS = 60
MAX_CANDIDATES = 80
PER_PART = 5

_PROMPT = Template((Path(__file__).parent / "prompts" / f"{VERSION}.txt").read_text("utf-8"))
_PARTS = re.compile(r"[\n,;+&।]|\b(?:and|aur|ane|tatha|plus)\b|(?:^|\s)(?:और|અને)(?=\s)", re.I)


class OpenAIReader:
    """A Reader that asks a model; see drafts/reading/prompts for what it is told."""

    name = "openai"
    version = VERSION

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        model: str,
        timeout: float = TIMEOUT_SECONDS,
        max_retries: int = MAX_RETRIES,
    ) -> None:
        self.model = model
        self._client = client_of(
            base_url=base_url, api_key=api_key, timeout=timeout, max_retries=max_retries
        )

    @classmethod
    def from_settings(cls, *, max_retries: int = MAX_RETRIES) -> OpenAIReader:
        """The reader of OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL."""
        return cls(
            base_url=settings.OPENAI_BASE_URL,
            api_key=settings.OPENAI_API_KEY,
            model=settings.OPENAI_MODEL,
            max_retries=max_retries,
        )

    def read(
        self,
        text: str,
        *,
        catalogue: CatalogueIndex,
        clients: ClientIndex,
        context: tuple[Said, ...] = (),
    ) -> Reading:
        """Ask the model and keep what holds of its answer; raises ReadingError."""
        text = text[:MAX_TEXT]
        offered = candidates_for(text, catalogue)
        completion = self._ask(text, offered, context)
        answer = _answer_of(completion)
        lines = AnswerReader(text, offered, catalogue, clients)
        entries = [lines.entry(line) for line in answer.lines]
        if answer.intent is Intent.ORDER:
            for entry in entries:
                count_one(entry)
        model = completion.model or self.model
        return Reading(
            intent=answer.intent,
            entries=entries,
            confidence=min(answer.confidence or 0.0, most_sure(entries)),
            reader=self.name,
            version=self.version,
            summary=answer.summary or "",
            model=model,
            usage=usage_of(completion.usage, model),
        )

    def _ask(
        self, text: str, offered: dict[str, CatalogueProduct], context: tuple[Said, ...]
    ) -> ParsedChatCompletion[Answer]:
        message = json.dumps(
            {"message": text, "context": [_said(one) for one in context]}, ensure_ascii=False
        )
        try:
            return self._client.chat.completions.parse(
                model=self.model,
                messages=[
                    {"role": "system", "content": prompt_for(offered)},
                    {"role": "user", "content": message},
                ],
                response_format=Answer,
                max_completion_tokens=MAX_ANSWER_TOKENS,
            )
        except openai.OpenAIError as error:
            raise reading_error(error) from error
        except (ValidationError, ValueError, TypeError, AttributeError) as error:
            # The SDK trips over a body that is no completion in any of these ways. The
            # error itself quotes the answer, so it is not passed on.
            raise ReadingError("The model's answer has the wrong shape.") from error


def _said(said: Said) -> dict[str, str]:
    return {"by": "shop" if said.by_shop else "customer", "text": said.text}


def candidates_for(text: str, catalogue: CatalogueIndex) -> dict[str, CatalogueProduct]:
    """The products that the parts of the text may mean, by sku."""
    found: dict[str, CatalogueProduct] = {}
    parts = [part for part in map(str.strip, _PARTS.split(text)) if part]
    for part in dict.fromkeys([*parts[:MAX_PARTS], text[:300]]):
        for option in catalogue.candidates(part, limit=PER_PART):
            product = catalogue.product(option.sku)
            if product is not None and len(found) < MAX_CANDIDATES:
                found[product.sku] = product
    return found


def prompt_for(offered: dict[str, CatalogueProduct]) -> str:
    """What the model is told, with the products it may choose from."""
    products = [_described(product) for product in offered.values()]
    lines = [json.dumps(product, ensure_ascii=False) for product in products]
    return _PROMPT.substitute(products="\n".join(lines) or "(none)")


def _described(product: CatalogueProduct) -> dict[str, Any]:
    described = {
        "sku": product.sku,
        "name": product.name,
        "also_called": list(product.aliases),
        "unit": product.unit,
        "sizes": list(product.sizes),
        "colors": list(product.colors),
    }
    return {key: value for key, value in described.items() if value}


def _answer_of(completion: ParsedChatCompletion[Answer]) -> Answer:
    choices = completion.choices
    if not choices:
        raise ReadingError("The model's answer has the wrong shape.")
    message = choices[0].message
    if message.refusal:
        raise ReadingError("The model refused to read this.", permanent=True)
    if message.parsed is None:
        raise ReadingError("The model's answer is empty.")
    return message.parsed

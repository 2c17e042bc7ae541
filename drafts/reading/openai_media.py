"""Looking and listening by OpenAI's API, or any server that speaks it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
from openai.types.chat import ParsedChatCompletion
from pydantic import BaseModel, ValidationError

from drafts.reading.media_types import Heard, Seen
from drafts.reading.openai_calls import (
    MAX_RETRIES,
    TIMEOUT_SECONDS,
    client_of,
    reading_error,
    usage_of,
)
from drafts.reading.pictures import jpeg_of
from drafts.reading.types import ReadingError

PROMPT = "picture.v1"
MAX_TEXT = 8_000
MAX_ANSWER_TOKENS = 8_000
_WRONG_SHAPE = "The model's answer has the wrong shape."
_INSTRUCTION = (Path(__file__).parent / "prompts" / f"{PROMPT}.txt").read_text("utf-8")
# The endpoint goes by the file's name: github.com/openai/openai-openapi, createTranscription.
_NAMES = {
    "audio/ogg": "voice.ogg",
    "audio/mpeg": "voice.mp3",
    "audio/mp4": "voice.m4a",
    "audio/wav": "voice.wav",
}


class _Picture(BaseModel):
    text: str
    shows: str


class OpenAIMedia:
    """Eyes by the chat model, ears by the transcription model."""

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        model: str,
        transcribe_model: str,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._model, self._transcribe_model = model, transcribe_model
        self._client = client_of(
            base_url=base_url, api_key=api_key, timeout=timeout, max_retries=MAX_RETRIES
        )

    def see(self, picture: bytes) -> Seen:
        """The writing in the picture and what it shows; raises ReadingError."""
        data = base64.b64encode(jpeg_of(picture)).decode()
        with _faults():
            completion = self._client.chat.completions.parse(
                model=self._model,
                messages=[
                    {"role": "system", "content": _INSTRUCTION},
                    {"role": "user", "content": [_image(f"data:image/jpeg;base64,{data}")]},
                ],
                response_format=_Picture,
                max_completion_tokens=MAX_ANSWER_TOKENS,
            )
        answer = _answer_of(completion)
        usage = usage_of(completion.usage, completion.model or self._model)
        return Seen(answer.text.strip()[:MAX_TEXT], answer.shows.strip()[:200], usage)

    def hear(self, sound: bytes, content_type: str) -> Heard:
        """The words of a voice note, in the language spoken; raises ReadingError."""
        name = _NAMES.get(content_type)
        if name is None:
            raise ReadingError("The model can't listen to this kind of sound.", permanent=True)
        with _faults():
            answer = self._client.audio.transcriptions.create(
                model=self._transcribe_model, file=(name, sound, content_type)
            )
        text = getattr(answer, "text", None)
        if not isinstance(text, str):
            raise ReadingError(_WRONG_SHAPE)
        return Heard(text.strip()[:MAX_TEXT], _heard_usage(answer))


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except openai.OpenAIError as error:
        raise reading_error(error) from error
    except (ValidationError, ValueError, TypeError, AttributeError) as error:
        raise ReadingError(_WRONG_SHAPE) from error


def _image(url: str) -> Any:
    return {"type": "image_url", "image_url": {"url": url, "detail": "high"}}


def _answer_of(completion: ParsedChatCompletion[_Picture]) -> _Picture:
    if not completion.choices:
        raise ReadingError(_WRONG_SHAPE)
    message = completion.choices[0].message
    if message.refusal:
        raise ReadingError("The model refused to look at this.", permanent=True)
    if message.parsed is None:
        raise ReadingError("The model's answer is empty.")
    return message.parsed


def _heard_usage(answer: Any) -> dict[str, Any]:
    """Tokens or seconds, as the model is billed; its price is not in prices.toml."""
    usage = getattr(answer, "usage", None)
    values = {
        "prompt_tokens": getattr(usage, "input_tokens", None),
        "completion_tokens": getattr(usage, "output_tokens", None),
        "total_tokens": getattr(usage, "total_tokens", None),
        "audio_seconds": getattr(usage, "seconds", None),
    }
    counted = {name: value for name, value in values.items() if isinstance(value, int | float)}
    return {**counted, "cost_usd": None}

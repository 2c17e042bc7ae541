"""camelCase outside on the storefront's paths, snake_case on all others; both taken everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from rest_framework import parsers, renderers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import get_encoding  # type: ignore[attr-defined]
from rest_framework.utils import encoders
from rest_framework.utils.json import strict_constant

CAMEL_PATHS = re.compile(r"^/(api/(auth|products|categories|orders)|wa|(_ah/)?api/esb)(/|$)")
# Where the shop's, a client's or a model's own keys stand: passed through as they are.
OPAQUE_KEYS = frozenset({"metadata", "result", "input", "usage"})
_WORD_START = re.compile(r"(?<=[a-z0-9])_([a-z0-9])")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


def to_camel(name: str) -> str:
    """``unit_price`` → ``unitPrice``."""
    return _WORD_START.sub(lambda match: match[1].upper(), name)


def to_snake(name: str) -> str:
    """``unitPrice`` → ``unit_price``; a name that is snake_case already stays."""
    return _UPPER.sub(lambda match: f"_{match[1].lower()}", name)


def convert_keys(data: Any, convert: Callable[[str], str]) -> Any:
    """The same JSON with its keys converted, opaque insides left alone.

    In an error body the names in ``attr`` are converted too.
    """
    if isinstance(data, list | tuple):
        return [convert_keys(item, convert) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        convert(key) if isinstance(key, str) else key: _value(key, value, convert)
        for key, value in data.items()
    }


def _value(key: Any, value: Any, convert: Callable[[str], str]) -> Any:
    if key in OPAQUE_KEYS:
        return value
    if key == "attr" and isinstance(value, str):
        return convert(value)
    return convert_keys(value, convert)


class _Encoder(encoders.JSONEncoder):
    def default(self, obj: Any) -> Any:
        if isinstance(obj, Decimal):
            return int(obj) if obj == obj.to_integral_value() else float(obj)
        return super().default(obj)


class JSONRenderer(renderers.JSONRenderer):
    """JSON in the case of the path, decimals as numbers."""

    encoder_class = _Encoder

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        request = (renderer_context or {}).get("request")
        if request is not None and CAMEL_PATHS.match(request.path):
            data = convert_keys(data, to_camel)
        body: bytes = super().render(data, accepted_media_type, renderer_context)
        return body


class JSONParser(parsers.JSONParser):
    """JSON in either case, checked once for all paths.

    Refused: text that PostgreSQL can't hold, and an object that names a key twice,
    be it in both cases, since only one of the two values could count.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        encoding = get_encoding(parser_context or {})
        try:
            text = stream.read().decode(encoding)
            data = json.loads(text, parse_constant=strict_constant, object_pairs_hook=_once)
            storable = _is_storable(data)
            converted = convert_keys(data, to_snake)
            twins = _count_keys(converted) < _count_keys(data)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply") from error
        except (ValueError, LookupError) as error:
            raise ParseError(f"JSON parse error - {error}") from error
        if not storable:
            raise ParseError("JSON parse error - NUL or half a surrogate pair in a text")
        if twins:
            raise ParseError("JSON parse error - a key stands there in both cases")
        return converted


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a key stands there twice")
    return data


def _count_keys(data: Any) -> int:
    if isinstance(data, list):
        return sum(map(_count_keys, data))
    if not isinstance(data, dict):
        return 0
    return len(data) + sum(map(_count_keys, data.values()))


def bad_address() -> HttpResponse:
    """PostgreSQL has no NUL, so no row can be meant by such a path or query."""
    error = {"code": "invalid", "detail": "There is a NUL in the address.", "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=400)


def _is_storable(data: Any) -> bool:
    if isinstance(data, str):
        return "\x00" not in data and not _SURROGATE.search(data)
    if isinstance(data, dict):
        return all(_is_storable(item) for pair in data.items() for item in pair)
    return not isinstance(data, list) or all(map(_is_storable, data))


class EitherNameMiddleware:
    """Lets a path end in a slash or not, and query names come in either case.

    A redirect to the other form would lose a POST's body, so the path is read
    as if it had none; the admin keeps Django's own form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_address()
        if not request.path_info.startswith("/admin"):
            request.path_info = request.path_info.rstrip("/") or "/"
            request.GET = self._snake(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def _snake(self, query: QueryDict) -> QueryDict:
        converted = QueryDict(mutable=True, encoding=query.encoding)
        for name, values in query.lists():
            converted.setlist(to_snake(name), values)
        converted._mutable = False
        return converted

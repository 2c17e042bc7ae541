"""Gupshup's list of an app's templates.

The call is GET /wa/app/{app id}/template with the header ``apikey``; its answer is not
documented for self-serve apps. What is read here are the names that the partner API's page
shows (docs.gupshup.io/reference/get-templates): ``templates[]`` with id, elementName,
languageCode, category, templateType, status, reason, data, and ``containerMeta``, a JSON
text that holds data, header, footer and buttons apart. ``data`` alone has them in one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from requests import exceptions

from whatsapp.errors import TemplatesNotFetched
from whatsapp.gateway.gupshup import CONNECT_SECONDS, READ_SECONDS
from whatsapp.models import TemplateCategory, TemplateState
from whatsapp.values import Json, clean, obj, objects

BYTES_LIMIT = 20 * 1024 * 1024
ROWS_LIMIT = 5_000  # Meta allows 6,000 templates to the largest; shops have tens
BUTTONS_LIMIT = 10
NEEDED = ("GUPSHUP_API_KEY", "GUPSHUP_APP_ID")


@dataclass(frozen=True)
class Listing:
    """One template as Gupshup lists it, each field as long as its column."""

    gupshup_id: str
    name: str
    language: str
    category: str
    kind: str
    header: str
    body: str
    footer: str
    buttons: list[str]
    state: str
    reason: str


def fetch_templates() -> list[Listing]:
    """Every template of the app that can be understood; raises TemplatesNotFetched."""
    if missing := [name for name in NEEDED if not getattr(settings, name)]:
        raise TemplatesNotFetched(f"Set {' and '.join(missing)} first (docs/configuration.md).")
    rows = _answer(_get()).get("templates")
    if not isinstance(rows, list):
        raise TemplatesNotFetched("Gupshup's answer holds no list of templates.")
    return [listing for row in objects(rows, limit=ROWS_LIMIT) if (listing := read_listing(row))]


def _get() -> bytes:
    url = f"{settings.GUPSHUP_BASE_URL.rstrip('/')}/wa/app/{settings.GUPSHUP_APP_ID}/template"
    try:
        with requests.get(
            url,
            headers={"apikey": settings.GUPSHUP_API_KEY},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = b"".join(_bounded(response))
    except exceptions.RequestException as error:
        reason = f"Gupshup can't be reached ({type(error).__name__})."
        raise TemplatesNotFetched(reason) from error
    if response.status_code != requests.codes.ok:
        said = _said(body)
        raise TemplatesNotFetched(f"Gupshup answered HTTP {response.status_code}{said}.")
    return body


def _bounded(response: requests.Response) -> list[bytes]:
    chunks, size = [], 0
    for chunk in response.iter_content(65_536):
        size += len(chunk)
        if size > BYTES_LIMIT:
            raise TemplatesNotFetched("Gupshup's list is longer than 20 MB.")
        chunks.append(chunk)
    return chunks


def _said(body: bytes) -> str:
    message = clean(_json(body).get("message"), 200)
    return f": {message}" if message else ""


def _answer(body: bytes) -> Json:
    answer = _json(body)
    if answer.get("status") == "error":
        raise TemplatesNotFetched(f"Gupshup refused{_said(body)}.")
    return answer


def _json(body: bytes | str) -> Json:
    try:
        return obj(json.loads(body))
    except (ValueError, RecursionError):
        return {}


# One row --------------------------------------------------------------------------------


def read_listing(row: Json) -> Listing | None:
    """The row as the desk keeps it; None without an id, a name, a language or words."""
    parts = _json(clean(row.get("containerMeta"), 100_000))
    gupshup_id, name = clean(row.get("id"), 61), clean(row.get("elementName"), 181)
    language = clean(row.get("languageCode"), 13)
    body = clean(parts.get("data"), 2001) or _body_of(clean(row.get("data"), 2001))
    if not (gupshup_id and name and language and body):
        return None
    if len(gupshup_id) > 60 or len(name) > 180 or len(language) > 12 or len(body) > 2000:
        return None
    return Listing(
        gupshup_id=gupshup_id,
        name=name,
        language=language,
        category=category_of(row.get("category")),
        kind=clean(row.get("templateType"), 20).upper() or "TEXT",
        header=clean(parts.get("header"), 200),
        body=body,
        footer=clean(parts.get("footer"), 200),
        buttons=_buttons(parts),
        state=state_of(row.get("status")),
        reason=_reason(row),
    )


def _body_of(data: str) -> str:
    """``data`` ends in the buttons: ``words | [Yes] | [No]``."""
    return data.split(" | [", 1)[0]


def _buttons(parts: Json) -> list[str]:
    """Each button's words and where it leads, which may hold variables."""
    rows = objects(parts.get("buttons"), limit=BUTTONS_LIMIT)
    texts = (" ".join(clean(row.get(key), 90) for key in ("text", "url")).strip() for row in rows)
    return [text for text in texts if text]


def category_of(value: Any) -> str:
    """Marketing where it is none of WhatsApp's three: the one with the strictest rules."""
    name = clean(value, 30).lower()
    return name if name in TemplateCategory.values else TemplateCategory.MARKETING


def state_of(value: Any) -> str:
    """The state of that name in any letter case, or ``other``."""
    name = clean(value, 30).lower()
    return name if name in TemplateState.values else TemplateState.OTHER


def _reason(row: Json) -> str:
    known = state_of(row.get("status")) != TemplateState.OTHER
    said = clean(row.get("reason"), 300) or clean(row.get("rejectedReason"), 300)
    return said if known else said or clean(row.get("status"), 60)

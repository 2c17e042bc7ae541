"""What the true Gupshup says to a request that isn't as its pages describe it.

Sources: docs.gupshup.io/docs/session-messages, /reference/msg, /reference/quick-replies,
/docs/template-messages; WhatsApp's limits on buttons and lists.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

SESSION, TEMPLATE = "/wa/api/v1/msg", "/wa/api/v1/template/msg"
COMMON = {"channel", "source", "src.name", "destination"}
ALLOWED = {
    SESSION: COMMON | {"message", "disablePreview", "encode"},
    TEMPLATE: COMMON | {"template", "message", "postbackTexts"},
}


class Wrong(Exception):
    """The words of the refusal."""


def content_of(path: str, form: dict[str, str]) -> dict[str, Any]:
    """The message or template that the form holds; raises Wrong."""
    if unknown := set(form) - ALLOWED[path]:
        raise Wrong(f"Unknown parameter {sorted(unknown)[0]}")
    name = "message" if path == SESSION else "template"
    try:
        content = json.loads(form[name])
    except (KeyError, ValueError) as error:
        raise Wrong(f"Invalid {name}") from error
    need(isinstance(content, dict), f"Invalid {name}")
    need(_without_null(content), "null is not allowed")
    check = check_template if path == TEMPLATE else CHECKS.get(content.get("type"), unknown_type)
    try:
        check(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # of another shape
        raise Wrong("Invalid Message") from error
    return content


def need(holds: object, words: str) -> None:
    if not holds:
        raise Wrong(words)


def has_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def has_link(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme == "https"


def only(content: dict[str, Any], *keys: str) -> None:
    need(set(content) <= set(keys), f"Unknown key in {sorted(content)}")


def _without_null(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_without_null(one) for one in value.values())
    if isinstance(value, list):
        return all(_without_null(one) for one in value)
    return value is not None


def unknown_type(content: dict[str, Any]) -> None:
    raise Wrong("Invalid Message")


def check_text(content: dict[str, Any]) -> None:
    only(content, "type", "text", "previewUrl", "context")
    need(has_text(content.get("text"), 4096), "Invalid Message")


def check_image(content: dict[str, Any]) -> None:
    only(content, "type", "originalUrl", "previewUrl", "caption", "id")
    both = has_link(content.get("originalUrl")) and has_link(content.get("previewUrl"))
    need(both or content.get("id"), "Invalid Media Url")


def check_file(content: dict[str, Any]) -> None:
    only(content, "type", "url", "filename", "caption")
    need(has_link(content.get("url")) and has_text(content.get("filename"), 240), "Invalid Media")


def check_quick_reply(content: dict[str, Any]) -> None:
    only(content, "type", "msgid", "content", "options")
    body = content.get("content", {})
    only(body, "type", "header", "text", "caption")
    need(body.get("type") == "text" and has_text(body.get("text"), 1024), "Invalid content")
    need(len(body.get("caption", "")) <= 60, "Invalid caption")
    options = content.get("options", [])
    need(0 < len(options) <= 3, "Invalid options")
    for option in options:
        check_option(option, 20, "type", "title", "postbackText")


def check_list(content: dict[str, Any]) -> None:
    only(content, "type", "title", "body", "footer", "msgid", "globalButtons", "items")
    need(has_text(content.get("title"), 60) and has_text(content.get("body"), 1024), "Invalid list")
    (button,) = content.get("globalButtons", [{}])
    need(button.get("type") == "text" and has_text(button.get("title"), 20), "Invalid button")
    items = content.get("items", [])
    rows = [row for item in items for row in item["options"]]
    need(0 < len(items) <= 10 and 0 < len(rows) <= 10, "Invalid items")
    for item in items:
        only(item, "title", "subtitle", "options")
    for row in rows:
        check_option(row, 24, "type", "title", "description", "postbackText", "encodeText")
        need(len(row.get("description", "")) <= 72, "Invalid description")


def check_option(option: dict[str, Any], most: int, *keys: str) -> None:
    only(option, *keys)
    need(option.get("type") == "text" and has_text(option.get("title"), most), "Invalid option")
    need(has_text(option.get("postbackText"), 300), "Invalid postback")


def check_template(content: dict[str, Any]) -> None:
    """A wrong number of parameters is told later, by a failed event."""
    only(content, "id", "params")
    need(has_text(content.get("id"), 60), "Invalid Template")
    params = content.get("params")
    need(isinstance(params, list), "Invalid params")
    for param in params or []:
        well = has_text(param, 1024) and not set(param) & set("\n\t") and "     " not in param
        need(well, "Invalid params")


CHECKS = {
    "text": check_text,
    "image": check_image,
    "file": check_file,
    "quick_reply": check_quick_reply,
    "list": check_list,
}


def words_of(content: dict[str, Any]) -> str:
    """The words of a message, wherever its kind has them."""
    inner = content.get("content", {})
    found = (content.get("text"), content.get("body"), inner.get("text"), content.get("caption"))
    return next((words for words in found if words), "")

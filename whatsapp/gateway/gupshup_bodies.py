"""Our contents in the words of Gupshup's API; pure.

Sources: docs.gupshup.io/docs/session-messages, /reference/msg, /reference/quick-replies
(session messages), /docs/template-messages (templates).
"""

from __future__ import annotations

import json
from typing import Any

from whatsapp.outgoing import (
    Buttons,
    Choices,
    Document,
    Outgoing,
    Picture,
    Section,
    TemplateMessage,
    Text,
)

SESSION_PATH = "/wa/api/v1/msg"
TEMPLATE_PATH = "/wa/api/v1/template/msg"


def path_and_fields(content: Outgoing, *, reference: str) -> tuple[str, dict[str, str]]:
    """Where the content is posted and the form fields that say it.

    ``reference`` comes back as ``id`` with a tap on a button or a row.
    """
    if isinstance(content, TemplateMessage):
        template = {"id": content.template_id, "params": list(content.params)}
        return TEMPLATE_PATH, {"template": json.dumps(template)}
    message = json.dumps(session_message(content, reference=reference))
    fields = {"message": message}
    if isinstance(content, Choices) and _has_emoji(message):
        fields["encode"] = "true"
    return SESSION_PATH, fields


def session_message(
    content: Text | Buttons | Choices | Picture | Document, *, reference: str
) -> dict[str, Any]:
    """The JSON of the form field ``message``; what is empty is left out, null is not allowed."""
    match content:
        case Buttons():
            return _quick_reply(content, reference)
        case Choices():
            return _list(content, reference)
        case Picture(url, caption):
            return {
                "type": "image",
                "originalUrl": url,
                "previewUrl": url,
                **_given(caption=caption),
            }
        case Document(url, file_name, caption):
            return {"type": "file", "url": url, "filename": file_name, **_given(caption=caption)}
        case Text(text):
            return {"type": "text", "text": text}


def _quick_reply(content: Buttons, reference: str) -> dict[str, Any]:
    return {
        "type": "quick_reply",
        "msgid": reference,
        "content": {"type": "text", "text": content.text, **_given(caption=content.footer)},
        "options": [
            {"type": "text", "title": button.title, "postbackText": button.postback}
            for button in content.buttons
        ],
    }


def _list(content: Choices, reference: str) -> dict[str, Any]:
    return {
        "type": "list",
        "title": content.title,
        "body": content.text,
        "msgid": reference,
        "globalButtons": [{"type": "text", "title": content.label}],
        "items": [_section(section) for section in content.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    options = [
        {
            "type": "text",
            "title": row.title,
            "postbackText": row.postback,
            **_given(description=row.description),
        }
        for row in section.rows
    ]
    return {"title": section.title, "subtitle": section.title, "options": options}


def _given(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _has_emoji(message: str) -> bool:
    """Beyond the basic plane, where emoji are, JSON writes two escapes, ``\\ud83d`` first."""
    return "\\ud8" in message

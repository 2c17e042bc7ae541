"""What the desk can send: words, buttons, a list to choose from, a picture, a document, a template.

Each is checked against WhatsApp's limits before its row exists, and stands in that row
(``Message.kind``, ``text``, ``details``) until it is sent. Limits: Gupshup's pages
"Session messages" and "Quick replies" (docs.gupshup.io/docs/session-messages).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from whatsapp.contents import POSTBACK_LIMIT

TEXT_LIMIT = 4096
BODY_LIMIT = 1024
FOOTER_LIMIT = 60
URL_LIMIT = 2000
FILE_NAME_LIMIT = 200
BUTTONS, BUTTON_LIMIT = 3, 20
SECTIONS, ROWS = 10, 10
ROW_LIMIT, DESCRIPTION_LIMIT, SECTION_LIMIT = 24, 72, 24

_is_link = URLValidator(schemes=["https"])


@dataclass(frozen=True)
class Text:
    """Words alone."""

    text: str


@dataclass(frozen=True)
class Button:
    """What a customer may tap; ``postback`` is what the desk gets back (whatsapp/taps.py)."""

    title: str
    postback: str


@dataclass(frozen=True)
class Buttons:
    """Words with one to three buttons under them."""

    text: str
    buttons: Sequence[Button]
    footer: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a list to choose from."""

    title: str
    postback: str
    description: str = ""


@dataclass(frozen=True)
class Section:
    """Some rows of a list under a title."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Choices:
    """Words with a button (``label``) that opens a list of at most ten rows."""

    text: str
    title: str
    label: str
    sections: Sequence[Section]


@dataclass(frozen=True)
class Picture:
    """A picture that WhatsApp fetches from a public https link."""

    url: str
    caption: str = ""


@dataclass(frozen=True)
class Document:
    """A document that WhatsApp fetches from a public https link."""

    url: str
    file_name: str
    caption: str = ""


@dataclass(frozen=True)
class TemplateMessage:
    """An approved template with the values of its variables; ``text`` is how it reads."""

    template_id: str
    params: Sequence[str]
    text: str


Outgoing = Text | Buttons | Choices | Picture | Document | TemplateMessage
_KINDS: dict[type, str] = {
    Text: "text",
    Buttons: "buttons",
    Choices: "list",
    Picture: "image",
    Document: "document",
    TemplateMessage: "template",
}
TEMPLATE = _KINDS[TemplateMessage]


def as_row(content: Outgoing) -> dict[str, Any]:
    """The content as the fields of a Message: its words, and the rest in ``details``."""
    details = asdict(content)
    words = "caption" if isinstance(content, Picture | Document) else "text"
    text = details.pop(words)
    return {"kind": _KINDS[type(content)], "text": text, "details": details}


def from_row(kind: str, text: str, details: dict[str, Any]) -> Outgoing:
    """What a Message's row says is to be sent."""
    match kind:
        case "buttons":
            buttons = [Button(**one) for one in details["buttons"]]
            return Buttons(text, buttons, details["footer"])
        case "list":
            sections = [_section(one) for one in details["sections"]]
            return Choices(text, details["title"], details["label"], sections)
        case "image":
            return Picture(details["url"], text)
        case "document":
            return Document(details["url"], details["file_name"], text)
        case "template":
            return TemplateMessage(details["template_id"], details["params"], text)
    return Text(text)


def _section(details: dict[str, Any]) -> Section:
    return Section(details["title"], [Row(**row) for row in details["rows"]])


# Limits ---------------------------------------------------------------------------------


def checked(content: Outgoing) -> Outgoing:
    """The content as WhatsApp takes it: long words shortened; raises InvalidInput for the rest."""
    match content:
        case Text(text):
            return Text(_shortened(text, TEXT_LIMIT))
        case Buttons(text, buttons, footer):
            _count(buttons, BUTTONS, "buttons")
            for button in buttons:
                _title(button.title, BUTTON_LIMIT, "button")
                _postback(button.postback)
            return Buttons(_shortened(text, BODY_LIMIT), buttons, _shortened(footer, FOOTER_LIMIT))
        case Choices(text, title, label, sections):
            _check_list(title, label, sections)
            return Choices(_shortened(text, BODY_LIMIT), title, label, sections)
        case Picture(url, caption):
            _link(url)
            return Picture(url, _shortened(caption, BODY_LIMIT))
        case Document(url, file_name, caption):
            _link(url)
            _title(file_name, FILE_NAME_LIMIT, "file name")
            return Document(url, file_name, _shortened(caption, BODY_LIMIT))
    return content


def _check_list(title: str, label: str, sections: Sequence[Section]) -> None:
    _title(title, FOOTER_LIMIT, "header")
    _title(label, BUTTON_LIMIT, "button")
    _count(sections, SECTIONS, "sections")
    _count([row for section in sections for row in section.rows], ROWS, "rows")
    for section in sections:
        _title(section.title, SECTION_LIMIT, "section")
        for row in section.rows:
            _title(row.title, ROW_LIMIT, "row")
            _postback(row.postback)
            if len(row.description) > DESCRIPTION_LIMIT:
                raise InvalidInput(
                    _("A row's description has at most %(description_limit)s letters.")
                    % {"description_limit": DESCRIPTION_LIMIT}
                )


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _count(things: Sequence[object], most: int, what: str) -> None:
    if not 0 < len(things) <= most:
        raise InvalidInput(
            _("WhatsApp takes 1 to %(most)s %(what)s, not %(count)s.")
            % {"most": most, "what": what, "count": len(things)},
            attr=what,
        )


def _title(title: str, limit: int, what: str) -> None:
    if not 0 < len(title.strip()) <= len(title) <= limit:
        raise InvalidInput(
            _("The %(what)s needs 1 to %(limit)s letters: %(title)s.")
            % {"what": what, "limit": limit, "title": f"{title[:60]!r}"}
        )


def _postback(postback: str) -> None:
    if not 0 < len(postback) <= POSTBACK_LIMIT:
        raise InvalidInput(_("What a tap sends back is empty or too long."))


def _link(url: str) -> None:
    try:
        _is_link(url)
    except ValidationError as error:
        raise InvalidInput(
            _("WhatsApp fetches files from an https link only."), attr="url"
        ) from error
    if len(url) > URL_LIMIT:
        raise InvalidInput(
            _("The link is longer than %(url_limit)s letters.") % {"url_limit": URL_LIMIT},
            attr="url",
        )

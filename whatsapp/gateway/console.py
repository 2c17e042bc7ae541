"""Without Gupshup: the log says what would have been sent."""

from __future__ import annotations

import logging
import uuid

from django.conf import settings

from whatsapp.outgoing import (
    Buttons,
    Choices,
    Document,
    Outgoing,
    Picture,
    TemplateMessage,
    Text,
)

logger = logging.getLogger(__name__)


class ConsoleGateway:
    """Accepts every message; shows whom and what in the demo only, where nobody is real."""

    def send(self, phone: str, content: Outgoing, *, reference: str) -> str:
        """Log the message and make up an id for it."""
        if settings.PARCHI_ENV == "demo":
            logger.info("WhatsApp to %s:\n%s", phone, in_words(content))
        else:
            kind = type(content).__name__
            logger.info("A WhatsApp message (%s) would have been sent", kind)
        return f"console-{uuid.uuid4()}"


def in_words(content: Outgoing) -> str:
    """Any content as lines of text, as the customer would see it."""
    match content:
        case Buttons(text, buttons, footer):
            taps = "  ".join(f"[{button.title}]" for button in buttons)
            return "\n".join(filter(None, (text, footer, taps)))
        case Choices(text, title, label, sections):
            rows = [f"  {row.title}" for section in sections for row in section.rows]
            return "\n".join([title, text, f"[{label}]", *rows])
        case Picture(url, caption) | Document(url, _, caption):
            return "\n".join(filter(None, (url, caption)))
        case Text(text) | TemplateMessage(text=text):
            return text

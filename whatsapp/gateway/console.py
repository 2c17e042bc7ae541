"""Without Gupshup: the log says what would have been sent."""

from __future__ import annotations

import logging
import uuid

from django.conf import settings

logger = logging.getLogger(__name__)


class ConsoleGateway:
    """Accepts every message; shows whom and what in the demo only, where nobody is real."""

    def send_text(self, phone: str, text: str) -> str:
        """Log the message and make up an id for it."""
        if settings.PARCHI_ENV == "demo":
            logger.info("WhatsApp to %s:\n%s", phone, text)
        else:
            logger.info("A WhatsApp message of %d characters would have been sent", len(text))
        return f"console-{uuid.uuid4()}"

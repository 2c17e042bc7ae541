"""What the WhatsApp tests share: everybody may write, and nothing listens unless asked to."""

import pytest


@pytest.fixture(autouse=True)
def _whatsapp_settings(settings):
    settings.ALLOWED_PHONE_NUMBERS = ["*"]
    settings.GUPSHUP_WEBHOOK_SECRET = ""
    settings.MESSAGE_EVENT_HANDLERS = []

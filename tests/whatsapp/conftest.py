"""What the WhatsApp tests share: everybody may write, and nothing listens unless asked to."""

import pytest

from tests.fakes.gupshup import API_KEY, APP_NAME, SOURCE, running_gupshup


@pytest.fixture(autouse=True)
def _whatsapp_settings(settings):
    settings.ALLOWED_PHONE_NUMBERS = ["*"]
    settings.GUPSHUP_WEBHOOK_SECRET = ""
    settings.MESSAGE_EVENT_HANDLERS = []


@pytest.fixture
def gupshup(settings):
    """Gupshup as the gateway finds it, on the loopback address."""
    with running_gupshup() as fake:
        settings.GUPSHUP_BASE_URL = fake.url
        settings.GUPSHUP_API_KEY = API_KEY
        settings.GUPSHUP_APP_NAME = APP_NAME
        settings.GUPSHUP_SOURCE = SOURCE
        yield fake

"""System checks that name each integration that is not set up; the desk runs without them."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, register


@register()
def missing_integrations(**kwargs: Any) -> list[CheckMessage]:
    """Info messages for what is off, so that a silent console gateway surprises nobody."""
    found: list[CheckMessage] = []
    gupshup = ("GUPSHUP_API_KEY", "GUPSHUP_APP_NAME", "GUPSHUP_SOURCE")
    if missing := [name for name in gupshup if not getattr(settings, name)]:
        hint = f"Set {', '.join(missing)} (docs/configuration.md)."
        found.append(Info("WhatsApp replies go to the console only.", hint, id="parchi.I001"))
    if not settings.GUPSHUP_WEBHOOK_SECRET:
        hint = "Set GUPSHUP_WEBHOOK_SECRET (docs/configuration.md)."
        found.append(Info("The webhook takes messages without a secret.", hint, id="parchi.I002"))
    if not settings.OPENAI_API_KEY:
        hint = "Set OPENAI_API_KEY and DRAFT_READER=hybrid (docs/configuration.md)."
        found.append(Info("Messages are read by the offline reader.", hint, id="parchi.I003"))
    if settings.EMAIL_BACKEND.rsplit(".", 2)[-2] in ("console", "dummy"):
        hint = "Set EMAIL_URL (docs/configuration.md)."
        found.append(Info("Mails to accounts leave by no mail server.", hint, id="parchi.I004"))
    return found

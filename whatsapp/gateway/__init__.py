"""The door to WhatsApp: one protocol, Gupshup behind it or the console."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from whatsapp.outgoing import Outgoing


class Gateway(Protocol):
    """Sends messages; each call is one attempt, retrying is the outbox's business."""

    def send(self, phone: str, content: Outgoing, *, reference: str) -> str:
        """Hand a message to WhatsApp for an E.164 number; the provider's id of the message.

        ``reference`` comes back with a tap on the message's buttons. Raises
        GatewayRefused when it certainly didn't go out, OutcomeUnknown when it may have.
        """
        ...


class GatewayRefused(Exception):
    """The message did not go out; ``permanent`` says that trying again is no use."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class OutcomeUnknown(Exception):
    """The message may have gone out; sending it again could reach the customer twice."""


def get_gateway() -> Gateway:
    """Gupshup once its three settings are set, else the console."""
    from whatsapp.gateway.console import ConsoleGateway
    from whatsapp.gateway.gupshup import GupshupGateway

    key, name = settings.GUPSHUP_API_KEY, settings.GUPSHUP_APP_NAME
    if not (key and name and settings.GUPSHUP_SOURCE):
        return ConsoleGateway()
    base_url, source = settings.GUPSHUP_BASE_URL, settings.GUPSHUP_SOURCE
    return GupshupGateway(api_key=key, app_name=name, source=source, base_url=base_url)

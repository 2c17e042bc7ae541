"""The staff's pages about conversations, and what came in raw."""

from whatsapp.admin.chats import ChatAdmin
from whatsapp.admin.events import InboundEventAdmin

__all__ = ["ChatAdmin", "InboundEventAdmin"]

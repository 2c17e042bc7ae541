"""The staff's pages about conversations, what goes out, and what came in raw."""

from whatsapp.admin.chats import ChatAdmin
from whatsapp.admin.events import InboundEventAdmin
from whatsapp.admin.outbox import OutboxAdmin
from whatsapp.admin.quick_replies import QuickReplyAdmin

__all__ = ["ChatAdmin", "InboundEventAdmin", "OutboxAdmin", "QuickReplyAdmin"]

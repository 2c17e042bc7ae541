"""The staff's pages about conversations, what goes out, and what came in raw."""

from whatsapp.admin.chats import ChatAdmin
from whatsapp.admin.events import InboundEventAdmin
from whatsapp.admin.notices import NoticeAdmin, OrderNoticeAdmin
from whatsapp.admin.outbox import OutboxAdmin
from whatsapp.admin.quick_replies import QuickReplyAdmin
from whatsapp.admin.templates import TemplateAdmin

__all__ = [
    "ChatAdmin",
    "InboundEventAdmin",
    "NoticeAdmin",
    "OrderNoticeAdmin",
    "OutboxAdmin",
    "QuickReplyAdmin",
    "TemplateAdmin",
]

"""What came in, raw; chats; messages both ways; the pace of sending; notices."""

from whatsapp.models.imports import ChatImport
from whatsapp.models.messages import (
    Chat,
    Direction,
    EventStatus,
    IgnoredCount,
    InboundEvent,
    Media,
    MediaStatus,
    Message,
    MessageStatus,
    MessageWords,
)
from whatsapp.models.notices import (
    Notice,
    NoticeEvent,
    NoticeWording,
    OrderNotice,
    OrderNoticeStatus,
)
from whatsapp.models.outbox import OutboxMessage, SendPace
from whatsapp.models.quick_replies import QuickReply
from whatsapp.models.templates import Template, TemplateCategory, TemplateState

__all__ = [
    "Chat",
    "ChatImport",
    "Direction",
    "EventStatus",
    "IgnoredCount",
    "InboundEvent",
    "Media",
    "MediaStatus",
    "Message",
    "MessageStatus",
    "MessageWords",
    "Notice",
    "NoticeEvent",
    "NoticeWording",
    "OrderNotice",
    "OrderNoticeStatus",
    "OutboxMessage",
    "QuickReply",
    "SendPace",
    "Template",
    "TemplateCategory",
    "TemplateState",
]

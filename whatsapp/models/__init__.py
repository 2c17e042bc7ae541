"""What came in, raw; chats; messages both ways; the pace of sending; quick replies."""

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
from whatsapp.models.outbox import OutboxMessage, SendPace
from whatsapp.models.quick_replies import QuickReply

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
    "OutboxMessage",
    "QuickReply",
    "SendPace",
]

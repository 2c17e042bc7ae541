"""What came in, raw; chats; messages both ways with their delivery state; the pace of sending."""

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
)
from whatsapp.models.outbox import OutboxMessage, SendPace

__all__ = [
    "Chat",
    "Direction",
    "EventStatus",
    "IgnoredCount",
    "InboundEvent",
    "Media",
    "MediaStatus",
    "Message",
    "MessageStatus",
    "OutboxMessage",
    "SendPace",
]

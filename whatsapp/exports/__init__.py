"""Chats that WhatsApp's "Export chat" wrote: opened, split into lines, dated and understood."""

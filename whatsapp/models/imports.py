"""Chats that were exported from a phone and taken over."""

from __future__ import annotations

from django.db import models


class ChatImport(models.Model):
    """One run that took messages over from an export; they point back to it."""

    chat = models.ForeignKey("whatsapp.Chat", on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

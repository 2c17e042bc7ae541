"""Reading the admin's pages in tests."""

from __future__ import annotations

from django.contrib.messages import get_messages


def said(response) -> list[str]:
    """The messages that an answer shows, or leaves for the page it leads to."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def text_of(response) -> str:
    """An answer's page with runs of white space made one space."""
    return " ".join(response.content.decode().split())

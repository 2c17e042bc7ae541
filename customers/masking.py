"""Showing enough of a name for its owner to know it again."""

from __future__ import annotations


def masked_name(name: str) -> str:
    """``fa***a`` of a username, ``fa***@example.in`` of one that is an e-mail."""
    local, at, host = name.partition("@")
    shown = f"{local[:2]}***{local[-1]}" if len(local) > 4 else f"{local[:1]}***"
    return f"{shown}{at}{host}"

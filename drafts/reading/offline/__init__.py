"""Reading order messages without a model: rules, word lists and the shop's catalogue."""

from .reader import OfflineReader

__all__ = ["OfflineReader"]

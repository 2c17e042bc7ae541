"""The staff's pages about drafts: the list and the review desk."""

from drafts.admin.drafts import DraftAdmin

__all__ = ["DraftAdmin"]

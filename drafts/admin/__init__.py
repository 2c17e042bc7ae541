"""The staff's pages about drafts: the list and the review desk."""

from drafts.admin.drafts import DraftAdmin
from drafts.admin.learned import LearnedNameAdmin

__all__ = ["DraftAdmin", "LearnedNameAdmin"]

"""Analyses of messages, order drafts with their entries, who has one open, which were merged."""

from drafts.models.desk import DraftMerge, DraftViewer
from drafts.models.drafts import (
    ChangeKind,
    ChangeState,
    ClosedBecause,
    DraftChange,
    DraftEntry,
    DraftMessage,
    DraftOrder,
    DraftStatus,
    MessageAbout,
    MessageOrder,
    OrderDraft,
)
from drafts.models.reading import Analysis, AnalysisStatus, LearnedName

__all__ = [
    "Analysis",
    "AnalysisStatus",
    "ChangeKind",
    "ChangeState",
    "ClosedBecause",
    "DraftChange",
    "DraftEntry",
    "DraftMerge",
    "DraftMessage",
    "DraftOrder",
    "DraftStatus",
    "DraftViewer",
    "LearnedName",
    "MessageAbout",
    "MessageOrder",
    "OrderDraft",
]

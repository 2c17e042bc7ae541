"""Analyses of messages, order drafts with their entries, who has one open, which were merged."""

from drafts.models.desk import DraftMerge, DraftViewer
from drafts.models.drafts import (
    Analysis,
    AnalysisStatus,
    ChangeKind,
    ChangeState,
    ClosedBecause,
    DraftChange,
    DraftEntry,
    DraftMessage,
    DraftOrder,
    DraftStatus,
    LearnedName,
    MessageAbout,
    MessageOrder,
    OrderDraft,
)

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

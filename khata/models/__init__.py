"""Tables of the ledger and of the photographed pages, one file an aggregate."""

from khata.models.ledger import (
    Account,
    AccountBalance,
    AccountKind,
    BalanceSnapshot,
    LedgerLine,
    LedgerTransaction,
    LedgerUnit,
    PeriodClosing,
    Source,
)
from khata.models.pages import (
    KhataPage,
    KhataRow,
    KhataUpload,
    PipelineName,
    RowKind,
    RowState,
    UploadStatus,
)

__all__ = [
    "Account",
    "AccountBalance",
    "AccountKind",
    "BalanceSnapshot",
    "KhataPage",
    "KhataRow",
    "KhataUpload",
    "LedgerLine",
    "LedgerTransaction",
    "LedgerUnit",
    "PeriodClosing",
    "PipelineName",
    "RowKind",
    "RowState",
    "Source",
    "UploadStatus",
]

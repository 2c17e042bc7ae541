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

__all__ = [
    "Account",
    "AccountBalance",
    "AccountKind",
    "BalanceSnapshot",
    "LedgerLine",
    "LedgerTransaction",
    "LedgerUnit",
    "PeriodClosing",
    "Source",
]

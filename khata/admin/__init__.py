"""The staff's pages about the khata: pages and their review, accounts, what was posted, periods."""

from khata.admin.accounts import AccountAdmin
from khata.admin.closings import PeriodClosingAdmin
from khata.admin.rows import KhataRowAdmin
from khata.admin.transactions import LedgerTransactionAdmin
from khata.admin.uploads import KhataUploadAdmin

__all__ = [
    "AccountAdmin",
    "KhataRowAdmin",
    "KhataUploadAdmin",
    "LedgerTransactionAdmin",
    "PeriodClosingAdmin",
]

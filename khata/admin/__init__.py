"""The staff's pages about the khata: accounts, what was posted, closed periods, what was read."""

from khata.admin.accounts import AccountAdmin
from khata.admin.closings import PeriodClosingAdmin
from khata.admin.rows import KhataRowAdmin
from khata.admin.transactions import LedgerTransactionAdmin

__all__ = ["AccountAdmin", "KhataRowAdmin", "LedgerTransactionAdmin", "PeriodClosingAdmin"]

"""The staff's pages about people: accounts, the shop's row, customers."""

from customers.admin.accounts import AccountAdmin, ShopAdmin
from customers.admin.people import CustomerAdmin

__all__ = ["AccountAdmin", "CustomerAdmin", "ShopAdmin"]

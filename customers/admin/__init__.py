"""The staff's pages about people: accounts, the shop's row, customers."""

from customers.admin.accounts import AccountAdmin
from customers.admin.alerts import StaffAlertAdmin
from customers.admin.imports import ImportJobAdmin
from customers.admin.people import CustomerAdmin
from customers.admin.scores import CustomerScoreAdmin
from customers.admin.shop import ShopAdmin

__all__ = [
    "AccountAdmin",
    "CustomerAdmin",
    "CustomerScoreAdmin",
    "ImportJobAdmin",
    "ShopAdmin",
    "StaffAlertAdmin",
]

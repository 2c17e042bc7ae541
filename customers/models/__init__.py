"""The shop and what it sets, its accounts, its customers and what they said."""

from customers.models.people import (
    AccountManager,
    Address,
    ConsentEvent,
    ConsentSource,
    ConsentState,
    Customer,
    CustomerAlias,
    PaymentTerms,
    User,
    WhatsAppIdentity,
)
from customers.models.shop import Currency, Grouping, ReaderChoice, Shop

__all__ = [
    "AccountManager",
    "Address",
    "ConsentEvent",
    "ConsentSource",
    "ConsentState",
    "Currency",
    "Customer",
    "CustomerAlias",
    "Grouping",
    "PaymentTerms",
    "ReaderChoice",
    "Shop",
    "User",
    "WhatsAppIdentity",
]

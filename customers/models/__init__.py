"""The shop and what it sets, its accounts, its customers and what they said."""

from customers.imports.models import ImportJob, ImportKind, ImportRow, ImportStatus, Outcome
from customers.models.erasures import Erasure
from customers.models.merges import UNDO_WITHIN, CustomerMerge
from customers.models.people import (
    AccountManager,
    Address,
    AddressKind,
    ConsentEvent,
    ConsentSource,
    ConsentState,
    Customer,
    CustomerAlias,
    CustomerQuerySet,
    PaymentTerms,
    User,
    WhatsAppIdentity,
    alias_words,
    customer_words,
)
from customers.models.shop import Currency, Grouping, ReaderChoice, Shop

__all__ = [
    "UNDO_WITHIN",
    "AccountManager",
    "Address",
    "AddressKind",
    "ConsentEvent",
    "ConsentSource",
    "ConsentState",
    "Currency",
    "Customer",
    "CustomerAlias",
    "CustomerMerge",
    "CustomerQuerySet",
    "Erasure",
    "Grouping",
    "ImportJob",
    "ImportKind",
    "ImportRow",
    "ImportStatus",
    "Outcome",
    "PaymentTerms",
    "ReaderChoice",
    "Shop",
    "User",
    "WhatsAppIdentity",
    "alias_words",
    "customer_words",
]

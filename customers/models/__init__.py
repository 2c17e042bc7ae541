"""The shop and what it sets, its accounts, its customers and what they said."""

from customers.imports.models import ImportJob, ImportKind, ImportRow, ImportStatus, Outcome
from customers.models.account_messages import (
    AccountMessage,
    AccountMessageKind,
    AccountMessageStatus,
)
from customers.models.alerts import (
    AlertClock,
    AlertKind,
    AlertStatus,
    AlertWay,
    AlertWish,
    StaffAlert,
)
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
)
from customers.models.shop import (
    ClosedDay,
    Currency,
    DateStyle,
    Grouping,
    OpeningTime,
    ReaderChoice,
    Shop,
    Weekday,
)
from customers.models.views import SavedView

__all__ = [
    "UNDO_WITHIN",
    "AccountManager",
    "AccountMessage",
    "AccountMessageKind",
    "AccountMessageStatus",
    "Address",
    "AddressKind",
    "AlertClock",
    "AlertKind",
    "AlertStatus",
    "AlertWay",
    "AlertWish",
    "ClosedDay",
    "ConsentEvent",
    "ConsentSource",
    "ConsentState",
    "Currency",
    "Customer",
    "CustomerAlias",
    "CustomerMerge",
    "CustomerQuerySet",
    "DateStyle",
    "Erasure",
    "Grouping",
    "ImportJob",
    "ImportKind",
    "ImportRow",
    "ImportStatus",
    "OpeningTime",
    "Outcome",
    "PaymentTerms",
    "ReaderChoice",
    "SavedView",
    "Shop",
    "StaffAlert",
    "User",
    "Weekday",
    "WhatsAppIdentity",
    "alias_words",
]

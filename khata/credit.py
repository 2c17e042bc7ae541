"""How a customer's credit stands: terms, limit, and what is owed in rupees."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from customers.models import Customer, PaymentTerms
from khata.models import AccountBalance, LedgerUnit


class CreditStatus(TextChoices):
    """good: buys on credit within the limit; overdue: owes more than it; no_terms: cash."""

    GOOD = "good"
    OVERDUE = "overdue"
    NO_TERMS = "no_terms"


def with_credit(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Annotate ``balance`` (rupees owed, negative in their favour) and ``credit_status``."""
    accounts = AccountBalance.objects.filter(
        account__customer=OuterRef("pk"), account__unit=LedgerUnit.INR
    )
    owed = accounts.order_by().values("account__customer").values(sum=Sum("balance"))
    nothing = Value(Decimal(0), DecimalField(max_digits=18, decimal_places=3))
    return customers.annotate(balance=Coalesce(Subquery(owed), nothing)).annotate(
        credit_status=Case(
            When(payment_terms=PaymentTerms.CASH, then=Value(CreditStatus.NO_TERMS)),
            When(balance__gt=F("credit_limit"), then=Value(CreditStatus.OVERDUE)),
            default=Value(CreditStatus.GOOD),
            output_field=CharField(),
        )
    )

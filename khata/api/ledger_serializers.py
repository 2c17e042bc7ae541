"""Accounts, entries and statements as JSON, and what may be sent about them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from khata.models import Account, AccountKind, LedgerLine, LedgerTransaction, LedgerUnit, Source

MAX_ID = 2**63 - 1
FORMATS = ("json", "csv", "pdf")
# A customer's side is always there; the other is one of these.
AGAINST = [choice for choice in AccountKind.choices if choice[0] != AccountKind.CUSTOMER]


class AccountSerializer(serializers.ModelSerializer[Account]):
    """``balance``: what is owed to the shop in the unit; negative: what the shop owes."""

    kind = serializers.ChoiceField(choices=AccountKind.choices)
    unit = serializers.ChoiceField(choices=LedgerUnit.choices)
    customer_id = serializers.IntegerField(allow_null=True)
    customer_name = serializers.CharField(source="customer.name", allow_null=True, default=None)
    customer_phone = serializers.CharField(source="customer.phone", allow_null=True, default=None)
    credit_limit = serializers.DecimalField(
        12, 2, source="customer.credit_limit", allow_null=True, default=None, help_text="Rupees"
    )
    balance = serializers.DecimalField(18, 3)

    class Meta:
        model = Account
        fields = ["id", "kind", "unit", "customer_id", "customer_name", "customer_phone"]
        fields += ["credit_limit", "balance"]


class LedgerLineSerializer(serializers.ModelSerializer[LedgerLine]):
    """One side: a debit or a credit, the other is 0."""

    account = serializers.CharField(help_text="Its name", source="account.__str__")
    kind = serializers.ChoiceField(source="account.kind", choices=AccountKind.choices)
    unit = serializers.ChoiceField(source="account.unit", choices=LedgerUnit.choices)
    customer_id = serializers.IntegerField(source="account.customer_id", allow_null=True)
    account_id = serializers.IntegerField()

    class Meta:
        model = LedgerLine
        fields = ["account_id", "account", "kind", "unit", "customer_id", "debit", "credit"]


class LedgerTransactionSerializer(serializers.ModelSerializer[LedgerTransaction]):
    """What was posted, in two lines or more that balance in each unit."""

    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    particulars = serializers.CharField(source="memo")
    order_id = serializers.UUIDField(allow_null=True)
    reversal_of = serializers.IntegerField(source="reversal_of_id", allow_null=True)
    reversed_by = serializers.IntegerField(
        source="reversed_by.pk", allow_null=True, default=None, help_text="What undid it"
    )
    actor = serializers.CharField(source="actor.username", allow_null=True, default=None)
    lines = LedgerLineSerializer(many=True)

    class Meta:
        model = LedgerTransaction
        fields = ["id", "date", "source", "particulars", "slip_number", "order_id"]
        fields += ["reversal_of", "reversed_by", "actor", "created_at", "lines"]


class LedgerEntrySerializer(serializers.Serializer[Any]):
    """A line of a khata. Either ``debit`` (they owe more) or ``credit`` (they owe less)."""

    customer_id = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    date = serializers.DateField(required=False, help_text="Today, where it is not sent")
    debit = serializers.DecimalField(14, 3, required=False, allow_null=True)
    credit = serializers.DecimalField(14, 3, required=False, allow_null=True)
    particulars = serializers.CharField(max_length=300, required=False, allow_blank=True)
    slip_number = serializers.CharField(max_length=24, required=False, allow_blank=True)
    against = serializers.ChoiceField(
        choices=AGAINST,
        required=False,
        help_text="The shop's side: sales for a debit, cash for a credit, metal for grams",
    )
    unit = serializers.ChoiceField(choices=LedgerUnit.choices, required=False)
    force = serializers.BooleanField(
        required=False, help_text="Post it although its slip number is in the ledger already"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"date": timezone.localdate(), **attrs}


class ReversalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class StatementQuerySerializer(serializers.Serializer[Any]):
    """Which days of which unit, and in which form."""

    date_from = serializers.DateField(required=False, help_text="The first day")
    date_to = serializers.DateField(required=False, help_text="The last day, itself included")
    unit = serializers.ChoiceField(choices=LedgerUnit.choices, default=LedgerUnit.INR)
    format = serializers.ChoiceField(
        choices=FORMATS, required=False, help_text="Else what `Accept` asks for, else JSON"
    )


class StatementLineSerializer(serializers.Serializer[Any]):
    """A line of the customer's khata; ``balance`` is what they owed after it."""

    transaction_id = serializers.IntegerField(source="transaction.pk")
    date = serializers.DateField(source="transaction.date")
    source = serializers.ChoiceField(  # type: ignore[assignment]
        source="transaction.source", choices=Source.choices
    )
    particulars = serializers.CharField(source="transaction.memo")
    slip_number = serializers.CharField(source="transaction.slip_number")
    order_id = serializers.UUIDField(source="transaction.order_id", allow_null=True)
    debit = serializers.DecimalField(14, 3)
    credit = serializers.DecimalField(14, 3)
    balance = serializers.DecimalField(18, 3)
    reversal_of = serializers.IntegerField(source="transaction.reversal_of_id", allow_null=True)
    reversed_by = serializers.IntegerField(
        source="transaction.reversed_by.pk", allow_null=True, default=None
    )


class StatementSerializer(serializers.Serializer[Any]):
    """A customer's khata from one day to another."""

    customer_id = serializers.IntegerField(source="customer.pk")
    customer_name = serializers.CharField(source="customer.name")
    credit_limit = serializers.DecimalField(
        12, 2, source="customer.credit_limit", allow_null=True, help_text="Rupees"
    )
    unit = serializers.ChoiceField(choices=LedgerUnit.choices)
    date_from = serializers.DateField(allow_null=True)
    date_to = serializers.DateField(allow_null=True)
    opening_balance = serializers.DecimalField(18, 3)
    lines = StatementLineSerializer(many=True)
    total_debit = serializers.DecimalField(18, 3)
    total_credit = serializers.DecimalField(18, 3)
    closing_balance = serializers.DecimalField(18, 3)

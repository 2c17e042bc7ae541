"""The double-entry ledger: posted once, never changed (the migrations' triggers hold that)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models import Order


class LedgerUnit(models.TextChoices):
    """What an account counts: rupees, or grams of one metal (as orders.models.Metal names it)."""

    INR = "INR", "₹"
    GOLD_24K = "gold_24k", _("g gold 24k")
    GOLD_22K = "gold_22k", _("g gold 22k")
    GOLD_18K = "gold_18k", _("g gold 18k")
    SILVER = "silver", _("g silver")


class AccountKind(models.TextChoices):
    """A customer's account, or one of the shop's own; metal is the only one of those in grams."""

    CUSTOMER = "customer", _("Customer")
    SALES = "sales", _("Sales")
    CASH = "cash", _("Cash")
    BANK = "bank", _("Bank")
    DISCOUNT = "discount", _("Discount")
    OPENING = "opening", _("Opening balance")
    METAL = "metal", _("Metal")


_RUPEES_ONLY = (AccountKind.SALES, AccountKind.CASH, AccountKind.BANK, AccountKind.DISCOUNT)


class Account(models.Model):
    """What somebody owes (or the shop holds) in one unit; its balance is debits less credits."""

    kind = models.CharField(max_length=8, choices=AccountKind)
    unit = models.CharField(max_length=8, choices=LedgerUnit, default=LedgerUnit.INR)
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger_accounts",
        help_text=_("Whose it is; the name is on the customer alone."),
    )
    merged_in = models.BooleanField(
        default=False,
        help_text=_("Came with a customer merged into this one; new entries go to the other."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["customer", "unit"], condition=Q(merged_in=True), name="account_merged_in"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "unit"],
                condition=Q(customer__isnull=False, merged_in=False),
                name="one_account_per_customer_and_unit",
            ),
            models.CheckConstraint(
                condition=Q(merged_in=False) | Q(customer__isnull=False),
                name="only_customers_are_merged",
            ),
            models.UniqueConstraint(
                fields=["kind", "unit"],
                condition=Q(customer__isnull=True),
                name="one_shop_account_per_kind_and_unit",
            ),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.CUSTOMER, customer__isnull=False)
                | (~Q(kind=AccountKind.CUSTOMER) & Q(customer__isnull=True)),
                name="account_of_customer_or_shop",
            ),
            models.CheckConstraint(
                condition=(~Q(kind__in=_RUPEES_ONLY) | Q(unit=LedgerUnit.INR))
                & (~Q(kind=AccountKind.METAL) | ~Q(unit=LedgerUnit.INR)),
                name="account_unit_fits_its_kind",
            ),
        ]

    def __str__(self) -> str:
        name = str(self.customer) if self.customer else self.get_kind_display()
        return name if self.unit == LedgerUnit.INR else f"{name} ({self.get_unit_display()})"


class Source(models.TextChoices):
    """Where a transaction comes from."""

    ORDER = "order", _("Order")
    PAYMENT = "payment", _("Payment")
    KHATA = "khata", _("Khata page")
    MANUAL = "manual", _("By hand")
    REVERSAL = "reversal", _("Reversal")


class LedgerTransaction(models.Model):
    """Two lines or more that balance in each unit, of one day; a mistake is reversed by another.

    ``sequence``, ``hash`` and ``sealed_at`` are filled in once, by khata/sealing.py.
    """

    date = models.DateField(help_text=_("The day it happened, in the shop's zone."))
    source = models.CharField(max_length=8, choices=Source)
    key = models.CharField(max_length=200, unique=True, help_text=_("The same key posts once."))
    memo = models.CharField(max_length=300, blank=True, verbose_name=_("particulars"))
    slip_number = models.CharField(max_length=24, blank=True)
    order = models.ForeignKey(
        Order,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger_transactions",
    )
    reversal_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    line_count = models.PositiveSmallIntegerField(help_text=_("No line is added afterwards."))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sequence = models.BigIntegerField(null=True, unique=True)
    hash = models.CharField(max_length=64, null=True)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["date", "pk"]
        indexes = [
            models.Index(fields=["date", "id"], name="transaction_by_date"),
            models.Index(
                fields=["slip_number"], name="transaction_by_slip", condition=~Q(slip_number="")
            ),
            models.Index(
                fields=["id"], name="transaction_unsealed", condition=Q(sequence__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(line_count__gte=2), name="transaction_has_two_lines"
            ),
            models.CheckConstraint(
                condition=Q(source=Source.REVERSAL, reversal_of__isnull=False)
                | (~Q(source=Source.REVERSAL) & Q(reversal_of__isnull=True)),
                name="reversal_names_what_it_reverses",
            ),
            models.CheckConstraint(
                condition=Q(sequence__isnull=True, hash__isnull=True, sealed_at__isnull=True)
                | Q(sequence__gte=1, hash__isnull=False, sealed_at__isnull=False),
                name="transaction_sealed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.pk}"

    @property
    def is_reversed(self) -> bool:
        """Whether a later transaction undid it."""
        return hasattr(self, "reversed_by")


class LedgerLine(models.Model):
    """One side of a transaction: a debit or a credit, in the account's unit."""

    transaction = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, related_name="lines"
    )
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    debit = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    credit = models.DecimalField(max_digits=14, decimal_places=3, default=0)

    class Meta:
        ordering = ["transaction", "position"]
        constraints = [
            models.UniqueConstraint(fields=["transaction", "position"], name="line_position_once"),
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
                name="line_is_debit_or_credit",
            ),
            # PostgreSQL holds NaN to be above every number.
            models.CheckConstraint(
                condition=Q(debit__lt=10**11, credit__lt=10**11), name="line_amounts_are_numbers"
            ),
        ]

    def __str__(self) -> str:
        return f"Dr {self.debit}" if self.debit else f"Cr {self.credit}"


class PeriodClosing(models.Model):
    """The books are closed up to a day: nothing is posted on it or before any more."""

    through = models.DateField(unique=True, help_text=_("The last closed day."))
    note = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-through"]

    def __str__(self) -> str:
        return gettext("closed through %(through)s") % {"through": date_format(self.through)}


class BalanceSnapshot(models.Model):
    """The sum of an account's lines in the transactions sealed up to a sequence number.

    All snapshots are of the same sequence number. They save adding up from the first
    day on; verify_ledger compares them with the lines.
    """

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.PROTECT, related_name="snapshot"
    )
    balance = models.DecimalField(max_digits=18, decimal_places=3)
    sequence = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.balance} at {self.sequence}"


class AccountBalance(models.Model):
    """A view: each account's balance now, its snapshot and what came after.

    Accounts that were merged in are counted with the customer's own, and are 0 themselves.
    """

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.DO_NOTHING, related_name="standing"
    )
    balance = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        managed = False
        db_table = "khata_accountbalance"

    def __str__(self) -> str:
        return str(self.balance)

"""Store credit: what a customer has paid, or was given, beyond what they owe.

It is no account of its own but the customer's account standing in their favour, so that
statement, merging and reminders know of it, and nobody has credit and debts at once: a
debt uses credit up by itself. What was paid for orders on credit is not free.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from config.wording import rupees
from customers.errors import InvalidInput
from customers.locking import lock_customer
from customers.models import Customer, PaymentTerms, User
from khata.accounts import customer_account, shop_account
from khata.days import posting_day
from khata.errors import NotEnoughCredit
from khata.models import (
    Account,
    AccountBalance,
    AccountKind,
    LedgerLine,
    LedgerTransaction,
    LedgerUnit,
    Source,
)
from khata.posting import NewLine, NewTransaction, Posted, post
from orders.errors import NobodyToCredit, NotPayable
from orders.locking import lock_order
from orders.models import Order, OrderStatus, Payment, PaymentMethod
from orders.payments import paid_for, record_payment
from orders.quantities import MAX_MONEY, PAISA, checked_number

NOTHING = Decimal(0)
LONGEST_HISTORY = 200
_RUPEES = DecimalField(max_digits=18, decimal_places=3)


@dataclass(frozen=True)
class Receipt:
    """What came of receiving money: the order as it is now, and what went beyond its price."""

    order: Order
    payment: Payment | None
    credited: Decimal


def credit_of(customer: Customer) -> Decimal:
    """The rupees that the customer may still spend, never below zero."""
    return max(_standing(customer).free, NOTHING)


def credit_history(customer: Customer) -> QuerySet[LedgerLine]:
    """What made their account what it is, newest first, at most LONGEST_HISTORY lines."""
    lines = LedgerLine.objects.filter(
        account__customer=customer, account__unit=LedgerUnit.INR
    ).select_related("transaction__actor")
    return lines.order_by("-transaction__date", "-pk")[:LONGEST_HISTORY]


@transaction.atomic
def adjust_credit(
    customer: Customer, *, amount: Decimal, note: str = "", by: User, key: str = ""
) -> Posted:
    """Give a customer rupees to spend, or (a negative amount) take them back.

    The shop's side is its discounts. The same ``key`` of the same person does it once.
    Raises InvalidLine, NotEnoughCredit where less is left, and what posting raises.
    """
    checked_number(amount, step=PAISA, most=MAX_MONEY, attr="amount")
    if not amount:
        raise InvalidInput("The amount must not be zero.", attr="amount")
    lock_customer(customer.pk)
    given = shop_account(AccountKind.DISCOUNT)
    theirs = customer_account(customer)
    lines = _both(given, theirs, amount) if amount > 0 else _both(theirs, given, -amount)
    new = NewTransaction(
        date=posting_day(),
        lines=lines,
        source=Source.MANUAL,
        key=f"credit:{by.pk}:{customer.pk}:{_short(key) or uuid.uuid4()}",
        memo=note.strip()[:300] or "Store credit",
    )
    done = post(new, by=by)
    if amount < 0 and not done.replayed:
        refuse_overdrawn(customer)
    return done


@transaction.atomic
def apply_credit(order: Order, *, amount: Decimal, by: User) -> Payment:
    """Pay for an order, or a part of it, with what its customer has with the shop.

    Raises NobodyToCredit where no customer is known for sure, NotPayable where less is
    due, NotEnoughCredit where they have less, InvalidLine.
    """
    customer = _known_customer(order)
    lock_customer(customer.pk)
    locked = lock_order(order)
    due = _due(locked)
    if amount > due:
        raise NotPayable(f"Only {rupees(due)} is due for order {order}.", attr="amount")
    return record_payment(locked, amount=amount, method=PaymentMethod.STORE_CREDIT, by=by)


@transaction.atomic
def receive_for(
    order: Order, *, method: str, amount: Decimal = NOTHING, note: str = "", by: User
) -> Receipt:
    """Note that an order is paid: with ``amount``, or (0) exactly what is due.

    What is more than due becomes the customer's store credit; what is less pays a part.
    Raises NobodyToCredit where there is more and no customer is known for sure,
    NotPayable for an order that was cancelled, InvalidInput.
    """
    checked_number(amount, step=PAISA, most=MAX_MONEY, attr="amount_received")
    if amount < 0:
        raise InvalidInput("The amount can't be negative.", attr="amount_received")
    locked = lock_order(order)
    due = _due(locked)
    pays = min(amount, due) if amount else due
    payment = None
    if pays > 0:
        payment = record_payment(locked, amount=pays, method=method, note=note, by=by)
    over = amount - pays if amount else NOTHING
    if over > 0:
        _credit_overpaid(locked, over, method=method, by=by)
    return Receipt(Order.objects.get(pk=order.pk), payment, over)


def _credit_overpaid(order: Order, over: Decimal, *, method: str, by: User) -> None:
    customer = _known_customer(order)
    if method not in PaymentMethod.values or method == PaymentMethod.STORE_CREDIT:
        raise InvalidInput("Money is received in cash, by UPI, bank or cheque.", attr="method")
    cash = method == PaymentMethod.CASH
    drawer = shop_account(AccountKind.CASH if cash else AccountKind.BANK)
    new = NewTransaction(
        date=posting_day(),
        lines=_both(drawer, customer_account(customer), over),
        source=Source.PAYMENT,
        key=f"overpaid:{order.pk}:{uuid.uuid4()}",
        memo=f"More than order {order} cost, by {method}",
        order=order,
    )
    post(new, by=by)


def refuse_overdrawn(customer: Customer, order: Order | None = None) -> None:
    """Raise NotEnoughCredit where what was just written spends more than there was.

    The customer's row must be locked, and what spends be written already: for ``order``,
    or for nothing in particular.
    """
    standing = _standing(customer)
    in_ledger = order is not None and _sales().filter(order=order).exists()
    left = standing.unused if in_ledger else standing.free
    if left < 0:
        raise NotEnoughCredit(f"{customer} has {rupees(-left)} less store credit than that.")


# What is free --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Standing:
    """``free``: the account in the customer's favour, less what waits for orders on credit
    that are not in the ledger yet. ``unused``: what came into the account and no order that
    is in the ledger has used: such an order has made its debt there, so that paying it from
    the account moves nothing more.
    """

    free: Decimal
    unused: Decimal


def _standing(customer: Customer) -> _Standing:
    rows = AccountBalance.objects.filter(account__customer=customer, account__unit=LedgerUnit.INR)
    balance = rows.aggregate(sum=Sum("balance"))["sum"] or NOTHING
    sums = _on_account(customer)
    free = -balance - sums["waiting"]
    return _Standing(free, free + sums["owed"] - sums["paid"])


def _on_account(customer: Customer) -> dict[str, Decimal]:
    """Of the customer's orders on credit: what those in the ledger cost, what was paid for
    them, and what was paid for those that are not there.
    """
    paid = Payment.objects.filter(order=OuterRef("pk")).order_by().values("order")
    nothing = Value(NOTHING, _RUPEES)
    orders = Order.objects.filter(customer=customer).annotate(
        in_ledger=Exists(_sales().filter(order=OuterRef("pk"))),
        received=Coalesce(Subquery(paid.values(sum=Sum("amount"))), nothing),
    )
    orders = orders.filter(Q(payment_terms=PaymentTerms.CREDIT) | Q(in_ledger=True))
    owed, there = F("total") - F("returned_total"), Q(in_ledger=True)
    sums: dict[str, Decimal] = orders.aggregate(
        owed=Coalesce(Sum(owed, filter=there), nothing),
        paid=Coalesce(Sum("received", filter=there), nothing),
        waiting=Coalesce(Sum("received", filter=~there), nothing),
    )
    return sums


def _sales() -> QuerySet[LedgerTransaction]:
    """Orders' debts that stand in the ledger."""
    rows = LedgerTransaction.objects.filter(source=Source.ORDER, reversed_by=None)
    return rows.filter(key__endswith=":sale")


def _due(order: Order) -> Decimal:
    """What is still to be paid; raises NotPayable for an order that was cancelled."""
    if order.status == OrderStatus.CANCELLED:
        raise NotPayable(f"Order {order} was cancelled.")
    return max(order.owed - paid_for(order), NOTHING)


def _known_customer(order: Order) -> Customer:
    if order.customer is None or not order.customer_verified:
        raise NobodyToCredit(f"Nobody is known for sure to have ordered {order}.")
    return order.customer


def _both(debited: Account, credited: Account, amount: Decimal) -> Sequence[NewLine]:
    return [NewLine(debited, debit=amount), NewLine(credited, credit=amount)]


def _short(key: str) -> str:
    return key and hashlib.sha256(key.encode()).hexdigest()

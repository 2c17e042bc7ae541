"""The only place that writes into the ledger: balanced, once a key, never into closed days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import Customer, User
from khata.accounts import customer_account, shop_account
from khata.days import posting_day
from khata.errors import AlreadyReversed, InvalidEntry, Unbalanced
from khata.finding import find_posted
from khata.models import (
    Account,
    AccountKind,
    LedgerLine,
    LedgerTransaction,
    LedgerUnit,
    Source,
)
from khata.periods import hold_open
from orders.errors import OtherData
from orders.models import Order
from orders.quantities import MAX_MONEY, PAISA, THOUSANDTH
from orders.slips import normal_slip

__all__ = [
    "NewLine",
    "NewTransaction",
    "Posted",
    "entry",
    "find_posted",
    "post",
    "post_entry",
    "post_transaction",
    "reverse_transaction",
]

NOTHING = Decimal(0)
FIRST_DAY = dt.date(1900, 1, 1)
MAX_POSTED = Decimal("99999999999.99")  # what the column holds, in whole paise
LONGEST_MEMO = 300


@dataclass(frozen=True)
class NewLine:
    """A debit or a credit to come, in the account's unit."""

    account: Account
    debit: Decimal = NOTHING
    credit: Decimal = NOTHING


@dataclass(frozen=True)
class NewTransaction:
    """A transaction to come; ``key`` is what makes posting it twice post it once."""

    date: dt.date
    lines: Sequence[NewLine]
    source: Source
    key: str
    memo: str = ""
    slip_number: str = ""
    order: Order | None = None
    reversal_of: LedgerTransaction | None = None


@dataclass(frozen=True)
class Posted:
    """The transaction; ``replayed`` when the same had been posted before."""

    transaction: LedgerTransaction
    replayed: bool


# Posting ---------------------------------------------------------------------------


@transaction.atomic
def post(new: NewTransaction, *, by: User | None) -> Posted:
    """Write it into the ledger, or find what the same key wrote before.

    Raises InvalidEntry, Unbalanced, PeriodClosed, and OtherData where the key stands
    for something else.
    """
    if (known := _replayed(new)) is not None:
        return Posted(known, replayed=True)
    _check(new)
    hold_open(new.date)
    try:
        with transaction.atomic():
            return Posted(_insert(new, by=by), replayed=False)
    except IntegrityError:
        # The unique key alone knows who came first of two at once.
        if (known := _replayed(new)) is None:
            raise
        return Posted(known, replayed=True)


def post_transaction(
    *,
    date: dt.date,
    lines: Sequence[NewLine],
    source: Source,
    key: str,
    memo: str,
    by: User | None,
    slip_number: str = "",
    order: Order | None = None,
) -> LedgerTransaction:
    """The transaction of these lines, posted now or before by the same key; raises as ``post``."""
    new = NewTransaction(date, lines, source, key, memo, slip_number, order)
    return post(new, by=by).transaction


def post_entry(
    *,
    customer: Customer,
    date: dt.date,
    debit: Decimal | None = None,
    credit: Decimal | None = None,
    particulars: str = "",
    slip_number: str = "",
    key: str,
    by: User | None,
    source: Source = Source.MANUAL,
    against: AccountKind | None = None,
    unit: str = LedgerUnit.INR,
) -> LedgerTransaction:
    """One line of a khata: a debit raises what the customer owes, a credit lowers it.

    ``against`` is the shop's side: by itself sales for a debit and cash for a credit
    of rupees, metal for grams. Raises as ``post``.
    """
    new = entry(
        customer=customer,
        date=date,
        debit=debit,
        credit=credit,
        particulars=particulars,
        slip_number=slip_number,
        key=key,
        source=source,
        against=against,
        unit=unit,
    )
    return post(new, by=by).transaction


def entry(
    *,
    customer: Customer,
    date: dt.date,
    debit: Decimal | None,
    credit: Decimal | None,
    particulars: str,
    slip_number: str,
    key: str,
    source: Source,
    against: AccountKind | None = None,
    unit: str = LedgerUnit.INR,
) -> NewTransaction:
    """The two lines of a khata's line, the customer's first; raises InvalidEntry."""
    amounts = (debit or NOTHING, credit or NOTHING)
    _check_amounts(*amounts, unit=unit, most=MAX_MONEY)
    if against is None:
        against = _usual(debited=bool(debit), unit=unit)
    return NewTransaction(
        date=date,
        lines=(
            NewLine(customer_account(customer, unit), *amounts),
            NewLine(_other_side(against, unit), *reversed(amounts)),
        ),
        source=source,
        key=key,
        memo=particulars,
        slip_number=normal_slip(slip_number) if slip_number.strip() else "",
    )


def _usual(*, debited: bool, unit: str) -> AccountKind:
    if unit != LedgerUnit.INR:
        return AccountKind.METAL
    return AccountKind.SALES if debited else AccountKind.CASH


def _other_side(kind: AccountKind, unit: str) -> Account:
    fits = kind == AccountKind.OPENING or (kind == AccountKind.METAL) == (unit != LedgerUnit.INR)
    if kind == AccountKind.CUSTOMER or not fits:
        raise InvalidEntry(_("This account does not fit the entry."), attr="against")
    return shop_account(kind, unit)


def _insert(new: NewTransaction, *, by: User | None) -> LedgerTransaction:
    posted = LedgerTransaction.objects.create(
        date=new.date,
        source=new.source,
        key=new.key,
        memo=new.memo,
        slip_number=new.slip_number,
        order=new.order,
        reversal_of=new.reversal_of,
        line_count=len(new.lines),
        actor=by,
    )
    LedgerLine.objects.bulk_create(
        LedgerLine(
            transaction=posted,
            position=position,
            account=line.account,
            debit=line.debit,
            credit=line.credit,
        )
        for position, line in enumerate(new.lines, 1)
    )
    return posted


def _replayed(new: NewTransaction) -> LedgerTransaction | None:
    known = LedgerTransaction.objects.filter(key=new.key).first()
    if known is None:
        return None
    lines = [(line.account_id, line.debit, line.credit) for line in known.lines.all()]
    same = lines == [(line.account.pk, line.debit, line.credit) for line in new.lines]
    if not same or known.date != new.date:
        raise OtherData(_("This was used before for an entry with other data."))
    return known


# Reversing -------------------------------------------------------------------------


@transaction.atomic
def reverse_transaction(
    posted: LedgerTransaction, *, by: User | None, reason: str
) -> LedgerTransaction:
    """Undo a transaction by its mirror image, dated today.

    Raises InvalidInput without a reason, AlreadyReversed the second time.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why it is reversed."), attr="reason")
    if posted.reversal_of_id is not None:
        raise AlreadyReversed(_("This is a reversal itself: post the entry again instead."))
    key = f"reversal:{posted.pk}"
    if LedgerTransaction.objects.filter(key=key).exists():
        raise _already_reversed()
    mirror = NewTransaction(
        date=posting_day(),
        lines=[
            NewLine(line.account, line.credit, line.debit)
            for line in posted.lines.select_related("account")
        ],
        source=Source.REVERSAL,
        key=key,
        memo=f"Reversal of {posted.memo or posted}: {reason.strip()}"[:LONGEST_MEMO],
        order=posted.order,
        reversal_of=posted,
    )
    done = post(mirror, by=by)
    if done.replayed:
        raise _already_reversed()
    return done.transaction


def _already_reversed() -> AlreadyReversed:
    return AlreadyReversed(_("This entry is reversed already."))


# Checking --------------------------------------------------------------------------


def _check(new: NewTransaction) -> None:
    if not 1 <= len(new.key) <= 200:
        raise InvalidEntry(_("A key has 1 to 200 characters."), attr="key")
    if len(new.memo) > LONGEST_MEMO:
        raise InvalidEntry(
            _("At most %(longest_memo)s characters.") % {"longest_memo": LONGEST_MEMO},
            attr="particulars",
        )
    if not FIRST_DAY <= new.date <= timezone.localdate():
        raise InvalidEntry(_("The date can't be to come, nor before 1900."), attr="date")
    if len(new.lines) < 2:
        raise Unbalanced(_("A transaction has two sides."))
    difference: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in new.lines:
        _check_amounts(line.debit, line.credit, unit=line.account.unit, most=MAX_POSTED)
        difference[line.account.unit] += line.debit - line.credit
    if any(difference.values()):
        raise Unbalanced(_("Debits and credits must be equal."))


def _check_amounts(debit: Decimal, credit: Decimal, *, unit: str, most: Decimal) -> None:
    """Exactly one of the two, more than zero, in whole paise or milligrams."""
    step = PAISA if unit == LedgerUnit.INR else THOUSANDTH
    for attr, amount in (("debit", debit), ("credit", credit)):
        if why := _why_not(amount, step=step, most=most):
            raise InvalidEntry(why, attr=attr)
    if debit and credit:
        raise InvalidEntry(_("Either a debit or a credit, not both."), attr="credit")
    if not debit and not credit:
        raise InvalidEntry(_("An amount is needed."), attr="debit")


def _why_not(amount: Decimal, *, step: Decimal, most: Decimal) -> str | None:
    if not amount.is_finite():
        return _("A number is needed.")
    if amount < 0:
        return _("The amount can't be negative.")
    if amount > most:
        return _("The amount is too large: at most %(most)s.") % {"most": f"{most:,f}"}
    if amount == amount.quantize(step):
        return None
    return _("At most %(places)s decimals.") % {"places": len(str(step)) - 2}

"""What staff write into a khata by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from decimal import Decimal

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import Customer, User
from khata.errors import AlreadyInLedger
from khata.finding import find_posted
from khata.locking import lock_posting_of_pages
from khata.models import AccountKind, LedgerTransaction, LedgerUnit, Source
from khata.posting import Posted, entry, post


@transaction.atomic
def enter_by_hand(
    customer_id: int,
    *,
    date: dt.date,
    debit: Decimal | None = None,
    credit: Decimal | None = None,
    particulars: str = "",
    slip_number: str = "",
    against: AccountKind | None = None,
    unit: str = LedgerUnit.INR,
    force: bool = False,
    key: str = "",
    by: User,
) -> Posted:
    """An entry in the customer's khata; the same ``key`` of the same person posts it once.

    Raises InvalidInput for an unknown customer, AlreadyInLedger where the slip number
    was posted before (unless ``force``), and what khata.posting raises.
    """
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise InvalidInput(_("There is no such customer."), attr="customer_id")
    new = entry(
        customer=customer,
        date=date,
        debit=debit,
        credit=credit,
        particulars=particulars,
        slip_number=slip_number,
        key=f"manual:{by.pk}:{_short(key) or uuid.uuid4()}",
        source=Source.MANUAL,
        against=against,
        unit=unit,
    )
    if new.slip_number and not force:
        lock_posting_of_pages()
        known = find_posted(None, None, debit, credit, new.slip_number, unit=unit)
        if known is not None and known.key != new.key:
            raise _known(known, new.slip_number)
    return post(new, by=by)


def _short(key: str) -> str:
    """Whatever length the key was chosen in, the column holds this."""
    return key and hashlib.sha256(key.encode()).hexdigest()


def _known(posted: LedgerTransaction, slip_number: str) -> AlreadyInLedger:
    return AlreadyInLedger(
        _("Slip %(slip)s is in the ledger already, on %(day)s.")
        % {"slip": slip_number, "day": date_format(posted.date)},
        attr="slip_number",
        transaction_id=posted.pk,
    )

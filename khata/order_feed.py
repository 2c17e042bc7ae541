"""What orders write into the ledger (settings.ORDER_EVENT_HANDLERS).

An order on credit debits its customer when it is confirmed; payments, returns and a
cancellation take that back. A refund is owed again by who had it on credit and leaves the
drawer in any case. An order for cash owes nothing, so the ledger hears of it
when money comes: cash or bank against sales. Store credit is paid from the customer's own
account (khata/store_credit.py), and vetoed where they have less.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import override

from customers.locking import lock_customer
from customers.models import PaymentTerms, User
from khata.accounts import customer_account, shop_account
from khata.days import posting_day
from khata.models import Account, AccountKind, LedgerLine, LedgerTransaction, Source
from khata.posting import NewLine, post_transaction, reverse_transaction
from khata.store_credit import refuse_overdrawn
from orders.errors import NobodyToCredit
from orders.models import Order, OrderStatus, Payment, PaymentMethod

NOTHING = Decimal(0)


def on_order_event(*, order: Order, event: str, by: User | None, **data: Any) -> None:
    """Post what the event means; the same event again posts nothing.

    Runs inside the event's transaction, under the order's lock. Raises what posting
    raises, which vetoes the event.
    """
    if (handler := _HANDLERS.get(event)) is not None:
        handler(order, by, data.get("payment"))


def _confirmed(order: Order, by: User | None, payment: None) -> None:
    if not _on_credit(order) or order.total == 0 or _posted(_sale_key(order)):
        return
    given = order.discount
    lines = [
        NewLine(_debtor(order), debit=order.total),
        *([NewLine(shop_account(AccountKind.DISCOUNT), debit=given)] if given else []),
        NewLine(shop_account(AccountKind.SALES), credit=order.total + given),
    ]
    _post(order, lines, Source.ORDER, _sale_key(order), f"Order {order}", by=by)


def _cancelled(order: Order, by: User | None, payment: None) -> None:
    _reverse(_sale_key(order), "order cancelled", by=by)


def _returned(order: Order, by: User | None, payment: None) -> None:
    """Credit what all that came back is worth, less what earlier returns credited."""
    if not _standing(_sale_key(order)):
        return
    begins = f"order:{order.pk}:return:"
    earlier = LedgerLine.objects.filter(transaction__key__startswith=begins)
    credited = earlier.aggregate(sum=Sum("credit"))["sum"] or NOTHING
    worth = order.returned_total
    if worth > credited:
        lines = _both(shop_account(AccountKind.SALES), _debtor(order), worth - credited)
        memo = f"Goods returned, order {order}"
        _post(order, lines, Source.ORDER, f"{begins}{worth}", memo, by=by)


def _payment_recorded(order: Order, by: User | None, payment: Payment) -> None:
    lines = _both(_drawer(payment), _giver(order), payment.amount)
    memo = f"{_method(payment)} for order {order}"
    if payment.method == PaymentMethod.STORE_CREDIT:
        customer = lock_customer(_debtor(order).customer_id or 0)
        _post_payment(order, payment, lines, memo, by=by)
        refuse_overdrawn(customer, order)
    else:
        _post_payment(order, payment, lines, memo, by=by)


def _payment_refunded(order: Order, by: User | None, payment: Payment) -> None:
    lines = _both(_giver(order), _drawer(payment), -payment.amount)
    memo = f"{_method(payment)} given back for order {order}: {payment.note}"
    _post_payment(order, payment, lines, memo, by=by)


def _method(payment: Payment) -> str:
    with override("en"):  # the books have one language, whoever notes the payment
        return payment.get_method_display()


def _post_payment(
    order: Order, payment: Payment, lines: list[NewLine], memo: str, *, by: User | None
) -> None:
    key = _payment_key(payment.pk)
    # Store credit for an order on the account comes from where it goes: nothing moves.
    if lines[0].account != lines[1].account and not _posted(key):
        _post(order, lines, Source.PAYMENT, key, memo, by=by)


def _payment_reversed(order: Order, by: User | None, payment: Payment) -> None:
    reason = payment.note or "payment reversed"
    _reverse(_payment_key(payment.reverses_id), reason, by=by)


_HANDLERS: dict[str, Callable[..., None]] = {
    OrderStatus.CONFIRMED: _confirmed,
    OrderStatus.CANCELLED: _cancelled,
    OrderStatus.RETURNED: _returned,
    "payment_recorded": _payment_recorded,
    "payment_refunded": _payment_refunded,
    "payment_reversed": _payment_reversed,
}


# What was posted -----------------------------------------------------------------------


def _sale_key(order: Order) -> str:
    return f"order:{order.pk}:sale"


def _payment_key(pk: int | None) -> str:
    return f"payment:{pk}"


def _posted(key: str) -> bool:
    return LedgerTransaction.objects.filter(key=key).exists()


def _standing(key: str) -> LedgerTransaction | None:
    """The transaction of the key, unless somebody reversed it."""
    return LedgerTransaction.objects.filter(key=key, reversed_by=None).first()


# Lines ---------------------------------------------------------------------------------


def _on_credit(order: Order) -> bool:
    return order.payment_terms == PaymentTerms.CREDIT and order.customer_id is not None


def _debtor(order: Order) -> Account:
    if order.customer is None:
        raise NobodyToCredit(f"Order {order} belongs to no customer.")
    return customer_account(order.customer)


def _drawer(payment: Payment) -> Account:
    """Where the money lies: the till, their own account for store credit, else the bank."""
    if payment.method == PaymentMethod.STORE_CREDIT:
        return _debtor(payment.order)
    cash = payment.method == PaymentMethod.CASH
    return shop_account(AccountKind.CASH if cash else AccountKind.BANK)


def _giver(order: Order) -> Account:
    """Whose account a payment goes to: the customer's who owes for the order, else sales."""
    owed = _on_credit(order) or (order.customer_id and _standing(_sale_key(order)))
    return _debtor(order) if owed else shop_account(AccountKind.SALES)


def _both(debited: Account, credited: Account, amount: Decimal) -> list[NewLine]:
    return [NewLine(debited, debit=amount), NewLine(credited, credit=amount)]


def _post(
    order: Order, lines: list[NewLine], source: Source, key: str, memo: str, *, by: User | None
) -> None:
    post_transaction(
        date=posting_day(), lines=lines, source=source, key=key, memo=memo, by=by, order=order
    )


def _reverse(key: str, reason: str, *, by: User | None) -> None:
    if (posted := _standing(key)) is not None:
        reverse_transaction(posted, by=by, reason=reason)

"""Whether the buyer of an order hears on WhatsApp how it goes, and saying so on the shop's page.

Notices go to the order's customer. An account's customer has no number of its own: then they
go to whoever has the number that was typed, and it is that person's consent that counts.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from customers.consent import may_notify, record_opt_in, record_opt_out
from customers.identities import customer_by_phone, known_customer
from customers.models import ConsentEvent, ConsentSource, Customer, User
from customers.numbers import number_of
from customers.phones import normalise_phone
from orders.errors import NoSuchCustomer
from orders.models import Order
from orders.tracking import same_number


def recipient_of(order: Order) -> Customer | None:
    """Who hears about the order: its customer, or who has its number where that one has none."""
    phone = normalise_phone(order.customer_phone)
    if order.customer is not None and number_of(order.customer):
        return order.customer
    return (known_customer(phone, bsuid="") if phone else None) or order.customer


def hears_about(order: Order) -> bool:
    """Whether notices about the order may be sent."""
    recipient = recipient_of(order)
    return recipient is not None and may_notify(recipient)


def order_of_contact(
    order_id: UUID, *, phone: str, email: str = "", account_id: str | None = None
) -> Order:
    """The order of this id, if it is this phone's, this e-mail's and this shop's.

    The phone in any notation; the e-mail only where the order has one; the account is the
    shop's ESB_ACCOUNT_ID. Raises NoSuchCustomer, the same for whatever is wrong.
    """
    order = Order.objects.select_related("customer").filter(pk=order_id).first()
    fits = (
        order is not None
        and account_id in (None, settings.ESB_ACCOUNT_ID)
        and same_number(order.customer_phone, phone)
        and (
            email.strip().casefold() == order.customer_email.casefold() or not order.customer_email
        )
    )
    if order is None or not fits:
        raise NoSuchCustomer(_("No order has this id, phone and e-mail."))
    return order


def subscribe(order: Order, *, by: User | None) -> ConsentEvent:
    """The buyer ticked the checkbox of the shop's page. Raises NoSuchCustomer."""
    recipient = recipient_of(order)
    if recipient is None or number_of(recipient) is None:
        recipient = customer_by_phone(_typed_number(order), name=order.customer_name)
    return _say(record_opt_in, recipient, order, by=by)


def unsubscribe(order: Order, *, by: User | None) -> ConsentEvent:
    """The buyer wants no notices any more. Raises NoSuchCustomer."""
    recipient = recipient_of(order)
    if recipient is None:
        raise NoSuchCustomer(_("The order is linked to no customer."))
    return _say(record_opt_out, recipient, order, by=by)


def _say(
    record: Callable[..., ConsentEvent], recipient: Customer, order: Order, *, by: User | None
) -> ConsentEvent:
    note = f"Order {order.order_reference}"
    phone = number_of(recipient)
    return record(recipient, how=ConsentSource.CHECKBOX, by=by, note=note, phone=phone)


def _typed_number(order: Order) -> str:
    phone = normalise_phone(order.customer_phone)
    if phone is None:
        raise NoSuchCustomer(_("The order has no phone number that anybody could have."))
    return phone

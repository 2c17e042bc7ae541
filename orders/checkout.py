"""The storefront's checkout: an order once, however often it is posted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.identities import customer_by_phone, customer_of_account
from customers.models import Customer, User
from customers.phones import normalise_phone
from orders.claims import Claims
from orders.errors import OtherData, StillRunning
from orders.locking import got_lock, wait_at_most_ten_seconds
from orders.models import Channel, Checkout, Order, Product
from orders.placing import Buyer, NewLine, place_order

Key = tuple[str, str]  # scope and key of a Checkout row


@dataclass(frozen=True)
class BasketLine:
    """A line as posted: ``product_id`` of a single product, a parent or a child."""

    product_id: int
    quantity: Decimal
    size: str = ""
    color: str = ""


@dataclass(frozen=True)
class Basket:
    """What was posted, checked in form only; ``claims`` are the amounts of money in it."""

    name: str
    phone: str
    lines: Sequence[BasketLine]
    email: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    reference: str | None = None
    notes: str = ""
    claims: Claims = field(default_factory=Claims)


@dataclass(frozen=True)
class CheckedOut:
    """The order as it is now; ``replayed`` when it had been placed before."""

    order: Order
    replayed: bool


@transaction.atomic
def check_out(basket: Basket, *, user: User | None, key: str = "", address: str = "") -> CheckedOut:
    """Place the basket as a pending order, or answer the order that the same post made.

    ``key`` is the caller's Idempotency-Key, ``address`` a guest's IP address. The key or
    the order reference with the same data (amounts of money aside) is a replay. Raises
    OtherData, StillRunning, InvalidInput and what placing raises; nothing is kept then,
    so that the same key may be tried again.
    """
    wait_at_most_ten_seconds()
    phone = _checked_phone(basket.phone)
    fingerprint = _fingerprint(basket, phone, user)
    keys = _keys(basket, phone, user=user, key=key, address=address)
    _claim(keys)
    done = {(row.scope, row.key): row for row in _rows(keys)}
    if any(row.fingerprint != fingerprint for row in done.values()):
        raise OtherData(_("This was used before for an order with other data."))
    order = next((row.order for row in done.values()), None)
    placed = order or _place(basket, phone, user=user)
    Checkout.objects.bulk_create(
        Checkout(scope=scope, key=name, fingerprint=fingerprint, order=placed)
        for scope, name in keys
        if (scope, name) not in done
    )
    return CheckedOut(placed, replayed=order is not None)


# Once ------------------------------------------------------------------------------


def _keys(basket: Basket, phone: str, *, user: User | None, key: str, address: str) -> list[Key]:
    scope = f"user:{user.pk}" if user else f"guest:{_sha256(f'{address} {phone}')}"
    keys = [("reference", basket.reference)] if basket.reference else []
    return [*keys, (scope, key)] if key else keys


def _claim(keys: Sequence[Key]) -> None:
    """Hold the keys till the end; who finds one held by another post is told so at once."""
    for scope, key in keys:
        if not got_lock(f"checkout {scope} {key}"):
            raise StillRunning(_("The same order is being placed right now. Please try again."))


def _rows(keys: Sequence[Key]) -> list[Checkout]:
    rows = Checkout.objects.select_related("order")
    return [row for scope, key in keys for row in rows.filter(scope=scope, key=key)]


def _fingerprint(basket: Basket, phone: str, user: User | None) -> str:
    """SHA-256 of what makes two posts the same; what they say things cost does not."""
    lines = [[x.product_id, f"{x.quantity:.3f}", x.size, x.color] for x in basket.lines]
    person = [user.pk if user else None, basket.name, phone, basket.email]
    place = sorted((name, text) for name, text in basket.address.items() if text)
    return _sha256(json.dumps([person, place, lines, basket.reference, basket.notes]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# Placing -----------------------------------------------------------------------------


def _place(basket: Basket, phone: str, *, user: User | None) -> Order:
    known = normalise_phone(phone) == phone
    warning = f"{phone} is no phone number anybody could have, so it leads to no customer."
    return place_order(
        _lines(basket.lines),
        buyer=_buyer(basket, phone, user=user, known=known),
        channel=Channel.STOREFRONT,
        by=user,
        reference=basket.reference,
        notes=basket.notes,
        warnings=() if known else (warning,),
        claims=basket.claims,
    )


def _lines(lines: Sequence[BasketLine]) -> list[NewLine]:
    products = Product.objects.in_bulk([line.product_id for line in lines])
    return [
        NewLine(products.get(line.product_id), line.quantity, size=line.size, color=line.color)
        for line in lines
    ]


def _buyer(basket: Basket, phone: str, *, user: User | None, known: bool) -> Buyer:
    return Buyer(
        customer=_customer(basket.name, phone if known else None, user=user),
        verified=user is not None,
        name=basket.name,
        phone=phone,
        email=basket.email,
        user=user,
        **{f"address_{name}": text for name, text in basket.address.items()},
    )


def _customer(name: str, phone: str | None, *, user: User | None) -> Customer | None:
    """Whose order it is: an account's own customer, else the one of the typed number.

    Staff type the number of whom they serve and vouch for it; a guest's proves nothing,
    so that the order is linked as unverified.
    """
    if user is not None and not user.is_staff:
        return customer_of_account(user, name=name)
    return customer_by_phone(phone, name=name) if phone else None


def _checked_phone(text: str) -> str:
    """E.164, or as typed where phonenumbers finds 8 to 15 digits impossible."""
    if (phone := normalise_phone(text)) is not None:
        return phone
    if not 8 <= sum(char.isdecimal() for char in text) <= 15:
        raise InvalidInput(_("A phone number has 8 to 15 digits."), attr="customer_phone")
    return text.strip()

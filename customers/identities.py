"""Who is writing: from a WhatsApp number to an identity and its customer."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from customers.models import Customer, User, WhatsAppIdentity


def identify_sender(phone: str, *, profile_name: str = "") -> WhatsAppIdentity:
    """The identity of an E.164 number, made with its customer at the first message.

    The customer of that phone is taken where one exists. Safe when two first
    messages race: the loser reads the winner's row.
    """
    identity = WhatsAppIdentity.objects.select_related("customer").filter(phone=phone).first()
    if identity is not None:
        return identity
    try:
        with transaction.atomic():
            return WhatsAppIdentity.objects.create(
                phone=phone,
                profile_name=profile_name[:200],
                customer=customer_by_phone(phone, name=profile_name),
            )
    except IntegrityError:
        return WhatsAppIdentity.objects.select_related("customer").get(phone=phone)


def customer_by_phone(phone: str, *, name: str) -> Customer:
    """The customer with this E.164 phone, made under the name (else the number) if new."""
    defaults = {"name": name.strip()[:120] or phone}
    customer, _ = Customer.objects.get_or_create(phone=phone, defaults=defaults)
    return customer


def customer_of_account(user: User, *, name: str) -> Customer:
    """The customer that the account is proven to be, made under the name if there is none.

    A new one has no phone: the number that an account types may be somebody else's,
    whose messages would then show in this account.
    """
    defaults = {"name": name.strip()[:120] or user.username, "email": user.email}
    customer, _ = Customer.objects.get_or_create(user=user, defaults=defaults)
    return customer

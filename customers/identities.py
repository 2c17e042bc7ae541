"""Who is writing: from a WhatsApp number to an identity and its customer."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q

from customers.consent import follow_number, join_consent
from customers.merging import merge_customers
from customers.models import Customer, User, WhatsAppIdentity
from customers.telling import JOINED, MOVED, tell_handlers


def identify_sender(
    phone: str | None, *, bsuid: str = "", profile_name: str = ""
) -> WhatsAppIdentity:
    """The identity of an E.164 number, a BSUID or both, made with its customer if it is new.

    What an identity lacked is learnt when both come together. Safe when two first
    messages race: the loser reads the winner's row. One of the two must be given.
    """
    identity = _known(phone, bsuid)
    if identity is None:
        try:
            with transaction.atomic():
                return _make(phone, bsuid=bsuid, profile_name=profile_name)
        except IntegrityError:
            identity = _known(phone, bsuid)
            if identity is None:
                raise
    return identity


@transaction.atomic
def _known(phone: str | None, bsuid: str) -> WhatsAppIdentity | None:
    """The row of the number, else of the BSUID, after both were brought together.

    A BSUID stays its person's; a number may be given up and go to somebody else.
    """
    rows = WhatsAppIdentity.objects.select_related("customer")
    by_phone = rows.filter(phone=phone).first() if phone else None
    by_bsuid = rows.filter(bsuid=bsuid).first() if bsuid else None
    if by_phone and bsuid and by_phone.bsuid not in (None, bsuid):
        _release(by_phone)  # the number changed hands
        by_phone = None
    if by_phone and by_bsuid and by_phone.pk != by_bsuid.pk:
        return _join(by_bsuid, by_phone)
    if by_phone and bsuid and by_phone.bsuid is None:
        by_phone.bsuid = bsuid
        by_phone.save(update_fields=["bsuid"])
    if by_bsuid and phone and by_bsuid.phone != phone:
        _learn_phone(by_bsuid, phone)
    return by_phone or by_bsuid


def _release(identity: WhatsAppIdentity) -> None:
    """Its number is somebody else's now: neither it nor its customer is found by it any more."""
    customer = identity.customer
    if customer.phone == identity.phone:
        _give_phone(customer, None)
    identity.phone = None
    identity.save(update_fields=["phone"])


def _give_phone(customer: Customer, phone: str | None) -> None:
    customer.phone = phone
    customer.save(update_fields=["phone", "updated_at"])


def _learn_phone(identity: WhatsAppIdentity, phone: str) -> None:
    """A hidden number shows itself, or another takes its place: its customer gets it.

    Where a customer of that number is known and this one had none, that is who it is; the
    row of the hidden number is merged into theirs.
    """
    before, identity.phone = identity.phone, phone
    known = Customer.objects.filter(phone=phone).first()
    if known is None and identity.customer.phone == before:
        _give_phone(identity.customer, phone)
    elif known is not None and before is None:
        join_consent(known, joined=identity.customer)
        former, identity.customer = identity.customer, known
        tell_handlers(MOVED, identity=identity, before=former)
        _merge_if_only_writer(former, into=known, writer=identity)
    identity.save(update_fields=["phone", "customer"])
    if before is not None:
        follow_number(identity.customer, before=before, after=phone)


def _join(hidden: WhatsAppIdentity, known: WhatsAppIdentity) -> WhatsAppIdentity:
    """Two rows are one person: the one with the number takes the BSUID, the other goes.

    Both rows' histories say so. The customer of the hidden one is merged into the other's,
    where nothing else tells that it is somebody of its own.
    """
    rows = WhatsAppIdentity.objects.select_for_update(of=("self",)).select_related("customer")
    locked = {row.pk: row for row in rows.filter(pk__in=(hidden.pk, known.pk)).order_by("pk")}
    kept, gone = locked[known.pk], locked.get(hidden.pk)
    if gone is None:  # another worker was quicker
        return kept
    join_consent(kept.customer, joined=gone.customer)
    tell_handlers(JOINED, kept=kept, gone=gone)
    _merge_if_only_writer(gone.customer, into=kept.customer, writer=gone)
    kept.bsuid, kept.profile_name = gone.bsuid, kept.profile_name or gone.profile_name
    gone._change_reason = f"Joined into identity {kept.pk} (customer {kept.customer_id})"  # type: ignore[attr-defined]
    kept._change_reason = f"Took in identity {gone.pk} (customer {gone.customer_id})"  # type: ignore[attr-defined]
    gone.delete()
    kept.save(update_fields=["bsuid", "profile_name"])
    return kept


def _merge_if_only_writer(former: Customer, *, into: Customer, writer: WhatsAppIdentity) -> None:
    """Merge the row that a hidden number made; not one that staff or an account know too."""
    others = former.whatsapp_identities.exclude(pk=writer.pk)
    known_otherwise = former.phone or former.user_id or former.email or others.exists()
    if former.pk != into.pk and not known_otherwise:
        merge_customers(into.pk, former.pk, by=None)


def _make(phone: str | None, *, bsuid: str, profile_name: str) -> WhatsAppIdentity:
    if phone is not None:
        customer = customer_by_phone(phone, name=profile_name)
    else:
        name = profile_name.strip()[:120] or "Hidden number"
        customer = Customer.objects.create(name=name)
    return WhatsAppIdentity.objects.create(
        phone=phone, bsuid=bsuid or None, profile_name=profile_name[:200], customer=customer
    )


def known_customer(phone: str | None, *, bsuid: str) -> Customer | None:
    """Whoever writes from this BSUID or E.164 number, or is on record with the number."""
    marks = [Q(whatsapp_identities__bsuid=bsuid)] if bsuid else []
    marks += [Q(whatsapp_identities__phone=phone), Q(phone=phone)] if phone else []
    rows = (Customer.objects.filter(mark).first() for mark in marks)
    return next((customer for customer in rows if customer is not None), None)


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

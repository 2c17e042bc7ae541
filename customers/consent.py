"""Who agreed to hear from the shop on WhatsApp, and when they last said so.

Consent is the person's, so it hangs on the customer; but a number changes hands, so a
yes counts only for the number it was given for, while that is still one of the
customer's. A no stops everything, whichever number it came from. There is no column for
the state: the latest event by ``happened_at`` is the state, so a word that WhatsApp
delivers late can't overrule a newer one. Their clock is coarser than ours (whole seconds
in Meta's format): within its second a yes counts from the start and a no from the end, so
that a STOP sent right after a box was ticked is not taken for the older word.

Gupshup's own opt-in calls are retired (support article 35183519921689); Meta's policy
still asks for consent, so this record is ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.locking import lock_customer
from customers.models import (
    ConsentEvent,
    ConsentSource,
    ConsentState,
    Customer,
    User,
    WhatsAppIdentity,
)
from customers.numbers import number_of

# The note of a no that a merge made of one person's no and the other's later yes.
STRICTER = "Merged with somebody who had said no"


def may_notify(customer: Customer) -> bool:
    """Whether a message may go to the customer that is no direct answer to one of theirs.

    Asked of the database each time, so that a STOP counts from the moment it is recorded.
    """
    word = latest_word(customer)
    return word is not None and word.state == ConsentState.OPTED_IN and _still_theirs(word)


def latest_word(customer: Customer) -> ConsentEvent | None:
    """What the customer said last, or None where nobody ever asked them."""
    return consent_history(customer).first()


def consent_history(customer: Customer) -> QuerySet[ConsentEvent]:
    """Every word about notices, the newest first."""
    words = ConsentEvent.objects.filter(customer=customer.pk).select_related("by")
    return words.order_by("-happened_at", "-pk")


def record_opt_in(
    customer: Customer,
    *,
    how: str,
    by: User | None = None,
    note: str = "",
    phone: str | None = None,
    happened_at: datetime | None = None,
) -> ConsentEvent:
    """Note that the customer agreed to notices; ``how`` is a ConsentSource.

    ``phone`` is the E.164 number it is about, by default the customer's own;
    ``happened_at`` when WhatsApp says they said so, exact to a second, by default now.
    Raises CustomerGone.
    """
    return _record(
        customer,
        state=ConsentState.OPTED_IN,
        how=how,
        by=by,
        note=note,
        phone=phone,
        happened_at=happened_at and _start_of_second(happened_at),
    )


def record_opt_out(
    customer: Customer,
    *,
    how: str,
    by: User | None = None,
    note: str = "",
    phone: str | None = None,
    happened_at: datetime | None = None,
) -> ConsentEvent:
    """Note that the customer wants no notices (any more); arguments as of record_opt_in."""
    return _record(
        customer,
        state=ConsentState.OPTED_OUT,
        how=how,
        by=by,
        note=note,
        phone=phone,
        happened_at=happened_at and _end_of_second(happened_at),
    )


def note_of_staff(customer: Customer, *, state: str, note: str, by: User) -> ConsentEvent:
    """Note what the customer said to staff about notices, and how (``note``).

    A yes is for the number that notices would go to. Raises InvalidInput naming ``note``,
    CustomerGone.
    """
    if not note.strip():
        raise InvalidInput(_("Say how they told you, for example at the counter."), attr="note")
    return _record(
        customer,
        state=ConsentState(state),
        how=ConsentSource.STAFF,
        by=by,
        note=note.strip(),
        phone=number_of(customer),
        happened_at=None,
    )


def _start_of_second(stamp: datetime) -> datetime:
    return stamp.replace(microsecond=0)


def _end_of_second(stamp: datetime) -> datetime:
    return _start_of_second(stamp) + timedelta(seconds=1, microseconds=-1)


@transaction.atomic
def _record(
    customer: Customer,
    *,
    state: str,
    how: str,
    by: User | None = None,
    note: str,
    phone: str | None,
    happened_at: datetime | None,
) -> ConsentEvent:
    """Under the customer's lock, so that events without a time of their own stand in one order."""
    locked = lock_customer(customer.pk)
    now = timezone.now()
    return ConsentEvent.objects.create(
        customer=locked,
        state=state,
        how=ConsentSource(how),
        phone=phone or locked.phone or "",
        by=by,
        note=note[:300],
        # A time in the future would overrule what is said until then.
        happened_at=min(happened_at or now, now),
    )


def follow_number(customer: Customer, *, before: str, after: str) -> None:
    """The same person writes from another number now: a yes for the old one goes along."""
    word = latest_word(customer)
    if word is not None and word.state == ConsentState.OPTED_IN and word.phone == before:
        record_opt_in(customer, how=ConsentSource.NEW_NUMBER, note=f"Was {before}", phone=after)


def join_consent(customer: Customer, *, joined: Customer) -> None:
    """Two rows turned out to be one person: what was said on the other counts here too."""
    word = latest_word(joined)
    if word is None or joined.pk == customer.pk:
        return
    _record(
        customer,
        state=word.state,
        how=ConsentSource.JOINED,
        note=f"From customer {joined.pk}",
        phone=word.phone,
        happened_at=word.happened_at,
    )


def record_stricter(
    customer: Customer, words: Iterable[ConsentEvent | None], *, by: User | None
) -> None:
    """Two customers were merged, whose last words these were: a no of either stays a no."""
    said = [word for word in words if word is not None]
    refused = [word for word in said if word.state == ConsentState.OPTED_OUT]
    latest = latest_word(customer)
    if refused and latest is not None and latest.state != ConsentState.OPTED_OUT:
        record_opt_out(customer, how=ConsentSource.JOINED, by=by, note=STRICTER)


def record_again(customer: Customer, *, by: User | None) -> None:
    """The merge was undone: a yes of their own that record_stricter overruled counts again."""
    latest = latest_word(customer)
    if latest is None or latest.note != STRICTER:
        return
    own = consent_history(customer).exclude(note=STRICTER).first()
    if own is not None and own.state == ConsentState.OPTED_IN:
        record_opt_in(
            customer, how=ConsentSource.JOINED, by=by, note="Merge undone", phone=own.phone
        )


def _still_theirs(word: ConsentEvent) -> bool:
    """Whether the number a word was about still belongs to the customer; a hidden one does."""
    if not word.phone:
        return True
    own = Q(pk=word.customer_id, phone=word.phone)
    writes_from = WhatsAppIdentity.objects.filter(customer=word.customer_id, phone=word.phone)
    return Customer.objects.filter(own).exists() or writes_from.exists()

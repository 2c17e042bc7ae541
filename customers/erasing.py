"""Forgetting a person, as the law asks of whoever wants to be forgotten.

Orders stay, unlinked and without a name; the ledger stays, since the law of accounts asks
for it, and its account points to a row that names nobody. Chats, messages, drafts, names,
addresses, accounts, what came in raw, and the history of all that go. The apps above do
their part in CUSTOMER_EVENT_HANDLERS. It can't be undone.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from customers.imports.models import ImportJob, ImportRow, ImportStatus
from customers.locking import lock_customers
from customers.marks import Marks, as_text, marks_of
from customers.models import (
    AccountMessage,
    Address,
    Customer,
    CustomerAlias,
    CustomerMerge,
    Erasure,
    SavedView,
    User,
    WhatsAppIdentity,
)
from customers.telling import ERASED, tell_handlers

NAMELESS = "Erased customer"


@transaction.atomic
def erase_customers(ids: Sequence[int], *, by: User) -> list[int]:
    """Forget all of these that there are, or none; the ids of those who were. As erase_customer."""
    known = Customer.objects.known().filter(pk__in=ids).order_by("pk")
    present = list(known.values_list("pk", flat=True))
    for pk in present:
        erase_customer(pk, by=by)
    return present


@transaction.atomic
def erase_customer(customer_id: int, *, by: User) -> Erasure:
    """Take out of the database all that names the person. Raises CustomerGone."""
    [customer] = lock_customers(customer_id)
    marks = marks_of(customer)
    files: list[str] = []
    tell_handlers(ERASED, customer=customer, marks=marks, files=files)
    _forget_own(customer, marks)
    _forget_account(customer)
    _forget_messages(customer, marks)
    _forget_imports(marks, files)
    _forget_log(marks)
    _forget_views(marks)
    _leave_nameless(customer, by=by)
    erasure = Erasure.objects.create(customer_id=customer.pk, files=files, by=by)
    transaction.on_commit(lambda: delete_files(erasure))
    return erasure


def _forget_own(customer: Customer, marks: Marks) -> None:
    customer.aliases.all().delete()
    customer.addresses.all().delete()
    for model in (CustomerAlias, Address, WhatsAppIdentity):
        model.history.filter(customer_id__in=marks.ids).delete()
    Customer.history.filter(id__in=marks.ids).delete()
    customer.consent_events.update(phone="", note="")
    merges = CustomerMerge.objects.filter(kept_id__in=marks.ids)
    merges.update(before={}, after={}, gone={}, dropped=[])


def _forget_account(customer: Customer) -> None:
    """A buyer's account can't sign in any more and names nobody; staff's own stays."""
    user = customer.user
    if user is None or user.is_staff:
        return
    user.username, user.email, user.phone = f"erased-{user.pk}", "", None
    user.first_name = user.last_name = ""
    user.is_active = False
    user.set_unusable_password()
    User.history.filter(id=user.pk).delete()
    user.skip_history_when_saving = True  # type: ignore[attr-defined]
    user.save()


def _forget_messages(customer: Customer, marks: Marks) -> None:
    """What was sent to the account, and what anybody asked for under its names."""
    AccountMessage.objects.filter(marks.found_in("address")).delete()
    if customer.user is not None and not customer.user.is_staff:
        AccountMessage.objects.filter(user=customer.user).delete()


def _forget_imports(marks: Marks, files: list[str]) -> None:
    """Rows of imports that name the person, and the files of all finished ones."""
    rows = ImportRow.objects.annotate(**as_text("changes", "problems", "cells"))
    rows.filter(marks.found_in("label", "changes_text", "problems_text", "cells_text")).delete()
    done = ImportJob.objects.filter(status=ImportStatus.FINISHED).exclude(file="")
    files += done.values_list("file", flat=True)
    done.update(file="")


def _forget_log(marks: Marks) -> None:
    """The admin's log keeps who changed what row, and no words about it."""
    named = LogEntry.objects.filter(marks.found_in("object_repr", "change_message"))
    named.update(object_repr="—", change_message="")


def _forget_views(marks: Marks) -> None:
    """Saved views that search for the person, and what they were before."""
    for rows in (SavedView.objects, SavedView.history):
        named = rows.annotate(**as_text("query"))
        named.filter(marks.found_in("name", "query_text")).delete()


def _leave_nameless(customer: Customer, *, by: User) -> None:
    customer.name = f"{NAMELESS} {customer.pk}"
    customer.company = customer.phone2 = customer.email = customer.notes = ""
    customer.phone = customer.user = None
    customer.do_not_call, customer.erased_at = True, timezone.now()
    customer._history_user, customer._change_reason = by, "Erased"  # type: ignore[attr-defined]
    customer.save()


def delete_files(erasure: Erasure) -> None:
    """Delete the files from the storage; what fails is tried again by the sweep."""
    left = []
    for name in erasure.files:
        try:
            default_storage.delete(name)
        except OSError:
            left.append(name)
    Erasure.objects.filter(pk=erasure.pk).update(files=left)


def sweep_erasures() -> int:
    """Delete the files that a crash left; how many erasures had some."""
    waiting = list(Erasure.objects.exclude(files=[])[:100])
    for erasure in waiting:
        delete_files(erasure)
    return len(waiting)

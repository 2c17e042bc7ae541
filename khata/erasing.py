"""Ledger pages of a person who is forgotten (settings.CUSTOMER_EVENT_HANDLERS).

The ledger names nobody but by the customer's row, which loses its name; amounts, days and
the pictures of the books stay, as the law of accounts asks.
"""

from __future__ import annotations

from typing import Any

from customers.marks import Marks, as_text
from customers.telling import ERASED
from khata.models import KhataPage, KhataRow, KhataUpload

_EMPTY: dict[str, Any] = {"name": "", "warnings": [], "proposed": {}}


def on_customer_event(*, event: str, **data: Any) -> None:
    """Take the name out of what was read of the person's lines."""
    if event != ERASED:
        return
    marks: Marks = data["marks"]
    named = marks.found_in("name", "particulars", "read_text", "proposed_text", "warnings_text")
    rows = KhataRow.objects.annotate(**as_text("read", "proposed", "warnings"))
    ids = {
        *KhataRow.objects.filter(customer=data["customer"]).values_list("pk", flat=True),
        *rows.filter(named).values_list("pk", flat=True),
    }
    theirs = KhataRow.objects.filter(pk__in=ids)
    theirs.update(**_EMPTY, read={}, alternatives=[])
    theirs.filter(marks.found_in("particulars")).update(particulars="")
    history = KhataRow.history.filter(id__in=ids)
    history.update(**_EMPTY)
    history.filter(marks.found_in("particulars")).update(particulars="")
    pages = KhataPage.objects.annotate(**as_text("warnings"))
    pages.filter(marks.found_in("party", "warnings_text")).update(party="", warnings=[])
    KhataUpload.objects.filter(marks.found_in("file_name")).update(file_name="")

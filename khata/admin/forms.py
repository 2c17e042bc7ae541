"""The fields of a page's rows as typed; they check types only, the rules decide."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from config.wording import grouped_number
from khata.models import KhataPage, KhataRow, RowState
from khata.reviewing import RowChange

MAX_ADDED = 200
_CONTROLS = ("discard", "force", "checked", "page", "split")
# How people write amounts: ₹ 1,25,000.50 and 450/-
_ORNAMENTS = str.maketrans("", "", "₹, ")


class DayField(forms.DateField):
    """A day as the shop types it, whatever the browser's language; ISO or day first."""

    input_formats = ("%d/%m/%Y", "%d/%m/%y", "%Y/%m/%d", "%d/%b/%Y")

    def to_python(self, value: Any) -> dt.date | None:
        return super().to_python(re.sub(r"[\s./-]+", "/", str(value or "").strip()))

    def prepare_value(self, value: Any) -> Any:
        return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, dt.date) else value


class AmountField(forms.DecimalField):
    """A number as people type it; letters stay an error."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").translate(_ORNAMENTS).removesuffix("/-")
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        return grouped_number(value) if isinstance(value, Decimal) else value


def _amount(places: int) -> forms.DecimalField:
    return AmountField(required=False, max_digits=12, decimal_places=places, widget=forms.TextInput)


def _text(longest: int) -> forms.CharField:
    return forms.CharField(required=False, max_length=longest)


class RowForm(forms.Form):
    """One row; its prefix is ``row-<id>``, or ``new-<n>`` for one that was added."""

    date = DayField(required=False, widget=forms.TextInput)
    name = _text(200)
    customer_id = forms.IntegerField(required=False, min_value=1)
    particulars = _text(300)
    debit = _amount(2)
    credit = _amount(2)
    balance = _amount(2)
    weight = _amount(3)
    quantity = _amount(3)
    slip_number = _text(24)
    struck_out = forms.BooleanField(required=False)
    discard = forms.BooleanField(required=False)
    force = forms.BooleanField(required=False)
    checked = forms.BooleanField(required=False)
    page = forms.IntegerField(required=False)
    split = forms.IntegerField(required=False)

    def __init__(
        self, data: QueryDict | None = None, *, prefix: str, row: KhataRow | None = None
    ) -> None:
        super().__init__(data, prefix=prefix, initial=_initial(row))
        self.row = row

    def change(self, pages: dict[int, KhataPage], rows: dict[int, KhataRow]) -> RowChange:
        """What was typed, as the rules take it: only the fields that differ."""
        changes = {
            name: self.cleaned_data[name] for name in self.changed_data if name not in _CONTROLS
        }
        return RowChange(
            self.prefix or "",
            self.row,
            changes,
            discard=self.cleaned_data["discard"],
            checked=self.cleaned_data["checked"],
            page=pages.get(self.cleaned_data["page"]),
            split_from=rows.get(self.cleaned_data["split"]),
        )


def _initial(row: KhataRow | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "date": row.date,
        "name": row.name,
        "customer_id": row.customer_id,
        "particulars": row.particulars,
        "debit": row.debit,
        "credit": row.credit,
        "balance": row.balance,
        "weight": row.weight,
        "quantity": row.quantity,
        "slip_number": row.slip_number,
        "struck_out": row.struck_out,
        "discard": row.state == RowState.DISCARDED,
        "checked": row.checked,
    }


def row_forms(rows: Iterable[KhataRow], data: QueryDict | None = None) -> list[RowForm]:
    """A form a row: as stored, or (``data`` given) as typed, added rows last."""
    known = {f"row-{row.pk}": row for row in rows}
    if data is None:
        return [RowForm(prefix=prefix, row=row) for prefix, row in known.items()]
    typed = dict.fromkeys(data.getlist("row"))
    added = [prefix for prefix in typed if prefix.startswith("new-")][:MAX_ADDED]
    return [
        RowForm(data, prefix=prefix, row=known.get(prefix))
        for prefix in (*(prefix for prefix in known if prefix in typed), *added)
    ]

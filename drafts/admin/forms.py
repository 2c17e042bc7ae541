"""The fields of a draft's lines as typed; they check types only, the rules decide."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from config.wording import plain_number
from drafts.models import DraftEntry
from drafts.reviewing import LineChange

MAX_LINES = 200


def _amount(places: int, digits: int) -> forms.DecimalField:
    return forms.DecimalField(
        required=False, max_digits=digits, decimal_places=places, widget=forms.TextInput
    )


class LineForm(forms.Form):
    """One line; its prefix is ``entry-<id>``, or ``new-<n>`` for one that was added."""

    item_name = forms.CharField(required=False, max_length=200)
    product_id = forms.IntegerField(required=False, min_value=1)
    quantity = _amount(3, 12)
    size = forms.CharField(required=False, max_length=40)
    color = forms.CharField(required=False, max_length=40)
    weight = _amount(3, 12)
    unit_price = _amount(2, 12)
    client_name = forms.CharField(required=False, max_length=120)
    client_id = forms.IntegerField(required=False, min_value=1)
    slip_number = forms.CharField(required=False, max_length=24)
    is_custom = forms.BooleanField(required=False)
    remove = forms.BooleanField(required=False)

    def __init__(
        self, data: QueryDict | None = None, *, prefix: str, entry: DraftEntry | None = None
    ) -> None:
        # Nothing changes a line's fields, so the lines share them: their copies took a twelfth
        # of the time of a page of thirty lines.
        self.base_fields = {}  # type: ignore[misc]
        super().__init__(data, prefix=prefix, initial=_initial(entry))
        self.fields = type(self).base_fields
        self.entry = entry

    def change(self) -> LineChange:
        """What was typed, as the rules take it: only the fields that differ."""
        names = [name for name in self.changed_data if name != "remove"]
        changes = {name: self.cleaned_data[name] for name in names}
        if changes.get("is_custom") and self.cleaned_data["product_id"]:
            # Ticking "made to order" lets go of the product that was matched.
            changes["product_id"] = None
        if not changes.get("slip_number", "-"):
            del changes["slip_number"]
        key = self.prefix or ""
        return LineChange(key, self.entry, changes, remove=self.cleaned_data["remove"])


def _initial(entry: DraftEntry | None) -> dict[str, Any]:
    if entry is None:
        return {}
    return {
        "item_name": entry.item_name,
        "product_id": entry.product_id,
        "quantity": _plain(entry.quantity),
        "size": entry.size,
        "color": entry.color,
        "weight": _plain(entry.weight),
        "unit_price": _plain(entry.unit_price),
        "client_name": entry.client_name,
        "client_id": entry.client_id,
        "slip_number": entry.slip_number,
        "is_custom": entry.is_custom,
    }


def _plain(value: Decimal | None) -> Decimal | None:
    """Without idle zeros, and never as 1E+2."""
    return None if value is None else Decimal(plain_number(value))


def line_forms(entries: Iterable[DraftEntry], data: QueryDict | None = None) -> list[LineForm]:
    """A form a line: as stored, or (``data`` given) as typed, added lines last."""
    known = {f"entry-{entry.pk}": entry for entry in entries}
    if data is None:
        return [LineForm(prefix=prefix, entry=entry) for prefix, entry in known.items()]
    typed = list(dict.fromkeys(data.getlist("line")))[:MAX_LINES]
    return [
        LineForm(data, prefix=prefix, entry=known.get(prefix))
        for prefix in typed
        if prefix in known or prefix.startswith("new-")
    ]

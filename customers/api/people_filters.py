"""What the list of customers can be narrowed down and sorted by."""

from __future__ import annotations

from typing import Any

import django_filters as filters

from customers.finding import search_customers
from customers.models import Customer, PaymentTerms
from orders.api.filters import LONGEST_SEARCH, Ordering, TrueFalseFilter

SORTS = {
    "created_at": "created_at",
    "name": "name",
    "company": "company_name",
    "email": "email",
}
_BY_SENT = {sent: column for column, sent in SORTS.items()} | {"first_name": "name"}


class CustomerFilter(filters.FilterSet):
    search = filters.CharFilter(
        method="by_search",
        max_length=LONGEST_SEARCH,
        help_text="In the name, other names, firm, e-mail or phone",
    )
    payment_terms = filters.MultipleChoiceFilter(choices=PaymentTerms.choices, distinct=False)
    do_not_call = TrueFalseFilter(method="by_call")
    has_account = TrueFalseFilter(method="by_account", help_text="Proven to be an account's")
    ordering = Ordering(fields=SORTS)
    sort_by = filters.ChoiceFilter(
        method="as_asked", choices=[(name, name) for name in sorted(_BY_SENT)]
    )
    sort_dir = filters.ChoiceFilter(
        method="as_asked", choices=[("asc", "asc"), ("desc", "desc")], help_text="Of `sort_by`"
    )

    class Meta:
        model = Customer
        fields: list[str] = []

    def by_search(self, rows: Any, name: str, value: str) -> Any:
        return search_customers(rows, value)

    def by_call(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(do_not_call=value == "true")

    def by_account(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(user__isnull=value != "true")

    def as_asked(self, rows: Any, name: str, value: str) -> Any:
        """Both together; what is sent as ``ordering`` counts instead."""
        asked = self.form.cleaned_data
        if asked.get("ordering"):
            return rows
        column = _BY_SENT[asked.get("sort_by") or "created_at"]
        sign = "" if asked.get("sort_dir") == "asc" else "-"
        return rows.order_by(f"{sign}{column}", f"{sign}pk")

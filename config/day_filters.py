"""Lists narrowed to days, typed as the shop writes them or picked from the calendar.

Unfold's own filters read days as Americans write them (05/03 is the 3rd of May), pass over what
they can't read, and compare moments with midnights that have no zone.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.contrib.filters.admin import RangeDateFilter

# A day further off is a slip of the finger, and may have no day after it.
_YEARS = range(1900, 3000)


def typed_day(text: str) -> dt.date | None:
    """The day that was typed, in any order of config.formats; None for an empty text.

    Raises django.core.exceptions.ValidationError for what is no day.
    """
    day: dt.date | None = forms.DateField(required=False).clean(text)
    if day is not None and day.year not in _YEARS:
        raise forms.ValidationError("No such year.")
    return day


class DateRangeFilter(RangeDateFilter):
    """Days, both ends included; nothing fits a day that can't be read, as the chip above says."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        try:
            first, last = (self._day(end) for end in ("from", "to"))
        except forms.ValidationError:
            return queryset.none()
        if first is not None:
            queryset = queryset.filter(**{f"{self.field_path}__gte": self.start_of(first)})
        if last is not None:
            after = self.start_of(last + dt.timedelta(days=1))
            queryset = queryset.filter(**{f"{self.field_path}__lt": after})
        return queryset

    def start_of(self, day: dt.date) -> dt.date:
        """What the field is compared with."""
        return day

    def _day(self, end: str) -> dt.date | None:
        return typed_day(str(self.used_parameters.get(f"{self.field_path}_{end}", "")))


class DayRangeFilter(DateRangeFilter):
    """Whole days of the shop's zone on a field with a time; a reader calls it the date."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("date")

    def start_of(self, day: dt.date) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(day, dt.time.min))

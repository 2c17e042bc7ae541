"""The rows of an admin's list: Unfold's own looks, drawn without its work for every cell.

Unfold makes all headers anew for each row and renders a template for each label and tick box;
for 50 orders that was 150 ms of processor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import quote as url_quote

from django import template
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import lookup_field, quote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from unfold.admin import checkbox
from unfold.templatetags.unfold_list import (
    CHECKBOX_CLASSES,
    LINK_CLASSES,
    ROW_CLASSES,
    result_headers,
)
from unfold.utils import display_for_field, display_for_label, display_for_value

register = template.Library()

TICK = "action_checkbox"
# What stands for a row's key and for its cells in what is made once for all rows. An address
# takes an @ as it is, but what somebody searched for never has one there.
KEY, CELLS = "@key@", "@cells@"
STRIPES = ("", "bg-base-50 dark:bg-white/[.02]")


@register.inclusion_tag("desk/result_list.html", takes_context=True)
def desk_result_list(context: template.Context, cl: ChangeList) -> dict[str, Any]:
    """Headers and rows of a list that nobody edits in place."""
    headers = list(result_headers(cl))
    return {
        "cl": cl,
        "result_headers": headers,
        "num_sorted_fields": sum(bool(header.get("sorted")) for header in headers),
        "rows": list(_rows(cl, [header["text"] for header in headers])),
        "has_add_permission": cl.model_admin.has_add_permission(context["request"]),
    }


def _rows(cl: ChangeList, labels: list[Any]) -> Iterator[SafeString]:
    page = _page(cl)
    columns = _columns(cl, labels, page)
    frames = cycle([_frame(cl, page, stripe) for stripe in STRIPES])
    for row, (begin, end) in zip(cl.result_list, frames, strict=False):
        key = url_quote(str(quote(row.pk)))
        cells = "".join([column.cell(row, key) for column in columns])
        drawn = f"{begin.replace(KEY, key)}{cells}{end.replace(KEY, key)}"
        yield mark_safe(drawn)  # noqa: S308 - each cell is escaped


def _frame(cl: ChangeList, page: str, stripe: str) -> list[str]:
    """What stands before and behind a row's cells."""
    model_admin: Any = cl.model_admin  # Unfold's or a DeskAdmin: each has list_sections
    sections = [f"{_address(cl, 'changelist')}{KEY}/{name}/" for name in model_admin.list_sections]
    shown = {"page": page, "sections": sections, "stripe": stripe, "cells": CELLS}
    return render_to_string("desk/result_row.html", shown).split(CELLS)


def _columns(cl: ChangeList, labels: list[Any], page: str) -> list[Column]:
    linked = [name for name in cl.list_display if name in (cl.list_display_links or ())]
    return [
        Column(cl, str(name), label, page if name in linked else "", heads=name in linked[:1])
        for name, label in zip(cl.list_display, labels, strict=True)
    ]


@dataclass(slots=True)
class Column:
    """What is the same in each of a column's cells is made once."""

    cl: ChangeList
    name: str
    label: Any
    page: str  # where its cells lead to; empty where nowhere
    heads: bool
    _said: dict[Any, str] = field(default_factory=dict)  # labels and marks made before
    _begin: str = ""
    _end: str = ""
    _link: str = ""
    _empty: Any = ""
    _method: Callable[[Model], Any] | None = None  # the admin's own, where the column is one

    def __post_init__(self) -> None:
        ticks = self.name == TICK
        classes = [f"field-{self.name}", *ROW_CLASSES] if not ticks else CHECKBOX_CLASSES
        tag = "th" if self.heads else "td"
        label = _("Select record") if ticks else self.label
        opening = '<{} class="{}" data-label="{}">'
        self._begin = format_html(opening, tag, " ".join(classes), label)
        self._end = f"</{tag}>"
        self._link = format_html('<a href="{}" class="{}"', self.page, " ".join(LINK_CLASSES))
        self._empty = self.cl.model_admin.get_empty_value_display()
        fields = {"__str__", *(row.name for row in self.cl.lookup_opts.get_fields())}
        if self.name not in fields:
            self._method = getattr(self.cl.model_admin, self.name, None)

    def cell(self, row: Model, key: str) -> str:
        shown = self._tick(row) if self.name == TICK else conditional_escape(self._shown(row))
        if self.page:
            shown = f"{self._link.replace(KEY, key)}{self._opener(row)}>{shown}</a>"
        return f"{self._begin}{shown}{self._end}"

    def _opener(self, row: Model) -> str:
        if not self.cl.is_popup:
            return ""
        picked = row.serializable_value(str(self.cl.to_field or row._meta.pk.attname))
        return format_html(' data-popup-opener="{}"', picked)

    def _tick(self, row: Model) -> str:
        """Unfold's box, rendered once and given each row's key."""
        if TICK not in self._said:
            self._said[TICK] = str(checkbox.render(ACTION_CHECKBOX_NAME, KEY))
        return self._said[TICK].replace(KEY, conditional_escape(row.pk))

    def _shown(self, row: Model) -> Any:
        """The value as Unfold shows it."""
        try:
            of_model, attr, value = self._looked_up(row)
        except ObjectDoesNotExist:
            return self._empty
        if of_model is not None and not of_model.auto_created:
            if of_model.many_to_one:
                return self._empty if value is None else value
            return display_for_field(value, of_model, self._empty)
        empty = getattr(attr, "empty_value_display", self._empty)
        if label := getattr(attr, "label", False):
            return self._labelled(value, empty, label)
        return display_for_value(value, empty, getattr(attr, "boolean", False))

    def _looked_up(self, row: Model) -> tuple[Any, Any, Any]:
        """Django's lookup_field, which looks for a method anew in each row."""
        if self._method is not None:
            return None, self._method, self._method(row)
        found: tuple[Any, Any, Any] = lookup_field(self.name, row, self.cl.model_admin)
        return found

    def _labelled(self, value: Any, empty: str, label: Any) -> str:
        key = str(value)
        if key not in self._said:
            self._said[key] = display_for_label(value, empty, label)
        return self._said[key]


def _page(cl: ChangeList) -> str:
    """Where the row KEY leads to and from there back to this list; empty where nowhere."""
    context: Any = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    try:
        page = _address(cl, "change", KEY)
    except NoReverseMatch:
        return ""
    return str(add_preserved_filters(context, page))


def _address(cl: ChangeList, page: str, *key: str) -> str:
    name = f"admin:{cl.opts.app_label}_{cl.opts.model_name}_{page}"
    return reverse(name, args=key, current_app=cl.model_admin.admin_site.name)

"""The rows of an admin's list: Unfold's own looks, drawn without its work for every cell.

Unfold makes all headers anew for each row and renders a template for each label and tick box;
for 50 orders that was 150 ms of processor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
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


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells, its page, and where what it unfolds to is asked for."""

    cells: SafeString
    page: str
    sections: list[str]


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


def _rows(cl: ChangeList, labels: list[Any]) -> Iterator[Row]:
    columns = _columns(cl, labels)
    kept = _kept_query(cl)
    model_admin: Any = cl.model_admin  # Unfold's or a DeskAdmin: each has list_sections
    for row in cl.result_list:
        page = _page(cl, row, kept)
        cells = "".join([column.cell(row, page) for column in columns])
        sections = [reverse(name, args=[row.pk]) for name in model_admin.list_sections]
        yield Row(mark_safe(cells), page, sections)  # noqa: S308 - each cell is escaped


def _columns(cl: ChangeList, labels: list[Any]) -> list[Column]:
    linked = [name for name in cl.list_display if name in (cl.list_display_links or ())]
    return [
        Column(cl, str(name), label, linked=name in linked, heads=name in linked[:1])
        for name, label in zip(cl.list_display, labels, strict=True)
    ]


@dataclass(slots=True)
class Column:
    """What is the same in each of a column's cells is made once."""

    cl: ChangeList
    name: str
    label: Any
    linked: bool
    heads: bool
    _said: dict[Any, str] = field(default_factory=dict)  # labels and marks made before
    _begin: str = ""
    _end: str = ""

    def __post_init__(self) -> None:
        ticks = self.name == TICK
        classes = [f"field-{self.name}", *ROW_CLASSES] if not ticks else CHECKBOX_CLASSES
        tag = "th" if self.heads else "td"
        label = _("Select record") if ticks else self.label
        opening = '<{} class="{}" data-label="{}">'
        self._begin = format_html(opening, tag, " ".join(classes), label)
        self._end = f"</{tag}>"

    def cell(self, row: Model, page: str) -> str:
        shown = self._tick(row) if self.name == TICK else conditional_escape(self._shown(row))
        if self.linked and page:
            shown = self._link(row, page, shown)
        return f"{self._begin}{shown}{self._end}"

    def _link(self, row: Model, page: str, shown: str) -> str:
        opener = ""
        if self.cl.is_popup:
            key = row.serializable_value(str(self.cl.to_field or row._meta.pk.attname))
            opener = format_html(' data-popup-opener="{}"', key)
        parts = (page, " ".join(LINK_CLASSES), opener, shown)
        return format_html('<a href="{}" class="{}"{}>{}</a>', *parts)

    def _tick(self, row: Model) -> str:
        """Unfold's box, rendered once and given each row's key."""
        if TICK not in self._said:
            self._said[TICK] = str(checkbox.render(ACTION_CHECKBOX_NAME, "{key}"))
        return self._said[TICK].replace("{key}", str(conditional_escape(row.pk)))

    def _shown(self, row: Model) -> Any:
        """The value as Unfold shows it."""
        empty = self.cl.model_admin.get_empty_value_display()
        try:
            of_model, attr, value = lookup_field(self.name, row, self.cl.model_admin)
        except ObjectDoesNotExist:
            return empty
        if of_model is not None and not of_model.auto_created:
            if of_model.many_to_one:
                return empty if value is None else value
            return display_for_field(value, of_model, empty)
        empty = getattr(attr, "empty_value_display", empty)
        if label := getattr(attr, "label", False):
            return self._labelled(value, empty, label)
        return display_for_value(value, empty, getattr(attr, "boolean", False))

    def _labelled(self, value: Any, empty: str, label: Any) -> str:
        key = str(value)
        if key not in self._said:
            self._said[key] = display_for_label(value, empty, label)
        return self._said[key]


def _page(cl: ChangeList, row: Model, kept: str) -> str:
    """Where the row leads to; empty where the admin has no page for one."""
    try:
        return f"{cl.url_for_result(row)}{kept}"
    except NoReverseMatch:
        return ""


def _kept_query(cl: ChangeList) -> str:
    """What each link carries along, so that its page leads back to this list."""
    context: Any = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    return str(add_preserved_filters(context, ""))

"""The fields of a draft's lines, which a long draft has hundreds of.

Each was an included template of fifteen nodes: for thirty lines they took 25 ms of processor more,
a sixth of the page.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from config import wording

if TYPE_CHECKING:  # Django reads these tags before the admin is there
    from drafts.admin.forms import LineForm
    from drafts.admin.review_lines import Line

register = template.Library()


@register.simple_tag
def line_field(
    line: Line,
    name: str,
    caption: str,
    kind: str,
    *,
    needs: str = "",
    unit: str = "",
    numeric: bool = False,
    hint: Decimal | None = None,
) -> SafeString:
    """A labelled field; ``needs`` names the question that it answers, ``hint`` is in rupees."""
    form = line.form
    bad = bool(needs and needs in line.missing) or name in form.errors
    return format_html(
        '<label class="{}{}"{}><span class="caption">{}</span> <span class="desk-input">'
        '<input name="{}" value="{}"{} placeholder="{}">{}</span></label>',
        kind,
        " bad" if bad else "",
        format_html(' data-needs="{}"', needs) if needs else "",
        caption,
        form.add_prefix(name),
        _value(form, name),
        _NUMERIC if numeric else "",
        " " if hint is None else wording.rupees(hint),
        format_html('<span class="unit" data-unit>{}</span>', unit) if unit else "",
    )


@register.simple_tag
def line_hidden(form: LineForm, name: str) -> SafeString:
    """A field that the page's script fills in."""
    words = '<input type="hidden" name="{}" value="{}">'
    return format_html(words, form.add_prefix(name), _value(form, name))


_NUMERIC = mark_safe(' inputmode="decimal" class="n"')


def _value(form: LineForm, name: str) -> Any:
    value = form[name].value()
    return "" if value is None else localize(value)

"""What the sources mark for translation: calls of gettext, template tags, names of fields."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.extract import extract
from django.conf import settings
from django.contrib import admin
from django.utils.translation import override
from django.utils.translation.template import templatize

from config.languages import OUR_APPS

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


class Saying(NamedTuple):
    """One text as it stands in the source; ``plural`` is empty where there is none."""

    text: str
    plural: str = ""
    context: str = ""


def sayings_of(catalogue: str) -> set[Saying]:
    """All that the catalogue ("orders", "templates") must hold."""
    root = Path(settings.BASE_DIR) / catalogue
    found: set[Saying] = set()
    for path in sorted(root.rglob("*.html")):
        found.update(_of_template(path))
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts:
            found.update(_of_source(path.read_bytes()))
    return found | _of_models(catalogue)


def _of_template(path: Path) -> Iterator[Saying]:
    """Django turns a template into calls of gettext amid noise that Python can tokenize."""
    calls = templatize(path.read_text(), origin=str(path))
    flat = "\n".join(line.strip() for line in calls.splitlines())
    return _of_source(flat.encode())


def _of_source(source: bytes) -> Iterator[Saying]:
    for _line, words, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
        if isinstance(words, str):
            yield Saying(words, context=context or "")
        else:
            yield Saying(words[-2], words[-1], context or "")


def _of_models(label: str) -> set[Saying]:
    if label not in OUR_APPS:
        return set()
    with override("en"):
        return {Saying(str(name)) for model in _shown_models() for name in _names(model, label)}


def _shown_models() -> set[Any]:
    """Those that an admin page or a part of one is about; of others nobody sees the names."""
    shown = set()
    for model, page in admin.site._registry.items():
        shown |= {model, *(inline.model for inline in page.inlines)}
    return shown


def _names(model: Any, label: str) -> list[Any]:
    options = model._meta
    if options.app_label != label:
        return []
    own = [field for field in options.fields if not _is_djangos(field)]
    return [options.verbose_name, options.verbose_name_plural] + [f.verbose_name for f in own]


def _is_djangos(field: Any) -> bool:
    """Whether Django itself names the field and has it in its own catalogue."""
    return field.name in {"id", "password", "last_login", "date_joined"}

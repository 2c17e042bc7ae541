"""Categories by their names."""

from __future__ import annotations

import unicodedata

from django.utils.text import slugify

from orders.models import Category


def category_named(name: str, *, make: bool) -> Category | None:
    """The category of a name in any letter case, made where there is none and ``make`` says so."""
    known = Category.objects.filter(name__iexact=name).first()
    if known is not None or not make:
        return known
    return Category.objects.get_or_create(name=name, defaults={"slug": _free_slug(name)})[0]


def _free_slug(name: str) -> str:
    """Latin letters where the name has some, else its own script, vowel signs and all."""
    letters = "".join(
        letter if unicodedata.category(letter)[0] in "LMN" else "-" for letter in name.lower()
    )
    base = (slugify(name) or "-".join(filter(None, letters.split("-"))) or "category")[:70]
    taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    tried = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in tried if slug not in taken)

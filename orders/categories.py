"""The shop's categories: making, renaming, taking away."""

from __future__ import annotations

import unicodedata

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import User
from orders.errors import CategoryGone, CategoryInUse, Taken
from orders.locking import wait_at_most_ten_seconds
from orders.models import Category, Product

LONGEST_NAME = Category._meta.get_field("name").max_length or 0


def category_named(name: str, *, make: bool) -> Category | None:
    """The category of a name in any letter case, made where there is none and ``make`` says so."""
    known = Category.objects.filter(name__iexact=name).first()
    if known is not None or not make:
        return known
    return Category.objects.get_or_create(name=name, defaults={"slug": _free_slug(name)})[0]


@transaction.atomic
def make_category(name: str, *, by: User | None) -> Category:
    """A new category; its address (slug) is made of the name. Raises InvalidInput, Taken."""
    category = Category(name=_checked(name))
    _refuse_taken(category)
    category.slug = _free_slug(category.name)
    _save(category, by=by)
    return category


@transaction.atomic
def rename_category(category: Category, name: str, *, by: User | None) -> Category:
    """The same category by another name; its slug stays, since links lead to it.

    Raises InvalidInput, Taken, CategoryGone.
    """
    row = _locked(category)
    row.name = _checked(name)
    _refuse_taken(row)
    _save(row, by=by)
    return row


@transaction.atomic
def drop_category(category: Category, *, by: User | None) -> None:
    """Take a category away; raises CategoryInUse while products, archived ones too, are in it."""
    row = _locked(category)
    row._history_user = by
    try:
        row.delete()
    except ProtectedError as error:
        count = Product.objects.filter(category=row).count()
        sentence = f"{count} products are in this category: put them into another one first."
        raise CategoryInUse(sentence) from error


def _locked(category: Category) -> Category:
    wait_at_most_ten_seconds()
    row = Category.objects.select_for_update().filter(pk=category.pk).first()
    if row is None:
        raise CategoryGone(_("There is no such category."))
    return row


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput(
            _("A name has 1 to %(longest_name)s characters.") % {"longest_name": LONGEST_NAME},
            attr="name",
        )
    return name


def _refuse_taken(category: Category) -> None:
    others = Category.objects.exclude(pk=category.pk)
    if others.filter(name__iexact=category.name).exists():
        raise Taken(_("There is a category of this name already."), attr="name")


def _free_slug(name: str) -> str:
    """Latin letters where the name has some, else its own script, vowel signs and all."""
    letters = "".join(
        letter if unicodedata.category(letter)[0] in "LMN" else "-" for letter in name.lower()
    )
    base = (slugify(name) or "-".join(filter(None, letters.split("-"))) or "category")[:70]
    taken = set(Category.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    tried = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in tried if slug not in taken)


def _save(category: Category, *, by: User | None) -> None:
    category._history_user = by
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as error:  # somebody else was quicker
        raise Taken(_("There is a category of this name already."), attr="name") from error

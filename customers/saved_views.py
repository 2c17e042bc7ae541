"""Lists as staff narrowed them down, kept under a name: one's own, or shared with the shop."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers.errors import InvalidInput, NotYours, ViewGone
from customers.models import SavedView, User
from customers.roles import Role

MOST_VIEWS = 30  # of one person on one list
LONGEST_NAME = 40
LONGEST_QUERY = 1000  # characters of all keys and values

Pair = tuple[str, str]


def views_for(user: User, *, listing: str) -> QuerySet[SavedView]:
    """Those that the user sees on the list: their own and the shared ones, by name."""
    rows = SavedView.objects.filter(listing=listing).select_related("owner")
    return rows.filter(Q(owner=user) | Q(shared=True))


def may_change(view: SavedView, user: User) -> bool:
    """Whose view it is; an admin also tidies the shared ones."""
    return view.owner_id == user.pk or (view.shared and user.role == Role.ADMIN)


def kept_pairs(pairs: Iterable[Pair], *, keys: Collection[str]) -> list[list[str]]:
    """What of a query string makes the view: the list's own keys, sorted."""
    return sorted([key, value] for key, value in pairs if key in keys and value)


@transaction.atomic
def save_view(
    pairs: Iterable[Pair],
    *,
    listing: str,
    name: str,
    shared: bool,
    keys: Collection[str],
    by: User,
) -> SavedView:
    """Keep the list as it is narrowed under a name; ``keys`` are what the list can be asked for.

    Raises InvalidInput for a name that is empty, too long or used, a list that is not narrowed
    down, and one view too many.
    """
    query = kept_pairs(pairs, keys=keys)
    if not query or sum(map(len, (text for pair in query for text in pair))) > LONGEST_QUERY:
        raise InvalidInput(_("Narrow the list down first: by a filter or a search."), attr="query")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    own = SavedView.objects.filter(owner=by, listing=listing)
    if own.count() >= MOST_VIEWS:
        raise InvalidInput(
            _("At most %(most)s views a list: remove one first.") % {"most": MOST_VIEWS}
        )
    view = SavedView(owner=by, listing=listing, query=query, shared=shared)
    return _named(view, name, by=by)


@transaction.atomic
def change_view(view_id: int, *, name: str, shared: bool, by: User) -> SavedView:
    """Rename a view, or share it or no more. Raises ViewGone, NotYours, InvalidInput."""
    view = _locked(view_id, by=by)
    view.shared = shared
    return _named(view, name, by=by)


@transaction.atomic
def remove_view(view_id: int, *, by: User) -> SavedView:
    """Take a view away; its history stays. Raises ViewGone, NotYours."""
    view = _locked(view_id, by=by)
    view._history_user = by  # type: ignore[attr-defined]
    view.delete()
    return view


def _locked(view_id: int, *, by: User) -> SavedView:
    rows = SavedView.objects.select_for_update().filter(Q(owner=by) | Q(shared=True))
    view = rows.filter(pk=view_id).first()
    if view is None:
        raise ViewGone(_("This view is gone."))
    if not may_change(view, by):
        raise NotYours(_("Only who made it, or an admin, changes a shared view."))
    return view


def _named(view: SavedView, name: str, *, by: User) -> SavedView:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("A view needs a name of at most %(most)s letters.") % {"most": LONGEST_NAME},
            attr="name",
        )
    same = SavedView.objects.filter(owner_id=view.owner_id, listing=view.listing, name=name)
    if same.exclude(pk=view.pk).exists():
        raise InvalidInput(_("There is a view of this name already."), attr="name")
    view.name = name
    view._history_user = by  # type: ignore[attr-defined]
    view.save()
    return view

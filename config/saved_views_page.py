"""Saved views over a list of the admin: its chips, and the POST that keeps, renames or removes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.admin import DeskAdmin, refusals_shown
from customers.errors import InvalidInput
from customers.models import SavedView
from customers.saved_views import (
    LONGEST_NAME,
    change_view,
    kept_pairs,
    may_change,
    remove_view,
    save_view,
    views_for,
)

ALWAYS = frozenset({"q", "o"})  # the search and the order


@dataclass(frozen=True, slots=True)
class SavedChip:
    """A view as a chip over its list."""

    view: SavedView
    link: str
    is_open: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class SavedChips:
    """What stands over the list; ``to_save`` where it is narrowed in a way nobody kept."""

    chips: list[SavedChip]
    to_save: bool
    url: str
    now: str


class ViewForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_NAME)
    shared = forms.BooleanField(required=False)


def saved_chips(changelist: Any, request: HttpRequest) -> SavedChips:
    """The views of this list that the user sees, in one query."""
    user: Any = request.user
    listing = changelist.opts.label_lower
    now = kept_pairs(_pairs(request.GET), keys=_keys(changelist))
    chips = [
        SavedChip(view, f"?{_link(view.query)}", view.query == now, may_change(view, user))
        for view in views_for(user, listing=listing)
    ]
    return SavedChips(
        chips=chips,
        to_save=bool(now) and not any(chip.is_open for chip in chips),
        url=reverse("saved_views", args=[listing]),
        now=_link(now),
    )


class KeepsViews:
    """For an admin whose list shows saved views: its template draws ``saved``."""

    keeps_views = True

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        context = getattr(response, "context_data", None) or {}
        if changelist := context.get("cl"):
            context["saved"] = saved_chips(changelist, request)
        return response


@require_POST
def saved_views(request: HttpRequest, listing: str) -> HttpResponse:
    """Do what the button says with a view of the list, then show the list again."""
    model_admin = _admin_of(listing)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    address = _address(listing)
    query = request.POST.get("query", "")
    with refusals_shown(request):
        query = _DO.get(request.POST.get("do", ""), _keep)(request, model_admin, query)
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


def _keep(request: HttpRequest, model_admin: Any, query: str) -> str:
    form = _form(request)
    view = save_view(
        _pairs(QueryDict(query)),
        listing=model_admin.opts.label_lower,
        keys=_keys(_changelist(request, model_admin, query)),
        by=request.user,  # type: ignore[arg-type]
        **form,
    )
    messages.success(request, _("“%(name)s” is kept.") % {"name": view})
    return _link(view.query)


def _change(request: HttpRequest, model_admin: Any, query: str) -> str:
    view = change_view(_id(request), by=request.user, **_form(request))  # type: ignore[arg-type]
    messages.success(request, _("“%(name)s” is changed.") % {"name": view})
    return _link(view.query)


def _remove(request: HttpRequest, model_admin: Any, query: str) -> str:
    view = remove_view(_id(request), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("“%(name)s” is removed.") % {"name": view})
    return ""


_DO = {"keep": _keep, "change": _change, "remove": _remove}


def _form(request: HttpRequest) -> dict[str, Any]:
    form = ViewForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(str(form.errors["name"][0]), attr="name")
    return form.cleaned_data


def _id(request: HttpRequest) -> int:
    typed = request.POST.get("view", "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _admin_of(listing: str) -> DeskAdmin:
    for model, model_admin in admin.site._registry.items():
        if model._meta.label_lower == listing and getattr(model_admin, "keeps_views", False):
            return model_admin  # type: ignore[return-value]
    raise Http404(listing)


def _address(listing: str) -> str:
    return reverse(f"admin:{listing.replace('.', '_')}_changelist")


def _changelist(request: HttpRequest, model_admin: Any, query: str) -> Any:
    """The list as that query asks for it; raises InvalidInput where it can't be asked so."""
    asking = HttpRequest()
    asking.GET, asking.user, asking.META = QueryDict(query), request.user, request.META
    asking.path = _address(model_admin.opts.label_lower)
    asking.resolver_match = resolve(asking.path)
    try:
        return model_admin.get_changelist_instance(asking)
    except (IncorrectLookupParameters, DisallowedModelAdminLookup) as error:
        raise InvalidInput(_("This list can't be narrowed down so."), attr="query") from error


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(key, str(value)) for key, values in query.lists() for value in values]


def _link(pairs: list[list[str]]) -> str:
    return urlencode([(key, value) for key, value in pairs])


def _keys(changelist: Any) -> frozenset[str]:
    """What the list was asked for that it knows: its filters' keys, the search, the order."""
    filters = (spec.used_parameters for spec in changelist.filter_specs)
    return ALWAYS.union(*filters)

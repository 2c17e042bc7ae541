"""What all the desk's admin pages share; and leaving out third parties' tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as _auth  # noqa: F401 - registers groups
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import admin as _jobs  # noqa: F401 - registers jobs
from procrastinate.contrib.django.models import ProcrastinateJob
from rest_framework_simplejwt.token_blacklist import admin as _tokens  # noqa: F401 - registers tokens
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.admin import ModelAdmin

from customers.errors import DeskError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    StrOrPromise = str | _StrPromise

# Further back than this filters and the search lead, not page after page.
MOST_COUNTED = 10_000


class CappedPaginator(Paginator):
    """Pages over the first 10,000 rows, so that nothing is counted through."""

    template_name = "desk/pages.html"

    @cached_property
    def count(self) -> int:
        """How many there are, at most MOST_COUNTED."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by().values("pk")[:MOST_COUNTED].count()

    @property
    def is_capped(self) -> bool:
        """Whether there may be more than ``count``."""
        return self.count >= MOST_COUNTED


class DeskAdmin(ModelAdmin):
    """Unfold's admin with the desk's density and what an empty list says."""

    list_per_page = 50
    list_max_show_all = 200
    list_fullwidth = True
    # Pages under a row's address that its unfolded part is fetched from, when somebody unfolds it.
    list_sections: tuple[str, ...] = ()
    show_full_result_count = False
    empty_value_display = "—"
    empty_title: StrOrPromise = gettext_lazy("Nothing here yet")
    empty_note: StrOrPromise = ""
    empty_command = ""


class ReadOnlyAdmin(DeskAdmin):
    """Rows that only the rules write."""

    actions: Sequence[str] | None = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@contextmanager
def refusals_shown(request: HttpRequest) -> Iterator[None]:
    """Show a rule's refusal as a message instead of failing."""
    try:
        yield
    except DeskError as error:
        messages.error(request, str(error))


@contextmanager
def errors_of_field(form: forms.BaseForm, field: str) -> Iterator[None]:
    """Show a rule's refusal beside a form's field."""
    try:
        yield
    except DeskError as error:
        form.add_error(field, str(error))


def page_context(model_admin: admin.ModelAdmin[Any], request: HttpRequest) -> dict[str, Any]:
    """What the admin's base template needs on a page of ours."""
    return {**model_admin.admin_site.each_context(request), "opts": model_admin.model._meta}


# Tokens and jobs are looked at with SQL or the queue's own command, never edited here, and one role
# an account stands for groups. Their admins were imported above: this module is found before them.
admin.site.unregister([BlacklistedToken, OutstandingToken, ProcrastinateJob, Group])

"""Which language a page for staff speaks: the account's, else the shop's for staff, else English.

The API, the webhook and what customers see don't ask here: they answer in English, or in
the customer's own language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from customers.accounts import choose_language
from customers.errors import DeskError
from customers.models import Shop

STAFF_PAGES = ("/admin/", "/simulator")
OUR_APPS = ("customers", "orders", "whatsapp", "khata", "drafts")


class LanguageMiddleware:
    """Stands behind Django's authentication, because the account says the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(STAFF_PAGES):
            return self.get_response(request)
        with translation.override(language_for(request.user)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


def language_for(user: Any) -> str:
    """The code of a language that we have, for somebody signed in or not.

    An account of a session brings the shop's language along (RoleBackend.get_user).
    """
    wanted: tuple[str | None, ...]
    if user.is_authenticated:
        wanted = (user.language, getattr(user, "shop_language", None))
    else:
        wanted = (Shop.objects.values_list("staff_language", flat=True).first(),)
    known = dict(settings.LANGUAGES)
    return next((code for code in wanted if code in known), settings.LANGUAGE_CODE)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The admin's language menu: kept on the account, then back to the page."""
    try:
        choose_language(request.user, language=request.POST.get("language", ""))  # type: ignore[arg-type]
    except DeskError as error:
        messages.error(request, str(error))
    target = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else "/admin/")


def translate_names() -> None:
    """Let the names that Django makes of attributes ("created at") be translated like others.

    Must run before forms are made of the models. Migrations know nothing of it: they keep
    what a model says explicitly.
    """
    for model in apps.get_models():
        options = model._meta
        if options.app_label not in OUR_APPS:
            continue
        for field in (*options.fields, *options.many_to_many):
            field.verbose_name = _lazy(field.verbose_name)
        options.verbose_name = _lazy(options.verbose_name)
        if not hasattr(model, "history_user"):
            options.verbose_name_plural = gettext_lazy(str(options.verbose_name_plural))


def _lazy(name: Any) -> Any:
    return name if isinstance(name, Promise) else gettext_lazy(name)

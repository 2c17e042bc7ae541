"""How often somebody may try: one rule for the API's doors and the admin's login.

The rates stand in settings.THROTTLE_RATES; counters lie in the shared cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle

from customers.models import User
from customers.phones import normalise_phone


class AddressThrottle(SimpleRateThrottle):
    """So many calls an address; a subclass names the rate."""

    scope = "anon"

    def get_rate(self) -> str:
        """Read at each call, so that a test's settings count."""
        return str(settings.THROTTLE_RATES[self.scope])

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class GuestCheckoutThrottle(AddressThrottle):
    """Orders of somebody who is not signed in; accounts are known, so they may go on."""

    scope = "guest_checkout"

    def get_cache_key(self, request: Any, view: Any) -> str | None:  # type: ignore[override]
        return None if request.user.is_authenticated else super().get_cache_key(request, view)


class GuessThrottle(AddressThrottle):
    """Tries that may be guesses, counted one after another.

    REST framework reads a counter and writes it in two steps, so that of tries at the same
    moment all but one would go uncounted; the others' limits are wide enough to bear that.
    """

    def allow_request(self, request: Any, view: Any) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            key = self.get_cache_key(request, view)
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
            return super().allow_request(request, view)


class RegisterThrottle(GuessThrottle):
    scope = "register"


class TrackThrottle(GuessThrottle):
    """Somebody who guesses references and numbers must stay slow."""

    scope = "track"


class RecoverAddressThrottle(GuessThrottle):
    """Asking for links and codes, and using them."""

    scope = "recover_address"


class RecoverAccountThrottle(GuessThrottle):
    """So many links and codes for one name, e-mail or phone, whether an account has it or not."""

    scope = "recover_account"

    def get_cache_key(self, request: Any, view: Any) -> str:
        typed = request.data if hasattr(request.data, "get") else {}
        values = (typed.get(name) for name in ("identifier", "email", "phone"))
        named = " ".join(_plain(value) for value in values if isinstance(value, str))
        whose = f"user-{request.user.pk}" if request.user.is_authenticated else named
        ident = hashlib.sha256(whose.encode(errors="replace")).hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": ident}


def _plain(typed: str) -> str:
    return normalise_phone(typed) or typed.strip().lower()


RECOVER_THROTTLES = [RecoverAddressThrottle, RecoverAccountThrottle]


class LoginAddressThrottle(GuessThrottle):
    scope = "login_address"


class LoginAccountThrottle(GuessThrottle):
    """So many tries an account, whichever of its names is typed; unknown names count too."""

    scope = "login_account"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": _account_of(request)}


class PasswordThrottle(LoginAccountThrottle):
    """A stolen token must not become a way to guess the password: same counter."""

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": f"user-{request.user.pk}"}


def track_wait(request: HttpRequest) -> int | None:
    """Count a try at the track page with those of the API; the seconds to wait, or None."""
    return _wait([TrackThrottle()], request)


LOGIN_THROTTLES = [LoginAddressThrottle, LoginAccountThrottle]


def login_wait(request: HttpRequest) -> int | None:
    """Count a try at the admin's login; the seconds to wait where it is one too many."""
    return _wait([throttle() for throttle in LOGIN_THROTTLES], request)


def _wait(throttles: Sequence[SimpleRateThrottle], request: HttpRequest) -> int | None:
    refused = [one for one in throttles if not one.allow_request(request, None)]  # type: ignore[arg-type]
    waits = [one.wait() or one.parse_rate(one.get_rate())[1] or 0 for one in refused]
    return max((int(seconds) + 1 for seconds in waits), default=None)


def _account_of(request: Any) -> str:
    """Whom a sign-in names: the account's id, else a hash of what was typed."""
    data = getattr(request, "data", None)
    if data is None:
        data = request.POST
    login = data.get("username") if hasattr(data, "get") else None
    if not isinstance(login, str) or "\x00" in login:
        return "nobody"
    user = User.objects.by_login(login.strip())
    if user is not None:
        return f"user-{user.pk}"
    return hashlib.sha256(login.strip().lower().encode(errors="replace")).hexdigest()

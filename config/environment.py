"""Reading the environment so that a bad value stops the start and names its variable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_RATE = re.compile(r"^[1-9]\d*/(s|sec|min|h|hour|d|day)$")
_TRUE = frozenset({"true", "on", "yes", "1"})
_FALSE = frozenset({"false", "off", "no", "0", ""})


class DeskEnv(environ.FileAwareEnv):
    """django-environ, less lenient. NAME_FILE names a file that holds the value of NAME."""

    def get_value(self, var: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}: {error}.") from error

    def switch(self, var: str, *, default: bool) -> bool:
        """true or false; django-environ would take any misspelling for false."""
        text = str(self.str(var, default=str(default))).strip().lower()
        if text not in _TRUE | _FALSE:
            raise ImproperlyConfigured(f"{var}: {text!r} is neither true nor false.")
        return text in _TRUE

    def choice(self, var: str, choices: Sequence[str], *, default: str) -> str:
        """One of a few words."""
        value = str(self.str(var, default=default))
        if value not in choices:
            raise ImproperlyConfigured(f"{var}: {value!r} is not one of {', '.join(choices)}.")
        return value

    def count(self, var: str, *, default: int, least: int = 0) -> int:
        """A whole number, ``least`` or more."""
        value = int(self.int(var, default=default))
        if value < least:
            wrong = "is negative" if least == 0 else f"is less than {least}"
            raise ImproperlyConfigured(f"{var}: {value} {wrong}.")
        return value

    def rate(self, var: str, *, default: str) -> str:
        """So many calls in a time: 600/min."""
        value = str(self.str(var, default=default))
        if not _RATE.match(value):
            raise ImproperlyConfigured(f"{var}: {value!r} is no rate such as 10/min or 200/hour.")
        return value

    def mail(self, var: str, *, default: str) -> dict[str, Any]:
        """Django's settings of the mail server that an smtp:// address names."""
        address = str(self.str(var, default=default))
        if address.partition("://")[0] not in self.EMAIL_SCHEMES:
            raise ImproperlyConfigured(
                f"{var}: only an smtp://, smtp+tls:// or smtp+ssl:// address will do."
            )
        mail: dict[str, Any] = self.email_url_config(address)
        return mail

    def postgres(self, var: str) -> dict[str, Any]:
        """The database that a postgres:// address names."""
        address = str(self.str(var))
        if not address.startswith(("postgres://", "postgresql://")):
            raise ImproperlyConfigured(f"{var}: only a postgres:// address will do.")
        database: dict[str, Any] = self.db(var)
        return database

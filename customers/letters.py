"""E-mails to an account's owner: their words, in the account's language, and sending them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from customers.errors import NoMailServer
from customers.masking import masked_name
from customers.models import AccountMessage, AccountMessageKind, Shop, User

Kind = AccountMessageKind
NO_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
Words = tuple[str, str]  # subject and text


def send_letter(message: AccountMessage, user: User, *, token: str) -> None:
    """Send the mail of a message; raises NoMailServer, and what the mail server's client raises."""
    if settings.EMAIL_BACKEND == NO_BACKEND:
        raise NoMailServer(_("No mail server is set (EMAIL_URL)."))
    shop = Shop.current()
    with translation.override(user.language or shop.language):
        subject, text = _WORDS[message.kind](user, token)
        greeting = _("Hello %(name)s,") % {"name": user.get_full_name() or user.username}
        body = "\n\n".join([greeting, text, " ".join(shop.name.split())])
    to = message.address if message.kind in TO_TYPED else user.email
    one_line = " ".join(f"{shop.name}: {subject}".split())
    EmailMessage(one_line, body, settings.DEFAULT_FROM_EMAIL, [to]).send()


# These go to the e-mail that the row names: the new one, and the one before a change.
TO_TYPED = (Kind.VERIFY_EMAIL, Kind.EMAIL_CHANGED)


def _verify(user: User, token: str) -> Words:
    text = _("Please confirm that this e-mail is yours, within 24 hours:\n%(link)s") % {
        "link": _link("verify-email", token)
    }
    return _("Confirm your e-mail"), text


def _reset(user: User, token: str) -> Words:
    text = _(
        "Somebody, you we hope, asked for a new password. Choose it within an hour:\n%(link)s\n"
        "If it was not you, do nothing: the password stays as it is."
    ) % {"link": _link("reset-password", token)}
    return _("Choose a new password"), text


def _username(user: User, token: str) -> Words:
    text = _(
        "Your username is %(username)s (part of it is hidden). You can sign in with this"
        " e-mail as well."
    ) % {"username": masked_name(user.username)}
    return _("Your username"), text


def _password_changed(user: User, token: str) -> Words:
    return _("Your password was changed"), _beware(_("The password of your account was changed."))


def _email_changed(user: User, token: str) -> Words:
    text = _("The e-mail of your account was changed. This one is not its own any more.")
    return _("Your e-mail was changed"), _beware(text)


def _phone_changed(user: User, token: str) -> Words:
    text = _("The phone number of your account was changed.")
    return _("Your phone number was changed"), _beware(text)


def _beware(text: str) -> str:
    return f"{text}\n{_('If it was not you, please tell the shop at once.')}"


_WORDS: dict[str, Callable[[User, str], Words]] = {
    Kind.VERIFY_EMAIL: _verify,
    Kind.RESET_PASSWORD: _reset,
    Kind.NAME_USERNAME: _username,
    Kind.PASSWORD_CHANGED: _password_changed,
    Kind.EMAIL_CHANGED: _email_changed,
    Kind.PHONE_CHANGED: _phone_changed,
}


def _link(page: str, token: str) -> str:
    """A page of the storefront's that posts the token; the bare token where there is none."""
    base = settings.STOREFRONT_URL.rstrip("/")
    return f"{base}/{page}?{urlencode({'token': token})}" if base else token

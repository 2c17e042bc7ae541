"""Saving what the shop sets about itself, and its logo as anybody may see it."""

from __future__ import annotations

from hashlib import sha256

from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.errors import NoLogo
from customers.models import Shop

_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


@transaction.atomic
def save_settings(shop: Shop) -> None:
    """Save the row; a logo that it no longer has is deleted once that is certain."""
    rows = Shop.objects.select_for_update().filter(pk=shop.pk)
    before = rows.values_list("logo", flat=True).first()
    shop.save()
    if before and before != shop.logo.name:
        transaction.on_commit(lambda: default_storage.delete(before))


def logo_url(shop: Shop) -> str:
    """Where the logo is shown, another address for another logo; empty for none."""
    name = shop.logo.name
    if not name:
        return ""
    return f"{reverse('shop-logo')}?v={sha256(name.encode()).hexdigest()[:8]}"


def logo_file(shop: Shop) -> bytes | None:
    """The logo, to print; None without one, or where its file is missing."""
    try:
        return read_logo(shop)[0]
    except NoLogo:
        return None


def read_logo(shop: Shop | None = None) -> tuple[bytes, str]:
    """The logo and its content type; raises NoLogo."""
    name = (shop or Shop.current()).logo.name
    if not name:
        raise NoLogo(_("This shop has no logo."))
    try:
        with default_storage.open(name) as file:
            return bytes(file.read()), _TYPES[name.rsplit(".", 1)[-1]]
    except OSError as error:
        raise NoLogo(_("The logo's file is missing.")) from error

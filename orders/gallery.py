"""A product's pictures: adding, ordering, choosing the primary one, taking away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from customers.errors import InvalidInput
from customers.models import User
from orders.errors import ImageGone, ImageRefused
from orders.images import add_row, drop_row, prepared_image, remove_image, stored
from orders.models import Product, ProductImage
from orders.products import lock_product, save_product

MOST_IMAGES = 20


def add_image(product: Product, file: IO[bytes], *, by: User | None) -> ProductImage:
    """Keep one more picture, the last of the gallery; the first one is the primary one.

    Raises ImageRefused, also where the gallery is full, and ProductGone; nothing stays
    stored then.
    """
    with stored(product, prepared_image(file)) as name:
        return _append(product, name, by=by)


@transaction.atomic
def _append(product: Product, name: str, *, by: User | None) -> ProductImage:
    row = lock_product(product.pk)
    if row.images.count() >= MOST_IMAGES:
        raise ImageRefused(
            _("A product has at most %(most_images)s images.") % {"most_images": MOST_IMAGES},
            attr="image",
        )
    last = row.images.aggregate(last=Max("position"))["last"]
    picture = add_row(row, name, position=0 if last is None else last + 1, by=by)
    if not row.image:
        _make_primary(row, picture, by=by)
    return picture


@transaction.atomic
def choose_primary(product: Product, image_id: int, *, by: User | None) -> Product:
    """Show the product by this picture of its gallery; raises ImageGone, ProductGone."""
    row = lock_product(product.pk)
    _make_primary(row, _picture(row, image_id), by=by)
    return row


@transaction.atomic
def drop_image(product: Product, image_id: int, *, by: User | None) -> Product:
    """Take a picture away; where it was the primary one, the next takes its place.

    Raises ImageGone, ProductGone.
    """
    row = lock_product(product.pk)
    picture = _picture(row, image_id)
    if picture.image.name == row.image.name:
        return remove_image(row, by=by)
    drop_row(picture, by=by)
    return row


@transaction.atomic
def order_images(product: Product, order: Sequence[int], *, by: User | None) -> Product:
    """Sort the gallery: ``order`` names each of its pictures once; raises InvalidInput."""
    row = lock_product(product.pk)
    pictures = {picture.pk: picture for picture in row.images.all()}
    if sorted(order) != sorted(pictures):
        raise InvalidInput(_("Name each image of the product once."), attr="order")
    for position, image_id in enumerate(order):
        picture = pictures[image_id]
        if picture.position != position:
            picture.position = position
            picture._history_user = by
            picture.save(update_fields=["position"])
    return row


def _make_primary(row: Product, picture: ProductImage, *, by: User | None) -> None:
    if row.image.name != picture.image.name:
        row.image = picture.image.name
        save_product(row, by=by)


def _picture(row: Product, image_id: int) -> ProductImage:
    picture = row.images.filter(pk=image_id).first()
    if picture is None:
        raise ImageGone(_("The product has no such image."))
    return picture

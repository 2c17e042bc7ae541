"""Product images: checked by content, kept small, shown smaller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from customers.models import User
from orders.errors import ImageRefused, ProductGone
from orders.models import Product, ProductImage
from orders.products import lock_product, save_product

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
KEPT_SIDE = 2400
THUMBNAIL_SIDE = 800


def store_image(product: Product, file: IO[bytes], *, by: User | None) -> Product:
    """Keep the picture as the product's primary one. The primary one before is deleted.

    Raises ImageRefused, ProductGone; the picture before stays then.
    """
    return keep_image(product, prepared_image(file), by=by)


def prepared_image(file: IO[bytes]) -> ContentFile[bytes]:
    """The picture as it may be kept: upright, without its metadata, named by its format.

    A picture is a JPEG, PNG or WebP of at most MAX_BYTES and MAX_PIXELS, whatever it is
    called. Raises ImageRefused.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ImageRefused(
            _("The image is larger than %(megabytes)s MB.") % {"megabytes": MAX_BYTES >> 20},
            attr="image",
        )
    with opened_picture(BytesIO(data), KEPT_SIDE) as picture:
        content, suffix = _kept(picture)
    return ContentFile(content, name=f"image.{suffix}")


def keep_image(product: Product, picture: ContentFile[bytes], *, by: User | None) -> Product:
    """Store what ``prepared_image`` gave; raises ProductGone, and nothing stays stored then."""
    with stored(product, picture) as name:
        return _put(product, name, by=by)


@contextmanager
def stored(product: Product, picture: ContentFile[bytes]) -> Iterator[str]:
    """The name under which the picture is stored; deleted again where the block raises."""
    # A name of its own: a picture put back must not meet the deletion of the one before.
    suffix = PurePosixPath(picture.name or "").suffix
    name = default_storage.save(f"products/{product.pk}-{uuid4().hex}{suffix}", picture)
    try:
        yield name
    except Exception:
        default_storage.delete(name)
        raise


def remove_image(product: Product, *, by: User | None) -> Product:
    """The product without its primary picture; the next of its gallery takes the place.

    Raises ProductGone.
    """
    return _put(product, "", by=by)


@transaction.atomic
def _put(product: Product, name: str, *, by: User | None) -> Product:
    row = lock_product(product.pk)
    position = _drop_primary(row, by=by)
    if name:
        add_row(row, name, position=position, by=by)
    else:
        left = row.images.first()
        name = left.image.name or "" if left else ""
    row.image = name
    save_product(row, by=by)
    return row


def _drop_primary(row: Product, *, by: User | None) -> int:
    """Take the primary picture out of the gallery; the position that it had."""
    known = row.images.filter(image=row.image.name or "").first()
    if known is None:
        return 0
    drop_row(known, by=by)
    return known.position


def add_row(product: Product, name: str, *, position: int, by: User | None) -> ProductImage:
    """One more picture in the gallery of a product whose row is locked."""
    picture = ProductImage(product=product, image=name, position=position)
    picture._history_user = by
    picture.save()
    return picture


def drop_row(picture: ProductImage, *, by: User | None) -> None:
    """Take the picture out of its gallery; its files go once that is committed."""
    name = picture.image.name or ""
    picture._history_user = by
    picture.delete()
    transaction.on_commit(lambda: _delete(name))


def _delete(image: str) -> None:
    for name in (image, _thumbnail_of(image, webp=True), _thumbnail_of(image, webp=False)):
        default_storage.delete(name)


def thumbnail_name(product: Product, *, webp: bool) -> str:
    """The stored name of the thumbnail in this format, made when it is not there yet.

    A size or colour without an image of its own shows its parent's. Raises ProductGone
    where there is no image that can be shown.
    """
    image = image_of(product)
    if not image:
        raise ProductGone(_("This product has no image."))
    return small_picture(image, webp=webp)


def small_picture(image: str, *, webp: bool) -> str:
    """The stored name of a stored picture's thumbnail, made when it is not there yet.

    Raises ProductGone where the picture can't be shown.
    """
    name = _thumbnail_of(image, webp=webp)
    if not default_storage.exists(name):
        _make_thumbnail(image, name, webp=webp)
    return name


def read_thumbnail(name: str) -> bytes:
    """The stored thumbnail; raises ProductGone where its picture was replaced just now."""
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except OSError as error:
        raise ProductGone(_("This product has another image now.")) from error


def _thumbnail_of(image: str, *, webp: bool) -> str:
    suffix = "webp" if webp else "jpg"
    return str(PurePosixPath(image).with_suffix(f".{THUMBNAIL_SIDE}.{suffix}"))


def image_of(product: Product) -> str:
    """The stored name of the product's image, or of its parent's; empty for none."""
    own = product.image.name or ""
    return own or (product.parent.image.name or "" if product.parent else "")


def _make_thumbnail(image: str, name: str, *, webp: bool) -> None:
    try:
        with default_storage.open(image) as file, opened_picture(file, THUMBNAIL_SIDE) as picture:
            content = _smaller(picture, webp=webp)
    except (ImageRefused, OSError) as error:
        raise ProductGone(_("This product's image can't be shown.")) from error
    saved = default_storage.save(name, ContentFile(content))
    if saved != name:  # another request made it meanwhile
        default_storage.delete(saved)


# Pictures ----------------------------------------------------------------------------


@contextmanager
def opened_picture(file: IO[bytes], side: int) -> Iterator[Image.Image]:
    """The picture upright and at most ``side`` pixels a side; raises ImageRefused.

    Its pixels are counted from its header, before the first one is decoded.
    """
    try:
        picture = Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:
        raise ImageRefused(_("This is not a JPEG, PNG or WebP image."), attr="image") from error
    with picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_many_pixels()
        try:
            small = _upright(picture, side)
        except Exception as error:  # broken files make the decoders raise nearly anything
            raise ImageRefused(_("The image is broken or cut off."), attr="image") from error
        yield small


def _upright(picture: Image.Image, side: int) -> Image.Image:
    """Made small first: turning and converting all of it would take three times the memory."""
    if picture.mode not in ("RGB", "RGBA", "L", "LA", "CMYK"):
        turn = picture.getexif()
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        picture.getexif().update(turn)
    picture.thumbnail((side, side))
    upright = ImageOps.exif_transpose(picture)
    upright.info = {}  # comments, colour profile, place and camera
    return upright


def _too_many_pixels() -> ImageRefused:
    sentence = f"The image has more than {MAX_PIXELS // 1_000_000} million pixels."
    return ImageRefused(sentence, attr="image")


def _kept(picture: Image.Image) -> tuple[bytes, str]:
    """Encoded anew, so that nothing but the pixels remains, and the name's suffix."""
    if picture.has_transparency_data:
        return _encoded(picture.convert("RGBA"), "PNG", optimize=True), "png"
    return _encoded(picture.convert("RGB"), "JPEG", quality=88), "jpg"


def _smaller(picture: Image.Image, *, webp: bool) -> bytes:
    if webp:
        mode = "RGBA" if picture.has_transparency_data else "RGB"
        return _encoded(picture.convert(mode), "WEBP", quality=80)
    whole = picture.convert("RGBA")
    paper = Image.new("RGB", whole.size, "white")
    paper.paste(whole, mask=whole.getchannel("A"))
    return _encoded(paper, "JPEG", quality=82)


def _encoded(picture: Image.Image, form: str, **options: int) -> bytes:
    stream = BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()

"""Product pictures: what is taken, what is kept of it, what is shown."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps

from orders.images import MAX_BYTES, image_of
from orders.models import Product
from tests.factories import ProductFactory
from tests.orders.desk import placed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def kurta(units):
    return ProductFactory(name="Indigo kurta", stock=3)


def picture(form="JPEG", size=(1200, 600), mode="RGB", colour="navy", **options) -> bytes:
    stream = BytesIO()
    Image.new(mode, size, colour).save(stream, form, **options)
    return stream.getvalue()


def upload(api, product, content, name="kurta.jpg"):
    file = SimpleUploadedFile(name, content, "image/jpeg")
    return api.post(f"/api/products/{product.pk}/image", {"image": file}, format="multipart")


def thumbnail(api, product, accept="image/*", **headers):
    headers = {"Accept": accept, **headers}
    return api.get(f"/api/products/{product.pk}/thumbnail", headers=headers)


def seen(response) -> Image.Image:
    assert response.status_code == 200
    return Image.open(BytesIO(response.content))


def files(media: Path) -> list[str]:
    return sorted(path.suffixes[-1] for path in media.rglob("*.*"))


# Uploading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (picture("JPEG"), "JPEG"),
        (picture("WEBP"), "JPEG"),
        (picture("PNG"), "JPEG"),
        (picture("PNG", mode="RGBA", colour=(0, 0, 90, 40)), "PNG"),
        (picture("PNG", mode="P", colour=3), "JPEG"),
        (picture("PNG", mode="LA", colour=(3, 9)), "PNG"),
        (picture("PNG", mode="I;16", colour=40_000), "JPEG"),
        (picture("JPEG", mode="CMYK", colour=(9, 9, 9, 9)), "JPEG"),
    ],
)
def test_a_picture_is_kept_and_shown(seller_api, guest_api, kurta, content, kept):
    body = upload(seller_api, kurta, content, name="../../etc/passwd").json()

    kurta.refresh_from_db()
    with Image.open(kurta.image.path) as stored:
        assert (stored.format, stored.size) == (kept, (1200, 600))
    assert body["imageUrl"].startswith(f"http://testserver/api/products/{kurta.pk}/thumbnail?v=")
    assert seen(guest_api.get(body["imageUrl"])).size == (800, 400)
    assert guest_api.get("/api/products").json()["results"][0]["imageUrl"] == body["imageUrl"]


def test_it_stands_upright_and_says_nothing_about_the_camera(seller_api, kurta):
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Camera of Lata Pawar"
    left_is_red = Image.new("RGB", (40, 20), "blue")
    left_is_red.paste("red", (0, 0, 20, 20))
    stream = BytesIO()
    left_is_red.save(stream, "JPEG", exif=exif, comment=b"12 Gandhi Road", quality=95)

    assert upload(seller_api, kurta, stream.getvalue()).status_code == 200

    kurta.refresh_from_db()
    kept = Path(kurta.image.path).read_bytes()
    assert b"Lata" not in kept
    assert b"Gandhi" not in kept
    with Image.open(BytesIO(kept)) as stored:
        assert (stored.size, dict(stored.getexif())) == ((20, 40), {})
        top, bottom = stored.getpixel((10, 5)), stored.getpixel((10, 35))
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]
    assert ImageOps.exif_transpose(Image.open(BytesIO(kept))).size == (20, 40)


def test_what_is_large_is_kept_smaller(seller_api, kurta):
    upload(seller_api, kurta, picture(size=(6000, 3000)))
    kurta.refresh_from_db()
    with Image.open(kurta.image.path) as stored:
        assert stored.size == (2400, 1200)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb(50_000, 50_000), "The image has more than 40 million pixels."),
        (bomb(10_000, 10_000), "The image has more than 40 million pixels."),
        (bomb(6401, 6250), "The image has more than 40 million pixels."),
        (bomb(5000, 5000), "The image is broken or cut off."),
        (picture()[:-400], "The image is broken or cut off."),
        (picture("WEBP")[:-40], None),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "This is not a JPEG, PNG or WebP image."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", None),
        (picture("GIF"), "This is not a JPEG, PNG or WebP image."),
        (picture("BMP"), "This is not a JPEG, PNG or WebP image."),
        (picture("TIFF"), "This is not a JPEG, PNG or WebP image."),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 99, None),
        (b"x", "This is not a JPEG, PNG or WebP image."),
        (picture() + bytes(MAX_BYTES), "The image is larger than 8 MB."),
    ],
    ids=lambda value: value[:12].hex() if isinstance(value, bytes) else "",
)
def test_what_is_no_picture_is_refused_and_nothing_stays(
    seller_api, kurta, media, content, sentence
):
    upload(seller_api, kurta, picture())
    before, stored = image_of(Product.objects.get()), files(media)
    response = upload(seller_api, kurta, content)
    [error] = response.json()["errors"]
    assert (response.status_code, error["code"], error["attr"]) == (400, "invalid_image", "image")
    assert sentence in (None, error["detail"])
    assert (image_of(Product.objects.get()), files(media)) == (before, stored)


def test_a_body_that_can_hold_no_such_image_is_not_read(seller_api, kurta):
    response = upload(seller_api, kurta, bytes(9 * 1024 * 1024))
    assert (response.status_code, response.json()["errors"][0]["code"]) == (413, "too_large")


def test_what_is_no_upload_is_refused(seller_api, kurta):
    path = f"/api/products/{kurta.pk}/image"
    assert seller_api.post(path, {}, format="multipart").status_code == 400
    assert seller_api.post(path, {"image": "kurta.jpg"}, format="multipart").status_code == 400
    assert upload(seller_api, kurta, b"").status_code == 400
    assert seller_api.post(path, {"image": "kurta.jpg"}).status_code == 415
    broken = seller_api.post(path, b"--x", content_type="multipart/form-data")
    assert broken.status_code == 400
    assert upload(seller_api, Product(pk=4242424), picture()).status_code == 404


def test_guests_and_buyers_upload_nothing(guest_api, buyer_api, kurta, media):
    assert upload(guest_api, kurta, picture()).status_code == 401
    assert upload(buyer_api, kurta, picture()).status_code == 403
    assert files(media) == []


def test_a_new_picture_takes_the_place_of_the_old(
    seller_api, seller_user, guest_api, kurta, media, django_capture_on_commit_callbacks
):
    first = upload(seller_api, kurta, picture()).json()["imageUrl"]
    etag = thumbnail(guest_api, kurta)["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        second = upload(seller_api, kurta, picture(colour="red")).json()["imageUrl"]
    assert (first != second, files(media)) == (True, [".jpg"])
    assert thumbnail(guest_api, kurta, **{"If-None-Match": etag}).status_code == 200
    assert kurta.history.first().history_user == seller_user


# Showing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("image/avif,image/webp,*/*;q=0.8", "WEBP"),
        ("image/webp;q=0, image/jpeg", "JPEG"),
        ("image/jpeg", "JPEG"),
        ("*/*", "JPEG"),
        ("application/json", "JPEG"),
    ],
)
def test_the_format_follows_what_is_accepted(seller_api, guest_api, kurta, accept, form):
    upload(seller_api, kurta, picture("PNG", mode="RGBA", colour=(0, 0, 90, 40)))
    response = thumbnail(guest_api, kurta, accept)
    assert seen(response).format == form
    assert response["Content-Type"] == f"image/{form.lower()}"
    assert "Accept" in response["Vary"]
    assert response["Cache-Control"] == "public, max-age=3600"


def test_a_thumbnail_is_made_once_and_not_sent_twice(seller_api, guest_api, kurta, media):
    upload(seller_api, kurta, picture())
    jpeg, webp = thumbnail(guest_api, kurta), thumbnail(guest_api, kurta, "image/webp")
    assert (jpeg["ETag"] != webp["ETag"], files(media)) == (True, [".jpg", ".jpg", ".webp"])
    [stored] = media.rglob("*.800.jpg")
    stored.write_bytes(picture(size=(5, 5)))  # whoever makes it anew answers another size
    again = thumbnail(guest_api, kurta, **{"If-None-Match": jpeg["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (jpeg["ETag"], "public, max-age=3600")
    assert seen(thumbnail(guest_api, kurta)).size == (5, 5)
    assert stored.read_bytes() == picture(size=(5, 5))


def test_a_small_picture_is_not_blown_up(seller_api, guest_api, kurta):
    upload(seller_api, kurta, picture(size=(30, 20)))
    assert seen(thumbnail(guest_api, kurta)).size == (30, 20)


def test_a_size_shows_its_parents_picture_until_it_has_its_own(seller_api, guest_api, units):
    parent = ProductFactory(has_variants=True)
    child = ProductFactory(parent=parent, size="M", stock=1)
    upload(seller_api, parent, picture())
    assert thumbnail(guest_api, child)["ETag"] == thumbnail(guest_api, parent)["ETag"]
    shown = guest_api.get(f"/api/products/{parent.pk}").json()["variants"][0]["imageUrl"]
    assert f"/products/{child.pk}/thumbnail" in shown
    upload(seller_api, child, picture(colour="red"))
    assert thumbnail(guest_api, child)["ETag"] != thumbnail(guest_api, parent)["ETag"]


def test_an_order_shows_the_picture_also_when_the_product_is_archived(
    seller_api, admin_api, guest_api, kurta
):
    upload(seller_api, kurta, picture())
    order = placed((Product.objects.get(), 1))
    admin_api.delete(f"/api/products/{kurta.pk}")
    line = seller_api.get(f"/api/orders/{order.pk}").json()["items"][0]
    assert seen(guest_api.get(line["productImage"])).size == (800, 400)


def test_no_picture_is_a_404(guest_api, kurta):
    assert thumbnail(guest_api, kurta).status_code == 404
    assert thumbnail(guest_api, Product(pk=4242424), "image/webp").status_code == 404
    Product.objects.update(image="products/gone.jpg")
    response = thumbnail(guest_api, kurta)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (404, "not_found")

"""A product's gallery over HTTP: several pictures, one of them primary."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orders.gallery import MOST_IMAGES
from orders.models import Product, ProductImage
from tests.factories import ProductFactory
from tests.orders.test_images_api import files, picture, seen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def diya(units):
    return ProductFactory(name="Brass diya", stock=3)


def path_of(product, *rest) -> str:
    return "/".join([f"/api/staff/products/{product.pk}/images", *map(str, rest)])


def send(api, path, content):
    file = SimpleUploadedFile("diya.jpg", content, "image/jpeg")
    return api.post(path, {"image": file}, format="multipart")


def add(api, product, colour="navy") -> int:
    response = send(api, path_of(product), picture(colour=colour))
    assert response.status_code == 201, response.json()
    return response.json()["image"]["id"]


def gallery(api, product) -> list[tuple[int, bool]]:
    shown = api.get(path_of(product)).json()["images"]
    return [(image["id"], image["is_primary"]) for image in shown]


def test_pictures_are_added_and_the_first_is_primary(seller_api, guest_api, seller_user, diya):
    first, second = add(seller_api, diya, "red"), add(seller_api, diya, "blue")
    assert gallery(seller_api, diya) == [(first, True), (second, False)]
    shown = seller_api.get(path_of(diya)).json()["images"]
    red, _, blue = seen(guest_api.get(shown[1]["image_url"])).convert("RGB").getpixel((9, 9))
    assert blue > 200 > red
    assert ProductImage.objects.get(pk=second).history.get().history_user == seller_user


def test_another_one_becomes_primary(seller_api, guest_api, diya):
    first, second = add(seller_api, diya, "red"), add(seller_api, diya, "blue")
    body = seller_api.post(path_of(diya, second, "primary")).json()
    assert body["success"] is True
    assert gallery(seller_api, diya) == [(first, False), (second, True)]
    red, _, blue = seen(guest_api.get(body["product"]["image_url"])).convert("RGB").getpixel((9, 9))
    assert blue > 200 > red


def test_they_are_ordered_and_every_one_must_be_named_once(seller_api, diya):
    first, second, third = (add(seller_api, diya) for _ in range(3))
    path = path_of(diya, "reorder")
    for wrong in (
        [first],
        [first, second, second],
        [first, second, third, 987654],
        [],
        "x",
        [None],
    ):
        refusal = seller_api.post(path, {"order": wrong})
        assert refusal.status_code == 400
        assert refusal.json()["errors"][0]["attr"].startswith("order")
    assert seller_api.post(path, {"order": [third, first, second]}).status_code == 200
    assert gallery(seller_api, diya) == [(third, False), (first, True), (second, False)]


def test_taking_the_primary_one_away_shows_the_next(
    seller_api, diya, media, django_capture_on_commit_callbacks
):
    first, second = add(seller_api, diya, "red"), add(seller_api, diya, "blue")
    with django_capture_on_commit_callbacks(execute=True):
        assert seller_api.delete(path_of(diya, first)).status_code == 200
    assert gallery(seller_api, diya) == [(second, True)]
    assert len(files(media)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        body = seller_api.delete(path_of(diya, second)).json()
    assert (body["product"]["image_url"], files(media)) == (None, [])
    assert seller_api.delete(path_of(diya, second)).status_code == 404


def test_a_new_primary_takes_the_place_of_the_old_in_the_gallery(
    seller_api, diya, django_capture_on_commit_callbacks, media
):
    first, second = add(seller_api, diya, "red"), add(seller_api, diya, "blue")
    with django_capture_on_commit_callbacks(execute=True):
        path = f"/api/staff/products/{diya.pk}/image"
        body = send(seller_api, path, picture(colour="green")).json()
    assert body["success"] is True
    assert body["image_url"] == body["product"]["image_url"]
    (third, primary), (other, _) = gallery(seller_api, diya)
    assert (primary, other) == (True, second)
    assert third != first
    assert len(files(media)) == 2
    assert seller_api.delete(f"/api/staff/products/{diya.pk}/image").status_code == 200
    assert gallery(seller_api, diya) == [(second, True)]


def test_what_is_no_picture_is_refused_and_nothing_stays(seller_api, diya, media):
    for content in (b"%PDF-1.7", b"<svg/>", picture()[:-400]):
        response = send(seller_api, path_of(diya), content)
        (error,) = response.json()["errors"]
        assert (response.status_code, error["code"], error["attr"]) == (
            400,
            "invalid_image",
            "image",
        )
    assert seller_api.post(path_of(diya), {}, format="multipart").status_code == 400
    assert (files(media), gallery(seller_api, diya)) == ([], [])


def test_a_gallery_has_an_end(seller_api, diya, media):
    rows = (ProductImage(product=diya, image=f"products/{n}.jpg") for n in range(MOST_IMAGES))
    ProductImage.objects.bulk_create(rows)
    response = send(seller_api, path_of(diya), picture())
    assert (response.status_code, response.json()["errors"][0]["attr"]) == (400, "image")
    assert files(media) == []


def test_a_picture_of_another_product_is_not_there(seller_api, guest_api, diya):
    other = ProductFactory(name="Copper lota")
    image = add(seller_api, other)
    assert seller_api.post(path_of(diya, image, "primary")).status_code == 404
    assert seller_api.delete(path_of(diya, image)).status_code == 404
    assert guest_api.get(f"/api/products/{diya.pk}/images/{image}").status_code == 404
    assert gallery(seller_api, other) == [(image, True)]
    assert Product.objects.get(pk=diya.pk).image.name == ""

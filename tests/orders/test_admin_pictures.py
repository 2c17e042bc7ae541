"""The gallery on a product's page of the admin, by the same rules as over HTTP."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from orders.gallery import MOST_IMAGES
from orders.models import ProductImage
from tests.desk import said, text_of
from tests.factories import ProductFactory
from tests.orders.test_images_api import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def diya(units):
    return ProductFactory(name="Brass diya", stock=3)


def url_of(product) -> str:
    return reverse("admin:orders_product_pictures", args=[product.pk])


def file(colour: str = "navy", name: str = "diya.jpg", content: bytes | None = None):
    data = picture(colour=colour) if content is None else content
    return SimpleUploadedFile(name, data, "image/jpeg")


def add(desk, product, *files):
    return desk.post(url_of(product), {"do": "add", "images": files})


def press(desk, product, do: str):
    return desk.post(url_of(product), {"do": do})


def gallery(product) -> list[tuple[int, bool]]:
    product.refresh_from_db()
    return [(row.pk, row.image.name == product.image.name) for row in product.images.all()]


@pytest.fixture
def three(seller_desk, diya) -> list[int]:
    add(seller_desk, diya, file("red"), file("green"), file("blue"))
    return [pk for pk, _ in gallery(diya)]


def test_several_pictures_are_added_at_once_and_the_first_is_shown_first(
    seller_desk, seller_user, diya
):
    answer = add(seller_desk, diya, file("red"), file("blue"))
    assert answer["Location"].endswith(f"/{diya.pk}/change/#pictures")
    assert said(answer) == ["2 pictures are added."]
    assert [primary for _, primary in gallery(diya)] == [True, False]
    assert {row.history.get().history_user for row in ProductImage.objects.all()} == {seller_user}
    page = text_of(seller_desk.get(reverse("admin:orders_product_change", args=[diya.pk])))
    first, second = (pk for pk, _ in gallery(diya))
    assert f"/api/products/{diya.pk}/images/{second}" in page
    assert f'value="primary-{second}"' in page and f'value="primary-{first}"' not in page


def test_one_file_that_is_no_picture_stops_no_other(seller_desk, diya):
    answer = add(seller_desk, diya, file(name="list.pdf", content=b"%PDF-1.7"), file())
    assert said(answer) == [
        "list.pdf: This is not a JPEG, PNG or WebP image.",
        "1 picture is added.",
    ]
    assert len(gallery(diya)) == 1


def test_a_full_gallery_takes_no_more(seller_desk, diya):
    ProductImage.objects.bulk_create(
        ProductImage(product=diya, image=f"products/{n}.jpg", position=n)
        for n in range(MOST_IMAGES)
    )
    answer = add(seller_desk, diya, file())
    assert said(answer) == ["diya.jpg: A product has at most 20 images."]
    assert len(gallery(diya)) == MOST_IMAGES


def test_pictures_are_sorted_one_place_at_a_time(seller_desk, diya, three):
    first, second, third = three
    press(seller_desk, diya, f"later-{first}")
    assert [pk for pk, _ in gallery(diya)] == [second, first, third]
    press(seller_desk, diya, f"earlier-{third}")
    assert [pk for pk, _ in gallery(diya)] == [second, third, first]
    press(seller_desk, diya, f"later-{first}")  # it is the last one
    assert gallery(diya) == [(second, False), (third, False), (first, True)]


def test_another_is_shown_first_and_one_is_taken_away(seller_desk, diya, three):
    first, second, third = three
    press(seller_desk, diya, f"primary-{third}")
    assert gallery(diya) == [(first, False), (second, False), (third, True)]
    press(seller_desk, diya, f"drop-{third}")
    assert gallery(diya) == [(first, True), (second, False)]


@pytest.mark.parametrize("do", ["drop-987654", "primary-987654", "earlier-987654", "fly-1", ""])
def test_what_is_no_picture_of_this_product_changes_nothing(seller_desk, diya, three, do):
    before = gallery(diya)
    other = ProductFactory()
    add(seller_desk, other, file())
    assert press(seller_desk, diya, do).status_code == 302
    assert press(seller_desk, diya, f"drop-{gallery(other)[0][0]}").status_code == 302
    assert gallery(diya) == before and len(gallery(other)) == 1


@pytest.mark.parametrize(
    ("listing", "kind"),
    [
        ("orders_product", "products"),
        ("orders_order", "orders"),
        ("customers_customer", "customers"),
    ],
)
def test_lists_lead_an_admin_to_the_import_of_their_kind(admin_desk, seller_desk, listing, kind):
    address = f"{reverse('admin:customers_importjob_add')}?kind={kind}"
    listed = reverse(f"admin:{listing}_changelist")
    assert f'href="{address}"' in text_of(admin_desk.get(listed))
    assert "importjob" not in text_of(seller_desk.get(listed))
    assert f'<option value="{kind}" selected>' in text_of(admin_desk.get(address))


def test_the_form_shows_no_address_of_a_stored_file(seller_desk, diya, three):
    page = text_of(seller_desk.get(reverse("admin:orders_product_change", args=[diya.pk])))
    assert 'name="image"' in page and "/media/" not in page

"""Products, their stock and the metal rates in the admin."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from orders.errors import InvalidLine
from orders.models import Metal, MetalRate, Product, StockMovement
from orders.rates import set_rates
from tests.desk import said, text_of
from tests.factories import CategoryFactory, ProductFactory
from tests.orders.desk import confirmed, movements_of, stock_of

LIST = reverse("admin:orders_product_changelist")
ADD = reverse("admin:orders_product_add")
RATES = reverse("admin:orders_metalrate_changelist")


def page_of(product: Product) -> str:
    return reverse("admin:orders_product_change", args=[product.pk])


def stock_url(product: Product) -> str:
    return reverse("admin:orders_product_stock", args=[product.pk])


def typed(**fields) -> dict:
    """The product form as the browser sends it."""
    filled = {
        "name": "Kolhapuri chappal",
        "sku": "KOL-1",
        "aliases": "chappal,sandal",
        "unit": "pc",
        "price_basis": "piece",
        "unit_price": "650",
        "making_charge": "0",
        "tax_rate": "5",
        "reorder_level": "2",
        **fields,
    }
    return {name: value for name, value in filled.items() if value is not None}


def picture_file(form: str = "JPEG", **more) -> SimpleUploadedFile:
    stream = BytesIO()
    Image.new("RGB", (40, 30), "silver").save(stream, form, **more)
    return SimpleUploadedFile(f"payal.{form.lower()}", stream.getvalue())


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def payal(units):
    return ProductFactory(
        name="Silver payal", sku="PAY-1", stock=4, reorder_level=5, category=CategoryFactory()
    )


# The form --------------------------------------------------------------------------


def test_a_picture_put_in_the_form_is_kept_without_its_metadata(seller_desk, seller_user, payal):
    sent = picture_file(comment=b"Surat, 21.17 N 72.83 E")
    response = seller_desk.post(page_of(payal), typed(name="Silver payal", sku="PAY-1", image=sent))

    payal.refresh_from_db()
    with payal.image.open() as file:
        kept = Image.open(file)
        assert (response.status_code, kept.format, kept.info.get("comment")) == (302, "JPEG", None)
    assert payal.history.first().history_user == seller_user


def test_a_picture_can_be_taken_away_again(seller_desk, payal):
    fields = {"name": "Silver payal", "sku": "PAY-1"}
    seller_desk.post(page_of(payal), typed(**fields, image=picture_file()))
    seller_desk.post(page_of(payal), typed(**fields, **{"image-clear": "on"}))
    payal.refresh_from_db()
    assert not payal.image


@pytest.mark.parametrize("content", [b"%PDF-1.7 price list", b"<svg onload='alert(1)'/>", b""])
def test_what_is_no_picture_is_refused_beside_its_field(seller_desk, payal, content):
    sent = SimpleUploadedFile("payal.jpg", content, "image/jpeg")
    page = seller_desk.post(page_of(payal), typed(name="Silver payal", sku="PAY-1", image=sent))

    payal.refresh_from_db()
    assert (page.status_code, bool(payal.image)) == (200, False)
    assert page.context["adminform"].form.errors["image"]


def test_a_picture_in_a_format_the_shop_does_not_show_is_refused(seller_desk, payal):
    sent = picture_file("TIFF")
    page = seller_desk.post(page_of(payal), typed(name="Silver payal", sku="PAY-1", image=sent))
    assert page.context["adminform"].form.errors["image"] == [
        "This is not a JPEG, PNG or WebP image."
    ]


def test_a_new_product_opens_its_stock_through_the_rule(seller_desk, seller_user):
    seller_desk.post(ADD, typed(opening_stock="12"))
    product = Product.objects.get(sku="KOL-1")
    assert product.aliases == ["chappal", "sandal"]
    assert movements_of(product) == [("opening", Decimal(12), Decimal(12))]
    assert StockMovement.objects.get().actor == seller_user


def test_a_new_product_needs_no_stock(seller_desk, units):
    seller_desk.post(ADD, typed(barcode=""))
    assert (stock_of(Product.objects.get()), Product.objects.get().barcode) == (0, None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"opening_stock": "2.5"}, "use a whole number"),
        ({"opening_stock": "-1"}, "greater than or equal to 0"),
        ({"opening_stock": "3", "has_variants": "on"}, "Its sizes and colours have the stock"),
        ({"price_basis": "gram", "weight": "5"}, "A price by weight needs the metal."),
        ({"bulk_price": "600"}, "A bulk price needs the quantity it begins at."),
        ({"sku": "PAY-1"}, "already exists"),
    ],
)
def test_what_does_not_go_together_is_said_beside_its_field(seller_desk, payal, wrong, sentence):
    answer = seller_desk.post(ADD, typed(**wrong))
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert list(Product.objects.all()) == [payal]


def test_the_same_size_twice_is_refused(seller_desk, units):
    parent = ProductFactory(has_variants=True)
    ProductFactory(parent=parent, size="M")
    answer = seller_desk.post(ADD, typed(parent=parent.pk, size="M"))
    assert "There is this size and colour already." in text_of(answer)


def test_a_size_begins_with_what_it_shares_with_its_parent(seller_desk, units):
    parent = ProductFactory(name="Anarkali kurta", has_variants=True, unit_price="899")
    page = text_of(seller_desk.get(ADD, {"parent": parent.pk}))
    assert 'value="Anarkali kurta"' in page
    assert 'value="899.00"' in page


def test_stock_can_not_be_typed_into_the_form(seller_desk, payal):
    page = text_of(seller_desk.get(page_of(payal)))
    assert 'name="stock_quantity"' not in page
    seller_desk.post(page_of(payal), typed(sku="PAY-1", stock_quantity="99", opening_stock="99"))
    payal.refresh_from_db()
    assert (payal.name, payal.stock_quantity) == ("Kolhapuri chappal", 4)


# Stock -----------------------------------------------------------------------------


def test_the_page_shows_what_moved_the_stock(seller_desk, payal):
    order = confirmed((payal, 1))
    page = text_of(seller_desk.get(page_of(payal)))
    assert "Stock: 3 pc" in page
    assert order.order_reference in page
    assert "Opening stock" in page


def test_a_count_sets_the_stock(seller_desk, payal):
    sent = {"do": "count", "expected": "4", "counted": "6", "reason": "Diwali count"}
    answer = seller_desk.post(stock_url(payal), sent)
    assert (answer.url, stock_of(payal)) == (page_of(payal), 6)
    assert said(answer) == ["Stock of Silver payal: 4 → 6"]


def test_a_count_of_stock_that_moved_meanwhile_is_refused(seller_desk, payal):
    confirmed((payal, 1))
    answer = seller_desk.post(stock_url(payal), {"do": "count", "expected": "4", "counted": "6"})
    assert stock_of(payal) == 3
    assert said(answer) == ["The stock has changed since. Please count again."]


def test_goods_come_in_and_break(seller_desk, payal):
    seller_desk.post(stock_url(payal), {"do": "adjust", "delta": "+5", "reason": "came in"})
    seller_desk.post(stock_url(payal), {"do": "adjust", "delta": "-1", "reason": "broke"})
    assert stock_of(payal) == 8


@pytest.mark.parametrize(
    "sent", [{"delta": "-5", "reason": "lost"}, {"delta": "2"}, {"delta": "x", "reason": "y"}, {}]
)
def test_an_adjustment_that_cannot_be_is_refused(seller_desk, payal, sent):
    answer = seller_desk.post(stock_url(payal), {"do": "adjust", **sent})
    assert stock_of(payal) == 4
    assert said(answer)


def test_looking_at_the_stock_changes_nothing(seller_desk, payal):
    seller_desk.get(stock_url(payal), {"do": "count", "expected": "4", "counted": "6"})
    assert stock_of(payal) == 4


def test_every_movement_is_listed(seller_desk, payal):
    order = confirmed((payal, 3))
    page = text_of(seller_desk.get(reverse("admin:orders_stockmovement_changelist")))
    assert order.order_reference in page
    assert "-3" in page


# The list --------------------------------------------------------------------------


def test_a_parent_shows_the_stock_of_its_sizes(seller_desk, units):
    parent = ProductFactory(name="Anarkali kurta", sku="ANA", has_variants=True)
    ProductFactory(parent=parent, size="M", sku="ANA-M", stock=3)
    ProductFactory(parent=parent, size="L", sku="ANA-L", stock=4)
    page = text_of(seller_desk.get(LIST))
    assert "7 pc" in page
    assert "ANA-M" not in page


def test_low_and_sold_out_ones_are_listed_one_by_one(seller_desk, payal):
    parent = ProductFactory(has_variants=True)
    ProductFactory(name="Anarkali kurta", parent=parent, size="M", sku="ANA-M", reorder_level=1)
    ProductFactory(sku="PLENTY", stock=50, reorder_level=5)
    low = text_of(seller_desk.get(LIST, {"stock": "low"}))
    assert "PAY-1" in low
    assert "ANA-M" in low
    assert "PLENTY" not in low
    gone = text_of(seller_desk.get(LIST, {"stock": "none"}))
    assert "ANA-M" in gone
    assert "PAY-1" not in gone


def test_a_price_by_weight_is_todays(seller_desk, units):
    MetalRate.objects.create(metal="silver", date=timezone.localdate(), rate="90")
    ring = {"price_basis": "gram", "unit_price": None, "weight": 10, "making_charge": 150}
    ProductFactory(metal="silver", **ring)
    ProductFactory(metal="gold_22k", **ring)
    page = text_of(seller_desk.get(LIST))
    assert "₹1,050.00" in page
    assert "no rate or weight" in page


def test_products_are_found_by_other_words(seller_desk, units):
    ProductFactory(sku="ODH-1", aliases=["chunni", "odhni"])
    assert "ODH-1" in text_of(seller_desk.get(LIST, {"q": "odhn"}))
    assert "ODH-1" not in text_of(seller_desk.get(LIST, {"q": "kurti"}))


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    seller_desk, payal, django_assert_num_queries
):
    # Session, user, the sidebar's two counts, the rates, the list's count and rows,
    # the category filter's choices.
    for _ in range(2):
        with django_assert_num_queries(9):
            seller_desk.get(LIST)
        ProductFactory(stock=1, category=CategoryFactory())
        ProductFactory(stock=2)


def test_only_staff_see_products(client, buyer_desk, payal):
    for desk in (client, buyer_desk):
        for url in (LIST, page_of(payal), stock_url(payal)):
            assert desk.get(url).url.startswith(reverse("admin:login"))
        desk.post(stock_url(payal), {"do": "adjust", "delta": "1", "reason": "x"})
    assert stock_of(payal) == 4


# Metal rates -----------------------------------------------------------------------


def test_todays_rates_are_set_in_one_form(admin_desk, admin_user):
    answer = admin_desk.post(RATES, {"gold_22k": "6830", "silver": "82.5", "gold_24k": ""})
    today = timezone.localdate()
    rows = MetalRate.objects.order_by("metal").values_list("metal", "date", "rate")
    assert list(rows) == [("gold_22k", today, 6830), ("silver", today, Decimal("82.5"))]
    assert MetalRate.history.first().history_user == admin_user
    assert said(answer) == ["Today's rates are set."]


def test_setting_them_again_corrects_the_days_row(admin_desk):
    admin_desk.post(RATES, {"silver": "82.5"})
    admin_desk.post(RATES, {"silver": "83"})
    assert MetalRate.objects.get().rate == 83


@pytest.mark.parametrize("rate", ["0", "-1", "much"])
def test_a_rate_that_cannot_be_sets_none(admin_desk, rate):
    answer = admin_desk.post(RATES, {"gold_22k": "6830", "silver": rate})
    assert not MetalRate.objects.exists()
    assert len(said(answer)) == 1


def test_a_seller_sees_the_rates_and_sets_none(seller_desk):
    assert "An admin sets the rates." in text_of(seller_desk.get(RATES))
    seller_desk.post(RATES, {"silver": "1"})
    assert not MetalRate.objects.exists()


@pytest.mark.django_db
def test_one_rate_that_cannot_be_refuses_all_of_them():
    with pytest.raises(InvalidLine) as refused:
        set_rates(
            {Metal.GOLD_22K: Decimal(6800), Metal.SILVER: Decimal(0)},
            on=dt.date(2026, 11, 20),
            by=None,
        )
    assert (refused.value.attr, MetalRate.objects.count()) == ("silver", 0)

"""Many prices changed by one rule, on its page and as the rule itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from orders.errors import AdminOnly, InvalidLine, StalePrices
from orders.models import Product
from orders.repricing import How, PriceField, PriceRule, apply_prices, fingerprint, price_changes
from tests.desk import said, text_of
from tests.factories import CategoryFactory, ProductFactory

PAGE = reverse("admin:orders_product_prices")


@pytest.fixture
def shelf(units):
    """A saree with a bulk price, a kurta, a ring by weight, and one without a price."""
    sarees = CategoryFactory(name="Sarees", slug="sarees")
    ProductFactory(
        sku="SAR",
        name="Paithani",
        category=sarees,
        unit_price=2499,
        bulk_price=2300,
        bulk_quantity=5,
    )
    ProductFactory(sku="KUR", name="Kurta", category=CategoryFactory(), unit_price=450)
    ring = {"price_basis": "gram", "metal": "silver", "unit_price": None, "weight": 4}
    ProductFactory(sku="RIN", name="Ring", making_charge=150, **ring)
    ProductFactory(sku="NEW", name="Not priced", unit_price=None)
    return sarees


def prices() -> dict[str, Decimal | None]:
    return dict(Product.objects.values_list("sku", "unit_price"))


def typed(**fields) -> dict:
    return {"field": "unit_price", "how": "percent", "value": "10", "step": "10", **fields}


def changed(**rule) -> list[tuple[str, str, Decimal, Decimal]]:
    rule = {"how": How.PERCENT, "value": Decimal(10), **rule}
    return [(c.product.sku, c.column, c.before, c.after) for c in price_changes(PriceRule(**rule))]


def test_a_percentage_is_rounded_half_up_to_the_step(shelf):
    assert changed(step=Decimal(10)) == [
        ("KUR", "unit_price", Decimal(450), Decimal(500)),
        ("SAR", "unit_price", Decimal(2499), Decimal(2750)),
        ("SAR", "bulk_price", Decimal(2300), Decimal(2530)),
    ]


def test_an_amount_is_taken_off_in_one_category(shelf):
    assert changed(how=How.AMOUNT, value=Decimal(-99), category=shelf) == [
        ("SAR", "unit_price", Decimal(2499), Decimal(2400)),
        ("SAR", "bulk_price", Decimal(2300), Decimal(2201)),
    ]


def test_what_is_weighed_changes_its_making_charge(shelf):
    assert changed(field=PriceField.MAKING) == [
        ("RIN", "making_charge", Decimal(150), Decimal(165))
    ]


@pytest.mark.parametrize(
    "rule",
    [
        {"value": Decimal(0)},
        {"value": Decimal(-101)},
        {"value": Decimal(-100)},
        {"how": How.AMOUNT, "value": Decimal(-450)},
        {"value": Decimal(1001)},
        {"value": Decimal("NaN")},
        {"how": How.AMOUNT, "value": Decimal(-451)},
        {"how": How.AMOUNT, "value": Decimal("999999999.99")},
        {"step": Decimal(0)},
        {"step": Decimal(-1)},
    ],
)
def test_what_no_price_can_be_is_refused(shelf, rule):
    with pytest.raises(InvalidLine):
        changed(**rule)


@pytest.mark.parametrize("value", ["100", "-50", "1000"])
def test_prices_that_double_or_halve_are_asked_about_once_more(admin_desk, shelf, value):
    """A zero too many is seen before a saree of ₹2,499 is sold for ₹249, whatever the browser."""
    page = text_of(admin_desk.get(PAGE, typed(value=value, step="0.01")))
    assert "3 prices double or halve: this is meant" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    before = prices()
    answer = admin_desk.post(PAGE, typed(value=value, step="0.01", seen=seen))
    assert "Some prices would double or halve" in text_of(answer)
    assert prices() == before
    admin_desk.post(PAGE, typed(value=value, step="0.01", seen=seen, sure="on"))
    assert prices()["KUR"] == 450 + 450 * Decimal(value) / 100


def test_a_usual_change_of_prices_is_not_asked_about(admin_desk, shelf):
    assert "this is meant" not in text_of(admin_desk.get(PAGE, typed(value="-49", step="0.01")))


def test_an_admin_looks_and_changes_and_it_stands_in_the_history(admin_desk, admin_user, shelf):
    page = admin_desk.get(PAGE, typed())
    assert "₹2,750.00" in text_of(page)
    assert prices()["SAR"] == 2499
    answer = admin_desk.post(PAGE, typed(seen=page.context["seen"]))
    assert said(answer) == ["3 prices are changed."]
    assert prices() == {"SAR": 2750, "KUR": 500, "RIN": None, "NEW": None}
    last = Product.history.filter(sku="SAR").first()
    assert (last.unit_price, last.bulk_price, last.history_user) == (2750, 2530, admin_user)
    assert last.history_change_reason == "+10 %, rounded to 10"


def test_prices_that_changed_since_the_preview_refuse_all_of_it(admin_desk, shelf):
    seen = admin_desk.get(PAGE, typed()).context["seen"]
    Product.objects.filter(sku="KUR").update(unit_price=460)
    answer = admin_desk.post(PAGE, typed(seen=seen))
    assert said(answer) == ["Prices have changed since. Please look again."]
    assert (prices()["SAR"], prices()["KUR"]) == (2499, 460)
    assert answer.context["seen"] not in ("", seen)


def test_the_same_change_twice_is_one(admin_user, shelf):
    rule = PriceRule(How.PERCENT, Decimal(10))
    seen = fingerprint(price_changes(rule))
    apply_prices(rule, seen=seen, by=admin_user)
    with pytest.raises(StalePrices):
        apply_prices(rule, seen=seen, by=admin_user)
    assert prices()["KUR"] == 495


def test_a_seller_changes_no_prices_in_bulk(seller_desk, seller_user, shelf):
    assert seller_desk.get(PAGE).status_code == 403
    assert seller_desk.post(PAGE, typed()).status_code == 403
    with pytest.raises(AdminOnly):
        apply_prices(PriceRule(How.PERCENT, Decimal(10)), seen="", by=seller_user)
    assert PAGE not in text_of(seller_desk.get(reverse("admin:orders_product_changelist")))
    assert prices()["KUR"] == 450


@pytest.mark.parametrize(
    "wrong", [{"value": "x"}, {"value": "-100.5"}, {"step": "7"}, {"category": "99"}, {"how": ""}]
)
def test_a_rule_that_can_not_be_is_said_beside_its_field(admin_desk, shelf, wrong):
    page = admin_desk.get(PAGE, typed(**wrong))
    assert (page.status_code, page.context["changes"]) == (200, None)
    assert page.context["form"].errors


def test_a_preview_of_many_takes_as_many_queries_as_of_one(
    admin_desk, shelf, django_assert_num_queries
):
    with django_assert_num_queries(6) as first:
        admin_desk.get(PAGE, typed())
    for _ in range(5):
        ProductFactory(category=shelf)
    with django_assert_num_queries(len(first)):
        admin_desk.get(PAGE, typed())

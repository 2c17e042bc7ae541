"""What readers see of the database: fresh after each change, cheap without one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, CustomerAlias
from drafts.catalogue import Kept, known_clients, product_index
from orders.models import Product
from tests.drafts.desk import kurta_with_children
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory

pytestmark = pytest.mark.django_db


def skus(words: str) -> list[str]:
    return [option.sku for option in product_index().candidates(words)]


def test_a_parent_stands_for_its_children_with_their_sizes_and_colours(units):
    kurta_with_children(sizes=("M", "L"), colors=("Red", "Blue"), category=CategoryFactory())
    product = product_index().product("KUR")
    assert (product.sizes, product.colors) == (("M", "L"), ("Red", "Blue"))
    assert (product.category, product.unit) == ("Kurtas", "pc")
    assert product_index().product("KUR-M-Red") is None


def test_a_child_that_is_not_sold_offers_no_size(units):
    parent = kurta_with_children()
    parent.variants.filter(size="L").update(archived_at=timezone.now())
    parent.save()
    assert product_index().product("KUR").sizes == ("M",)


def test_products_are_found_by_their_aliases(units):
    ProductFactory(sku="DUP-01", name="Bandhani dupatta", aliases=["odhni"])
    assert skus("odhni") == ["DUP-01"]


def test_each_change_of_the_catalogue_is_seen_at_once(units):
    assert skus("bandhani dupatta") == []
    product = ProductFactory(sku="DUP-01", name="Bandhani dupatta")
    assert skus("bandhani dupatta") == ["DUP-01"]
    product.name = "Leheriya saree"
    product.save()
    assert skus("leheriya saree") == ["DUP-01"]
    Product.objects.update(archived_at=timezone.now())
    assert skus("leheriya saree") == []


def test_a_change_that_was_begun_first_and_saved_last_is_seen_too(units):
    first, second = ProductFactory(sku="A-1"), ProductFactory(sku="A-2", name="Steel tiffin")
    product_index()
    before = second.updated_at - timedelta(hours=1)
    Product.objects.filter(pk=first.pk).update(name="Brass lamp", updated_at=before)
    assert skus("brass lamp") == ["A-1"]


def test_an_unchanged_catalogue_is_not_read_again(units):
    ProductFactory()
    CustomerFactory()
    index, clients = product_index(), known_clients()
    with CaptureQueriesContext(connection) as queries:
        assert product_index() is index
        assert known_clients() is clients
    assert len(queries) == 5


def test_what_takes_long_to_build_is_kept_for_ten_times_as_long():
    now, versions, builds = [0.0], iter(range(100)), iter("abcdef")

    def slow_build():
        now[0] += 3.0
        return next(builds)

    kept = Kept(lambda: next(versions), slow_build, clock=lambda: now[0])
    assert kept.get() == "a"
    now[0] += 29
    assert kept.get() == "a"
    now[0] += 1
    assert kept.get() == "b"


def test_customers_are_known_by_name_company_and_alias(db):
    priya = CustomerFactory(name="Priya Deshmukh", company="Deshmukh Traders")
    CustomerAlias.objects.create(customer=priya, name="Pinky")
    for name in ("priya deshmukh", "Deshmukh Traders", "pinky"):
        assert known_clients().match(name).id == str(priya.pk)


def test_each_change_of_the_customers_is_seen_at_once(db):
    assert known_clients().match("Zeenat Bi") is None
    zeenat, asha = CustomerFactory(name="Zeenat Bi"), CustomerFactory(name="Asha Rao")
    assert known_clients().match("Zeenat Bi").id == str(zeenat.pk)
    alias = CustomerAlias.objects.create(customer=zeenat, name="Bubbly")
    assert known_clients().match("bubbly").id == str(zeenat.pk)
    CustomerAlias.objects.filter(pk=alias.pk).update(name="Chutki")
    assert known_clients().match("chutki").id == str(zeenat.pk)
    CustomerAlias.objects.filter(pk=alias.pk).update(customer=asha)
    assert known_clients().match("chutki").id == str(asha.pk)
    Customer.objects.filter(pk=asha.pk).delete()
    assert known_clients().match("chutki") is None

"""Lists kept under a name: by whom they are seen, opened, renamed and removed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from customers.erasing import erase_customer
from customers.models import SavedView
from customers.saved_views import MOST_VIEWS
from tests.conftest import desk_of
from tests.desk import said, text_of
from tests.factories import CustomerFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db
ORDERS = reverse("admin:orders_order_changelist")
UNPAID = "o=-3&payment=due&status__exact=pending"


def address(listing: str = "orders.order") -> str:
    return reverse("saved_views", args=[listing])


def keep(desk, name: str, query: str = UNPAID, listing: str = "orders.order", **more):
    return desk.post(address(listing), {"do": "keep", "name": name, "query": query, **more})


def change(desk, view: SavedView, do: str = "change", **more):
    return desk.post(address(), {"do": do, "view": view.pk, "name": view.name, **more})


def kept() -> list[tuple[str, str, bool]]:
    rows = SavedView.objects.order_by("pk")
    return [(view.owner.username, view.name, view.shared) for view in rows]


def test_a_list_as_it_is_narrowed_becomes_a_chip_of_who_kept_it(seller_desk, admin_desk):
    answer = keep(seller_desk, "  To   collect ")
    assert answer["Location"] == f"{ORDERS}?{UNPAID}"
    assert said(answer) == ["“To collect” is kept."]
    page = text_of(seller_desk.get(f"{ORDERS}?{UNPAID}&p=0"))
    assert '<a href="?o=-3&amp;payment=due&amp;status__exact=pending" aria-current="true">' in page
    assert "Save this view" not in page and "Rename or remove" in page
    assert "To collect" in text_of(seller_desk.get(ORDERS))
    assert "To collect" not in text_of(admin_desk.get(ORDERS))


def test_a_shared_view_is_seen_by_all_staff_and_says_whose_it_is(seller_desk, admin_desk):
    keep(admin_desk, "Big ones", shared="on")
    page = text_of(seller_desk.get(ORDERS))
    assert "Big ones" in page and 'title="Shared by meera"' in page


def test_only_what_the_list_itself_is_asked_by_is_kept(seller_desk):
    keep(seller_desk, "Searched", "q=lata&p=3&_popup=1")
    assert SavedView.objects.get().query == [["q", "lata"]]


@pytest.mark.parametrize(
    ("name", "query", "why"),
    [
        ("", UNPAID, "This field is required."),
        ("   ", UNPAID, "This field is required."),
        ("n" * 41, UNPAID, "Ensure this value has at most 40 characters (it has 41)."),
        ("Everything", "", "Narrow the list down first: by a filter or a search."),
        ("Everything", "p=2", "Narrow the list down first: by a filter or a search."),
        ("Long", f"q={'x' * 1001}", "Narrow the list down first: by a filter or a search."),
        ("Odd", "nothing=x", "This list can't be narrowed down so."),
        ("Odd", "user__password=x", "This list can't be narrowed down so."),
        ("Taken", UNPAID, "There is a view of this name already."),
    ],
)
def test_what_makes_no_view_is_refused_in_words(seller_desk, name, query, why):
    keep(seller_desk, "Taken", "q=before")
    answer = keep(seller_desk, name, query)
    assert said(answer)[-1] == why
    assert kept() == [("ravi", "Taken", False)]


def test_one_view_too_many_is_refused(seller_desk, seller_user):
    SavedView.objects.bulk_create(
        SavedView(owner=seller_user, listing="orders.order", name=f"v{n}", query=[["q", str(n)]])
        for n in range(MOST_VIEWS)
    )
    assert said(keep(seller_desk, "One more"))[-1] == "At most 30 views a list: remove one first."
    assert len(kept()) == MOST_VIEWS
    keep(seller_desk, "Elsewhere", "q=lamp", "orders.product")
    assert len(kept()) == MOST_VIEWS + 1


def test_its_owner_renames_shares_and_removes_it(seller_desk, seller_user):
    keep(seller_desk, "Mine")
    view = SavedView.objects.get()
    change(seller_desk, view, name="Ours", shared="on")
    assert kept() == [("ravi", "Ours", True)]
    change(seller_desk, view, "remove")
    assert kept() == []
    rows = SavedView.history.order_by("history_id")
    told = [(row.history_type, row.name, row.history_user) for row in rows]
    assert told == [
        ("+", "Mine", seller_user),
        ("~", "Ours", seller_user),
        ("-", "Ours", seller_user),
    ]


def test_nobody_changes_a_view_of_somebody_else(seller_desk, admin_desk):
    other = desk_of(UserFactory(username="sunil"))
    keep(other, "Private")
    keep(other, "For all", "q=all", shared="on")
    private, shared = SavedView.objects.order_by("pk")
    for do in ("change", "remove"):
        assert said(change(seller_desk, private, do, name="x"))[-1] == "This view is gone."
        assert said(change(admin_desk, private, do, name="x"))[-1] == "This view is gone."
        refused = "Only who made it, or an admin, changes a shared view."
        assert said(change(seller_desk, shared, do, name="x"))[-1] == refused
    assert kept() == [("sunil", "Private", False), ("sunil", "For all", True)]
    assert "Rename or remove" not in text_of(seller_desk.get(f"{ORDERS}?q=all"))


def test_an_admin_tidies_shared_views(seller_desk, admin_desk):
    keep(seller_desk, "Old", shared="on")
    change(admin_desk, SavedView.objects.get(), "remove")
    assert kept() == []


@pytest.mark.parametrize(
    ("listing", "query"),
    [
        ("drafts.orderdraft", "state=converted"),
        ("customers.customer", "payment_terms__exact=credit"),
        ("orders.product", "o=3&stock=low"),
    ],
)
def test_other_lists_keep_views_too(seller_desk, units, listing, query):
    ProductFactory()
    answer = keep(seller_desk, "Evening", query, listing)
    assert said(answer) == ["“Evening” is kept."]
    assert 'aria-current="true"' in text_of(seller_desk.get(answer["Location"]))


def test_a_list_that_keeps_no_views_is_not_found(admin_desk):
    assert keep(admin_desk, "Sellers", "role__exact=seller", "customers.user").status_code == 404
    assert admin_desk.get(address()).status_code == 405


def test_forgetting_a_person_forgets_views_that_search_for_them(seller_desk, admin_user):
    customer = CustomerFactory(name="Shobha Gaikwad", phone="+919822005566")
    keep(seller_desk, "By phone", "q=%2B919822005566")
    keep(seller_desk, "Shobha Gaikwad", "q=lamp")
    keep(seller_desk, "Other", "q=lamp&status__exact=pending")
    erase_customer(customer.pk, by=admin_user)
    assert [view.name for view in SavedView.objects.all()] == ["Other"]
    assert [view.name for view in SavedView.history.all()] == ["Other"]

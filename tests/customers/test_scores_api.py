"""Scores and the call list over HTTP and in the admin, as staff see them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import PaymentTerms
from khata.entries import enter_by_hand
from orders.models import SalesCall
from orders.scoring import compute_scores
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.history import sold

pytestmark = pytest.mark.django_db


def ago(*numbers: int) -> list[dt.date]:
    return [timezone.localdate() - dt.timedelta(number) for number in numbers]


@pytest.fixture
def leela(units):
    """Takes rice every ten days, and has not for forty."""
    customer = CustomerFactory(name="Leela Caterers", company="Leela Foods")
    sold(customer, *ago(60, 50, 40), items=[(ProductFactory(name="Basmati rice"), 5)], total=900)
    return customer


@pytest.fixture
def once(units):
    customer = CustomerFactory(name="Om Sweets")
    sold(customer, *ago(25))
    return customer


# Scores --------------------------------------------------------------------------------


def test_the_list_says_how_each_stands_and_when_that_was_worked_out(seller_api, leela, once):
    run = compute_scores()
    answer = seller_api.get("/api/customers/scores").json()
    assert (answer["total"], answer["page"], answer["pages"]) == (2, 1, 1)
    assert answer["tier_counts"] == {"at_risk": 1, "new": 1}
    assert dt.datetime.fromisoformat(answer["last_computed"]) == run.computed_at
    score = next(row for row in answer["results"] if row["customer_id"] == leela.pk)
    assert (score["customer_name"], score["company_name"]) == ("Leela Caterers", "Leela Foods")
    assert (score["order_count"], score["lifetime_value"]) == (3, 2700)
    assert (score["average_order_value"], score["usual_interval_days"]) == (900, 10)
    assert score["p_alive"] is None  # two customers are too few to say


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("tier=new", ["Om Sweets"]),
        ("search=leela", ["Leela Caterers"]),
        ("search=nobody", []),
        ("min_p_alive=0.5", []),
        ("ordering=lifetime_value", ["Om Sweets", "Leela Caterers"]),
        ("ordering=-lifetime_value", ["Leela Caterers", "Om Sweets"]),
        ("per_page=1&page=2&ordering=-last_order_on", ["Leela Caterers"]),
    ],
)
def test_the_list_is_filtered_and_sorted(seller_api, leela, once, query, names):
    compute_scores()
    rows = seller_api.get(f"/api/customers/scores?{query}").json()["results"]
    assert [row["customer_name"] for row in rows] == names


@pytest.mark.parametrize(
    "query",
    ["tier=gold", "min_p_alive=2", "max_p_alive=x", "page=0", "per_page=201", "ordering=name"],
)
def test_what_cant_be_asked_is_refused(seller_api, query):
    answer = seller_api.get(f"/api/customers/scores?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == query.split("=")[0]


def test_a_page_that_is_not_there_is_not_found(seller_api, leela):
    compute_scores()
    assert seller_api.get("/api/customers/scores?page=2").status_code == 404


def test_one_customers_score_says_what_is_due_again(seller_api, leela):
    compute_scores()
    [item] = seller_api.get(f"/api/customers/{leela.pk}/score").json()["usual_items"]
    assert (item["product_name"], item["usual_quantity"], item["is_due"]) == (
        "Basmati rice",
        5,
        True,
    )
    assert (item["usual_interval_days"], item["due_ratio"]) == (10, 4)


def test_a_customer_without_a_score_is_not_found(seller_api, units):
    assert seller_api.get(f"/api/customers/{CustomerFactory().pk}/score").status_code == 404


def test_a_long_list_costs_no_more_queries(seller_api, units, django_assert_max_num_queries):
    for _ in range(30):
        sold(CustomerFactory(), *ago(40, 20))
    compute_scores()
    with django_assert_max_num_queries(4):
        seller_api.get("/api/customers/scores")
    with django_assert_max_num_queries(5):
        seller_api.get("/api/staff/call-list")


# The call list -------------------------------------------------------------------------


def test_the_call_list_says_whom_why_and_what_to_offer(seller_api, leela):
    compute_scores()
    answer = seller_api.get("/api/staff/call-list").json()
    assert (answer["total"], answer["page"], answer["limit"]) == (1, 1, 50)
    [due] = answer["results"]
    assert (due["customer_id"], due["phone"]) == (leela.pk, leela.phone)
    assert (due["days_since_last_order"], due["average_order_value"]) == (40, 900)
    assert due["reorder_candidates"] == ["Basmati rice"]
    assert due["talking_points"][0] == "Last order was 40 days ago."
    assert due["priority_reason"] == {
        "days_since_last_order": 40,
        "usual_interval_days": 10,
        "times_overdue": 4,
        "value_weight": 1,
    }
    assert due["priority_score"] == 4
    assert (due["credit_status"], due["last_call"]) == ("no_terms", None)


@pytest.mark.parametrize(("owed", "status"), [(900, "good"), (1_100, "overdue")])
def test_credit_standing_is_shown_and_filtered_by(seller_api, leela, admin_user, owed, status):
    leela.payment_terms, leela.credit_limit = PaymentTerms.CREDIT, 1_000
    leela.save()
    entry = {
        "date": timezone.localdate(),
        "debit": Decimal(owed),
        "particulars": "rice",
        "key": "k1",
    }
    enter_by_hand(customer_id=leela.pk, **entry, by=admin_user)
    compute_scores()
    assert seller_api.get("/api/staff/call-list").json()["results"][0]["credit_status"] == status
    for asked in ("good", "overdue", "no_terms"):
        total = seller_api.get(f"/api/staff/call-list?credit_status={asked}").json()["total"]
        assert total == (asked == status)


@pytest.mark.parametrize(
    "query", ["sort=x", "limit=0", "cooldown_days=-1", "credit_status=rich", "min_order_count=a"]
)
def test_a_list_that_cant_be_meant_is_refused(seller_api, query):
    answer = seller_api.get(f"/api/staff/call-list?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == query.split("=")[0]


def test_a_call_that_was_made_is_shown_and_gives_rest(seller_api, leela, seller_user):
    compute_scores()
    url = f"/api/staff/call-list/{leela.pk}/outcome"
    body = {"outcome": "busy_callback", "notes": "In the kitchen", "items_discussed": "rice"}
    answer = seller_api.post(url, {**body, "callback_date": str(timezone.localdate())})
    assert answer.status_code == 201
    assert answer.json()["message"] == "Call outcome 'busy_callback' logged for Leela Caterers."
    call = SalesCall.objects.get(pk=answer.json()["call_id"])
    assert (call.called_by, call.phone) == (seller_user, leela.phone)
    [due] = seller_api.get("/api/staff/call-list").json()["results"]
    assert (due["last_call"]["outcome"], due["last_call"]["notes"]) == (
        "busy_callback",
        "In the kitchen",
    )
    seller_api.post(url, {"outcome": "no_answer"})
    assert seller_api.get("/api/staff/call-list").json()["total"] == 0


def test_nobody_can_ask_for_those_who_are_not_to_be_called(seller_api, leela):
    compute_scores()
    url = f"/api/staff/call-list/{leela.pk}/outcome"
    assert seller_api.post(url, {"outcome": "dnc_requested"}).status_code == 201
    query = "cooldown_days=0&min_days_since_order=0&do_not_call=true&include_dnc=1"
    assert seller_api.get(f"/api/staff/call-list?{query}").json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "outcome"),
        ({"outcome": "hung_up"}, "outcome"),
        ({"outcome": "sale_made", "callback_date": "2026-13-01"}, "callback_date"),
        ({"outcome": "sale_made", "callback_date": "2099-01-01"}, "callback_date"),
        ({"outcome": "sale_made", "order_number": "LEG-NOBODYS"}, "order_number"),
        ({"outcome": "no_answer", "notes": "x" * 2_001}, "notes"),
    ],
)
def test_an_outcome_that_cant_be_names_its_field(seller_api, leela, body, attr):
    answer = seller_api.post(f"/api/staff/call-list/{leela.pk}/outcome", body)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)
    assert not SalesCall.objects.exists()


# The admin -----------------------------------------------------------------------------


def test_staff_call_and_log_from_the_page(client, leela, seller_user):
    compute_scores()
    client.force_login(seller_user)
    page = reverse("admin:call_list")
    assert "Leela Caterers" in client.get(page).content.decode()
    client.post(page, {"customer": leela.pk, "outcome": "no_answer", "notes": "=1+1"})
    assert SalesCall.objects.get().called_by == seller_user
    assert "Nobody is due" in client.get(page).content.decode()


def test_a_wrong_outcome_on_the_page_says_so_and_keeps_nothing(client, leela, seller_user):
    compute_scores()
    client.force_login(seller_user)
    page = reverse("admin:call_list")
    answer = client.post(page, {"customer": leela.pk, "outcome": "x"}, follow=True)
    assert "Select a valid choice" in answer.content.decode()
    assert not SalesCall.objects.exists()


def test_the_scores_have_a_list_of_their_own(client, leela, once, seller_user):
    compute_scores()
    client.force_login(seller_user)
    shown = client.get(reverse("admin:orders_customerscore_changelist")).content.decode()
    assert "Leela Caterers" in shown
    assert "At risk" in shown

"""Scores: the published model against its paper, and what the nightly run makes of orders."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.bgnbd import BgNbd, NoFit, fit
from orders.models import BoughtTogether, CustomerScore, OrderStatus, ScoreRun, Tier
from orders.scoring import compute_scores
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.history import at_noon, sold

TODAY = dt.date(2026, 11, 20)
NOW = at_noon(TODAY)
CDNOW = Path(__file__).with_name("data") / "cdnow.csv"
PAPER = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426, log_likelihood=-9582.4)


def days_ago(*numbers: int) -> list[dt.date]:
    return [TODAY - dt.timedelta(number) for number in numbers]


@pytest.fixture(scope="module")
def cdnow() -> np.ndarray:
    """The CDNOW cohort that the paper fits: 2,357 customers, in weeks (brucehardie.com)."""
    with CDNOW.open(encoding="utf-8") as file:
        rows = [[float(cell) for cell in row.values()] for row in csv.DictReader(file)]
    return np.repeat(np.array(rows), [int(row[3]) for row in rows], axis=0).T


def test_the_fit_finds_the_parameters_that_the_paper_prints(cdnow):
    model = fit(*cdnow[:3])
    assert len(cdnow[0]) == 2357
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx(
        (PAPER.r, PAPER.alpha, PAPER.a, PAPER.b), abs=0.001
    )
    assert model.log_likelihood == pytest.approx(PAPER.log_likelihood, abs=0.1)


def test_expected_purchases_are_those_of_the_papers_example():
    # Two purchases, the last after 30.43 weeks of 38.86: 1.226 in the next 39.
    assert PAPER.expected([2], [30.43], [38.86], 39)[0] == pytest.approx(1.226, abs=0.001)


def test_who_bought_long_ago_is_less_likely_alive_than_who_bought_just_now():
    alive = PAPER.p_alive([5, 5, 5, 0], [5, 20, 38, 0], [38.86] * 4)
    assert list(alive) == sorted(alive)
    assert alive[3] == 1


@given(
    x=st.integers(0, 5_000),
    last=st.floats(0, 3_000),
    since=st.floats(0, 3_000),
    a=st.floats(0.01, 50),
    b=st.floats(0.01, 50),
)
def test_chances_and_expectations_stay_possible_for_any_history(x, last, since, a, b):
    model = BgNbd(r=0.5, alpha=30.0, a=a, b=b, log_likelihood=0)
    last = last if x else 0.0
    alive = model.p_alive([x], [last], [last + since])[0]
    expected = model.expected([x], [last], [last + since], 90)[0]
    assert 0 <= alive <= 1
    assert -1e-6 <= expected < np.inf


def test_without_anybody_who_came_again_nothing_is_fitted():
    with pytest.raises(NoFit):
        fit([0, 0], [0, 0], [30, 60])


# The nightly run -----------------------------------------------------------------------


@pytest.fixture
def crowd(units):
    """Forty customers who buy about every fortnight, some of whom stayed away."""
    for number in range(40):
        first = 120 + number
        gone = 60 if number % 4 == 0 else 0
        sold(CustomerFactory(), *days_ago(*range(first, gone, -(9 + number % 9))))


@pytest.mark.django_db
def test_regulars_are_alive_and_who_stays_away_is_not(crowd):
    regular = CustomerFactory(name="Leela Caterers")
    sold(regular, *days_ago(70, 60, 50, 40, 30, 20, 10), total=2_000)
    away = CustomerFactory(name="Old Fort Cafe")
    sold(away, *days_ago(400, 390, 380, 370, 360))

    run = compute_scores(NOW)

    score = CustomerScore.objects.get(customer=regular)
    assert score.p_alive > 0.8
    assert score.expected_orders_90d > 3
    assert (score.tier, score.order_count, score.usual_interval_days) == (Tier.TOP, 7, 10)
    assert (score.first_order_on, score.last_order_on) == (days_ago(70)[0], days_ago(10)[0])
    assert score.lifetime_value == 14_000
    assert CustomerScore.objects.get(customer=away).tier == Tier.LOST
    assert (run.customer_count, set(run.parameters)) == (42, {"r", "alpha", "a", "b"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "status", [OrderStatus.PENDING, OrderStatus.CANCELLED, OrderStatus.RETURNED]
)
def test_what_was_not_sold_does_not_count(units, status):
    customer = CustomerFactory()
    sold(customer, *days_ago(10))
    sold(customer, *days_ago(5), status=status)
    compute_scores(NOW)
    assert CustomerScore.objects.get().order_count == 1


@pytest.mark.django_db
def test_a_small_shop_has_tiers_without_chances(units):
    often, once = CustomerFactory(), CustomerFactory()
    sold(often, *days_ago(20, 10))
    sold(once, *days_ago(400))
    run = compute_scores(NOW)
    scores = {score.customer_id: score for score in CustomerScore.objects.all()}
    assert (scores[often.pk].tier, scores[once.pk].tier) == (Tier.REGULAR, Tier.LOST)
    assert {score.p_alive for score in scores.values()} == {None}
    assert run.parameters is None


@pytest.mark.django_db
@pytest.mark.parametrize(("since", "tier"), [(12, "at_risk"), (60, "at_risk"), (61, "lost")])
def test_without_chances_nobody_is_lost_within_two_months(units, since, tier):
    sold(CustomerFactory(), *days_ago(since + 2, since))
    compute_scores(NOW)
    assert CustomerScore.objects.get().tier == tier


@pytest.mark.django_db
def test_several_orders_on_one_day_are_one_day_of_buying(units):
    customer = CustomerFactory()
    sold(customer, *days_ago(20, 10, 10, 10))
    compute_scores(NOW)
    score = CustomerScore.objects.get()
    assert (score.order_count, score.usual_interval_days) == (4, 10)


@pytest.mark.django_db
def test_running_again_replaces_and_forgets_who_has_no_orders_left(units):
    stays, goes = CustomerFactory(), CustomerFactory()
    sold(stays, *days_ago(20))
    [order] = sold(goes, *days_ago(20))
    compute_scores(NOW)
    order.delete()
    compute_scores(NOW + dt.timedelta(days=1))
    assert list(CustomerScore.objects.values_list("customer", flat=True)) == [stays.pk]
    assert ScoreRun.objects.count() == 2


@pytest.mark.django_db
def test_what_stands_in_the_same_orders_is_known_from_the_second_time(units):
    customer = CustomerFactory()
    rice, dal, jaggery = (ProductFactory(name=name) for name in ("Rice", "Dal", "Jaggery"))
    sold(customer, *days_ago(30, 20), items=[(rice, 2), (dal, 1)])
    sold(customer, *days_ago(10), items=[(rice, 2), (jaggery, 1)])
    compute_scores(NOW)
    pairs = set(BoughtTogether.objects.values_list("product", "other", "order_count"))
    assert pairs == {(rice.pk, dal.pk, 2), (dal.pk, rice.pk, 2)}


@pytest.mark.django_db
def test_an_empty_shop_has_an_empty_run():
    run = compute_scores(NOW)
    assert (run.customer_count, run.average_value, run.usual_interval_days) == (0, 0, None)

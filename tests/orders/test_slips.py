"""Slip numbers: in order, skipping what is used, never twice."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from customers.errors import InvalidInput
from orders.errors import SlipTaken
from orders.models import SlipCounter, SlipNumber
from orders.slips import allocate_slips, claim_slip, keep_slips, normal_slip

pytestmark = pytest.mark.django_db


def test_numbers_follow_each_other():
    assert allocate_slips(2) == ["SL-001", "SL-002"]
    assert allocate_slips(1) == ["SL-003"]
    assert allocate_slips(0) == []


def test_they_grow_beyond_three_digits():
    SlipCounter.objects.create(pk=1, last=998)
    assert allocate_slips(3) == ["SL-999", "SL-1000", "SL-1001"]


def test_typed_numbers_are_skipped():
    for typed in ("SL-002", "sl-4", "SL005"):
        claim_slip(typed)
    assert allocate_slips(4) == ["SL-001", "SL-003", "SL-006", "SL-007"]


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("sl-7", "SL-007"),
        ("SL-0012345", "SL-12345"),
        (" a  17b ", "A 17B"),
        ("२३", "२३"),
        ("SL-", "SL-"),
        ("sl-०७", "SL-०७"),
    ],
)
def test_a_typed_number_has_one_normal_form(typed, slip):
    assert normal_slip(typed) == slip
    assert claim_slip(typed) == slip


@pytest.mark.parametrize("again", ["SL-007", "sl-7", " SL7"])
def test_a_number_is_given_once(again):
    claim_slip("SL-007")
    with pytest.raises(SlipTaken) as refusal:
        claim_slip(again)
    assert refusal.value.attr == "slip_number"


def test_a_number_of_the_counter_can_not_be_typed():
    allocate_slips(3)
    with pytest.raises(SlipTaken):
        claim_slip("SL-002")


@pytest.mark.parametrize("typed", ["", "   ", "x" * 25, "SL-\x00"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(InvalidInput):
        claim_slip(typed)
    assert not SlipNumber.objects.exists()


def test_numbers_of_a_transaction_that_failed_are_given_again():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        allocate_slips(3)
        raise ZeroDivisionError
    assert allocate_slips(1) == ["SL-001"]


def test_numbers_that_came_with_an_order_are_kept():
    keep_slips(["SL-001", "SL-001", "B-9"])
    keep_slips([])
    assert allocate_slips(1) == ["SL-002"]
    with pytest.raises(SlipTaken):
        claim_slip("b-9")


def test_there_is_one_counter():
    with pytest.raises(IntegrityError, match="slip_counter_is_one_row"):
        SlipCounter.objects.create(pk=2)

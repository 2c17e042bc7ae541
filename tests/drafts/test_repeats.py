"""The same message twice within minutes: one draft, its lines once, and a warning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from drafts.closing import discard_draft
from drafts.conversion import convert_draft
from drafts.editing import reread
from drafts.models import DraftEntry, DraftMessage, OrderDraft
from drafts.reading.types import ReadingError
from tests.desk import text_of
from tests.drafts.desk import line, only_draft, receive_and_read
from tests.jobs import run_jobs
from whatsapp.models import Message

pytestmark = pytest.mark.django_db

TEXT = "2 bandhani dupatta"  # the draft fixture's message
TWICE = "Sent twice, taken once: “{}”."


@pytest.fixture
def again(chat, draft, reader):
    """Receive another text that is read as the given line of two dupattas."""

    def receive_again(text, sku="DUP-01", quantity="2"):
        reader.says(text, line(text, text, sku, quantity))
        return receive_and_read(chat, text)

    return receive_again


@pytest.mark.parametrize("text", [TEXT, "2 Bandhani  dupatta!!", "2 bandhni dupata"])
def test_the_same_order_within_minutes_is_taken_once_with_a_warning(draft, again, text, seller_api):
    again(text)
    assert DraftEntry.objects.count() == 1
    shown = seller_api.get(f"/order-drafts/{only_draft().pk}").json()
    assert shown["warnings"] == [TWICE.format(" ".join(text.split()))]
    assert len(shown["message_ids"]) == 2
    assert shown["raw_message"] == f"{TEXT}\n{text}"
    assert Message.objects.filter(direction="out").count() == 1  # the reply to the first


@pytest.mark.parametrize(
    ("text", "sku", "quantity"),
    [("3 bandhani dupatta", "DUP-01", "3"), ("2 bandhani dupatti", None, "2")],
)
def test_what_orders_something_else_is_no_repeat(draft, again, text, sku, quantity):
    again(text, sku, quantity)
    assert OrderDraft.objects.count() == 2
    assert not DraftMessage.objects.exclude(repeats=None).exists()


def test_the_same_again_after_ten_minutes_is_a_new_order(draft, again):
    Message.objects.update(happened_at=Message.objects.first().happened_at - timedelta(minutes=11))
    again(TEXT)
    assert OrderDraft.objects.count() == 2


def test_what_nobody_could_read_is_known_again_by_its_words(chat, reader):
    reader.breaks(TEXT, ReadingError("no", permanent=True))
    receive_and_read(chat, TEXT)
    receive_and_read(chat, TEXT.upper())
    assert TWICE.format(TEXT.upper()) in only_draft().warnings


def test_the_same_words_after_converting_are_a_draft_that_names_the_order(
    draft, again, seller_user
):
    [order] = convert_draft(draft, by=seller_user)
    again(TEXT)
    second = OrderDraft.objects.open().get()
    assert second.entries.count() == 1
    assert second.warnings == [f"The same words became {order} a few minutes before."]


def test_the_same_words_after_putting_the_draft_aside_are_a_draft_without_warning(
    draft, again, seller_user
):
    discard_draft(draft, by=seller_user)
    again(TEXT)
    assert OrderDraft.objects.open().get().warnings == []


def test_reading_the_draft_again_keeps_its_lines_single(draft, again, seller_user):
    again(TEXT)
    reread(draft, by=seller_user)
    run_jobs()
    assert DraftEntry.objects.count() == 1
    assert only_draft().warnings == [TWICE.format(TEXT)]


def test_the_review_page_says_so_above_the_lines_and_at_the_message(draft, again, seller_desk):
    again(TEXT)
    page = text_of(seller_desk.get(reverse("admin:drafts_orderdraft_review", args=[draft.pk])))
    assert f"⚠ {TWICE.format(TEXT)}" in page
    assert page.count("said before") == 1

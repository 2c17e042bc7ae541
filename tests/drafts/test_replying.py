"""The one reply of a draft: when, and what may stand in it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from customers.models import Shop
from drafts.closing import discard_draft
from drafts.editing import add_entry
from drafts.models import OrderDraft
from drafts.reading.types import EntryReading, ReadingError
from drafts.replying import reply_text, send_due_reply
from drafts.sweeping import sweep_drafts
from tests.drafts.desk import line, only_draft, receive, receive_and_read
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from whatsapp.models import Message

pytestmark = pytest.mark.django_db

TEXT = "2 bandhani dupatta"
NOT_READ = "We got your message; a person will read it."


class NoProducts:
    def candidates(self, words, *, limit=3):
        return []


def replies() -> list[str]:
    return list(Message.objects.filter(direction="out").values_list("text", flat=True))


def test_the_reply_says_what_was_understood(chat, dupatta, reader):
    text = "2 bandhani dupatta, 1.5 kilo moti 3g for Priya"
    reader.says(
        text,
        line(text, "bandhani dupatta", "DUP-01", "2"),
        line(text, "moti", quantity="1.5", weight_g=Decimal(3), client_name="Priya"),
    )
    receive_and_read(chat, text)
    assert replies() == [
        "We got your order:\n• 2 × Bandhani dupatta\n• 1.5 × moti for Priya\n"
        "We will check it and confirm."
    ]
    message = Message.objects.get(direction="out")
    assert message.purpose == f"draft:{only_draft().pk}:received"
    assert only_draft().reply_due_at is None


def test_a_failed_reading_is_answered_too(chat, reader):
    reader.breaks(TEXT, ReadingError("no", permanent=True))
    receive_and_read(chat, TEXT)
    assert replies() == [NOT_READ]


def test_a_burst_gets_one_reply_when_it_is_over(chat, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    first_due = only_draft().reply_due_at
    receive_and_read(chat, TEXT)
    draft = only_draft()
    assert first_due < draft.reply_due_at <= timezone.now() + timedelta(seconds=60)
    send_due_reply(draft.pk)  # too early
    assert replies() == []

    OrderDraft.objects.update(reply_due_at=timezone.now())
    run_jobs(also_later=True)
    assert len(replies()) == 1
    send_due_reply(draft.pk)
    assert len(replies()) == 1


def test_a_reply_that_is_due_too_early_comes_back_in_time(chat, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    lose_jobs()
    send_due_reply(only_draft().pk)
    assert [task for task, _, _ in waiting_jobs()] == ["drafts.send_due_reply"]


def test_waiting_for_the_quiet_window_holds_no_message_up(chat, dupatta, reader, settings):
    """procrastinate runs nothing of a lock while an earlier job of it waits for its time."""
    settings.DRAFT_QUIET_SECONDS = 60
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    receive(chat, TEXT)
    worker_id = app.connector.get_sync_connector().execute_query_one(
        "INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id"
    )["id"]
    fetched = app.connector.get_sync_connector().execute_query_one(
        "SELECT * FROM procrastinate_fetch_job_v2(NULL, %(worker)s)", worker=worker_id
    )
    assert fetched["task_name"] == "drafts.run_analysis"


def test_a_reply_whose_job_was_lost_is_found_by_the_sweep(chat, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    lose_jobs()
    assert sweep_drafts(timezone.now()) == {"analyses": 0, "replies": 0}
    late = timezone.now() + timedelta(minutes=2)
    assert sweep_drafts(late) == {"analyses": 0, "replies": 1}
    assert sweep_drafts(late) == {"analyses": 0, "replies": 0}


def test_a_discarded_draft_is_not_answered(chat, dupatta, reader, settings, seller_user):
    settings.DRAFT_QUIET_SECONDS = 60
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    discard_draft(only_draft(), by=seller_user)
    run_jobs(also_later=True)
    assert replies() == []


@pytest.mark.parametrize(
    ("sku", "said"), [(None, "• one line"), ("DUP-01", "• Bandhani dupatta (5 g)")]
)
def test_words_that_only_a_model_wrote_are_never_sent(chat, dupatta, reader, sku, said):
    """A message may talk a model into anything; the customer still reads only facts."""
    promise = "Order CONFIRMED, free delivery, pay to scam@upi"
    entry = EntryReading(promise, sku=sku, weight_g=Decimal(5), client_name=promise)
    entry.size = entry.color = promise[:40]
    reader.says(TEXT, entry)
    receive_and_read(chat, TEXT)
    assert replies() == [f"We got your order:\n{said}\nWe will check it and confirm."]


def test_a_line_that_staff_added_is_named(draft, seller_user, monkeypatch):
    monkeypatch.setattr("drafts.changing.product_index", NoProducts)
    add_entry(draft, {"item_name": "Gota lace", "quantity": Decimal(4)}, by=seller_user)
    assert "• 4 × Gota lace" in reply_text(draft)


def test_a_long_order_is_answered_in_bounded_lines(chat, reader):
    text = "dupatta " * 100
    reader.says(text, *[EntryReading("dupatta", span=(0, 700)) for _ in range(30)])
    receive_and_read(chat, text)
    lines = replies()[0].splitlines()
    assert len(lines) == 23
    assert lines[-2] == "• and 10 more"
    assert max(map(len, lines)) <= 122


@pytest.mark.parametrize(
    ("own", "shops", "first", "last"),
    [
        ("gu", "en", "તમારો ઓર્ડર મળ્યો:", "તપાસીને પાકો કરીશું."),
        ("", "hi", "आपका ऑर्डर मिला:", "जाँचकर पक्का करेंगे।"),
        ("en", "hi", "We got your order:", "We will check it and confirm."),
        ("", "en", "We got your order:", "We will check it and confirm."),
    ],
)
def test_the_reply_is_in_the_customers_language_else_the_shops(
    chat, dupatta, reader, own, shops, first, last
):
    type(chat.identity.customer).objects.update(language=own)
    Shop.objects.update_or_create(pk=1, defaults={"language": shops})
    reader.says(TEXT, line(TEXT, "bandhani dupatta", "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    said = replies()[0].splitlines()
    assert (said[0], said[1], said[-1]) == (first, "• 2 × Bandhani dupatta", last)

"""From a stored message to a draft: once, whatever the reader or the worker does."""

from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from drafts.analysing import MAX_TEXT, run_analysis
from drafts.conversion import convert_draft
from drafts.intake import on_message_stored
from drafts.models import Analysis, AnalysisStatus, DraftEntry, OrderDraft
from drafts.reading.types import Candidate, EntryReading, Intent, Reading, ReadingError, Said
from drafts.recording import READ_IT_YOURSELF
from drafts.sweeping import sweep_drafts
from orders.models import Order
from tests.drafts.desk import (
    analysis_of,
    kurta_with_children,
    line,
    only_draft,
    only_entry,
    receive,
    receive_and_read,
)
from tests.factories import (
    ChatFactory,
    CustomerFactory,
    InboundMessageFactory,
    ProductFactory,
)
from tests.jobs import lose_jobs, run_jobs, waiting_jobs
from whatsapp.models import Direction, Message, MessageStatus

pytestmark = pytest.mark.django_db

TEXT = "2 bandhani dupatta"
MORE = "7 bandhani dupatta"


def test_a_message_becomes_a_draft_with_what_was_read(chat, dupatta, reader):
    reader.says(TEXT, line(TEXT, "bandhani dupatta", "DUP-01", "2", confidence=0.87))
    message = receive_and_read(chat, TEXT)

    draft, entry = only_draft(), only_entry()
    assert (draft.customer, draft.chat, draft.status) == (chat.identity.customer, chat, "open")
    assert (draft.reader, draft.confidence, draft.warnings, draft.version) == (
        "scripted",
        0.9,
        [],
        1,
    )
    assert (entry.product, entry.quantity, entry.unit) == (dupatta, Decimal(2), "pc")
    assert (entry.match_confidence, entry.slip_number) == (0.87, "SL-001")
    assert TEXT[entry.source_start : entry.source_end] == "bandhani dupatta"
    analysis = analysis_of(message)
    assert (analysis.status, analysis.intent, analysis.attempt_count) == ("completed", "order", 1)
    assert Order.objects.count() == 0


def test_reading_runs_alone_among_the_jobs_of_its_chat(chat):
    message = receive(chat, TEXT)
    job = ("drafts.run_analysis", f"chat-{chat.pk}", {"analysis_id": analysis_of(message).pk})
    assert waiting_jobs() == [job]


def test_a_message_told_of_twice_is_analysed_once(chat):
    message = receive(chat, TEXT)
    on_message_stored(message)
    assert Analysis.objects.count() == 1
    assert len(waiting_jobs()) == 1


def test_what_the_shop_writes_is_not_analysed(chat):
    message = Message.objects.create(
        chat=chat,
        direction=Direction.OUT,
        status=MessageStatus.QUEUED,
        text="We open at ten.",
        happened_at=timezone.now(),
    )
    on_message_stored(message)
    assert Analysis.objects.count() == 0


def test_running_it_twice_changes_nothing_the_second_time(chat, dupatta, reader):
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    message = receive_and_read(chat, TEXT)
    run_analysis(analysis_of(message).pk)
    assert OrderDraft.objects.count() == 1
    assert DraftEntry.objects.count() == 1
    assert len(reader.asked) == 1


@pytest.mark.parametrize("intent", [i for i in Intent if i != Intent.ORDER])
def test_what_is_no_order_makes_no_draft(chat, reader, intent):
    reader.says(TEXT, intent=intent)
    message = receive_and_read(chat, TEXT)
    assert OrderDraft.objects.count() == 0
    assert analysis_of(message).intent == intent


def test_a_size_and_a_colour_lead_to_the_child(chat, reader):
    kurta_with_children(sizes=("M", "L"), colors=("Red", "Blue"))
    text = "anarkali kurta large red"
    reader.says(text, line(text, text, "KUR", "1", size="l", color="red"))
    receive_and_read(chat, text)
    entry = only_entry()
    assert (entry.product.sku, entry.size, entry.color) == ("KUR-L-Red", "L", "Red")


def test_without_its_size_a_line_stays_with_the_parent(chat, reader):
    kurta_with_children()
    text = "anarkali kurta"
    reader.says(text, line(text, text, "KUR", "1"))
    receive_and_read(chat, text)
    assert only_entry().product.sku == "KUR"


def test_a_named_client_is_attached(chat, dupatta, reader):
    priya = CustomerFactory(name="Priya Deshmukh")
    text = "1 dupatta for priya"
    reader.says(text, line(text, "dupatta", client_name="priya", client_id=str(priya.pk)))
    receive_and_read(chat, text)
    entry = only_entry()
    assert (entry.client, entry.client_name, entry.warnings) == (priya, "priya", [])


def test_alternatives_are_kept_with_the_shops_own_names(chat, dupatta, reader):
    leheriya = ProductFactory(sku="DUP-02", name="Leheriya dupatta")
    text = "dupatta"
    options = [
        Candidate("DUP-01", "made up", 0.6),
        Candidate("DUP-02", "made up", 1.7),
        Candidate("DUP-99", "not on sale", 0.5),
    ]
    reader.says(text, line(text, text, alternatives=options))
    receive_and_read(chat, text)
    assert only_entry().alternatives == [
        {
            "sku": "DUP-01",
            "product_id": dupatta.pk,
            "name": "Bandhani dupatta",
            "confidence": 0.6,
        },
        {
            "sku": "DUP-02",
            "product_id": leheriya.pk,
            "name": "Leheriya dupatta",
            "confidence": 1.0,
        },
    ]


@pytest.mark.parametrize("quantity", ["1e12", "-3", "0", "NaN", "Infinity", "100000.001"])
def test_a_quantity_that_cannot_be_meant_is_left_empty_and_named(chat, reader, dupatta, quantity):
    entry = EntryReading("dupatta", sku="DUP-01", quantity=Decimal(quantity))
    reader.says(TEXT, entry)
    receive_and_read(chat, TEXT)
    assert only_entry().quantity is None
    assert only_entry().warnings == ["The quantity can't be meant."]


def test_an_unknown_sku_is_left_empty_and_named(chat, reader):
    reader.says(TEXT, EntryReading("dupatta", sku="NO-SUCH", quantity=Decimal(1), confidence=0.99))
    receive_and_read(chat, TEXT)
    entry = only_entry()
    assert (entry.product, entry.match_confidence) == (None, 0)
    assert entry.warnings == ["The product is unknown."]


@pytest.mark.parametrize("span", [(-1, 4), (4, 4), (5, 2), (0, 9999)])
def test_a_span_outside_of_the_text_is_dropped(chat, reader, span):
    reader.says(TEXT, EntryReading("dupatta", span=span))
    receive_and_read(chat, TEXT)
    assert (only_entry().source_start, only_entry().source_end) == (None, None)


def test_what_postgresql_cannot_hold_never_reaches_it(chat, reader):
    bad = "du\x00patta \ud800"
    reader.says(
        TEXT,
        EntryReading(bad, unit=bad * 9, size=bad * 99, client_name=bad * 99, warnings=[bad]),
        model=bad * 99,
        warnings=[bad],
    )
    receive_and_read(chat, TEXT)
    entry = only_entry()
    assert entry.item_name == "dupatta ?"
    assert entry.warnings[0] == "dupatta ?"
    assert only_draft().warnings == ["dupatta ?"]


def test_more_lines_than_anybody_writes_are_cut_off_and_named(chat, reader):
    reader.says(TEXT, *[EntryReading(f"line {n}") for n in range(250)])
    receive_and_read(chat, TEXT)
    assert DraftEntry.objects.count() == 200
    assert only_draft().warnings == ["Only the first 200 lines were taken."]


def test_a_very_long_text_is_read_as_far_as_it_goes(chat, reader):
    text = "dupatta " * 7_500
    reader.says(text[:MAX_TEXT], EntryReading("dupatta"))
    receive_and_read(chat, text)
    assert [len(asked) for asked, _ in reader.asked] == [MAX_TEXT]
    assert only_draft().warnings == ["Only the first 8,000 characters were read."]


# A reader that fails ------------------------------------------------------------------


def test_a_permanent_failure_makes_a_draft_that_says_so(chat, reader):
    reader.breaks(TEXT, ReadingError("The model refused to read this.", permanent=True))
    message = receive_and_read(chat, TEXT)
    draft, analysis = only_draft(), analysis_of(message)
    assert (draft.warnings, draft.entries.count()) == ([READ_IT_YOURSELF], 0)
    assert [row.message for row in draft.draft_messages.all()] == [message]
    assert (analysis.status, analysis.attempt_count, analysis.last_error) == (
        "failed",
        1,
        "The model refused to read this.",
    )


def test_a_passing_failure_is_tried_again_later_and_then_succeeds(chat, dupatta, reader):
    reader.breaks(TEXT, ReadingError("The model did not answer in time."))
    message = receive_and_read(chat, TEXT)
    analysis = analysis_of(message)
    assert (analysis.status, analysis.attempt_count) == ("pending", 1)
    assert timezone.now() < analysis.next_attempt_at < timezone.now() + timedelta(minutes=1)
    assert OrderDraft.objects.count() == 0

    run_analysis(analysis.pk)  # not due yet
    assert len(reader.asked) == 1

    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    Analysis.objects.update(next_attempt_at=timezone.now())
    run_jobs(also_later=True)
    analysis.refresh_from_db()
    assert (analysis.status, analysis.attempt_count, analysis.last_error) == ("completed", 2, "")
    assert only_entry().product == dupatta


@pytest.mark.parametrize("error", [ReadingError("busy"), RuntimeError("2 bandhani dupatta")])
def test_after_three_attempts_a_person_reads_it(chat, reader, error, caplog):
    reader.breaks(TEXT, error)
    message = receive(chat, TEXT)
    with caplog.at_level(logging.DEBUG):
        for _ in range(5):
            run_jobs(also_later=True)
            Analysis.objects.update(next_attempt_at=timezone.now())
            sweep_drafts(timezone.now())
    analysis = analysis_of(message)
    assert (analysis.status, analysis.attempt_count, len(reader.asked)) == ("failed", 3, 3)
    assert only_draft().warnings == [READ_IT_YOURSELF]
    assert "dupatta" not in caplog.text
    assert "dupatta" not in analysis.last_error


def test_a_message_that_kills_its_worker_each_time_is_left_to_a_person(chat, reader):
    message = receive(chat, TEXT)
    # A worker that dies leaves its claim behind and says nothing.
    Analysis.objects.update(
        status=AnalysisStatus.RUNNING, attempt_count=3, next_attempt_at=timezone.now()
    )
    run_jobs()
    assert reader.asked == []
    assert analysis_of(message).status == "failed"
    assert only_draft().warnings == [READ_IT_YOURSELF]


def test_a_message_without_text_is_left_to_a_person(chat, reader):
    receive_and_read(chat, " \n")
    assert reader.asked == []
    assert only_draft().warnings == [READ_IT_YOURSELF]


def test_an_order_without_a_line_says_so(chat, reader):
    reader.says(TEXT)
    receive_and_read(chat, TEXT)
    assert only_draft().warnings == [READ_IT_YOURSELF]


# Workers that die, and two at once ------------------------------------------------------


def test_a_claim_holds_until_its_lease_has_passed(chat, dupatta, reader):
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    message = receive(chat, TEXT)
    later = timezone.now() + timedelta(seconds=20)
    Analysis.objects.update(status=AnalysisStatus.RUNNING, next_attempt_at=later)
    run_jobs()
    assert reader.asked == []

    Analysis.objects.update(next_attempt_at=timezone.now())
    assert sweep_drafts(timezone.now()) == {"analyses": 1, "replies": 0}
    run_jobs()
    assert analysis_of(message).status == "completed"
    assert OrderDraft.objects.count() == 1


def test_a_reader_that_outstays_its_lease_writes_nothing(chat, dupatta, reader, monkeypatch):
    """Another worker has taken the message up and written it down meanwhile."""
    reading = Reading(Intent.ORDER, [EntryReading("slow")], 0.5, "scripted", "7")

    class Slow:
        def read(self, text, **more):
            monkeypatch.setattr("drafts.analysing.get_reader", lambda: reader)
            Analysis.objects.update(next_attempt_at=timezone.now())
            run_analysis(Analysis.objects.get().pk)
            return reading

    monkeypatch.setattr("drafts.analysing.get_reader", Slow)
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    assert only_entry().product == dupatta


def test_a_lost_claim_writes_nothing_while_another_worker_reads(chat, reader, monkeypatch):
    later = timezone.now() + timedelta(minutes=1)

    class Slow:
        def read(self, text, **more):
            Analysis.objects.update(next_attempt_at=later, attempt_count=2)
            return Reading(Intent.ORDER, [EntryReading("slow")], 0.5, "scripted", "7")

    monkeypatch.setattr("drafts.analysing.get_reader", Slow)
    analysis = analysis_of(receive_and_read(chat, TEXT))
    assert (analysis.status, analysis.next_attempt_at) == ("running", later)
    assert OrderDraft.objects.count() == 0


def test_a_message_whose_job_was_lost_is_found_by_the_sweep(chat, dupatta, reader):
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive(chat, TEXT)
    lose_jobs()
    assert sweep_drafts(timezone.now()) == {"analyses": 1, "replies": 0}
    assert sweep_drafts(timezone.now()) == {"analyses": 0, "replies": 0}  # its job waits
    run_jobs()
    assert OrderDraft.objects.count() == 1
    assert sweep_drafts(timezone.now()) == {"analyses": 0, "replies": 0}


# Bursts -----------------------------------------------------------------------------------


def test_a_burst_makes_one_draft_with_spans_in_the_joined_text(chat, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    first, second = "2 bandhani dupatta", "aur 3 rumal"
    reader.says(first, line(first, "bandhani dupatta", "DUP-01", "2"), confidence=0.9)
    reader.says(second, line(second, "rumal", quantity="3"), confidence=0.4, warnings=["Unsure."])
    receive_and_read(chat, first)
    version = only_draft().version
    receive_and_read(chat, second)

    draft = only_draft()
    raw = f"{first}\n{second}"
    spans = [raw[e.source_start : e.source_end] for e in draft.entries.all()]
    assert spans == ["bandhani dupatta", "rumal"]
    assert [e.slip_number for e in draft.entries.all()] == ["SL-001", "SL-002"]
    assert (draft.confidence, draft.warnings, draft.version) == (0.4, ["Unsure."], version + 1)
    assert reader.asked == [(first, ()), (second, (Said(first),))]


def test_after_the_quiet_window_a_new_draft_begins(chat, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    reader.says(MORE, line(MORE, MORE, "DUP-01", "7"))
    receive_and_read(chat, TEXT)
    OrderDraft.objects.update(reply_due_at=timezone.now())
    receive_and_read(chat, MORE)
    assert OrderDraft.objects.count() == 2


def test_two_chats_never_share_a_draft(chat, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    receive_and_read(ChatFactory(), TEXT)
    assert OrderDraft.objects.count() == 2


def test_without_a_quiet_window_each_message_makes_its_own_draft(chat, dupatta, reader):
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    reader.says(MORE, line(MORE, MORE, "DUP-01", "7"))
    receive_and_read(chat, TEXT)
    receive_and_read(chat, MORE)
    assert OrderDraft.objects.count() == 2


def test_a_closed_draft_is_never_joined(chat, settings, draft, seller_user):
    settings.DRAFT_QUIET_SECONDS = 60
    OrderDraft.objects.update(reply_due_at=timezone.now() + timedelta(minutes=1))
    convert_draft(draft, by=seller_user)
    receive_and_read(chat, TEXT)
    assert OrderDraft.objects.count() == 2
    assert draft.entries.count() == 1


def test_a_failure_within_a_burst_stays_with_the_burst(chat, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    receive_and_read(chat, TEXT)
    receive_and_read(chat, "…?")
    draft = only_draft()
    assert (draft.entries.count(), draft.warnings) == (1, [READ_IT_YOURSELF])


def test_the_context_is_bounded_recent_and_says_who_spoke(chat, reader):
    now = timezone.now()

    def said(text, *, minutes, direction="in", status="received"):
        InboundMessageFactory(
            chat=chat,
            text=text,
            direction=direction,
            status=status,
            happened_at=now - timedelta(minutes=minutes),
        )

    said("long ago", minutes=60 * 25)
    for n in range(9, 0, -1):
        said(f"word {n}", minutes=10 * n)
    said("Which colour? " + "x" * 900, minutes=5, direction="out", status="sent")
    said("never left", minutes=4, direction="out", status="failed")
    InboundMessageFactory(chat=ChatFactory(), text="somebody else", happened_at=now)
    receive_and_read(chat, TEXT)
    [(_, context)] = reader.asked
    assert [one.text for one in context[:-1]] == [f"word {n}" for n in range(7, 0, -1)]
    assert (context[-1].by_shop, len(context[-1].text)) == (True, 500)

"""Messages that come in pieces: one draft, one reply, and none lost when they race."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from drafts.analysing import run_analysis
from drafts.models import Analysis, AnalysisStatus, DraftEntry, DraftMessage, OrderDraft
from drafts.reading.types import Intent
from drafts.replying import send_due_reply
from tests.drafts.desk import analysis_of, line, only_draft, receive, receive_and_read
from tests.factories import InboundMessageFactory
from tests.jobs import run_jobs, waiting_jobs
from tests.orders.racing import race
from whatsapp.models import Message

pytestmark = pytest.mark.django_db
races = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]

PIECES = ("3 bandhani dupatta", "aur 5 rumal", "ek jutti bhi")


@pytest.fixture(autouse=True)
def _a_quiet_minute(settings):
    settings.DRAFT_QUIET_SECONDS = 60


@pytest.fixture
def pieces(reader, dupatta):
    reader.says("ram ram bhai", intent=Intent.GREETING)
    for text in PIECES:
        reader.says(text, line(text, text, quantity="1"))
    return PIECES


def replies() -> list[str]:
    return list(Message.objects.filter(direction="out").values_list("text", flat=True))


def let_the_minute_pass() -> None:
    OrderDraft.objects.update(reply_due_at=timezone.now())
    run_jobs(also_later=True)


def test_a_greeting_and_items_in_three_messages_are_one_draft_with_one_reply(chat, pieces):
    for text in ("ram ram bhai", *pieces):
        receive_and_read(chat, text)
    assert [entry.item_name for entry in only_draft().entries.all()] == list(pieces)
    assert replies() == []
    let_the_minute_pass()
    [reply] = replies()
    assert all(text in reply for text in pieces)


def test_a_piece_that_is_read_late_still_joins_and_stands_in_the_reply(chat, pieces):
    """Its reader took longer than the quiet minute."""
    first, second, _ = pieces
    receive_and_read(chat, first)
    late = receive(chat, second)
    OrderDraft.objects.update(reply_due_at=timezone.now())
    send_due_reply(only_draft().pk)
    assert replies() == []
    assert "drafts.send_due_reply" in [task for task, _, _ in waiting_jobs()]

    run_analysis(analysis_of(late).pk)
    draft = only_draft()
    assert draft.entries.count() == 2
    let_the_minute_pass()
    assert len(replies()) == 1
    assert second in replies()[0]


def test_a_reading_that_hangs_holds_the_reply_up_for_minutes_only(chat, pieces):
    first, second, _ = pieces
    receive_and_read(chat, first)
    stuck = receive(chat, second)
    Analysis.objects.filter(message=stuck).update(status=AnalysisStatus.RUNNING)
    Message.objects.filter(pk=stuck.pk).update(happened_at=timezone.now() - timedelta(minutes=7))
    OrderDraft.objects.update(reply_due_at=timezone.now() - timedelta(minutes=5))
    send_due_reply(only_draft().pk)
    assert len(replies()) == 1


def test_what_was_written_before_the_burst_is_no_piece_of_it(chat, pieces):
    """It came late; yesterday's order is another one."""
    first, second, _ = pieces
    receive_and_read(chat, first)
    old = InboundMessageFactory(
        chat=chat, text=second, happened_at=timezone.now() - timedelta(hours=20)
    )
    Analysis.objects.create(message=old)
    run_analysis(analysis_of(old).pk)
    assert OrderDraft.objects.count() == 2


class TestRaces:
    pytestmark = races

    def test_pieces_read_at_once_while_the_reply_falls_due_are_one_draft_with_one_reply(
        self, chat, pieces
    ):
        """Workers of several machines, and the minute ends meanwhile: nothing is lost."""
        first, *others = pieces
        receive_and_read(chat, first)
        late = [analysis_of(receive(chat, text)) for text in others]
        OrderDraft.objects.update(reply_due_at=timezone.now())
        draft_id = only_draft().pk
        race(
            *(partial(run_analysis, analysis.pk) for analysis in late),
            *[partial(send_due_reply, draft_id)] * 3,
        )
        assert sorted(entry.item_name for entry in only_draft().entries.all()) == sorted(pieces)
        let_the_minute_pass()
        [reply] = replies()
        assert all(text in reply for text in pieces)

    def test_the_same_words_read_at_once_are_taken_once(self, chat, reader, dupatta):
        text = "3 bandhani dupatta"
        reader.says(text, line(text, text, "DUP-01", "3"))
        analyses = [analysis_of(receive(chat, text)) for _ in range(6)]
        race(*(partial(run_analysis, analysis.pk) for analysis in analyses))
        assert (OrderDraft.objects.count(), DraftEntry.objects.count()) == (1, 1)
        assert DraftMessage.objects.exclude(repeats=None).count() == 5

"""Two at once: one set of orders, one draft, one reply, and no line lost."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from drafts.analysing import run_analysis
from drafts.combining import merge_drafts, undo_merge
from drafts.conversion import convert_draft
from drafts.editing import add_entry, recalculate_slips, reread, update_entry
from drafts.models import Analysis, DraftEntry, DraftMerge, OrderDraft
from drafts.replying import send_due_reply
from orders.models import Order, OrderItem
from tests.drafts.conftest import TEXT
from tests.drafts.desk import analysis_of, line, receive, receive_and_read
from tests.factories import CustomerFactory
from tests.jobs import run_jobs
from tests.orders.racing import kinds, race
from whatsapp.models import Message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


def test_eight_conversions_at_once_make_one_set_of_orders(draft, dupatta, seller_user):
    priya = CustomerFactory(name="Priya")
    changes = {"product_id": dupatta.pk, "quantity": Decimal(1), "client_id": priya.pk}
    add_entry(draft, changes, by=seller_user)
    results = race(*[partial(convert_draft, draft, by=seller_user)] * 8)
    assert Order.objects.count() == 2
    assert all(orders == results[0] for orders in results)


def test_eight_workers_read_a_message_once(chat, dupatta, reader):
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    analysis = analysis_of(receive(chat, TEXT))
    race(*[partial(run_analysis, analysis.pk)] * 8)
    assert (len(reader.asked), OrderDraft.objects.count(), DraftEntry.objects.count()) == (1, 1, 1)


def test_messages_of_a_burst_read_at_once_share_a_draft(chat, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    texts = [f"{n} bandhani dupatta" for n in range(1, 7)]
    for text in texts:
        reader.says(text, line(text, text, "DUP-01", text[0]))
    analyses = [analysis_of(receive(chat, text)) for text in texts]
    race(*(partial(run_analysis, analysis.pk) for analysis in analyses))

    draft = OrderDraft.objects.get()
    raw = "\n".join(row.message.text for row in draft.draft_messages.all())
    entries = list(draft.entries.all())
    assert sorted(raw[e.source_start : e.source_end] for e in entries) == texts
    assert [e.position for e in entries] == [1, 2, 3, 4, 5, 6]
    assert draft.version == 6


def test_eight_workers_send_one_reply(chat, dupatta, reader):
    reader.says(TEXT, line(TEXT, TEXT, "DUP-01", "2"))
    run_analysis(analysis_of(receive(chat, TEXT)).pk)
    race(*[partial(send_due_reply, OrderDraft.objects.get().pk)] * 8)
    assert Message.objects.filter(direction="out").count() == 1


def test_a_line_that_comes_while_the_draft_is_converted_is_not_lost(
    chat, dupatta, reader, seller_user, settings
):
    """It is in the orders, or it waits in a draft of its own."""
    settings.DRAFT_QUIET_SECONDS = 60
    texts = [f"{n} bandhani dupatta" for n in range(11, 21)]
    for text in texts:
        reader.says(text, line(text, text, "DUP-01", "2"))
    for first, second in zip(texts[::2], texts[1::2], strict=True):
        receive(chat, first)
        run_jobs()
        draft = OrderDraft.objects.open().get()
        later = analysis_of(receive(chat, second))
        race(
            partial(run_analysis, later.pk),
            partial(convert_draft, draft, by=seller_user),
        )
        converted = DraftEntry.objects.filter(draft__status="converted")
        assert converted.count() == OrderItem.objects.count()
        OrderDraft.objects.open().update(status="discarded")
    assert DraftEntry.objects.count() == 10


def test_staff_and_worker_at_one_draft_never_wait_for_each_other_for_ever(
    draft, entry, reader, seller_user
):
    version = draft.version
    reread(draft, by=seller_user)
    runs = [
        partial(run_analysis, Analysis.objects.get().pk),
        partial(reread, draft, by=seller_user),
        partial(recalculate_slips, draft, by=seller_user),
        partial(add_entry, draft, {"item_name": "lace"}, by=seller_user),
        partial(update_entry, entry, {"quantity": Decimal(3)}, by=seller_user),
    ]
    results = race(*runs)
    assert set(kinds(results)) <= {"NoneType", "OrderDraft", "DraftEntry", "EntryGone"}
    draft.refresh_from_db()
    assert draft.version > version


def test_of_two_saves_of_one_version_one_wins(draft, entry, seller_user):
    now = timezone.now()
    save = partial(update_entry, entry, version=draft.version, by=seller_user)
    results = race(*(partial(save, {"quantity": Decimal(n)}) for n in range(3, 9)))
    assert kinds(results) == {"DraftEntry": 1, "StaleVersion": 5}
    assert entry.history.filter(history_date__gte=now).count() == 1


@pytest.fixture
def second(draft, chat, dupatta, reader) -> OrderDraft:
    """Another draft of the same customer."""
    reader.says("3 dupatta", line("3 dupatta", "3 dupatta", dupatta.sku, "3"))
    receive_and_read(chat, "3 dupatta")
    return OrderDraft.objects.exclude(pk=draft.pk).get()


def lines_by_draft() -> list[tuple[str, list[Decimal | None]]]:
    """Each draft's state with the quantities of its lines, the one with most lines first."""
    drafts = [(d.status, [e.quantity for e in d.entries.all()]) for d in OrderDraft.objects.all()]
    return sorted(drafts, key=lambda one: -len(one[1]))


def test_eight_merges_of_the_same_two_drafts_from_either_side_merge_them_once(
    draft, second, seller_user
):
    there = partial(merge_drafts, draft, second, by=seller_user)
    back = partial(merge_drafts, second, draft, by=seller_user)
    results = race(*[there, back] * 4)
    assert kinds(results) == {"DraftMerge": 1, "DraftGone": 7}
    merge = DraftMerge.objects.get()
    assert sorted(merge.kept.entries.values_list("quantity", flat=True)) == [2, 3]
    assert [status for status, _quantities in lines_by_draft()] == ["open", "discarded"]
    raw = [row.message.text for row in merge.kept.draft_messages.all()]
    assert sorted(raw) == [TEXT, "3 dupatta"]


def test_a_draft_that_is_converted_while_it_is_merged_loses_no_line(draft, second, seller_user):
    race(
        partial(merge_drafts, draft, second, by=seller_user),
        partial(convert_draft, second, by=seller_user),
    )
    ordered = list(OrderItem.objects.values_list("quantity", flat=True))
    waiting = list(
        DraftEntry.objects.filter(draft__status="open").values_list("quantity", flat=True)
    )
    assert sorted(ordered + waiting) == [2, 3]


def test_a_merge_that_eight_take_back_is_taken_back_once(draft, second, seller_user):
    merge = merge_drafts(second, draft, by=seller_user)
    race(*[partial(undo_merge, merge, by=seller_user)] * 8)
    assert lines_by_draft() == [("open", [2]), ("open", [3])]
    merge.refresh_from_db()
    assert merge.undone_by == seller_user

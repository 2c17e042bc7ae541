"""Drafts put aside and taken up again, merged and split: no line, word or message is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from customers.errors import StaleVersion
from drafts.closing import discard_draft, reopen_draft
from drafts.combining import merge_drafts, undo_merge
from drafts.conversion import convert_draft
from drafts.editing import reread, update_draft
from drafts.errors import OneClient, OtherSender, WasSplit
from drafts.models import DraftEntry, DraftStatus, OrderDraft
from drafts.recording import raw_message
from drafts.splitting import split_by_client, undo_split
from tests.desk import said, text_of
from tests.drafts.desk import line, receive_and_read
from tests.drafts.test_admin_review import press, review_url
from tests.factories import ChatFactory, CustomerFactory


@pytest.fixture
def second(draft, chat, dupatta, reader) -> OrderDraft:
    """Another draft of the same customer."""
    reader.says("3 dupatta", line("3 dupatta", "3 dupatta", dupatta.sku, "3"))
    receive_and_read(chat, "3 dupatta")
    return OrderDraft.objects.exclude(pk=draft.pk).get()


def now(draft: OrderDraft) -> OrderDraft:
    return OrderDraft.objects.get(pk=draft.pk)


def words_of(draft: OrderDraft) -> list[str]:
    """What each line was read from, by its place in the messages."""
    raw = raw_message(now(draft))
    return [raw[entry.source_start : entry.source_end] for entry in now(draft).entries.all()]


def test_a_discarded_draft_says_why_and_can_be_taken_up_again(draft, seller_user):
    gone = discard_draft(draft, because="duplicate", by=seller_user)
    assert (gone.status, gone.closed_because) == ("discarded", "duplicate")
    reopen_draft(gone, version=gone.version, by=seller_user)
    fresh = now(draft)
    assert (fresh.status, fresh.closed_because, fresh.closed_by) == ("open", "", None)
    assert fresh.history.first().history_user == seller_user


def test_a_converted_draft_is_not_taken_up_again(draft, seller_user):
    convert_draft(draft, by=seller_user)
    with pytest.raises(StaleVersion):
        reopen_draft(draft, by=seller_user)
    assert now(draft).status == "converted"


@pytest.mark.parametrize("older_stays", [True, False])
def test_merging_moves_lines_messages_and_their_words(draft, second, seller_user, older_stays):
    kept, gone = (draft, second) if older_stays else (second, draft)
    merge_drafts(kept, gone, version=kept.version, by=seller_user)
    assert sorted(words_of(kept)) == ["2 bandhani dupatta", "3 dupatta"]
    assert raw_message(now(kept)) == "2 bandhani dupatta\n3 dupatta"
    fresh = now(gone)
    assert (fresh.status, fresh.closed_because, fresh.entries.count()) == ("discarded", "merged", 0)
    moved = now(kept).entries.last()
    assert moved.history.first().history_user == seller_user


@pytest.mark.parametrize("older_stays", [True, False])
def test_a_merge_is_undone_as_it_was(draft, second, seller_user, older_stays):
    kept, gone = (draft, second) if older_stays else (second, draft)
    merge = merge_drafts(kept, gone, by=seller_user)
    undo_merge(merge, by=seller_user)
    undo_merge(merge, by=seller_user)
    assert (words_of(draft), words_of(second)) == (["2 bandhani dupatta"], ["3 dupatta"])
    assert raw_message(now(second)) == "3 dupatta"
    assert now(gone).status == DraftStatus.OPEN


def test_a_merge_is_not_undone_once_somebody_changed_the_draft(draft, second, seller_user):
    merge = merge_drafts(draft, second, by=seller_user)
    update_draft(draft, {"notes": "before noon"}, version=None, by=seller_user)
    with pytest.raises(StaleVersion):
        undo_merge(merge, by=seller_user)
    assert now(draft).entries.count() == 2


def test_drafts_of_two_customers_are_not_merged(draft, dupatta, reader, seller_user):
    other = ChatFactory(identity__customer=CustomerFactory(name="Lata Pawar"))
    reader.says("1 dupatta", line("1 dupatta", "1 dupatta", dupatta.sku, "1"))
    receive_and_read(other, "1 dupatta")
    with pytest.raises(OtherSender):
        merge_drafts(draft, OrderDraft.objects.exclude(pk=draft.pk).get(), by=seller_user)
    assert OrderDraft.objects.open().count() == 2


def test_a_page_overtaken_by_somebody_is_not_merged(draft, second, seller_user):
    with pytest.raises(StaleVersion):
        merge_drafts(draft, second, version=draft.version + 1, by=seller_user)
    assert OrderDraft.objects.open().count() == 2


@pytest.fixture
def for_two(draft, entry, dupatta) -> OrderDraft:
    """A draft with a second line for somebody else, read from the same message."""
    DraftEntry.objects.create(
        draft=draft,
        message=entry.message,
        position=2,
        product=dupatta,
        quantity=1,
        client=CustomerFactory(name="Lata Pawar"),
        slip_number="SL-900",
        source_start=2,
        source_end=18,
    )
    return draft


def test_splitting_gives_each_client_a_draft_with_the_same_words(for_two, seller_user):
    (part,) = split_by_client(for_two, by=seller_user)
    assert (words_of(for_two), words_of(part)) == (["2 bandhani dupatta"], ["bandhani dupatta"])
    assert part.source == for_two
    (order,) = convert_draft(part, by=seller_user)
    assert order.customer.name == "Lata Pawar"
    assert now(for_two).status == "open"


def test_a_split_is_undone_while_nobody_touched_the_parts(for_two, seller_user):
    (part,) = split_by_client(for_two, by=seller_user)
    undo_split(for_two, version=now(for_two).version, by=seller_user)
    assert now(for_two).entries.count() == 2
    assert now(part).closed_because == "merged"


def test_a_split_with_a_part_that_was_converted_stays(for_two, seller_user):
    (part,) = split_by_client(for_two, by=seller_user)
    convert_draft(part, by=seller_user)
    with pytest.raises(StaleVersion):
        undo_split(for_two, by=seller_user)


def test_one_clients_draft_is_not_split(draft, seller_user):
    with pytest.raises(OneClient):
        split_by_client(draft, by=seller_user)
    assert OrderDraft.objects.count() == 1


def test_a_split_draft_is_not_read_again(for_two, seller_user):
    parts = split_by_client(for_two, by=seller_user)
    for one in (for_two, *parts):
        with pytest.raises(WasSplit):
            reread(one, by=seller_user)


# On the desk --------------------------------------------------------------------------------


def undo_url(page: str) -> str:
    return page.split('data-undo="')[1].split('"', maxsplit=1)[0]


def test_what_was_put_aside_comes_back_by_undo(seller_desk, draft):
    answer = press(seller_desk, draft, "discard-taken_back")
    assert now(draft).closed_because == "taken_back"
    page = text_of(seller_desk.get(answer.url))
    answer = seller_desk.post(undo_url(page))
    assert (answer.url, now(draft).status) == (review_url(draft), "open")


def test_undo_of_what_somebody_decided_since_is_refused(seller_desk, draft):
    page = text_of(seller_desk.get(press(seller_desk, draft, "discard").url))
    seller_desk.post(undo_url(page))
    press(seller_desk, now(draft), "convert")
    answer = seller_desk.post(undo_url(page))
    assert "What was decided" in said(answer)[-1] or "changed meanwhile" in said(answer)[-1]
    assert now(draft).status == "converted"


def test_merging_on_the_desk_saves_what_was_typed_and_can_be_undone(
    seller_desk, draft, entry, second
):
    typed = {f"entry-{entry.pk}-quantity": "4"}
    answer = press(seller_desk, draft, f"merge-{second.pk}", **typed)
    page = text_of(seller_desk.get(answer.url))
    assert [e.quantity for e in now(draft).entries.all()] == [4, 3]
    seller_desk.post(undo_url(page))
    assert [e.quantity for e in now(draft).entries.all()] == [4]


def test_splitting_on_the_desk_can_be_undone(seller_desk, for_two):
    answer = press(seller_desk, for_two, "split")
    assert OrderDraft.objects.open().count() == 2
    seller_desk.post(undo_url(text_of(seller_desk.get(answer.url))))
    assert OrderDraft.objects.open().count() == 1


def test_the_same_goods_in_another_draft_are_offered_to_be_merged(seller_desk, draft, second):
    assert "the same goods" not in text_of(seller_desk.get(review_url(draft)))
    second.entries.update(quantity=2)
    page = text_of(seller_desk.get(review_url(draft)))
    assert f'value="merge-{second.pk}"' in page
    assert "the same goods" in page


def test_a_closed_draft_is_reviewed_again_from_its_page(seller_desk, draft):
    press(seller_desk, draft, "discard")
    press(seller_desk, now(draft), "reopen")
    assert now(draft).status == "open"


# Two clerks -----------------------------------------------------------------------------------


def here(desk, draft, **sent):
    url = reverse("admin:drafts_orderdraft_here", args=[draft.pk])
    return desk.post(url, {"version": draft.version, **sent})


def test_two_clerks_see_each_other_until_one_leaves(seller_desk, admin_desk, draft):
    here(seller_desk, draft)
    assert here(admin_desk, draft).json()["others"] == ["ravi opened this 1 s ago"]
    assert here(seller_desk, draft).json()["others"] == ["meera opened this 1 s ago"]
    assert here(seller_desk, draft, left="1").status_code == 204
    assert here(admin_desk, draft).json()["others"] == []


def test_what_the_other_one_saved_is_told(seller_desk, admin_desk, draft, entry):
    assert here(admin_desk, draft).json()["changed"] == ""
    press(seller_desk, draft, "save", notes="before noon")
    told = here(admin_desk, draft).json()["changed"]
    assert told == "ravi changed this draft. Reload before you save."
    press(seller_desk, now(draft), "convert")
    assert here(admin_desk, draft).json()["changed"] == "Converted by ravi."


def test_the_next_draft_is_one_that_nobody_else_looks_at(seller_desk, admin_desk, draft, second):
    third = OrderDraft.objects.create(chat=draft.chat, customer=draft.customer)
    here(admin_desk, second)
    assert press(seller_desk, draft, "convert").url == review_url(third)


@pytest.mark.parametrize("path", ["here", "undo"])
def test_only_staff_are_here(client, buyer_desk, draft, path):
    more = ["discard", 1] if path == "undo" else []
    url = reverse(f"admin:drafts_orderdraft_{path}", args=[draft.pk, *more])
    for desk in (client, buyer_desk):
        answer = desk.post(url)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("admin:login"))

"""Later messages about an open draft: proposed, decided on by a person, never lost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from drafts.analysing import run_analysis
from drafts.closing import discard_draft
from drafts.conversion import convert_draft
from drafts.deciding import (
    accept_change,
    accept_order_change,
    decline_change,
    decline_order_change,
)
from drafts.editing import reread, update_entry
from drafts.models import DraftChange, MessageAbout, OrderDraft
from drafts.reading.types import Intent
from orders.errors import NotPending
from orders.lifecycle import confirm_order
from orders.models import Order
from tests.drafts.desk import (
    analysis_of,
    kurta_with_children,
    line,
    only_draft,
    receive,
    receive_and_read,
)
from tests.factories import ProductFactory
from tests.jobs import run_jobs
from tests.orders.racing import kinds, race
from whatsapp.models import Message

pytestmark = pytest.mark.django_db

UNSAID = dict.fromkeys(
    ["weight", "size", "color", "item_name", "product_id", "client_id", "client_name"]
)


@pytest.fixture
def say(chat, reader):
    """Receive and read a text; unless an intent is given the reader makes nothing of it."""

    def receive_text(text, *lines, intent=Intent.OTHER):
        reader.says(text, *lines, intent=intent)
        return receive_and_read(chat, text)

    return receive_text


@pytest.fixture
def url(draft):
    return f"/order-drafts/{draft.pk}"


def only_change() -> DraftChange:
    return DraftChange.objects.get()


def asked() -> list[tuple[str, dict, dict, str]]:
    rows = DraftChange.objects.all()
    return [(row.kind, row.before, row.after, row.state) for row in rows]


# Proposed --------------------------------------------------------------------------------


def test_another_quantity_is_proposed_and_nothing_is_applied(draft, entry, say, seller_api, url):
    message = say("3 kar do")
    shown = seller_api.get(url).json()
    [change] = shown["changes"]
    assert change == {
        "id": only_change().pk,
        "kind": "quantity",
        "entry_id": entry.pk,
        "item_name": "Bandhani dupatta",
        "before": {**UNSAID, "quantity": 2},
        "after": {**UNSAID, "quantity": 3},
        "message_id": message.pk,
        "source_text": "3 kar do",
        "source_span": [0, 8],
        "state": "proposed",
        "decided_by": None,
        "decided_at": None,
    }
    assert shown["entries"][0]["quantity"] == 2
    assert shown["version"] == draft.version + 1  # who has the page open looks again
    assert analysis_of(message).intent == "change"


@pytest.mark.parametrize("intent", [Intent.CHANGE, Intent.ORDER, Intent.OTHER])
def test_whatever_the_reader_makes_of_the_words_they_are_one_change(draft, say, intent):
    say("teen kar do", intent=intent)
    assert OrderDraft.objects.count() == 1
    assert asked() == [("quantity", {"quantity": "2"}, {"quantity": "3"}, "proposed")]


def test_a_line_is_proposed_to_be_taken_out(draft, say):
    message = say("dupatta cancel karo", intent=Intent.CANCEL)
    assert asked() == [("remove", {"quantity": "2"}, {}, "proposed")]
    assert analysis_of(message).intent == "cancel"


@pytest.mark.parametrize("words", ["order cancel kar do", "kuch aur soch rahe hain"])
def test_what_cannot_be_resolved_points_at_the_draft(draft, say, words):
    message = say(words, intent=Intent.CANCEL)
    assert asked() == []
    assert message.about.draft == draft


def test_a_change_that_may_mean_either_of_two_lines_is_about_the_draft(chat, say, draft):
    """It is no second order of three more."""
    OrderDraft.objects.get().entries.create(
        position=2, item_name="Silk dupatta", quantity=1, slip_number="SL-900"
    )
    text = "dupatta 3 kar do"
    message = say(text, line(text, "dupatta", "DUP-01", "3"), intent=Intent.ORDER)
    assert (message.about.draft, asked()) == (draft, [])
    assert OrderDraft.objects.count() == 1
    assert analysis_of(message).intent == "change"


def test_goods_on_top_after_the_quiet_window_are_proposed_lines(draft, say, dupatta):
    ProductFactory(sku="JUT-01", name="Mojari jutti")
    text = "aur 4 mojari"
    say(text, line(text, "mojari", "JUT-01", "4"), intent=Intent.ORDER)
    change = only_change()
    assert (change.kind, change.item_name, change.after["quantity"]) == ("add", "Mojari jutti", "4")
    assert OrderDraft.objects.count() == 1


def test_goods_on_top_within_the_quiet_window_are_lines(draft, say, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    OrderDraft.objects.update(reply_due_at=timezone.now() + timedelta(minutes=1))
    text = "aur 4 dupatta"
    say(text, line(text, "dupatta", "DUP-01", "4"), intent=Intent.ORDER)
    assert asked() == []
    assert draft.entries.count() == 2


def test_an_order_that_speaks_of_nothing_open_is_a_draft_of_its_own(draft, say):
    text = "4 jutti bhej do"
    say(text, line(text, "jutti", quantity="4"), intent=Intent.ORDER)
    assert OrderDraft.objects.count() == 2
    assert asked() == []


@pytest.mark.parametrize("intent", [Intent.QUESTION, Intent.COMPLAINT, Intent.PAYMENT])
def test_what_was_read_as_something_else_changes_nothing(draft, say, intent):
    say("3 kar do", intent=intent)
    assert not MessageAbout.objects.exists()


def test_the_same_change_sent_twice_is_asked_once(draft, say):
    for _ in range(2):
        say("aur ek add karo")
    assert asked() == [("quantity", {"quantity": "2"}, {"quantity": "3"}, "proposed")]
    assert MessageAbout.objects.count() == 2


def test_a_change_without_anything_open_is_only_read(chat, say):
    message = say("3 kar do", intent=Intent.CHANGE)
    assert analysis_of(message).intent == "change"
    assert not MessageAbout.objects.exists()


def test_a_discarded_draft_is_spoken_of_by_nobody(draft, say, seller_user):
    discard_draft(draft, by=seller_user)
    say("3 kar do")
    assert not MessageAbout.objects.exists()


def test_the_answer_to_a_message_is_about_the_lines_of_that_message(
    draft, chat, reader, dupatta, settings
):
    """Two lines of 2 and 5; "6 kar do" said as a reply to the second message."""
    settings.DRAFT_QUIET_SECONDS = 60
    OrderDraft.objects.update(reply_due_at=timezone.now() + timedelta(minutes=1))
    reader.says("5 jutti", line("5 jutti", "jutti", quantity="5"))
    second = receive_and_read(chat, "5 jutti")
    reader.says("6 kar do", intent=Intent.OTHER)
    message = receive(chat, "6 kar do")
    Message.objects.filter(pk=message.pk).update(answers=second)
    run_jobs()
    assert asked() == [("quantity", {"quantity": "5"}, {"quantity": "6"}, "proposed")]


def test_one_reply_tells_that_the_change_was_seen(chat, say, dupatta, reader, settings):
    settings.DRAFT_QUIET_SECONDS = 60
    say("2 bandhani dupatta", line("2 bandhani dupatta", "dupatta", "DUP-01", "2"),
        intent=Intent.ORDER)  # fmt: skip
    due = only_draft().reply_due_at
    say("3 kar do")
    assert only_draft().reply_due_at > due
    OrderDraft.objects.update(reply_due_at=timezone.now())
    run_jobs(also_later=True)
    [reply] = Message.objects.filter(direction="out")
    assert reply.text.endswith("We got what you want changed too; we will check it and confirm.")


# Decided ---------------------------------------------------------------------------------


def test_an_accepted_change_changes_the_line_and_says_who(draft, entry, say, seller_api, url):
    say("3 kar do")
    version = only_draft().version
    path = f"{url}/changes/{only_change().pk}/accept"
    answer = seller_api.post(path, {"version": version}, format="json")
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["entries"][0]["quantity"] == 3
    assert shown["version"] == version + 1
    [change] = shown["changes"]
    assert (change["state"], change["decided_by"]) == ("accepted", "ravi")
    assert entry.history.first().history_user.username == "ravi"

    again = seller_api.post(path)
    assert (again.status_code, again.json()["version"]) == (200, version + 1)


def test_a_declined_change_leaves_the_line_and_cannot_be_accepted(
    draft, entry, say, seller_api, url
):
    say("3 kar do")
    path = f"{url}/changes/{only_change().pk}"
    assert seller_api.post(f"{path}/decline").json()["changes"][0]["state"] == "declined"
    assert seller_api.post(f"{path}/decline").status_code == 200
    refused = seller_api.post(f"{path}/accept")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "change_decided")
    entry.refresh_from_db()
    assert entry.quantity == 2


def test_a_stale_version_accepts_nothing(draft, entry, say, seller_api, url):
    say("3 kar do")
    path = f"{url}/changes/{only_change().pk}/accept"
    refused = seller_api.post(path, {"version": draft.version}, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "stale_version")
    entry.refresh_from_db()
    assert (entry.quantity, only_change().state) == (2, "proposed")


def test_a_line_that_staff_changed_meanwhile_is_not_changed_over_it(
    draft, entry, say, seller_user, seller_api, url
):
    say("aur ek add karo")
    update_entry(entry, {"quantity": Decimal(7)}, by=seller_user)
    refused = seller_api.post(f"{url}/changes/{only_change().pk}/accept")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "change_outdated")
    entry.refresh_from_db()
    assert (entry.quantity, only_change().state) == (7, "proposed")


def test_a_line_that_staff_changed_to_the_same_is_accepted(draft, entry, say, seller_user):
    say("3 kar do")
    update_entry(entry, {"quantity": Decimal(3)}, by=seller_user)
    assert accept_change(draft, only_change().pk, by=seller_user).state == "accepted"


def test_accepting_takes_a_line_out_or_adds_one(draft, say, dupatta, seller_user):
    ProductFactory(sku="JUT-01", name="Mojari jutti")
    text = "aur 4 mojari"
    say(text, line(text, "mojari", "JUT-01", "4"), intent=Intent.ORDER)
    say("dupatta cancel")
    for change in DraftChange.objects.all():
        accept_change(draft, change.pk, by=seller_user)
    entry = draft.entries.get()
    assert (entry.product.sku, entry.quantity, entry.slip_number) == ("JUT-01", 4, "SL-002")
    assert [change.state for change in DraftChange.objects.all()] == ["accepted", "accepted"]


def test_accepting_another_size_leads_to_the_child(chat, say, seller_user):
    kurta_with_children(sizes=("M", "L"), colors=("Red", "Blue"))
    text = "1 kurta L red"
    say(text, line(text, text, "KUR", "1", size="L", color="Red"), intent=Intent.ORDER)
    say("change size to M", intent=Intent.CHANGE)
    say("ek blue wala bhi")
    for change in DraftChange.objects.all():
        accept_change(only_draft(), change.pk, by=seller_user)
    skus = [entry.product.sku for entry in only_draft().entries.all()]
    assert skus == ["KUR-M-Red", "KUR-L-Blue"]


@pytest.mark.parametrize("path", ["changes/987654/accept", "changes/987654/decline"])
def test_what_was_never_asked_is_404(draft, seller_api, url, path):
    assert seller_api.post(f"{url}/{path}").status_code == 404


def test_the_change_of_another_draft_is_404(draft, say, chat, dupatta, seller_api):
    say("3 kar do")
    other = OrderDraft.objects.create(chat=chat, customer=draft.customer)
    path = f"/order-drafts/{other.pk}/changes/{only_change().pk}/accept"
    assert seller_api.post(path).status_code == 404


def test_reading_the_draft_again_asks_anew_about_its_new_lines(draft, say, seller_user):
    say("3 kar do")
    old = only_change().pk
    reread(only_draft(), by=seller_user)
    run_jobs()
    change = only_change()
    assert (change.pk != old, change.entry) == (True, draft.entries.get())
    assert change.after == {"quantity": "3"}


def test_the_number_of_queries_does_not_grow(
    draft, say, chat, seller_api, django_assert_max_num_queries
):
    for text in ("3 kar do", "4 kar do", "5 kar do"):
        say(text)
    with django_assert_max_num_queries(7):
        assert len(seller_api.get("/order-drafts").json()[0]["changes"]) == 3


# Converted -------------------------------------------------------------------------------


def test_what_was_not_decided_goes_with_the_line_to_its_order(draft, say, seller_user):
    message = say("3 kar do")
    note = say("order cancel kar do", intent=Intent.CANCEL)
    [order] = convert_draft(only_draft(), by=seller_user)
    change = only_change()
    assert (change.state, change.item, change.item.quantity) == ("proposed", order.items.get(), 2)
    for one in (message, note):
        one.about.refresh_from_db()
        assert (one.about.order, one.about.draft) == (order, None)


def test_what_was_decided_stays_with_the_draft(draft, say, seller_user):
    message = say("3 kar do")
    accept_change(draft, only_change().pk, by=seller_user)
    convert_draft(only_draft(), by=seller_user)
    message.about.refresh_from_db()
    assert message.about.draft == draft


@pytest.mark.parametrize("text", ["3 kar do", "dupatta cancel"])
def test_after_converting_the_same_words_are_proposed_for_the_order(draft, say, seller_user, text):
    [order] = convert_draft(draft, by=seller_user)
    message = say(text)
    assert message.about.order == order
    assert only_change().item == order.items.get()
    order.items.get().refresh_from_db()
    assert order.items.get().quantity == 2


def test_a_cancellation_without_a_draft_points_at_the_newest_open_order(draft, say, seller_user):
    [order] = convert_draft(draft, by=seller_user)
    Order.objects.update(created_at=timezone.now() - timedelta(days=5))
    assert say("cancel", intent=Intent.CANCEL).about.order == order


def test_unclear_words_of_days_later_are_about_no_old_order(draft, say, seller_user):
    convert_draft(draft, by=seller_user)
    Order.objects.update(created_at=timezone.now() - timedelta(days=5))
    say("3 kar do")
    assert not MessageAbout.objects.exists()


def test_more_goods_after_converting_are_a_draft_of_their_own(draft, say, seller_user):
    convert_draft(draft, by=seller_user)
    text = "aur 4 dupatta"
    say(text, line(text, "dupatta", "DUP-01", "4"), intent=Intent.ORDER)
    assert OrderDraft.objects.open().get().entries.get().quantity == 4
    assert not MessageAbout.objects.exists()


def test_a_pending_order_is_changed_when_staff_accept(draft, say, seller_user):
    [order] = convert_draft(draft, by=seller_user)
    say("3 kar do")
    change = accept_order_change(order, only_change().pk, by=seller_user)
    order.refresh_from_db()
    assert (change.state, order.items.get().quantity, order.total) == ("accepted", 3, 1050)
    assert order.events.get(kind="amended").actor == seller_user
    again = accept_order_change(order, change.pk, by=seller_user)
    assert (again.state, order.items.get().quantity) == ("accepted", 3)


def test_a_line_goes_out_of_a_pending_order_and_another_size_comes_in(chat, say, seller_user):
    kurta_with_children(sizes=("M", "L"), colors=("Red", "Blue"))
    text = "1 kurta L red"
    say(text, line(text, text, "KUR", "1", size="L", color="Red"), intent=Intent.ORDER)
    [order] = convert_draft(only_draft(), by=seller_user)
    say("ek blue wala bhi")
    accept_order_change(order, only_change().pk, by=seller_user)
    say("red wala cancel", intent=Intent.CANCEL)
    accept_order_change(order, DraftChange.objects.last().pk, by=seller_user)
    assert Order.objects.get().items.get().product.sku == "KUR-L-Blue"


def test_a_confirmed_order_stays_as_it_is(draft, say, seller_user):
    [order] = convert_draft(draft, by=seller_user)
    confirm_order(order, by=seller_user)
    say("3 kar do")
    with pytest.raises(NotPending):
        accept_order_change(order, only_change().pk, by=seller_user)
    assert (order.items.get().quantity, only_change().state) == (2, "proposed")
    assert decline_order_change(order, only_change().pk, by=seller_user).state == "declined"


class TestRaces:
    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]

    def test_eight_clerks_accept_a_change_once(self, draft, entry, say, seller_user):
        say("aur ek add karo")
        change = only_change()
        race(*[partial(accept_change, draft, change.pk, by=seller_user)] * 8)
        entry.refresh_from_db()
        assert entry.quantity == 3
        assert entry.history.count() == 2

    def test_accepting_and_declining_at_once_one_wins(self, draft, entry, say, seller_user):
        say("3 kar do")
        decide = [accept_change, decline_change] * 4
        change = only_change()
        results = race(*(partial(rule, draft, change.pk, by=seller_user) for rule in decide))
        assert kinds(results) == {"ChangeDecided": 4, "DraftChange": 4}
        entry.refresh_from_db()
        assert (entry.quantity == 3) == (only_change().state == "accepted")

    def test_a_change_that_comes_while_the_draft_is_converted_is_not_lost(
        self, chat, draft, reader, seller_user
    ):
        """It is asked of the order, whichever was first."""
        reader.says("3 kar do", intent=Intent.OTHER)
        later = analysis_of(receive(chat, "3 kar do"))
        race(partial(run_analysis, later.pk), partial(convert_draft, draft, by=seller_user))
        about = MessageAbout.objects.get()
        assert about.order == Order.objects.get()
        assert only_change().item == about.order.items.get()

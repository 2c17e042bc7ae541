"""What staff change: what follows from each change, and who left which trace."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from customers.errors import InvalidInput, StaleVersion
from customers.models import Customer
from drafts.closing import discard_draft
from drafts.editing import (
    add_entry,
    make_client,
    recalculate_slips,
    remove_entry,
    reread,
    update_draft,
    update_entry,
)
from drafts.errors import DraftGone, EntryGone
from drafts.models import DraftEntry, OrderDraft
from drafts.reading.types import EntryReading, ReadingError
from drafts.recording import READ_IT_YOURSELF
from orders.errors import InvalidLine, NoSuchVariant, SlipTaken
from tests.drafts.conftest import TEXT
from tests.drafts.desk import kurta_with_children, line, only_draft, receive_and_read
from tests.factories import CustomerFactory, ProductFactory
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_write_leaves_who_when_before_and_after(draft, entry, seller_user):
    before = draft.version
    update_entry(entry, {"quantity": Decimal(5)}, version=before, by=seller_user)
    draft.refresh_from_db()
    assert draft.version == before + 1
    after, first = entry.history.all()[:2]
    assert (first.quantity, after.quantity) == (2, 5)
    assert (first.history_user, after.history_user) == (None, seller_user)
    assert draft.history.first().history_user == seller_user


@pytest.mark.parametrize(
    "write",
    [
        lambda entry, **k: update_draft(entry.draft, {"notes": "x"}, **k),
        lambda entry, **k: update_entry(entry, {"quantity": 9}, **k),
        lambda entry, **k: add_entry(entry.draft, {"item_name": "x"}, **k),
        remove_entry,
        lambda entry, **k: recalculate_slips(entry.draft, **k),
        make_client,
        lambda entry, **k: discard_draft(entry.draft, **k),
        lambda entry, **k: reread(entry.draft, **k),
    ],
    ids=["draft", "entry", "add", "remove", "slips", "client", "discard", "reread"],
)
class TestEveryWrite:
    def test_with_a_stale_version_is_refused_and_changes_nothing(self, write, entry, seller_user):
        now = entry.draft.version
        with pytest.raises(StaleVersion) as refused:
            write(entry, version=now - 1, by=seller_user)
        assert refused.value.data == {"version": now}
        assert OrderDraft.objects.get().version == now
        assert DraftEntry.objects.get().quantity == 2

    @pytest.mark.parametrize("status", ["converted", "discarded"])
    def test_of_a_closed_draft_is_refused(self, write, entry, seller_user, status):
        OrderDraft.objects.update(status=status)
        with pytest.raises(DraftGone):
            write(entry, version=None, by=seller_user)


def test_a_draft_can_be_for_another_customer(draft, seller_user):
    other = CustomerFactory(name="Lakshmi Stores")
    update_draft(
        draft, {"customer_id": other.pk, "notes": "By noon."}, version=None, by=seller_user
    )
    draft.refresh_from_db()
    assert (draft.customer, draft.notes) == (other, "By noon.")


def test_an_unknown_customer_is_refused_by_name(draft, seller_user):
    with pytest.raises(InvalidInput) as refused:
        update_draft(draft, {"customer_id": 987654}, version=None, by=seller_user)
    assert refused.value.attr == "customer_id"


# Products -----------------------------------------------------------------------------


def test_a_chosen_product_settles_the_warning(chat, reader, dupatta, seller_user):
    reader.says(TEXT, EntryReading("odhni", sku="NO-SUCH"))
    receive_and_read(chat, TEXT)
    entry = DraftEntry.objects.get()
    saved = update_entry(entry, {"product_id": dupatta.pk}, by=seller_user)
    assert (saved.product, saved.unit, saved.match_confidence) == (dupatta, "pc", 1)
    assert saved.warnings == []


def test_a_size_leads_from_the_parent_to_the_child_and_on_to_another(entry, seller_user):
    parent = kurta_with_children()
    saved = update_entry(entry, {"product_id": parent.pk, "size": "m"}, by=seller_user)
    assert (saved.product.sku, saved.size) == ("KUR-M", "M")
    saved = update_entry(entry, {"size": "L"}, by=seller_user)
    assert (saved.product.sku, saved.size) == ("KUR-L", "L")
    saved = update_entry(entry, {"size": ""}, by=seller_user)
    assert (saved.product, saved.size) == (parent, "")


def test_a_chosen_child_brings_its_size(entry, seller_user):
    child = kurta_with_children().variants.get(size="L")
    saved = update_entry(entry, {"product_id": child.pk}, by=seller_user)
    assert (saved.product, saved.size) == (child, "L")


def test_a_size_that_does_not_exist_is_refused(entry, seller_user):
    parent = kurta_with_children()
    with pytest.raises(NoSuchVariant):
        update_entry(entry, {"product_id": parent.pk, "size": "XXL"}, by=seller_user)


@pytest.mark.parametrize("archived", [True, False])
def test_a_product_that_is_not_on_sale_is_refused(entry, seller_user, archived):
    pk = ProductFactory(archived_at=timezone.now()).pk if archived else 987654
    with pytest.raises(InvalidInput) as refused:
        update_entry(entry, {"product_id": pk}, by=seller_user)
    assert refused.value.attr == "product_id"


def test_made_to_order_and_a_product_exclude_each_other(entry, dupatta, seller_user):
    saved = update_entry(entry, {"is_custom": True}, by=seller_user)
    assert (saved.is_custom, saved.product, saved.item_name) == (True, None, TEXT)
    saved = update_entry(entry, {"product_id": dupatta.pk}, by=seller_user)
    assert (saved.is_custom, saved.product) == (False, dupatta)
    with pytest.raises(InvalidInput):
        update_entry(entry, {"product_id": dupatta.pk, "is_custom": True}, by=seller_user)


def test_a_new_name_offers_what_it_may_mean(entry, seller_user):
    ProductFactory(sku="BAN-1", name="Glass bangle set")
    update_entry(entry, {"product_id": None}, by=seller_user)
    saved = update_entry(entry, {"item_name": "bangle"}, by=seller_user)
    assert saved.product is None
    assert [option["sku"] for option in saved.alternatives] == ["BAN-1"]


def test_an_exact_name_is_taken_at_its_word(draft, seller_user):
    bangle = ProductFactory(sku="BAN-1", name="Glass bangle set")
    saved = add_entry(draft, {"item_name": "glass bangle set"}, by=seller_user)
    assert (saved.product, saved.match_confidence, saved.position) == (bangle, 1, 2)


# Numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"quantity": Decimal("2.5")}, "quantity"),
        ({"quantity": Decimal(10**12)}, "quantity"),
        ({"weight": Decimal(0)}, "weight"),
        ({"weight": Decimal("0.0001")}, "weight"),
        ({"unit_price": Decimal("-0.01")}, "unit_price"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(entry, seller_user, changes, attr):
    with pytest.raises(InvalidInput) as refused:
        update_entry(entry, changes, by=seller_user)
    assert refused.value.attr == attr
    assert DraftEntry.objects.get().quantity == 2


def test_a_divisible_unit_takes_fractions(entry, units, seller_user):
    rice = ProductFactory(name="Kolam rice", unit=units["kg"])
    changes = {"product_id": rice.pk, "quantity": Decimal("2.5")}
    saved = update_entry(entry, changes, by=seller_user)
    assert (saved.unit, saved.quantity) == ("kg", Decimal("2.5"))


def test_half_a_made_to_order_piece_is_refused(entry, seller_user):
    with pytest.raises(InvalidLine):
        update_entry(entry, {"is_custom": True, "quantity": Decimal("0.5")}, by=seller_user)


# Clients ------------------------------------------------------------------------------


def test_a_typed_name_finds_its_customer(entry, seller_user):
    priya = CustomerFactory(name="Priya Deshmukh")
    saved = update_entry(entry, {"client_name": "priya deshmukh"}, by=seller_user)
    assert saved.client == priya
    saved = update_entry(entry, {"client_name": "Somebody Else"}, by=seller_user)
    assert saved.client is None
    saved = update_entry(entry, {"client_name": ""}, by=seller_user)
    assert (saved.client, saved.client_name) == (None, "")


def test_the_client_id_wins_over_the_name(entry, seller_user):
    CustomerFactory(name="Priya Deshmukh")
    asha = CustomerFactory(name="Asha Kulkarni")
    changes = {"client_name": "Priya Deshmukh", "client_id": asha.pk}
    assert update_entry(entry, changes, by=seller_user).client == asha


def test_a_customer_is_made_of_a_name_once_for_all_its_lines(draft, entry, seller_user):
    update_entry(entry, {"client_name": "Zeenat Bi"}, by=seller_user)
    other = add_entry(draft, {"item_name": "lace", "client_name": "zeenat bi"}, by=seller_user)
    saved = make_client(entry, by=seller_user)
    zeenat = Customer.objects.get(name="Zeenat Bi")
    assert saved.client == zeenat
    assert zeenat.history.get().history_user == seller_user
    assert DraftEntry.objects.get(pk=other.pk).client == zeenat
    assert make_client(entry, by=seller_user).client == zeenat
    assert Customer.objects.filter(name__iexact="zeenat bi").count() == 1


def test_without_a_name_no_customer_is_made(entry, seller_user):
    before = Customer.objects.count()
    with pytest.raises(InvalidInput):
        make_client(entry, by=seller_user)
    assert Customer.objects.count() == before


# Slip numbers -------------------------------------------------------------------------


def test_a_typed_slip_number_is_claimed_for_ever(draft, entry, seller_user):
    assert update_entry(entry, {"slip_number": "sl-42"}, by=seller_user).slip_number == "SL-042"
    assert update_entry(entry, {"slip_number": "SL-042"}, by=seller_user).slip_number == "SL-042"
    for taken in ("SL-042", "SL-001"):
        with pytest.raises(SlipTaken):
            add_entry(draft, {"item_name": "x", "slip_number": taken}, by=seller_user)
    assert DraftEntry.objects.count() == 1


def test_recalculating_gives_fresh_consecutive_numbers_in_order(draft, entry, seller_user):
    update_entry(entry, {"slip_number": "B-9"}, by=seller_user)
    add_entry(draft, {"item_name": "lace", "slip_number": "SL-003"}, by=seller_user)
    recalculate_slips(draft, by=seller_user)
    assert [e.slip_number for e in draft.entries.all()] == ["SL-002", "SL-004"]
    recalculate_slips(draft, by=seller_user)
    assert [e.slip_number for e in draft.entries.all()] == ["SL-005", "SL-006"]


# Away, and again ----------------------------------------------------------------------


def test_a_removed_line_leaves_its_trace_and_its_slip_used(draft, entry, seller_user):
    remove_entry(entry, by=seller_user)
    assert DraftEntry.history.first().history_type == "-"
    assert DraftEntry.history.first().history_user == seller_user
    assert add_entry(draft, {"item_name": "lace"}, by=seller_user).slip_number == "SL-002"
    with pytest.raises(EntryGone):
        update_entry(entry, {"quantity": Decimal(1)}, by=seller_user)


def test_a_discarded_draft_stays_in_the_database(draft, seller_user):
    discard_draft(draft, by=seller_user)
    draft.refresh_from_db()
    assert (draft.status, draft.closed_by, draft.entries.count()) == ("discarded", seller_user, 1)


def test_a_draft_takes_only_so_many_lines(draft, entry, seller_user, monkeypatch):
    monkeypatch.setattr("drafts.editing.MAX_ENTRIES", 1)
    with pytest.raises(InvalidInput):
        add_entry(draft, {"item_name": "one more"}, by=seller_user)


def test_reading_again_replaces_the_lines_read_and_keeps_those_added(
    draft, dupatta, reader, seller_user
):
    added = add_entry(draft, {"item_name": "lace"}, by=seller_user)
    reader.says(TEXT, line(TEXT, "dupatta", "DUP-01", "7"))
    reread(draft, by=seller_user)
    assert draft.entries.first().quantity == 2  # until the worker has read
    run_jobs()
    lines = [(e.item_name, e.quantity) for e in draft.entries.all()]
    assert lines == [("lace", None), ("dupatta", 7)]
    assert draft.entries.filter(pk=added.pk).exists()
    assert OrderDraft.objects.count() == 1


def test_reading_again_in_vain_keeps_the_lines_and_says_so(draft, reader, seller_user):
    reader.breaks(TEXT, ReadingError("no", permanent=True))
    reread(draft, by=seller_user)
    run_jobs()
    assert only_draft().warnings == [READ_IT_YOURSELF]
    assert draft.entries.get().quantity == 2


def test_a_draft_closed_while_it_is_read_again_stays_as_it_is(draft, reader, seller_user):
    reread(draft, by=seller_user)
    discard_draft(draft, by=seller_user)
    run_jobs()
    assert OrderDraft.objects.get().status == "discarded"
    assert draft.entries.get().quantity == 2

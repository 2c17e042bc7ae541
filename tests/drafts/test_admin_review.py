"""The review desk, as a clerk uses it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from drafts.models import DraftChange, DraftEntry, OrderDraft
from drafts.reading.types import Intent
from orders.models import Order
from tests.desk import said, text_of
from tests.drafts.desk import kurta_with_children, line, receive_and_read
from tests.factories import CustomerFactory, ProductFactory

# Session, user, the sidebar's two counts, saved views, the list's count and rows.
QUERIES = 7


def review_url(draft: OrderDraft) -> str:
    return reverse("admin:drafts_orderdraft_review", args=[draft.pk])


def as_shown(draft: OrderDraft, **typed) -> dict:
    """What the browser sends of an untouched page, with some fields typed over."""
    sent = {"version": draft.version, "notes": draft.notes, "line": []}
    for entry in draft.entries.all():
        prefix = f"entry-{entry.pk}"
        sent["line"].append(prefix)
        for name in ("item_name", "product_id", "size", "color", "client_name", "client_id"):
            sent[f"{prefix}-{name}"] = getattr(entry, name) or ""
        for name in ("quantity", "weight", "unit_price", "slip_number"):
            value = getattr(entry, name)
            sent[f"{prefix}-{name}"] = "" if value is None else str(value)
        if entry.is_custom:
            sent[f"{prefix}-is_custom"] = "on"
    return {**sent, **typed}


def press(desk, draft, button, **typed):
    return desk.post(review_url(draft), {**as_shown(draft), "do": button, **typed})


def test_the_words_stand_beside_the_lines_read_from_them(seller_desk, draft, entry):
    page = text_of(seller_desk.get(review_url(draft)))
    assert '<mark class="desk-source desk-source-1" data-line="1">2 bandhani dupatta</mark>' in page
    assert f'name="entry-{entry.pk}-quantity" value="2"' in page
    assert "10 pc left" in page
    assert "₹700.00" in page


def test_the_change_page_leads_to_the_review_desk(seller_desk, draft):
    answer = seller_desk.get(reverse("admin:drafts_orderdraft_change", args=[draft.pk]))
    assert answer.url == review_url(draft)


def test_what_a_customer_writes_is_never_markup(seller_desk, chat, reader):
    text = "<script>alert(1)</script> & 2 x"
    reader.says(
        text, line(text, "<script>alert(1)</script>", quantity="2", item_name="<img onerror=x>")
    )
    receive_and_read(chat, text)
    page = seller_desk.get(review_url(OrderDraft.objects.get())).content.decode()
    assert "<script>alert" not in page
    assert "<img onerror" not in page
    assert "&lt;script&gt;" in page


def test_saving_changes_only_what_was_typed(seller_desk, draft, entry, seller_user):
    typed = {f"entry-{entry.pk}-quantity": "3", "notes": "call before coming"}
    answer = press(seller_desk, draft, "save", **typed)
    assert answer.url == review_url(draft)
    draft.refresh_from_db()
    entry.refresh_from_db()
    assert (draft.notes, entry.quantity) == ("call before coming", Decimal(3))
    assert entry.history.first().history_user == seller_user
    assert said(answer) == ["Saved."]


def test_saving_an_untouched_page_changes_nothing(seller_desk, draft):
    press(seller_desk, draft, "save")
    assert OrderDraft.objects.get().version == draft.version


def test_lines_are_added_and_taken_out(seller_desk, draft, entry):
    jutti = ProductFactory(name="Mojari jutti", stock=4)
    typed = {
        "line": [f"entry-{entry.pk}", "new-1"],
        f"entry-{entry.pk}-remove": "on",
        "new-1-product_id": jutti.pk,
        "new-1-quantity": "1",
    }
    press(seller_desk, draft, "save", **typed)
    assert [(e.product, e.quantity) for e in DraftEntry.objects.all()] == [(jutti, Decimal(1))]


def test_an_added_line_left_empty_is_no_line(seller_desk, draft, entry):
    press(seller_desk, draft, "save", line=[f"entry-{entry.pk}", "new-1"])
    assert DraftEntry.objects.get() == entry


def test_converting_makes_the_order_and_opens_the_next_draft(seller_desk, draft, chat, reader):
    reader.says("1 ghagra", line("1 ghagra", "1 ghagra", quantity="1"))
    receive_and_read(chat, "1 ghagra")
    other = OrderDraft.objects.exclude(pk=draft.pk).get()
    answer = press(seller_desk, draft, "convert")
    order = Order.objects.get()
    assert answer.url == review_url(other)
    assert order.order_reference in said(answer)[0]
    assert reverse("admin:orders_order_change", args=[order.pk]) in said(answer)[0]


def test_converting_the_last_one_leads_to_the_list(seller_desk, draft):
    answer = press(seller_desk, draft, "convert")
    assert answer.url == reverse("admin:drafts_orderdraft_changelist")


def test_what_is_typed_is_converted_without_saving_first(seller_desk, draft, entry):
    press(seller_desk, draft, "convert", **{f"entry-{entry.pk}-quantity": "4"})
    assert Order.objects.get().items.get().quantity == 4


def test_convert_and_confirm_takes_the_stock(seller_desk, draft, dupatta):
    answer = press(seller_desk, draft, "convert_confirm")
    dupatta.refresh_from_db()
    assert (Order.objects.get().status, dupatta.stock_quantity) == ("confirmed", 8)
    assert "Bandhani dupatta 10 → 8" in said(answer)[0]


def test_an_order_that_is_short_waits_and_says_why(seller_desk, draft, entry):
    answer = press(seller_desk, draft, "convert_confirm", **{f"entry-{entry.pk}-quantity": "11"})
    assert Order.objects.get().status == "pending"
    assert "waits" in said(answer)[0]


def test_a_line_without_a_quantity_is_not_converted(seller_desk, draft, entry):
    answer = press(seller_desk, draft, "convert", **{f"entry-{entry.pk}-quantity": ""})
    assert not Order.objects.exists()
    page = text_of(seller_desk.get(answer.url))
    assert "? how many?" in page
    assert "f-quantity bad" in page


def test_a_refused_field_names_its_line_and_keeps_what_was_typed(seller_desk, draft, entry):
    answer = press(
        seller_desk,
        draft,
        "save",
        notes="kept on the page",
        **{f"entry-{entry.pk}-quantity": "2.5"},
    )
    entry.refresh_from_db()
    assert answer.status_code == 200
    assert said(answer)[0].startswith("Line 1: ")
    assert 'value="2.5"' in text_of(answer)
    assert entry.quantity == 2
    assert OrderDraft.objects.get().notes == ""


def test_of_several_changes_all_are_saved_or_none(seller_desk, draft, entry):
    jutti = ProductFactory(name="Mojari jutti", stock=4)
    typed = {
        "line": [f"entry-{entry.pk}", "new-1"],
        f"entry-{entry.pk}-quantity": "9",
        "new-1-product_id": jutti.pk,
        "new-1-quantity": "-1",
    }
    answer = press(seller_desk, draft, "save", **typed)
    assert said(answer)[0].startswith("Line 2: ")
    assert [row.quantity for row in DraftEntry.objects.all()] == [2]
    assert OrderDraft.objects.get().version == draft.version


def test_what_is_no_number_is_shown_beside_its_field(seller_desk, draft, entry):
    answer = press(seller_desk, draft, "convert", **{f"entry-{entry.pk}-quantity": "two"})
    assert "Quantity: Enter a number." in text_of(answer)
    assert not Order.objects.exists()


def test_a_page_that_somebody_else_overtook_is_refused(seller_desk, draft, entry):
    press(seller_desk, draft, "save", **{f"entry-{entry.pk}-quantity": "3"})
    answer = press(seller_desk, draft, "convert", version=1, **{f"entry-{entry.pk}-quantity": "5"})
    entry.refresh_from_db()
    assert (entry.quantity, Order.objects.count()) == (3, 0)
    assert "changed meanwhile" in text_of(answer)
    assert 'name="version" value="1"' in text_of(answer)


def test_what_is_no_order_is_put_aside(seller_desk, draft, seller_user):
    press(seller_desk, draft, "discard")
    draft.refresh_from_db()
    assert (draft.status, draft.closed_by) == ("discarded", seller_user)


def test_slip_numbers_are_given_anew(seller_desk, draft, entry):
    press(seller_desk, draft, "slips")
    assert DraftEntry.objects.get().slip_number != entry.slip_number


def test_a_name_that_is_nobodys_becomes_a_customer(seller_desk, draft, entry):
    DraftEntry.objects.update(client_name="Lata Pawar")
    page = text_of(seller_desk.get(review_url(draft)))
    assert "? which customer?" in page
    press(seller_desk, draft, f"client-{entry.pk}")
    assert DraftEntry.objects.get().client.name == "Lata Pawar"


def test_a_missing_size_is_offered_with_what_is_left(seller_desk, chat, reader):
    kurta_with_children(sizes=("M", "L"), unit_price="900")
    reader.says("1 kurta", line("1 kurta", "1 kurta", "KUR", "1"))
    receive_and_read(chat, "1 kurta")
    page = text_of(seller_desk.get(review_url(OrderDraft.objects.get())))
    assert "? which size?" in page
    assert re.search(r'data-label="M"[^>]*>M <span class="desk-dim">5 left</span>', page)


def test_other_drafts_that_want_the_same_are_counted(seller_desk, draft, chat, dupatta, reader):
    reader.says("7 dupatta", line("7 dupatta", "7 dupatta", dupatta.sku, "7"))
    receive_and_read(chat, "7 dupatta")
    assert "1 other draft wants it" in text_of(seller_desk.get(review_url(draft)))


def test_ticking_made_to_order_lets_the_product_go(seller_desk, draft, entry):
    typed = {f"entry-{entry.pk}-is_custom": "on", f"entry-{entry.pk}-unit_price": "950"}
    press(seller_desk, draft, "save", **typed)
    entry.refresh_from_db()
    assert (entry.is_custom, entry.product, entry.unit_price) == (True, None, Decimal(950))


def test_a_converted_draft_shows_its_orders_and_takes_no_more(seller_desk, draft, entry):
    press(seller_desk, draft, "convert")
    page = text_of(seller_desk.get(review_url(draft)))
    assert Order.objects.get().order_reference in page
    assert ('value="convert"' in page, "the same goods as in" in page) == (False, False)
    press(seller_desk, draft, "discard")
    draft.refresh_from_db()
    assert draft.status == "converted"


@pytest.mark.parametrize("path", ["review", "changelist", "find"])
def test_only_staff_see_drafts(client, buyer_desk, draft, path):
    urls = {
        "review": review_url(draft),
        "changelist": reverse("admin:drafts_orderdraft_changelist"),
        "find": reverse("admin:drafts_find_products"),
    }
    for desk in (client, buyer_desk):
        answer = desk.get(urls[path])
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("admin:login"))


def test_an_unknown_draft_is_not_found(seller_desk):
    assert seller_desk.get("/admin/drafts/orderdraft/4711/review/").status_code == 404


def test_typing_finds_products_by_other_words(seller_desk, units):
    odhni = ProductFactory(name="Bandhani dupatta", aliases=["chunni"], stock=3, unit_price="350")
    ProductFactory(name="Mojari jutti")
    found = seller_desk.get(reverse("admin:drafts_find_products"), {"q": "chun"}).json()
    note = "3 left · ₹350"
    row = {"id": odhni.pk, "text": "Bandhani dupatta", "note": note, "picture": ""}
    assert found == {"results": [row]}


def test_typing_finds_clients_by_name_and_phone(seller_desk):
    lata = CustomerFactory(name="Lata Pawar", phone="+919822001144")
    CustomerFactory(name="Nasreen Boutique")
    for words in ("pawar lata", "22001144"):
        found = seller_desk.get(reverse("admin:drafts_find_clients"), {"q": words}).json()
        assert [row["id"] for row in found["results"]] == [lata.pk]


# The list ---------------------------------------------------------------------------


def test_the_list_says_what_to_look_at(seller_desk, chat, reader, draft):
    reader.says("something", line("something", "something"))
    receive_and_read(chat, "something")
    page = text_of(seller_desk.get(reverse("admin:drafts_orderdraft_changelist")))
    assert "looks right" in page
    assert "⚠ 1 to check" in page


@pytest.mark.parametrize("words", ["bandhani", "Nasreen", "SL-001"])
def test_drafts_are_found_by_words_customer_and_slip(seller_desk, draft, words):
    listed = reverse("admin:drafts_orderdraft_changelist")
    assert "2 bandhani dupatta" in text_of(seller_desk.get(listed, {"q": words}))
    assert "Nothing fits" in text_of(seller_desk.get(listed, {"q": "no such words"}))


def test_closed_drafts_are_on_their_own_tab(seller_desk, draft):
    press(seller_desk, draft, "discard")
    listed = reverse("admin:drafts_orderdraft_changelist")
    assert "No drafts wait" in text_of(seller_desk.get(listed))
    assert "2 bandhani dupatta" in text_of(seller_desk.get(listed, {"state": "discarded"}))


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    seller_desk, draft, chat, reader, django_assert_num_queries
):
    listed = reverse("admin:drafts_orderdraft_changelist")
    with django_assert_num_queries(QUERIES):
        seller_desk.get(listed)
    for text in ("one", "two"):
        reader.says(text, line(text, text, quantity="1"))
        receive_and_read(chat, text)
    with django_assert_num_queries(QUERIES):
        seller_desk.get(listed)


# What later messages ask for ---------------------------------------------------------------


@pytest.fixture
def change(draft, chat, reader) -> DraftChange:
    reader.says("3 kar do", intent=Intent.CHANGE)
    receive_and_read(chat, "3 kar do")
    return DraftChange.objects.get()


def now(draft) -> OrderDraft:
    return OrderDraft.objects.get(pk=draft.pk)


def test_a_change_that_was_asked_for_is_shown_before_and_after(seller_desk, draft, change):
    page = text_of(seller_desk.get(review_url(draft)))
    assert '<q dir="auto">3 kar do</q>' in page
    assert '<span class="desk-asked-before">2 pc</span>' in page
    assert "<strong>3 pc</strong>" in page
    assert f'value="accept-{change.pk}"' in page
    assert "asked: 2 pc → 3 pc" in page
    assert "1 to decide" in page
    listed = text_of(seller_desk.get(reverse("admin:drafts_orderdraft_changelist")))
    assert "⚠ asked to change" in listed


def test_accepting_saves_what_was_typed_and_changes_the_line(seller_desk, draft, change, entry):
    answer = press(seller_desk, now(draft), f"accept-{change.pk}", notes="before noon")
    entry.refresh_from_db()
    assert (entry.quantity, now(draft).notes) == (3, "before noon")
    assert said(answer) == ["Bandhani dupatta is changed as asked."]
    page = text_of(seller_desk.get(review_url(draft)))
    assert "accepted by ravi" in page
    assert "to decide" not in page


def test_dismissing_leaves_the_line(seller_desk, draft, change, entry):
    press(seller_desk, now(draft), f"decline-{change.pk}")
    entry.refresh_from_db()
    change.refresh_from_db()
    assert (entry.quantity, change.state) == (2, "declined")
    assert "dismissed by ravi" in text_of(seller_desk.get(review_url(draft)))


def test_a_cancellation_that_names_no_line_is_dealt_with_by_hand(
    seller_desk, draft, chat, reader, seller_user
):
    reader.says("order cancel kar do", intent=Intent.CANCEL)
    about = receive_and_read(chat, "order cancel kar do").about
    page = text_of(seller_desk.get(review_url(draft)))
    assert "Asks to cancel; which line and what is not certain." in page
    press(seller_desk, now(draft), f"seen-{about.pk}")
    about.refresh_from_db()
    assert about.seen_by == seller_user
    assert "dealt with by ravi" in text_of(seller_desk.get(review_url(draft)))


def test_a_change_that_is_not_there_any_more_is_refused(seller_desk, draft, change):
    answer = press(seller_desk, now(draft), "accept-987654")
    assert said(answer) == ["There is no such proposed change."]


def test_what_a_customer_asks_to_change_is_never_markup(seller_desk, draft, chat, reader):
    text = "<b onclick=x>3</b> kar do"
    reader.says(text, intent=Intent.CHANGE)
    receive_and_read(chat, text)
    assert "<b onclick" not in seller_desk.get(review_url(draft)).content.decode()


def test_an_order_is_changed_on_its_page(seller_desk, draft, change):
    press(seller_desk, now(draft), "convert")
    order = Order.objects.get()
    url = reverse("admin:orders_order_change", args=[order.pk])
    page = text_of(seller_desk.get(url))
    assert "<strong>3 pc</strong>" in page
    answer = seller_desk.post(url, {"do": f"accept-{change.pk}"})
    assert said(answer)[-1] == "Bandhani dupatta is changed as asked."
    assert order.items.get().quantity == 3
    assert "accepted by ravi" in text_of(seller_desk.get(url))


def test_a_confirmed_order_offers_no_change(seller_desk, draft, change):
    press(seller_desk, now(draft), "convert_confirm")
    order = Order.objects.get()
    url = reverse("admin:orders_order_change", args=[order.pk])
    page = text_of(seller_desk.get(url))
    assert "Accept</button>" not in page
    assert "The stock of this order is taken" in page
    seller_desk.post(url, {"do": f"decline-{change.pk}"})
    change.refresh_from_db()
    assert change.state == "declined"


def test_the_chat_says_what_a_change_is_about(seller_desk, draft, change):
    page = text_of(seller_desk.get(reverse("admin:whatsapp_chat_change", args=[draft.chat_id])))
    assert f'<a href="{review_url(draft)}">about {draft}</a>' in page

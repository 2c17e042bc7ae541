"""What stands beside the lines of the review desk, and what it says while somebody types."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from drafts.admin.readers_say import READERS_SAY
from drafts.reading import amounts, hybrid, openai_checks, openai_lines
from khata.posting import post_entry
from orders.models import Order
from tests.desk import said, text_of
from tests.drafts.desk import kurta_with_children
from tests.drafts.test_admin_review import as_shown, review_url
from tests.factories import CustomerFactory
from tests.orders.desk import placed
from whatsapp.models import Message


def look(desk, draft, **typed):
    url = reverse("admin:drafts_orderdraft_look", args=[draft.pk])
    return desk.post(url, {**as_shown(draft), **typed})


def plain(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def line_of(answer, key) -> dict:
    told = answer.json()["lines"][str(key)]
    return {**told, "facts": plain(told["facts"])}


def test_the_last_price_this_customer_paid_stands_beside_the_line(
    seller_desk, draft, dupatta, chat
):
    placed((dupatta, 1), customer=chat.identity.customer)
    placed((dupatta, 1), customer=CustomerFactory())
    dupatta.unit_price = Decimal(360)
    dupatta.save()
    page = plain(text_of(seller_desk.get(review_url(draft))))
    assert "last paid ₹350" in page
    assert "usual price" not in page


def test_a_price_far_from_the_last_one_is_pointed_at_and_can_be_taken(
    seller_desk, draft, dupatta, chat
):
    placed((dupatta, 1), customer=chat.identity.customer)
    dupatta.unit_price = Decimal(500)
    dupatta.save()
    page = text_of(seller_desk.get(review_url(draft)))
    assert "⚠ usual price ₹350" in plain(page)
    assert 'data-value="350"' in page


def test_what_the_sender_owes_and_may_owe_stands_beside_the_name(seller_desk, draft, chat):
    customer = chat.identity.customer
    customer.credit_limit = 20_000
    customer.save()
    post_entry(
        customer=customer,
        date=timezone.localdate(),
        debit=Decimal(12_400),
        key="udhaar-1",
        by=None,
    )
    assert "owes ₹12,400 of ₹20,000" in plain(text_of(seller_desk.get(review_url(draft))))


def test_typing_shows_price_total_and_stock_and_saves_nothing(seller_desk, draft, entry):
    answer = look(seller_desk, draft, **{f"entry-{entry.pk}-quantity": "11"})
    told = line_of(answer, f"entry-{entry.pk}")
    assert (told["total"], told["hint"]) == ("₹3,850.00", "₹350")
    assert "⚠ only 10 pc left" in told["facts"]
    assert "1 order · ₹3,850" in plain(answer.json()["sum"])
    entry.refresh_from_db()
    draft.refresh_from_db()
    assert (entry.quantity, draft.version) == (2, 1)


def test_typing_what_cannot_be_meant_says_so_beside_the_line(seller_desk, draft, entry):
    answer = look(seller_desk, draft, **{f"entry-{entry.pk}-quantity": "2.5"})
    told = line_of(answer, f"entry-{entry.pk}")
    assert told["state"] == "missing"
    assert "⚠" in told["facts"]
    assert answer.json()["ready"] is False


def test_a_line_that_is_being_added_offers_the_sizes_of_its_product(seller_desk, draft, entry):
    kurta = kurta_with_children(sizes=("M", "L"), unit_price="900")
    typed = {"line": [f"entry-{entry.pk}", "new-1"], "new-1-product_id": kurta.pk}
    told = line_of(look(seller_desk, draft, **typed), "new-1")
    assert told["missing"] == ["size", "quantity"]
    assert "M 5 left L 5 left" in told["facts"]


def test_an_unknown_client_offers_the_customers_that_are_called_alike(
    seller_desk, draft, entry, reader, monkeypatch
):
    priya = CustomerFactory(name="Priya Salgaonkar")
    CustomerFactory(name="Priya Bhandari")
    answer = look(seller_desk, draft, **{f"entry-{entry.pk}-client_name": "Priya"})
    assert f'data-pick="{priya.pk}"' in answer.json()["lines"][f"entry-{entry.pk}"]["facts"]


def test_the_orders_to_be_are_summed_up_by_client(seller_desk, draft, entry, dupatta):
    lata = CustomerFactory(name="Lata Pawar", credit_limit=500)
    typed = {
        "line": [f"entry-{entry.pk}", "new-1"],
        "new-1-product_id": dupatta.pk,
        "new-1-quantity": "3",
        "new-1-client_id": lata.pk,
    }
    told = plain(look(seller_desk, draft, **typed).json()["sum"])
    assert "Lata Pawar 1 line · owes ₹0 of ₹500 ⚠ ₹550 above the credit limit ₹1,050" in told
    assert "2 orders · ₹1,750" in told


def test_the_same_goods_ordered_a_day_before_are_pointed_at(seller_desk, draft, dupatta, chat):
    order = placed((dupatta, 2), customer=chat.identity.customer)
    page = plain(text_of(seller_desk.get(review_url(draft))))
    assert f"⚠ the same goods as in {order.order_reference}" in page
    Order.objects.update(status="cancelled")
    assert "the same goods" not in plain(text_of(seller_desk.get(review_url(draft))))


def test_a_reply_is_sent_and_leaves_the_lines_alone(seller_desk, draft, entry, chat, seller_user):
    url, sent = review_url(draft), {"do": "reply", "reply": "Which colour?", "reply_key": "k1"}
    answer = seller_desk.post(url, {**as_shown(draft), **sent}, headers={"Accept": "text/html"})
    told = seller_desk.post(url, sent, headers={"Accept": "application/json"}).json()
    message = Message.objects.get(text="Which colour?")
    assert said(answer) == ["Sent."]
    assert "Which colour?" in plain(told["bubble"])
    assert (message.chat, message.requested_by) == (chat, seller_user)
    assert "Which colour?" in plain(text_of(seller_desk.get(url)))


def test_a_reply_without_words_is_refused(seller_desk, draft):
    sent = {"do": "reply", "reply": " ", "reply_key": "k1"}
    answer = seller_desk.post(review_url(draft), sent, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (409, {"problem": "There is nothing to send."})


@pytest.mark.parametrize("path", ["look"])
def test_only_staff_may_look(client, buyer_desk, draft, path):
    url = reverse(f"admin:drafts_orderdraft_{path}", args=[draft.pk])
    for desk in (client, buyer_desk):
        answer = desk.post(url, as_shown(draft))
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("admin:login"))


def test_what_readers_warn_of_is_there_to_be_translated():
    said_by = [
        *(amounts.UNKNOWN_PRODUCT, amounts.UNKNOWN_CLIENT, amounts.ONE_ASSUMED),
        *(amounts.BAD_QUANTITY, amounts.BAD_WEIGHT),
        *(hybrid.NOT_ASKED, openai_lines.NOT_UNDERSTOOD),
        *(openai_checks.QUANTITY_NOT_SAID, openai_checks.PRODUCT_NOT_SAID),
        *(openai_checks.WORDS_NOT_SAID, openai_checks.CLIENT_NOT_SAID),
    ]
    assert sorted(READERS_SAY) == sorted(said_by)

"""/track, the page where a customer sees an order and asks to hear of it on WhatsApp."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.conf import settings as django_settings
from django.test import Client

from customers.consent import consent_history, may_notify, record_opt_out
from customers.models import ConsentEvent, Customer, Shop
from orders.lifecycle import cancel_order
from orders.models import Order, OrderStatus
from orders.pages.track import steps_of
from orders.pages.words import WORDS
from orders.placing import Buyer
from tests.factories import CustomerFactory, ProductFactory
from tests.orders.desk import brought_to, guest, placed

pytestmark = pytest.mark.django_db

PHONE = "+919822001144"
TICK = WORDS["en"]["tick"]


@pytest.fixture(autouse=True)
def shop(units) -> Shop:
    return Shop.objects.create(pk=1, name="Rao Bangles")


@pytest.fixture
def order(units) -> Order:
    kurta = ProductFactory(name="Indigo kurta", unit_price=Decimal("62500.25"), stock=9)
    lata = CustomerFactory(name="Lata Pawar", phone=PHONE)
    return placed((kurta, 2), customer=lata)


def typed(order: Order, **more: str) -> dict[str, str]:
    return {"reference": order.order_reference, "phone": "98220 01144", **more}


def show(client, order: Order, **more: str) -> str:
    answer = client.post("/track", typed(order, **more))
    assert answer.status_code == 200
    return answer.content.decode()


def tick(client, order: Order) -> str:
    return show(client, order, save="1", notify="1")


class Reader(HTMLParser):
    """The words of a page, its form fields, and what is named by a label."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fields: dict[str, dict[str, str | None]] = {}
        self.labelled: set[str | None] = set()
        self.tags: set[str] = set()
        self._hidden = False
        self.feed(re.sub(r"<(style|title)\b.*?</\1>", "", html, flags=re.S))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        values = dict(attrs)
        if tag == "label":
            self.labelled.add(values["for"])
        if tag == "input" and values.get("type") != "hidden":
            self.fields[values["id"]] = values

    def handle_data(self, data):
        self.words += data.split()


def words_of(html: str) -> str:
    return " ".join(Reader(html).words)


# The order ----------------------------------------------------------------------------


def test_the_form_needs_no_script_and_every_field_has_its_label(client):
    answer = client.get("/track?reference=LEG-7K3M-Q0XW")
    page = Reader(answer.content.decode())
    assert answer.status_code == 200
    assert set(page.fields) == page.labelled == {"reference", "phone"}
    assert page.fields["reference"]["value"] == "LEG-7K3M-Q0XW"
    assert "script" not in page.tags
    assert "Track your order" in " ".join(page.words)


def test_reference_and_phone_show_how_far_the_order_is(client, order):
    Order.objects.filter(pk=order.pk).update(created_at=datetime(2026, 11, 20, 5, tzinfo=UTC))
    brought_to(order, OrderStatus.CONFIRMED)
    html = show(client, order)
    assert (
        f"Order {order.order_reference} Ordered on 20 Nov 2026 How far it is"
        " Received done Confirmed now Being packed to come On its way to come Delivered to come"
    ) in words_of(html)
    assert "Indigo kurta 2 piece ₹1,25,000.50 Total ₹1,25,000.50" in words_of(html)
    assert html.count('aria-current="step"') == 1
    assert "script" not in Reader(html).tags


def test_it_tells_nothing_of_the_person_but_the_end_of_the_number(client, order):
    html = show(client, order)
    assert "Lata" not in html
    assert PHONE not in html
    assert "***44" in html


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("pending", "now to_come to_come to_come to_come"),
        ("processing", "done done now to_come to_come"),
        ("delivered", "done done done done done"),
        ("cancelled", ""),
    ],
)
def test_the_steps_follow_the_status(order, status, states):
    order.status = status
    assert [step.state for step in steps_of(order)] == states.split()


def test_a_shipped_order_shows_who_carries_it(client, order):
    Order.objects.filter(pk=order.pk).update(carrier="Delhivery", tracking_number="DLV4471920")
    brought_to(order, OrderStatus.SHIPPED)
    assert "Courier Delhivery Tracking number DLV4471920" in words_of(show(client, order))


def test_a_cancelled_order_says_so_in_words(client, order):
    cancel_order(order, by=None)
    said = words_of(show(client, order))
    assert "This order was cancelled." in said
    assert "Being packed" not in said


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "98220 01145"},
        {"phone": ""},
        {"reference": "LEG-NONE-NONE"},
        {"reference": ""},
        {"reference": "x" * 400},
        {"reference": "\x00"},
        {"phone": "\x00"},
    ],
)
def test_whatever_is_wrong_the_answer_is_one(client, order, wrong):
    answer = client.post("/track", typed(order, **wrong))
    said = words_of(answer.content.decode())
    assert answer.status_code == 404
    assert "We find no order with this reference and this phone number." in said
    assert "Indigo" not in said


def test_a_name_is_shown_as_text(client, units):
    Shop.objects.update(name="<b>Rao</b> {phone}")
    order = placed((ProductFactory(name="<script>x</script>"), 1), buyer=guest())
    html = show(client, order)
    assert "<b>Rao" not in html
    assert "<script" not in html


def test_the_page_is_small_and_never_kept(client, units):
    order = placed(*[(ProductFactory(), 1) for _ in range(12)])
    answer = client.post("/track", typed(order))
    assert len(answer.content) < 30_000
    assert "no-store" in answer["Cache-Control"]


def test_a_long_order_costs_as_many_queries_as_a_short_one(
    client, units, django_assert_max_num_queries
):
    def cost(lines: int) -> int:
        order = placed(*[(ProductFactory(), 1) for _ in range(lines)])
        with django_assert_max_num_queries(25) as queries:
            show(client, order)
        return len(queries)

    assert cost(1) == cost(8)


def test_guessing_is_slow_and_counted_with_the_tries_at_the_api(client, order, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "track": "2/min"}
    client.get("/api/orders/track", {"reference": "LEG-NONE-NONE", "phone": "1"})
    answers = [client.post("/track", typed(order, phone="98220 01145")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [404, 429]
    assert int(answers[1]["Retry-After"]) > 0
    assert "Too many tries" in words_of(answers[1].content.decode())


def test_another_site_cannot_post_for_the_customer(order):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/track", typed(order, save="1", notify="1")).status_code == 403
    assert not ConsentEvent.objects.exists()


# The checkbox -------------------------------------------------------------------------


def test_ticking_it_is_a_yes_and_the_box_is_gone(client, order):
    assert TICK in show(client, order)
    html = tick(client, order)
    assert "Saved. Rao Bangles tells you on WhatsApp at ***44 how your orders go." in html
    assert 'role="status"' in html
    assert TICK not in html
    word = ConsentEvent.objects.get()
    assert (word.customer, word.state, word.how, word.phone, word.by, word.note) == (
        order.customer,
        "opted_in",
        "checkbox",
        PHONE,
        None,
        f"Order {order.order_reference}",
    )
    assert TICK not in show(client, order)


def test_the_box_is_never_ticked_for_the_customer(client, order):
    assert "checked" not in Reader(show(client, order)).fields["notify"]


def test_a_reload_is_no_second_word(client, order):
    tick(client, order)
    tick(client, order)
    assert ConsentEvent.objects.count() == 1


def test_saving_without_a_tick_changes_nothing_and_says_so(client, order):
    html = show(client, order, save="1")
    assert WORDS["en"]["not_ticked"] in html
    assert 'role="alert"' in html
    assert not ConsentEvent.objects.exists()


def test_a_tick_with_a_wrong_number_changes_nothing(client, order):
    answer = client.post("/track", typed(order, phone="98220 01145", save="1", notify="1"))
    assert (answer.status_code, ConsentEvent.objects.count()) == (404, 0)


def test_after_a_stop_the_box_is_there_again(client, order):
    tick(client, order)
    record_opt_out(order.customer, how="keyword")
    assert TICK in show(client, order)
    tick(client, order)
    assert may_notify(order.customer)
    assert [word.state for word in consent_history(order.customer)] == [
        *("opted_in", "opted_out", "opted_in"),
    ]


def test_a_number_that_nobody_could_have_is_not_asked(client, units):
    order = placed((ProductFactory(), 1), buyer=guest("Lata Pawar", "+1234567890"))
    html = show(client, order, phone="+1234567890", save="1", notify="1")
    assert TICK not in html
    assert not ConsentEvent.objects.exists()


# Languages ----------------------------------------------------------------------------


def test_every_language_says_all_of_it_with_the_same_blanks():
    def blanks(text: str) -> list[str]:
        return sorted(re.findall(r"{.*?}", text))

    english = WORDS["en"]
    for words in WORDS.values():
        assert list(words) == list(english)
        assert {name: blanks(text) for name, text in words.items()} == {
            name: blanks(text) for name, text in english.items()
        }
    assert set(WORDS) <= {code for code, _ in django_settings.LANGUAGES}


@pytest.mark.parametrize(
    ("header", "shop_language", "shown"),
    [
        ("", "en", "en"),
        ("", "gu", "gu"),
        ("hi-IN,hi;q=0.9,en;q=0.5", "gu", "hi"),
        ("fr;q=0.9,gu;q=0.8", "en", "gu"),
        ("x" * 5000, "en", "en"),
    ],
    ids=["none", "none-gu-shop", "hindi", "french-then-gujarati", "endless"],
)
def test_it_speaks_the_browsers_language_else_the_shops(client, header, shop_language, shown):
    Shop.objects.update(language=shop_language)
    html = client.get("/track", headers={"Accept-Language": header}).content.decode()
    assert f'<html lang="{shown}">' in html
    assert WORDS[shown]["title"] in html


def test_the_order_is_told_in_the_customers_own_language(client, units):
    lata = CustomerFactory(name="Lata Pawar", phone=PHONE, language="hi")
    order = placed((ProductFactory(), 1), buyer=Buyer.known(lata))
    html = show(client, order)
    assert WORDS["hi"]["tick"] in html
    assert WORDS["gu"]["tick"] in show(client, order, lang="gu")


def test_who_chose_english_is_told_in_english_by_a_shop_that_speaks_hindi(client, units):
    Shop.objects.update_or_create(pk=1, defaults={"language": "hi"})
    lata = CustomerFactory(name="Lata Pawar", phone=PHONE, language="en")
    order = placed((ProductFactory(), 1), buyer=Buyer.known(lata))
    assert '<html lang="en">' in show(client, order)


def test_an_unknown_language_is_passed_over(client, order):
    assert '<html lang="en">' in show(client, order, lang="xx")
    assert Customer.objects.get(phone=PHONE).language == ""

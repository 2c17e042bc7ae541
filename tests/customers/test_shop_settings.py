"""What the shop sets about itself: its page, and that each setting does what it says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from config.queue import _by_the_shops_clock
from config.wording import grouped_number, rupees
from customers.manner import Manner, manner
from customers.models import AlertWish, ClosedDay, OpeningTime, Shop
from drafts.reading.choosing import get_ears, get_eyes, get_reader
from tests.desk import text_of
from tests.factories import IdentityFactory, ProductFactory
from tests.orders.desk import placed
from tests.whatsapp.bodies import post, text_event
from whatsapp.models import InboundEvent
from whatsapp.senders import is_allowed

LIST = reverse("admin:customers_shop_changelist")
PAGE = reverse("admin:customers_shop_change", args=[1])
HOME = reverse("admin:index")


def typed(**fields) -> dict:
    """The settings as the browser sends them."""
    return {
        "name": "Pawar Vastra",
        "address": "14 Laxmi Road\nPune 411030",
        "order_prefix": "PAW",
        "currency": "INR",
        "grouping": "indian",
        "date_style": "words",
        "time_zone": "Asia/Kolkata",
        "language": "en",
        "staff_language": "en",
        "allowed_phones": "",
        "reader": "",
        "ask_below": "0.90",
        "away_message": "",
        "opening_times-TOTAL_FORMS": "0",
        "opening_times-INITIAL_FORMS": "0",
        "closed_days-TOTAL_FORMS": "0",
        "closed_days-INITIAL_FORMS": "0",
        "alert_minutes": "15",
        "alert_wishes-TOTAL_FORMS": "0",
        "alert_wishes-INITIAL_FORMS": "0",
        **fields,
    }


def logo_file(form: str = "PNG") -> SimpleUploadedFile:
    stream = BytesIO()
    Image.new("RGB", (60, 30), "teal").save(stream, form)
    return SimpleUploadedFile(f"logo.{form.lower()}", stream.getvalue())


def errors_of(answer) -> dict:
    return answer.context["adminform"].form.errors


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def shop(admin_desk) -> Shop:
    return Shop.current()


# The page ------------------------------------------------------------------------------


def test_the_shops_page_is_one_click_away_and_keeps_who_changed_it(admin_desk, admin_user):
    assert admin_desk.get(LIST).url == PAGE
    assert admin_desk.post(PAGE, typed()).url == PAGE
    shop = Shop.current()
    assert (shop.name, shop.order_prefix) == ("Pawar Vastra", "PAW")
    assert shop.history.first().history_user == admin_user


def test_a_seller_sees_and_changes_no_settings(seller_desk, shop):
    assert seller_desk.get(PAGE).status_code == 403
    assert seller_desk.post(PAGE, typed()).status_code == 403
    assert Shop.current().name == "My shop"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("order_prefix", "a-1"),
        ("currency", "XXX"),
        ("time_zone", "Mars/Olympus"),
        ("language", "xx"),
        ("allowed_phones", "+91 98220 01144\ncall me"),
        ("ask_below", "1.5"),
        ("reader", "crystal ball"),
        ("logo", SimpleUploadedFile("logo.png", b"<svg/>")),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(admin_desk, shop, field, value):
    answer = admin_desk.post(PAGE, typed(**{field: value}))
    assert list(errors_of(answer)) == [field]
    assert Shop.current().name == "My shop"


def test_a_model_can_not_be_chosen_before_there_is_a_key(admin_desk, shop, settings):
    settings.OPENAI_API_KEY = ""
    assert list(errors_of(admin_desk.post(PAGE, typed(reader="hybrid")))) == ["reader"]
    settings.OPENAI_API_KEY = "sk-test"
    admin_desk.post(PAGE, typed(reader="hybrid"))
    assert Shop.current().reader == "hybrid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "XXX"},
        {"grouping": "x"},
        {"date_style": "x"},
        {"reader": "x"},
        {"ask_below": Decimal("1.01")},
    ],
)
def test_the_database_refuses_what_no_shop_can_set(shop, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Shop.objects.update(**wrong)


def test_opening_hours_are_set_on_the_shops_page(admin_desk, admin_user, shop):
    row = {"weekday": "0", "opens": "10:00", "closes": "19:30"}
    times = {f"opening_times-0-{name}": value for name, value in row.items()}
    day = {"closed_days-0-day": "2026-11-12", "closed_days-0-why": "Diwali"}
    counts = {"opening_times-TOTAL_FORMS": "1", "closed_days-TOTAL_FORMS": "1"}
    admin_desk.post(PAGE, typed(**counts, **times, **day))
    assert [str(row) for row in OpeningTime.objects.all()] == ["Monday 10:00-19:30"]
    assert [str(row) for row in ClosedDay.objects.all()] == ["12 Nov 2026 Diwali"]
    assert OpeningTime.history.get().history_user == admin_user


def test_a_shop_can_not_close_before_it_opens(admin_desk, shop):
    row = {"weekday": "0", "opens": "19:30", "closes": "10:00"}
    times = {f"opening_times-0-{name}": value for name, value in row.items()}
    answer = admin_desk.post(PAGE, typed(**{"opening_times-TOTAL_FORMS": "1"}, **times))
    assert "It closes after it opens." in text_of(answer)
    assert not OpeningTime.objects.exists()


# Each setting --------------------------------------------------------------------------


def test_a_logo_is_kept_shown_to_customers_and_gone_when_it_is_taken_away(
    admin_desk, shop, media, client, units, django_capture_on_commit_callbacks
):
    order = placed((ProductFactory(), 1))
    assert client.get("/shop/logo").status_code == 404
    admin_desk.post(PAGE, typed(logo=logo_file()))

    answer = client.get("/shop/logo")
    assert (answer.status_code, answer["Content-Type"]) == (
        200,
        "image/jpeg",
    )
    assert Image.open(BytesIO(answer.content)).size == (60, 30)
    sent = {"reference": order.order_reference, "phone": order.customer_phone}
    assert 'src="/shop/logo?v=' in text_of(client.post("/track", sent))
    assert 'src="/shop/logo?v=' in text_of(admin_desk.get(PAGE))

    with django_capture_on_commit_callbacks(execute=True):
        admin_desk.post(PAGE, typed(**{"logo-clear": "on"}))
    assert client.get("/shop/logo").status_code == 404
    assert list((media / "shop").iterdir()) == []


def test_a_new_logo_takes_the_place_of_the_one_before(
    admin_desk, shop, media, django_capture_on_commit_callbacks
):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            admin_desk.post(PAGE, typed(logo=logo_file()))
    assert len(list((media / "shop").iterdir())) == 1


def test_amounts_are_in_the_shops_currency_and_grouping(admin_desk, shop):
    assert (rupees(125000), grouped_number(Decimal("125000.5"))) == ("₹1,25,000", "1,25,000.5")
    admin_desk.post(PAGE, typed(currency="USD", grouping="western"))
    assert (rupees(125000), grouped_number(Decimal("125000.5"))) == ("$125,000", "125,000.5")


def test_days_begin_and_times_are_shown_by_the_shops_clock(admin_desk, shop):
    admin_desk.post(PAGE, typed(time_zone="Asia/Dubai"))
    assert str(timezone.get_current_timezone()) == "Asia/Kolkata"  # outside of requests and jobs
    zones: list[str] = []
    _by_the_shops_clock(lambda: zones.append(str(timezone.get_current_timezone())), None, None)
    assert zones == ["Asia/Dubai"]


def test_a_moment_on_a_page_is_said_in_the_shops_zone(admin_desk, shop, units):
    order = placed((ProductFactory(), 1))
    type(order).objects.update(created_at=dt.datetime(2026, 11, 3, 6, 30, tzinfo=dt.UTC))
    page = reverse("admin:orders_order_change", args=[order.pk])
    assert "3 Nov 2026, 12:00:00" in text_of(admin_desk.get(page))
    admin_desk.post(PAGE, typed(time_zone="Asia/Dubai"))
    assert "3 Nov 2026, 10:30:00" in text_of(admin_desk.get(page))


def test_staff_read_the_desk_in_the_shops_language_for_them(admin_desk, shop):
    assert 'lang="en"' in text_of(admin_desk.get(PAGE))
    admin_desk.post(PAGE, typed(staff_language="hi"))
    assert 'lang="hi"' in text_of(admin_desk.get(PAGE))


def test_new_orders_begin_with_the_shops_prefix(admin_desk, shop, units):
    admin_desk.post(PAGE, typed(order_prefix="PAW7"))
    assert placed((ProductFactory(), 1)).order_reference.startswith("PAW7-")


def test_numbers_of_the_shop_may_write_beside_those_of_the_environment(admin_desk, shop, settings):
    settings.ALLOWED_PHONE_NUMBERS = ["+919822001101"]
    admin_desk.post(PAGE, typed(allowed_phones="098220 01102\n+919822001102\n"))
    assert Shop.current().allowed_phones == ["+919822001102"]
    for last in ("01", "02", "03"):
        post(Client(), text_event("2 kurtas", message_id=f"m{last}", phone=f"9198220011{last}"))
    assert sorted(InboundEvent.objects.values_list("key", flat=True)) == [
        "message:m01",
        "message:m02",
    ]
    assert "+919822001101" in text_of(admin_desk.get(PAGE))


def test_a_star_lets_everybody_write(shop, settings):
    settings.ALLOWED_PHONE_NUMBERS = []
    post(Client(), text_event("2 kurtas", message_id="m1"))
    Shop.objects.update(allowed_phones=["*"])
    post(Client(), text_event("2 kurtas", message_id="m2"))
    assert [row.key for row in InboundEvent.objects.all()] == ["message:m2"]


def test_a_hidden_number_linked_to_one_of_the_shop_may_write(shop, settings):
    settings.ALLOWED_PHONE_NUMBERS = []
    identity = IdentityFactory(phone=None, bsuid="IN.7731", customer__phone="+919822001102")
    assert not is_allowed(None, identity.bsuid)
    Shop.objects.update(allowed_phones=["+919822001102"])
    assert is_allowed(None, identity.bsuid)


def test_the_shops_reader_reads_instead_of_the_environments(shop, settings):
    settings.OPENAI_API_KEY, settings.DRAFT_READER = "sk-test", "offline"
    assert (get_reader().name, len(get_eyes()), get_ears()) == ("offline", 1, None)
    Shop.objects.update(reader="hybrid")
    assert (get_reader().name, len(get_eyes()), get_ears() is None) == ("hybrid", 2, False)
    settings.DRAFT_READER = "openai"
    Shop.objects.update(reader="offline")
    assert get_reader().name == "offline"


def test_the_model_is_asked_below_what_the_shop_sets(shop, settings):
    settings.OPENAI_API_KEY, settings.DRAFT_READER = "sk-test", "hybrid"
    Shop.objects.update(ask_below=Decimal("0.75"))
    assert get_reader()._ask_below == 0.75  # what it does with it: test_hybrid_reader.py


def test_other_processes_know_a_change_within_half_a_minute(shop, monkeypatch):
    assert manner() == Manner()
    Shop.objects.update(time_zone="Asia/Dubai")  # as another process would
    assert manner().time_zone == "Asia/Kolkata"
    monkeypatch.setattr("customers.manner.time.monotonic", lambda: 1e12)
    assert manner().time_zone == "Asia/Dubai"


# Who hears of what -----------------------------------------------------------------


def wished(user, **ways) -> dict:
    row = {"id": "", "shop": "1", "kind": "drafts", "user": user.pk, **ways}
    fields = {f"alert_wishes-0-{name}": value for name, value in row.items()}
    return typed(**fields, **{"alert_wishes-TOTAL_FORMS": "1"})


def test_an_admin_says_who_hears_of_what(admin_desk, shop, seller_user):
    admin_desk.post(PAGE, wished(seller_user, by_mail="on"))
    row = AlertWish.objects.get()
    assert (row.user, row.kind, row.by_mail, row.by_whatsapp) == (
        seller_user,
        "drafts",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("ways", "field", "why"),
    [
        ({}, "by_mail", "By e-mail, WhatsApp or both."),
        ({"by_mail": "on"}, "by_mail", "This account has no e-mail."),
        ({"by_whatsapp": "on"}, "by_whatsapp", "This account has no phone."),
    ],
)
def test_a_way_that_leads_nowhere_is_refused(admin_desk, shop, seller_user, ways, field, why):
    seller_user.email, seller_user.phone = "", None
    seller_user.save()
    answer = admin_desk.post(PAGE, wished(seller_user, **ways))
    [form] = answer.context["inline_admin_formsets"][2].formset.forms
    assert form.errors == {field: [why]}
    assert not AlertWish.objects.exists()


def test_buyers_are_not_offered_as_who_hears(admin_desk, shop, buyer_user):
    answer = admin_desk.post(PAGE, wished(buyer_user, by_mail="on"))
    [form] = answer.context["inline_admin_formsets"][2].formset.forms
    assert list(form.errors) == ["user"]

"""In which language the desk's pages are, for whom."""

from __future__ import annotations

import pytest

from customers.models import Shop, User
from tests.desk import said

pytestmark = pytest.mark.django_db


def spoken(response) -> str:
    return response.headers["Content-Language"]


def test_a_page_speaks_english_where_nobody_chose(seller_desk):
    assert spoken(seller_desk.get("/admin/")) == "en"


@pytest.mark.parametrize("language", ["hi", "gu"])
def test_a_page_speaks_the_shops_language_where_the_clerk_chose_none(seller_desk, language):
    Shop.objects.update_or_create(pk=1, defaults={"staff_language": language})
    page = seller_desk.get("/admin/")
    assert spoken(page) == language
    assert f'<html lang="{language}"' in page.content.decode()


def test_a_clerks_choice_is_kept_and_beats_the_shops(seller_desk, seller_user):
    Shop.objects.update_or_create(pk=1, defaults={"staff_language": "hi"})
    answer = seller_desk.post(
        "/admin/language", {"language": "gu", "next": "/admin/orders/order/?q=x"}
    )
    assert answer["Location"] == "/admin/orders/order/?q=x"
    assert User.objects.get(pk=seller_user.pk).language == "gu"
    assert spoken(seller_desk.get("/admin/orders/order/")) == "gu"


def test_a_language_we_lack_is_refused_and_changes_nothing(seller_desk, seller_user):
    answer = seller_desk.post("/admin/language", {"language": "fr", "next": "/admin/"})
    assert said(answer) == ["The desk doesn't speak this language."]
    assert User.objects.get(pk=seller_user.pk).language == ""


def test_the_menu_leads_to_no_other_site(seller_desk):
    answer = seller_desk.post(
        "/admin/language", {"language": "hi", "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/admin/"


def test_the_menu_leads_back_to_the_page_it_was_opened_on(seller_desk):
    page = "http://testserver/admin/whatsapp/chat/"
    answer = seller_desk.post("/admin/language", {"language": "hi"}, headers={"referer": page})
    assert answer["Location"] == page


def test_looking_changes_no_language(seller_desk):
    assert seller_desk.get("/admin/language").status_code == 405


def test_the_sign_in_page_speaks_the_shops_language(client):
    Shop.objects.update_or_create(pk=1, defaults={"staff_language": "hi"})
    assert spoken(client.get("/admin/login/")) == "hi"


def test_a_browsers_wish_changes_nothing(seller_desk):
    assert spoken(seller_desk.get("/admin/", headers={"accept-language": "hi"})) == "en"


def test_the_api_answers_in_english_whoever_asks(seller_desk, seller_user):
    User.objects.filter(pk=seller_user.pk).update(language="hi")
    answer = seller_desk.get("/api/orders/5f1c0a9e-4a52-4d0c-9a50-0d7c5e0f2b11")
    assert answer.json()["errors"][0]["detail"] == "Not found."


def test_asking_for_the_language_costs_no_query(seller_desk, django_assert_num_queries):
    Shop.objects.update_or_create(pk=1, defaults={"staff_language": "hi"})
    with django_assert_num_queries(2):  # the session, the account
        seller_desk.get("/admin/language")

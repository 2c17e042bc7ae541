"""What staff see when a page of the desk refuses, is gone or breaks."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

pytestmark = pytest.mark.django_db


def shown(answer) -> str:
    return answer.content.decode()


def test_an_address_of_the_desk_that_is_not_there_leads_back_to_the_desk(admin_desk):
    answer = admin_desk.get("/admin/orders/nothing/")

    assert answer.status_code == 404
    assert "<h1>There is nothing here</h1>" in shown(answer)
    assert f'href="{reverse("admin:index")}"' in shown(answer)


def test_a_closed_door_says_so_in_the_language_of_whoever_stands_there(seller_desk, seller_user):
    seller_user.language = "hi"
    seller_user.save(update_fields=["language"])

    answer = seller_desk.get(reverse("admin:customers_importjob_add"))

    assert answer.status_code == 403
    assert "<h1>यह आपके लिए खुला नहीं है</h1>" in shown(answer)


def test_a_form_that_was_open_too_long_can_be_loaded_again(seller_user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(seller_user)
    address = reverse("admin:orders_product_add")

    answer = strict.post(address, {"name": "Payal"})

    assert answer.status_code == 403
    assert "Nothing was changed." in shown(answer)
    assert f'href="{address}"' in shown(answer)


def test_a_broken_page_needs_neither_session_nor_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = server_error(RequestFactory().get("/admin/"))

    assert answer.status_code == 500
    assert "<h1>Something went wrong</h1>" in shown(answer)

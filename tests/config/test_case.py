"""Bodies and query names in either case, paths with or without a slash."""

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from config.api.case import JSONParser, convert_keys, to_camel, to_snake


@pytest.mark.parametrize(
    ("snake", "camel"),
    [
        ("unit_price", "unitPrice"),
        ("id", "id"),
        ("count_is_capped", "countIsCapped"),
        ("address_line1", "addressLine1"),
    ],
)
def test_names_convert_both_ways(snake, camel):
    assert (to_camel(snake), to_snake(camel)) == (camel, snake)


def test_the_insides_of_metadata_stay_as_they_are():
    body = {"order_items": [{"unit_price": 2}], "metadata": {"my_key": {"my_other": 1}}}
    assert convert_keys(body, to_camel) == {
        "orderItems": [{"unitPrice": 2}],
        "metadata": {"my_key": {"my_other": 1}},
    }


def test_a_name_in_an_errors_attr_is_converted_too():
    body = {"errors": [{"attr": "items.0.unit_price", "code": "invalid"}]}
    assert convert_keys(body, to_camel)["errors"][0]["attr"] == "items.0.unitPrice"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/schema", "/api/schema/"])
def test_a_trailing_slash_is_optional(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_the_root_and_admin_without_its_slash_lead_to_the_desk(client):
    assert client.get("/").headers["Location"] == "/admin/"
    assert client.get("/admin").headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "\\u0000"}',
        b'{"text": "\\ud800"}',
        b'{"text": ' + b"[" * 100_000,
        b'{"text": NaN}',
        b'{"text": "\xff"}',
        b'{"text": "a", "text": "a"}',
        b'{"rows": [{"unit_price": 1, "unitPrice": 2}]}',
    ],
)
def test_a_body_that_cannot_be_stored_is_refused(body):
    request = Request(RequestFactory().post("/api/orders", body, "application/json"))
    request.parsers = [JSONParser()]
    request.parser_context = {"encoding": "utf-8"}
    with pytest.raises(ParseError):
        assert request.data


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/sku/%00", "/api/schema?search=a%00b"])
def test_a_nul_in_the_address_is_refused(client, path):
    assert client.get(path).status_code == 400

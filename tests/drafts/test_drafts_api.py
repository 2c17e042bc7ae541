"""The drafts over HTTP as CONTRACT has them: the seed's keys, refusals, and garbage."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from customers.models import Customer
from drafts.models import DraftEntry, OrderDraft
from drafts.reading.types import EntryReading
from orders.models import Order, Product, StockMovement
from tests.drafts.conftest import TEXT
from tests.drafts.desk import line, receive_and_read
from tests.factories import ChatFactory, CustomerFactory, IdentityFactory
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

SEED_DRAFT_KEYS = {"id", "created_at", "phone_number", "raw_message", "entries"}
SEED_ENTRY_KEYS = {"id", "item_name", "weight", "quantity", "client_name"}


EVERY_PATH = [
    ("get", "{url}"),
    ("put", "{url}"),
    ("patch", "{url}"),
    ("delete", "{url}"),
    ("post", "{url}/entries"),
    ("put", "{entry}"),
    ("patch", "{entry}"),
    ("delete", "{entry}"),
    ("post", "{entry}/client"),
    ("post", "{url}/recalculate_slip_numbers"),
    ("post", "{url}/reread"),
    ("post", "{url}/convert"),
]


def paths_at(url: str, entry: str) -> list[tuple[str, str]]:
    return [(method, path.format(url=url, entry=entry)) for method, path in EVERY_PATH]


@pytest.fixture
def url(draft):
    return f"/order-drafts/{draft.pk}"


@pytest.fixture
def entry_url(url, entry):
    return f"{url}/entries/{entry.pk}"


def error_of(response) -> tuple[int, str, str | None]:
    [error] = response.json()["errors"]
    return response.status_code, error["code"], error["attr"]


# Reading ------------------------------------------------------------------------------


def test_the_list_is_a_bare_array_with_the_seeds_keys(seller_api, draft, entry, chat, dupatta):
    [shown] = seller_api.get("/order-drafts").json()
    assert shown.keys() >= SEED_DRAFT_KEYS
    assert shown["entries"][0].keys() >= SEED_ENTRY_KEYS
    message = draft.draft_messages.get().message
    assert shown == {
        "id": draft.pk,
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
        "phone_number": chat.identity.phone.removeprefix("+"),
        "raw_message": TEXT,
        "customer_id": draft.customer_id,
        "customer_name": "Nasreen Boutique",
        "message_id": message.pk,
        "message_ids": [message.pk],
        "reader": "scripted",
        "confidence": 0.9,
        "status": "open",
        "notes": "",
        "reply_due_at": None,
        "version": 1,
        "warnings": [],
        "changes": [],
        "entries": [
            {
                "id": entry.pk,
                "item_name": TEXT,
                "weight": None,
                "quantity": 2,
                "client_name": "",
                "client_id": None,
                "slip_number": "SL-001",
                "product_id": dupatta.pk,
                "product_name": "Bandhani dupatta",
                "unit": "pc",
                "match_confidence": 0.9,
                "alternatives": [],
                "size": "",
                "color": "",
                "unit_price": None,
                "is_custom": False,
                "warnings": [],
                "source_span": [0, 18],
                "from_order_id": None,
            }
        ],
    }
    assert shown["created_at"].endswith("Z")


def test_a_hidden_number_is_null(seller_api, units, reader):
    identity = IdentityFactory(phone=None, bsuid="IN.4711")
    receive_and_read(ChatFactory(identity=identity), TEXT)
    [shown] = seller_api.get("/order-drafts").json()
    assert shown["phone_number"] is None


def test_asked_for_a_page_the_list_is_paged(seller_api, draft):
    page = seller_api.get("/order-drafts?page=1&page_size=1").json()
    assert (page["count"], page["next"], len(page["results"])) == (1, None, 1)
    assert seller_api.get("/order-drafts?page=9").status_code == 404


def test_the_detail_shows_what_the_list_shows(seller_api, url):
    assert seller_api.get(url).json() == seller_api.get("/order-drafts").json()[0]
    assert seller_api.get(f"{url}/").json() == seller_api.get(url).json()


@pytest.mark.parametrize("drafts", [1, 3])
def test_the_number_of_queries_does_not_grow(
    seller_api, chat, dupatta, reader, drafts, django_assert_num_queries
):
    priya = CustomerFactory(name="Priya")
    for n in range(drafts):
        text = f"{n + 2} bandhani dupatta"
        lines = [line(text, text, "DUP-01", "2", client_id=str(priya.pk)) for _ in range(n + 1)]
        reader.says(text, *lines)
        receive_and_read(chat, text)
    with django_assert_num_queries(6):
        assert len(seller_api.get("/order-drafts").json()) == drafts


# Changing ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_draft_is_changed_in_part(seller_api, draft, url, method):
    answer = getattr(seller_api, method)(url, {"notes": "Call first", "version": draft.version})
    assert answer.status_code == 200
    assert (answer.json()["notes"], answer.json()["version"]) == ("Call first", draft.version + 1)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_the_seeds_request_changes_an_entry(seller_api, seller_user, entry, entry_url, method):
    priya = CustomerFactory(name="Priya")
    body = {
        "item_name": "Ring",
        "weight": 5.2,
        "quantity": 2,
        "client_id": priya.pk,
        "slip_number": "SL-042",
    }
    answer = getattr(seller_api, method)(entry_url, body)
    assert answer.status_code == 200
    saved = answer.json()
    assert {key: saved[key] for key in body} == body
    assert (saved["client_name"], saved["version"]) == ("Priya", 2)
    assert entry.history.first().history_user == seller_user


def test_camel_case_and_numeric_strings_are_taken_too(seller_api, entry_url):
    saved = seller_api.put(entry_url, {"itemName": "Ring", "quantity": "3"}).json()
    assert (saved["item_name"], saved["quantity"]) == ("Ring", 3)


def test_a_stale_version_is_a_409_with_the_present_one(seller_api, entry_url, url):
    for answer in (
        seller_api.put(entry_url, {"quantity": 9, "version": 0}),
        seller_api.put(url, {"notes": "x", "version": 0}),
        seller_api.post(f"{url}/entries", {"item_name": "x", "version": 0}),
        seller_api.post(f"{url}/recalculate_slip_numbers", {"version": 0}),
        seller_api.post(f"{url}/reread", {"version": 0}),
        seller_api.post(f"{url}/convert", {"version": 0}),
        seller_api.post(f"{entry_url}/client", {"version": 0}),
    ):
        assert error_of(answer) == (409, "stale_version", "version")
        assert answer.json()["version"] == 1
    assert DraftEntry.objects.get().quantity == 2


def test_a_slip_number_given_before_is_a_409(seller_api, url, entry_url):
    seller_api.post(f"{url}/entries", {"item_name": "lace"})
    answer = seller_api.put(entry_url, {"slip_number": "SL-002"})
    assert error_of(answer) == (409, "slip_taken", "slip_number")


def test_an_entry_is_added_and_taken_away(seller_api, url, entry_url, dupatta):
    added = seller_api.post(f"{url}/entries", {"product_id": dupatta.pk, "quantity": 4})
    assert added.status_code == 201
    assert (added.json()["item_name"], added.json()["slip_number"]) == (dupatta.name, "SL-002")
    assert seller_api.delete(entry_url).status_code == 204
    assert [e["id"] for e in seller_api.get(url).json()["entries"]] == [added.json()["id"]]
    assert seller_api.delete(entry_url).status_code == 404


def test_an_entry_of_another_draft_is_not_found(seller_api, url, chat, reader):
    reader.says("lace", EntryReading("lace"))
    receive_and_read(chat, "lace")
    other = DraftEntry.objects.get(item_name="lace")
    for method in ("put", "patch", "delete"):
        assert getattr(seller_api, method)(f"{url}/entries/{other.pk}").status_code == 404
    assert seller_api.post(f"{url}/entries/{other.pk}/client").status_code == 404


def test_a_customer_is_made_of_the_clients_name(seller_api, entry_url):
    seller_api.put(entry_url, {"client_name": "Zeenat Bi"})
    saved = seller_api.post(f"{entry_url}/client").json()
    assert Customer.objects.get(pk=saved["client_id"]).name == "Zeenat Bi"


def test_slip_numbers_are_recalculated(seller_api, url):
    shown = seller_api.post(f"{url}/recalculate_slip_numbers").json()
    assert [e["slip_number"] for e in shown["entries"]] == ["SL-002"]


def test_reading_again_is_accepted_and_done_by_the_worker(seller_api, url, reader):
    reader.says(TEXT, EntryReading("seven"))
    assert seller_api.post(f"{url}/reread").status_code == 202
    run_jobs()
    assert [e["item_name"] for e in seller_api.get(url).json()["entries"]] == ["seven"]


def test_a_discarded_draft_is_gone_but_kept(seller_api, url):
    assert seller_api.delete(url).status_code == 204
    assert seller_api.get("/order-drafts").json() == []
    assert seller_api.delete(url).status_code == 404
    assert OrderDraft.objects.get().status == "discarded"


# Converting -------------------------------------------------------------------------------


def test_converting_answers_the_orders_and_hides_the_draft(seller_api, draft, url, entry_url):
    answer = seller_api.post(f"{url}/convert")
    assert answer.status_code == 200
    body = answer.json()
    assert (body.keys(), body["draft_id"]) == ({"orders", "draft_id"}, draft.pk)
    [order] = body["orders"]
    assert (order["status"], order["channel"], order["total"]) == ("pending", "whatsapp", 700)
    assert [item["slip_number"] for item in order["items"]] == ["SL-001"]
    assert seller_api.get("/order-drafts").json() == []
    again = seller_api.post(f"{url}/convert", {"version": 1})
    assert (again.status_code, again.json()) == (200, body)
    for method, path in paths_at(url, entry_url):
        if not path.endswith("convert"):
            assert getattr(seller_api, method)(path, {}).status_code == 404, path


def test_nothing_matched_is_a_409_that_names_the_line(seller_api, chat, reader):
    reader.says("odhni", EntryReading("odhni", client_name="Nobody"))
    receive_and_read(chat, "odhni")
    entry = DraftEntry.objects.get()
    answer = seller_api.post(f"/order-drafts/{entry.draft_id}/convert")
    assert error_of(answer) == (409, "not_ready", None)
    assert answer.json()["entries"] == [
        {"id": entry.pk, "missing": ["product", "quantity", "client"]}
    ]
    assert Order.objects.count() == 0


def test_an_archived_product_is_a_409(seller_api, url):
    Product.objects.update(archived_at=timezone.now())
    assert error_of(seller_api.post(f"{url}/convert"))[:2] == (409, "not_ready")
    assert Order.objects.count() == 0


def test_confirming_reports_each_order(seller_api, url, dupatta):
    priya = CustomerFactory(name="Priya")
    body = {"product_id": dupatta.pk, "quantity": 9, "client_id": priya.pk}
    seller_api.post(f"{url}/entries", body)
    answer = seller_api.post(f"{url}/convert", {"confirm": True}).json()
    assert [order["status"] for order in answer["orders"]] == ["confirmed", "pending"]
    done, short = answer["confirmations"]
    assert (done["confirmed"], done["error"]) == (True, None)
    assert done["order_id"] == answer["orders"][0]["id"]
    assert done["order_reference"] == answer["orders"][0]["order_reference"]
    assert (short["confirmed"], short["error"]["code"]) == (False, "short_stock")
    assert short["error"]["detail"]
    assert short["error"]["lines"] == [
        {
            "product_id": dupatta.pk,
            "product_name": "Bandhani dupatta",
            "wanted": 9,
            "available": 8,
        }
    ]


# Who may, and garbage -----------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), [("get", "/order-drafts"), *EVERY_PATH])
def test_staff_only(guest_api, buyer_api, url, entry_url, method, path):
    path = path.format(url=url, entry=entry_url)
    assert getattr(guest_api, method)(path).status_code == 401
    assert getattr(buyer_api, method)(path).status_code == 403
    assert OrderDraft.objects.get().version == 1


def test_an_admin_may_as_well(admin_api, url):
    assert admin_api.get(url).status_code == 200


BODIES = [
    "",
    "null",
    "[]",
    "[1, 2]",
    '"text"',
    "7",
    "{",
    '{"version": "x"}',
    '{"version": null}',
    '{"version": [1]}',
    '{"version": 1e400}',
    '{"version": 99999999999999999999999}',
    '{"confirm": "perhaps"}',
    '{"confirm": null}',
    '{"confirm": {}}',
    '{"notes": null}',
    '{"notes": {"a": 1}}',
    '{"notes": "a\\u0000b"}',
    '{"notes": "\\ud800"}',
    json.dumps({"notes": "x" * 6000}),
    '{"customer_id": "x"}',
    '{"customer_id": 0}',
    '{"customer_id": 9223372036854775808}',
    '{"customer_id": 987654321}',
]
ENTRY_BODIES = [
    '{"quantity": "many"}',
    '{"quantity": 1e12}',
    '{"quantity": -1}',
    '{"quantity": 0}',
    '{"quantity": 2.5}',
    '{"quantity": 1e400}',
    '{"quantity": NaN}',
    '{"quantity": 0.0001}',
    '{"quantity": [1]}',
    '{"quantity": true}',
    '{"weight": -1}',
    '{"weight": 1e300}',
    '{"weight": "heavy"}',
    '{"unit_price": -1}',
    '{"unit_price": 1e13}',
    '{"unit_price": {}}',
    '{"product_id": "DUP-01"}',
    '{"product_id": 0}',
    '{"product_id": 9223372036854775807}',
    '{"product_id": 99999999999999999999}',
    '{"client_id": []}',
    '{"client_id": -5}',
    '{"client_id": 987654321}',
    '{"client_name": 7.5e3}',
    '{"client_name": ["x"]}',
    '{"item_name": null}',
    '{"item_name": "\\u0000"}',
    json.dumps({"item_name": "x" * 201}),
    '{"slip_number": ""}',
    '{"slip_number": null}',
    '{"slip_number": "   "}',
    json.dumps({"slip_number": "B" * 25}),
    '{"is_custom": "maybe"}',
    '{"is_custom": null}',
    '{"size": {}}',
    json.dumps({"color": "x" * 41}),
]


@pytest.mark.parametrize("body", BODIES + ENTRY_BODIES)
def test_garbage_is_never_a_5xx(seller_api, url, entry_url, body):
    for method, path in paths_at(url, entry_url):
        if method not in ("get", "delete"):
            answer = seller_api.generic(method.upper(), path, body, content_type="application/json")
            assert answer.status_code < 500, (path, answer.content)
    assert not StockMovement.objects.exclude(kind="opening").exists()


@pytest.mark.parametrize("body", ENTRY_BODIES)
def test_what_cannot_be_meant_is_a_400_and_changes_nothing(seller_api, entry_url, body):
    if body == '{"client_name": 7.5e3}':  # a number is a name, if an odd one
        return
    answer = seller_api.generic("PUT", entry_url, body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    entry = DraftEntry.objects.get()
    assert (entry.quantity, entry.slip_number, entry.draft.version) == (2, "SL-001", 1)


@pytest.mark.parametrize("pk", ["0", "987654", "9223372036854775807", "9" * 30, "x", "-1", "1.5"])
def test_an_id_that_is_nobodys_is_a_404(seller_api, url, pk):
    nobodys = f"/order-drafts/{pk}"
    for entry_url in (f"{nobodys}/entries/{pk}", f"{url}/entries/{pk}"):
        for method, path in paths_at(nobodys, entry_url):
            answer = getattr(seller_api, method)(path, {})
            assert answer.status_code == 404, (method, path)


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=-1", "page=" + "9" * 30])
def test_an_impossible_page_is_a_404(seller_api, query):
    assert seller_api.get(f"/order-drafts?{query}").status_code == 404

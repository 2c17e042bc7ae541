"""The OpenAPI document: as committed, in each path's case, its examples true."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def committed() -> dict:
    return yaml.safe_load(COMMITTED.read_text())


@pytest.fixture
def generated(db) -> dict:
    with GENERATOR_STATS.silence():
        return SchemaGenerator().get_schema(request=None, public=True)


def test_the_committed_document_is_what_the_code_says(generated):
    text = OpenApiYamlRenderer().render(generated, renderer_context={}).decode()
    assert text == COMMITTED.read_text(), "The API changed: run make schema and look at the diff"


def test_the_document_is_valid_openapi(committed):
    validate_schema(committed)


def test_the_desk_serves_the_same_document(guest_api, committed):
    served = guest_api.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi"})
    assert yaml.safe_load(served.content)["paths"] == committed["paths"]


def properties(document: dict, path: str, method: str, status: str) -> set[str]:
    content = document["paths"][path][method]["responses"][status]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return set(document["components"]["schemas"][name]["properties"])


def test_a_name_stands_in_the_case_of_its_path(committed):
    order = properties(committed, "/api/orders/{id}", "get", "200")
    draft = properties(committed, "/order-drafts/{id}", "get", "200")
    assert {"orderReference", "customerPhone"} <= order
    assert {"raw_message", "customer_id"} <= draft
    filters = committed["paths"]["/api/orders"]["get"]["parameters"]
    assert {"dateFrom", "pageSize", "paymentStatus"} <= {one["name"] for one in filters}


def test_a_component_of_both_kinds_of_path_stands_there_in_both_cases(committed):
    schemas = committed["components"]["schemas"]
    assert {"orderReference", "itemCount"} <= set(schemas["Order"]["properties"])
    assert {"order_reference", "item_count"} <= set(schemas["OrderInSnakeCase"]["properties"])
    items = schemas["OrderInSnakeCase"]["properties"]["items"]["items"]
    assert items == {"$ref": "#/components/schemas/OrderItemInSnakeCase"}


def test_money_is_a_number_and_may_be_sent_as_digits(committed):
    schemas = committed["components"]["schemas"]
    assert schemas["Order"]["properties"]["total"]["type"] == "number"
    sent = schemas["EntryChangesRequest"]["properties"]["quantity"]["anyOf"]
    assert [one["type"] for one in sent] == ["number", "string"]


@pytest.mark.parametrize(
    ("path", "method", "security"),
    [
        ("/api/auth/register", "post", [{}]),
        ("/api/products", "get", [{"jwtAuth": []}, {"cookieAuth": []}, {}]),
        ("/api/orders/{id}", "get", [{"jwtAuth": []}, {"cookieAuth": []}]),
    ],
)
def test_each_path_says_who_may_call_it(committed, path, method, security):
    assert committed["paths"][path][method]["security"] == security


def test_a_refusal_names_its_codes(committed):
    conflict = committed["paths"]["/api/orders/{id}/confirm"]["post"]["responses"]["409"]
    assert "`short_stock`" in conflict["description"]
    assert "`move_not_allowed`" in conflict["description"]


def test_options_answers_the_methods_alone(admin_api):
    answer = admin_api.options("/api/products/bulk")
    assert (answer.status_code, answer.json()) == (200, {})
    assert {"POST", "OPTIONS"} <= set(answer["Allow"].split(", "))

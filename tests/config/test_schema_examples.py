"""Every body in the API's description comes with an example that it would take."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.conf import settings
from jsonschema import Draft4Validator, FormatChecker

DOCUMENT = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text(encoding="utf-8"))


def bodies() -> dict[str, dict[str, Any]]:
    """Each JSON body by what it is of: ``post /api/orders 201``."""
    found = {}
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for name, part in parts.items():
                shared = part.get("$ref", "").rpartition("/")[2]
                whole = DOCUMENT["components"]["responses"][shared] if shared else part
                if body := whole.get("content", {}).get("application/json"):
                    found[f"{method} {path} {name}"] = body
    return found


def with_nulls(node: Any) -> Any:
    """OpenAPI 3.0 writes ``nullable`` where JSON Schema has another type."""
    if isinstance(node, list):
        return [with_nulls(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: with_nulls(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [{"type": "null"}, inner]} if node.get("nullable") is True else inner


SCHEMAS = with_nulls({"components": DOCUMENT["components"]})


@pytest.mark.parametrize("name", sorted(bodies()))
def test_each_body_has_an_example_that_fits_it(name):
    body = bodies()[name]
    examples = [one["value"] for one in body.get("examples", {}).values()]
    examples += [body["example"]] if "example" in body else []
    validator = Draft4Validator(
        {**SCHEMAS, **with_nulls(body["schema"])}, format_checker=FormatChecker()
    )

    assert examples
    assert [error.message for one in examples for error in validator.iter_errors(one)] == []


def test_what_an_example_orders_adds_up():
    order = bodies()["post /api/orders 201"]["example"]
    line = order["items"][0]
    assert line["quantity"] * line["unitPrice"] == line["subtotal"] == order["subtotal"]
    assert order["total"] == order["subtotal"] - order["discount"] + order["deliveryFee"]

"""A worked example for every body of the OpenAPI document, put together from examples.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_VALUES: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("examples.toml").read_text(encoding="utf-8")
)
_BY_TYPE = {"boolean": False, "integer": 1, "number": 1, "string": "", "object": {}}
_BINARY = {"type": "string", "format": "binary"}


def give_examples(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """Postprocessing hook: an example in each JSON body that brings none of its own."""
    schemas = result["components"]["schemas"]
    for body in _json_bodies(result["paths"]):
        if "example" not in body and "examples" not in body and "schema" in body:
            body["example"] = _example(body["schema"], schemas)
    return result


def _json_bodies(paths: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in paths.values():
        for operation in operations.values():
            answers = operation["responses"].values()
            for part in (operation.get("requestBody", {}), *answers):
                if body := part.get("content", {}).get("application/json"):
                    yield body


def _example(schema: dict[str, Any], schemas: dict[str, Any], component: str = "") -> Any:
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return _example(schemas[name], schemas, name)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return _example(schema[several][0], schemas, component)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas, component)]
    if "properties" in schema:
        return _object(schema["properties"], schemas, component)
    return None if schema.get("nullable") else _BY_TYPE[schema.get("type", "object")]


def _object(properties: dict[str, Any], schemas: dict[str, Any], component: str) -> dict[str, Any]:
    here = _VALUES.get(component, {})
    names = here.get("only") or [key for key, value in properties.items() if value != _BINARY]
    values = {name: _property(name, properties[name], schemas) for name in names}
    nothing = dict.fromkeys(here.get("null", ()))
    inside = {key: {**values[key], **here[key]} for key in here if isinstance(here[key], dict)}
    return values | {name: here[name] for name in names if name in here} | nothing | inside


def _property(name: str, schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """By its name, unless it is a choice or another component, which speaks for itself."""
    value = _VALUES.get(name)
    speaks = any(key in schema for key in ("$ref", "allOf", "enum"))
    return _example(schema, schemas) if value is None or speaks else value

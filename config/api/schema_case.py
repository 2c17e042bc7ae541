"""Names in the OpenAPI document as config/api/case.py answers them: by the path's case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from config.api.case import CAMEL_PATHS, OPAQUE_KEYS, convert_keys, to_camel

_REFERENCE = "#/components/"
# What follows these is data, not a schema.
_DATA_KEYS = ("example", "value", "default")
SNAKE_SUFFIX = "InSnakeCase"

Convert = Callable[[Any], Any]


def name_by_path(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """Postprocessing hook: camelCase on the storefront's paths, snake_case on all others.

    A component that both kinds of path refer to, and whose names differ, is written
    twice; the one in snake_case has SNAKE_SUFFIX in its name.
    """
    paths, components = result["paths"], result["components"]
    in_camel = [path for path in paths if CAMEL_PATHS.match(path)]
    in_snake = [path for path in paths if path not in in_camel]
    camel_refs = set(_reachable((paths[path] for path in in_camel), components))
    snake_refs = set(_reachable((paths[path] for path in in_snake), components))
    twice = {ref for ref in camel_refs & snake_refs if _has_two_names(ref, components)}

    def renamed(ref: str) -> str:
        return ref + SNAKE_SUFFIX if ref in twice else ref

    for ref in twice:
        _put(components, renamed(ref), _mapped(_get(components, ref), ref_to=renamed))
    for ref in snake_refs - twice:
        _put(components, ref, _mapped(_get(components, ref), ref_to=renamed))
    for ref in camel_refs - (snake_refs - twice):
        _put(components, ref, _mapped(_get(components, ref), name=to_camel))
    for path in in_snake:
        paths[path] = _mapped(paths[path], ref_to=renamed)
    for path in in_camel:
        paths[path] = _mapped(paths[path], name=to_camel)
    for kind in ("schemas", "responses"):
        components[kind] = dict(sorted(components.get(kind, {}).items()))
    return result


# Walking ------------------------------------------------------------------------------


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _references(item)


def _reachable(nodes: Iterable[Any], components: dict[str, Any]) -> Iterator[str]:
    """Every component that the nodes refer to, directly or through others, once."""
    waiting = [ref for node in nodes for ref in _references(node)]
    seen: set[str] = set()
    while waiting:
        ref = waiting.pop()
        if ref not in seen:
            seen.add(ref)
            yield ref
            waiting.extend(_references(_get(components, ref)))


def _has_two_names(ref: str, components: dict[str, Any]) -> bool:
    parts = [ref, *_reachable([_get(components, ref)], components)]
    return any(
        _mapped(_get(components, part), name=to_camel) != _get(components, part) for part in parts
    )


def _get(components: dict[str, Any], ref: str) -> Any:
    kind, name = ref.removeprefix(_REFERENCE).split("/")
    return components[kind][name]


def _put(components: dict[str, Any], ref: str, value: Any) -> None:
    kind, name = ref.removeprefix(_REFERENCE).split("/")
    components[kind][name] = value


# Renaming -----------------------------------------------------------------------------


def _same(name: str) -> str:
    return name


def _mapped(node: Any, *, name: Callable[[str], str] = _same, ref_to: Convert = _same) -> Any:
    """The node with the names of properties and query parameters, and its references, mapped."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        mapped = {key: part(key, value) for key, value in node.items()}
        if node.get("in") == "query":
            mapped["name"] = name(node["name"])
        return mapped

    def part(key: str, value: Any) -> Any:
        if key == "$ref":
            return ref_to(value)
        if key in _DATA_KEYS:
            return convert_keys(value, name)
        if key == "properties":
            return {name(k): v if k in OPAQUE_KEYS else walk(v) for k, v in value.items()}
        if key == "required" and isinstance(value, list):
            return [name(item) for item in value]
        return walk(value)

    return walk(node)

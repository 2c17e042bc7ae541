"""No JSON breaks the reading of events, and what it yields can be stored."""

from __future__ import annotations

import copy
import dataclasses
import json
from math import isfinite
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whatsapp.bodies import FIXTURES, event
from whatsapp import payloads
from whatsapp.errors import NotAnEvent
from whatsapp.models import InboundEvent
from whatsapp.values import TEXT_LIMIT

NAMES = sorted(path.stem for path in FIXTURES.glob("*.json"))
TEXTS = st.text(st.characters(), max_size=20) | st.sampled_from(["\x00", "\ud800", "9" * 400])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every container of the data with each of its keys or positions."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    found = []
    for key, value in items:
        found.append((data, key))
        if isinstance(value, dict | list):
            found.extend(places(value))
    return found


def leaves(data: Any) -> list[Any]:
    """Every value that holds no others."""
    if isinstance(data, dict | list | tuple):
        items = data.values() if isinstance(data, dict) else data
        return [leaf for item in items for leaf in leaves(item)]
    return [data]


def assert_storable(text: str | None, limit: int) -> None:
    if text is not None:
        text.encode()  # half a surrogate pair would raise
        assert "\x00" not in text
        assert len(text) <= limit


def check(raw: bytes) -> None:
    try:
        events = payloads.split(raw)
    except NotAnEvent:
        return
    for one in events:
        assert_storable(one.key, InboundEvent._meta.get_field("key").max_length)
        assert_storable(one.bsuid, 200)
        assert_storable(one.phone, 16)
        again = payloads.split(one.raw)
        assert [each.key for each in again] == [one.key] or one.key.startswith("body:")
        read = payloads.read(one.raw)
        for value in leaves(dataclasses.asdict(read)) if read else ():
            if isinstance(value, str):
                assert_storable(value, TEXT_LIMIT)
            assert not isinstance(value, float) or isfinite(value)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_a_true_event_with_anything_in_it_is_read_or_kept(name, data):
    body = copy.deepcopy(event(name))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(body)))
        container[key] = data.draw(JSON)
        if not places(body):
            break
    check(json.dumps(body).encode())


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["type", "payload", "entry", "timestamp"]), JSON))
def test_any_object_is_read_or_kept(data):
    check(json.dumps(data).encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    check(raw)

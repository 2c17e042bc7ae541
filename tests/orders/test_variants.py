"""From a product as asked for to the one on the shelf."""

from __future__ import annotations

import pytest
from django.utils import timezone

from orders.errors import NoSuchVariant, VariantNeeded
from orders.variants import resolve_sellable
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt(units):
    return ProductFactory(name="Linen shirt", has_variants=True)


@pytest.fixture
def variants(shirt):
    traits = [("M", "White"), ("L", "White"), ("M", "Sky Blue")]
    return [ProductFactory(parent=shirt, size=size, color=color) for size, color in traits]


def options(error) -> list[tuple[str, str]]:
    return [(option["size"], option["color"]) for option in error.value.data["options"]]


@pytest.mark.parametrize(
    ("size", "color", "index"),
    [("M", "White", 0), ("l", "", 1), (" m ", "sky  blue", 2), ("", "SKY BLUE", 2)],
)
def test_size_and_colour_choose_the_child(shirt, variants, size, color, index):
    assert resolve_sellable(shirt, size=size, color=color) == variants[index]


def test_a_parent_without_what_decides_lists_what_is_left(shirt, variants):
    with pytest.raises(VariantNeeded) as nothing_said:
        resolve_sellable(shirt)
    assert options(nothing_said) == [("M", "White"), ("L", "White"), ("M", "Sky Blue")]
    with pytest.raises(VariantNeeded) as size_said:
        resolve_sellable(shirt, size="M")
    assert options(size_said) == [("M", "White"), ("M", "Sky Blue")]
    assert str(size_said.value) == "Choose the size or colour of Linen shirt: M White, M Sky Blue."


@pytest.mark.parametrize(("size", "color"), [("XL", ""), ("L", "Sky Blue"), ("", "Red")])
def test_what_there_is_not_lists_what_there_is(shirt, variants, size, color):
    with pytest.raises(NoSuchVariant) as refusal:
        resolve_sellable(shirt, size=size, color=color)
    assert options(refusal) == [("M", "White"), ("L", "White"), ("M", "Sky Blue")]


def test_archived_children_are_not_offered(shirt, variants):
    variants[2].archived_at = timezone.now()
    variants[2].save()
    assert resolve_sellable(shirt, size="M") == variants[0]


def test_an_only_child_needs_no_choice(shirt):
    only = ProductFactory(parent=shirt, size="Free")
    assert resolve_sellable(shirt) == only


def test_a_parent_without_children_has_nothing_to_sell(shirt):
    with pytest.raises(NoSuchVariant) as refusal:
        resolve_sellable(shirt)
    assert options(refusal) == []


def test_a_single_product_takes_any_wish(units):
    tape = ProductFactory()
    assert resolve_sellable(tape, size="5 m", color="yellow") == tape


def test_a_child_is_itself_unless_another_size_is_asked_for(variants):
    assert resolve_sellable(variants[0]) == variants[0]
    assert resolve_sellable(variants[0], size="m") == variants[0]
    with pytest.raises(NoSuchVariant):
        resolve_sellable(variants[0], size="L")


def test_a_colour_is_a_wish_where_the_children_differ_in_size_only(shirt):
    small, _ = [ProductFactory(parent=shirt, size=size) for size in "SM"]
    assert resolve_sellable(shirt, size="S", color="red") == small

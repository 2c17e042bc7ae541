from __future__ import annotations

import pytest

from customers.matching.clients import KnownClients
from drafts.matching import ProductIndex
from drafts.reading.types import CatalogueProduct, KnownClient


@pytest.fixture(scope="module")
def index() -> ProductIndex:
    return ProductIndex(
        [
            CatalogueProduct("TH-ST10", "Steel Thali 10 inch", ("steel thali", "badi thali")),
            CatalogueProduct("TH-ST12", "Steel Thali 12 inch", ("jumbo thali",)),
            CatalogueProduct("GL-ST", "Steel Glass (pkt of 6)", ("steel gilas",), unit="pkt"),
            CatalogueProduct("GL-CU", "Copper Glass", ("tamba glass",)),
            CatalogueProduct("KD-5", "Kadhai 5 L", ("kadai 5 ltr",)),
            CatalogueProduct("KD-3", "Kadhai 3 L", ("kadai 3 ltr",)),
            CatalogueProduct("RC-B", "Rice 25 kg", ("chawal bori",), unit="bag"),
            CatalogueProduct("PT-KR", "Kurta", (), colors=("black", "white"), sizes=("M", "L")),
        ]
    )


def skus(index: ProductIndex, words: str) -> list[str]:
    return [candidate.sku for candidate in index.candidates(words)]


def best(index: ProductIndex, words: str) -> tuple[str, float]:
    candidate = index.candidates(words)[0]
    return candidate.sku, candidate.confidence


@pytest.mark.parametrize("words", ["steel thali", "STEEL THALI", "thali steel", "badi thali"])
def test_an_alias_matches_exactly_in_any_case_and_order(index: ProductIndex, words: str) -> None:
    assert best(index, words) == ("TH-ST10", 1.0)


def test_a_sku_is_found_as_it_is(index: ProductIndex) -> None:
    assert best(index, "kd-5") == ("KD-5", 1.0)


@pytest.mark.parametrize("words", ["tamba gilas", "copper glas", "coper glass", "कॉपर ग्लास"])
def test_spelling_synonyms_and_script_do_not_matter(index: ProductIndex, words: str) -> None:
    sku, confidence = best(index, words)
    assert sku == "GL-CU"
    assert confidence >= 0.75


def test_a_pack_size_tells_two_products_apart(index: ProductIndex) -> None:
    assert skus(index, "kadhai 3 litre")[0] == "KD-3"
    assert skus(index, "5l kadai")[0] == "KD-5"


def test_words_that_fit_two_products_leave_them_equal(index: ProductIndex) -> None:
    first, second = index.candidates("kadhai")[:2]
    assert {first.sku, second.sku} == {"KD-5", "KD-3"}
    assert first.confidence == second.confidence


def test_an_unexplained_word_is_no_match(index: ProductIndex) -> None:
    assert all(c.confidence < 0.55 for c in index.candidates("bamboo glass"))
    assert index.candidates("xylophone") == []
    assert index.candidates("") == []


def test_colours_and_pack_words_may_stand_beside_a_name(index: ProductIndex) -> None:
    assert best(index, "kurta black") == ("PT-KR", 1.0)
    assert best(index, "steel glass pkt")[0] == "GL-ST"


def test_a_product_is_found_by_sku_or_not_at_all(index: ProductIndex) -> None:
    product = index.product("gl-st")
    assert product is not None
    assert product.name == "Steel Glass (pkt of 6)"
    assert index.product("nothing") is None


def test_limit_bounds_the_candidates(index: ProductIndex) -> None:
    assert len(index.candidates("steel glass", limit=1)) == 1


@pytest.fixture(scope="module")
def clients() -> KnownClients:
    return KnownClients(
        [
            KnownClient("1", "Bhoomi Parmar", ("Bhoomi", "Bhoomiben")),
            KnownClient("2", "Bhoomika Parmar", ("Bhoomika",)),
            KnownClient("3", "Tarun Bedi", ("Tarun",)),
            KnownClient("4", "Tarun Saxena", ("Tarun", "Tarun ji")),
            KnownClient("5", "Hotel Sitara", ("Sitara",)),
        ]
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bhoomi Parmar", "1"),
        ("bhoomiben", "1"),
        ("Bhumi Parmar", "1"),
        ("भूमि परमार", "1"),
        ("Bhoomika", "2"),
        ("Tarun ji", "4"),
        ("sitara hotel", None),
        ("Hotel Sitaara", "5"),
        ("Tarun", None),
        ("Somebody Else", None),
        ("", None),
    ],
)
def test_a_name_is_one_customer_or_nobody(
    clients: KnownClients, name: str, expected: str | None
) -> None:
    found = clients.match(name)
    assert (found.id if found else None) == expected


def test_an_ambiguous_name_lists_whom_it_may_mean(clients: KnownClients) -> None:
    assert [client.id for client in clients.candidates("Tarun")] == ["3", "4"]

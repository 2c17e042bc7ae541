"""A vision model beside our own reader: its readings are weighed, its inventions left out."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from khata.reading import read_file
from khata.reading.careful import NO_MODEL
from tests.fakes.openai import running_fake
from tests.khata.pages import as_file, drawn_page

LINES = (
    ("03/04/2025", "Chana dal", "450.00", "", "450.00"),
    ("05/04/2025", "Basmati rice", "1,200.00", "", "1,650.00"),
)


@pytest.fixture
def model(settings):
    with running_fake() as (fake, url):
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "test", url
        yield fake


def seen(particulars: str, debit: str, balance: str | None = None) -> dict[str, object]:
    blank = dict.fromkeys(("date", "name", "credit"))
    return {
        **blank, "particulars": particulars, "debit": debit, "balance": balance, "struck_out": False
    }  # fmt: skip


def test_where_the_model_misreads_the_balances_decide_and_what_it_invents_is_left_out(
    model,
) -> None:
    rows = [seen("Chana dal", "950.00"), seen("Basmati rice", "1200"), seen("Ghost", "7000")]
    model.says(json.dumps({"rows": rows}))
    [page] = read_file(as_file(drawn_page(LINES)), pipeline="v2")
    assert [row.debit for row in page.entries] == [Decimal(450), Decimal(1200)]
    assert [row.proven for row in page.entries] == [True, True]
    assert page.warnings == ("The model sees 1 more rows, which were not taken.",)
    picture = model.requests[0]["messages"][1]["content"][0]["image_url"]["url"]
    assert picture.startswith("data:image/jpeg;base64,")


def test_without_the_models_answer_the_page_is_read_all_the_same(model) -> None:
    model.fails(400)
    [page] = read_file(as_file(drawn_page(LINES[:1])), pipeline="v2")
    assert page.warnings == (NO_MODEL,)
    assert [row.debit for row in page.entries] == [Decimal(450)]

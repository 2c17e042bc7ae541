"""What is stored in English is shown in the reader's language; programs get it as it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from config.retelling import DOUBTS, SENTENCES, retold
from khata.models import KhataPage, KhataRow
from orders.lifecycle import confirm_order
from tests.desk import text_of
from tests.factories import CustomerFactory, KhataRowFactory, ProductFactory
from tests.orders.desk import placed

# Who says sentences that are stored.
SPEAKERS = (
    *(f"khata/reading/{name}.py" for name in ("results", "careful", "bills", "finished")),
    *("khata/reading/loading.py", "khata/reading/pdf.py", "khata/rows.py", "khata/recording.py"),
    *(f"drafts/reading/offline/{name}.py" for name in ("reader", "normalise", "resolve")),
    *("drafts/earlier.py", "drafts/repeats.py", "drafts/carts.py", "drafts/entries.py"),
    *("drafts/sources.py", "orders/claims.py"),
)
LANGUAGES = ("hi", "gu")


def said_in(source: str) -> Iterator[str]:
    """Sentences of a module, a 7 in each of their blanks; docstrings left out."""
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for f in ast.walk(tree) if isinstance(f, ast.JoinedStr) for part in f.values}
    for node in ast.walk(tree):
        if id(node) in docs | parts:
            continue
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = re.sub(r"\{\w*\}", "7", node.value)
        elif isinstance(node, ast.JoinedStr):
            text = "".join(p.value if isinstance(p, ast.Constant) else "7" for p in node.values)
        if re.fullmatch(r"[A-Z7][^\n]* [^\n]*\.", text):
            yield text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("speaker", SPEAKERS)
def test_all_that_is_stored_is_told_in_each_language(speaker, language):
    said = set(said_in((Path(settings.BASE_DIR) / speaker).read_text()))
    with translation.override(language):
        assert {text for text in said if retold(text) == text} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_keeps_its_figures(language):
    for sentence in (*SENTENCES, *DOUBTS):
        values = {name: f"Q{n}7" for n, name in enumerate(re.findall(r"\{(\w+)\}", sentence))}
        values |= {name: "47" for name in ("count", "line") if name in values}
        with translation.override(language):
            told = retold(sentence.format(**values))
        assert told != sentence.format(**values)
        assert all(value in told for value in values.values())


def test_words_of_ours_in_a_sentence_are_told_too_and_nobody_elses_are():
    with translation.override("hi"):
        assert retold("Please check: size or quantity.") == "कृपया जाँचें: साइज़ या मात्रा।"
        assert retold("Reversal of Order LEG-7K3M: order cancelled") == (
            "ऑर्डर LEG-7K3M का उलट: ऑर्डर रद्द हुआ"
        )
        for typed in ("", "two brass lamps", "Cash for order of the wedding", "{count} 100%"):
            assert retold(typed) == typed
    assert retold("Only the first 200 lines were taken.") == "Only the first 200 lines were taken."


@pytest.mark.django_db
def test_the_readers_doubts_are_told_on_the_review_page(
    seller_desk, seller_api, seller_user, units
):
    row = KhataRowFactory(proven=False)
    KhataPage.objects.update(warnings=["The model sees 3 more rows, which were not taken."])
    KhataRow.objects.update(warnings=["The sums would agree with 540 as debit."])
    seller_user.language = "hi"
    seller_user.save()
    upload = row.page.upload_id
    page = text_of(seller_desk.get(reverse("admin:khata_khataupload_review", args=[upload])))
    assert "⚠ मॉडल को 3 और पंक्तियाँ दिखती हैं, जो नहीं ली गईं।" in page
    assert "⚠ उधार 540 हो तो जोड़ मेल खाएँगे।" in page
    told = seller_api.get(f"/khata-upload/{upload}").json()
    assert told["warnings"] == ["The model sees 3 more rows, which were not taken."]


@pytest.mark.django_db
def test_what_the_books_note_of_an_order_is_told_on_its_page(seller_desk, seller_user, units):
    customer = CustomerFactory(payment_terms="credit")
    order = placed((ProductFactory(unit_price=450, stock=3), 1), customer=customer)
    confirm_order(order, by=seller_user)
    seller_user.language = "gu"
    seller_user.save()
    page = text_of(seller_desk.get(reverse("admin:khata_ledgertransaction_changelist")))
    assert f"ઑર્ડર {order.order_reference}" in page

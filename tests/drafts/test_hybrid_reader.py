"""The offline reader first, a model where it is unsure, and never worse for the model's faults."""

from __future__ import annotations

import pytest

from drafts.reading.hybrid import ASK_BELOW, NOT_ASKED, HybridReader, is_unsure
from drafts.reading.types import Intent, Reading, ReadingError
from tests.drafts.desk import ScriptedReader, analysis_of, receive_and_read
from tests.fakes.openai import answer_of, running_fake

TEXT = "2 bandhani dupatta"


def readers() -> tuple[ScriptedReader, ScriptedReader, HybridReader]:
    offline, model = ScriptedReader(), ScriptedReader()
    return offline, model, HybridReader(offline, model)


def read(hybrid: HybridReader) -> Reading:
    return hybrid.read(TEXT, catalogue=None, clients=None)


def test_a_sure_offline_reading_costs_nothing():
    offline, model, hybrid = readers()
    offline.says(TEXT, confidence=ASK_BELOW)
    assert (read(hybrid).confidence, model.asked) == (ASK_BELOW, [])


@pytest.mark.parametrize(
    ("intent", "confidence"), [(Intent.ORDER, ASK_BELOW - 0.01), (Intent.OTHER, 1.0)]
)
def test_an_unsure_one_is_read_by_the_model(intent, confidence):
    offline, model, hybrid = readers()
    offline.says(TEXT, intent=intent, confidence=confidence)
    model.says(TEXT, confidence=0.95, summary="the model's")
    assert read(hybrid).summary == "the model's"


def test_where_a_shop_wants_less_certainty_the_model_is_asked_less():
    offline, model, _ = readers()
    offline.says(TEXT, confidence=0.8)
    reading = read(HybridReader(offline, model, ask_below=0.75))
    assert (reading.confidence, model.asked) == (0.8, [])


@pytest.mark.parametrize("permanent", [True, False])
def test_where_the_model_fails_the_offline_reading_stands_with_a_warning(permanent):
    offline, model, hybrid = readers()
    offline.says(TEXT, confidence=0.3)
    model.breaks(TEXT, ReadingError("no", permanent=permanent))
    reading = read(hybrid)
    assert (reading.confidence, reading.warnings) == (0.3, [NOT_ASKED])


@pytest.mark.parametrize("text", ["", "?", "ok", "👍👍👍", "…"])
def test_nothing_to_read_is_not_asked_about(text):
    assert not is_unsure(Reading(Intent.OTHER, [], 0.1, "offline", "1"), text)


@pytest.mark.django_db
def test_the_setting_makes_the_desk_ask_only_where_it_is_unsure(settings, chat, dupatta):
    with running_fake() as (fake, url):
        settings.DRAFT_READER, settings.OPENAI_BASE_URL = "hybrid", url
        sure = receive_and_read(chat, TEXT)
        assert (analysis_of(sure).reader, fake.requests) == ("offline", [])
        fake.says(answer_of(intent="question"))
        unsure = receive_and_read(chat, "zxcv qwer asdf lkjh")
        assert (analysis_of(unsure).reader, len(fake.requests)) == ("openai", 1)
        fake.fails(500)
        fallen = receive_and_read(chat, "3 dupata ya kuch aur blorbex")
        assert analysis_of(fallen).status == "completed"

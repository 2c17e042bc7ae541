"""The catalogues are whole in themselves; make messages lists what nobody has translated yet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

from config.translating.catalogues import (
    CATALOGUES,
    FRAMEWORKS,
    LANGUAGES,
    compiled,
    held,
    misplaced,
    missing,
    path_of,
    stored,
)
from config.translating.extraction import sayings_of

EACH = [(catalogue, language) for catalogue in CATALOGUES for language in LANGUAGES]
ALL = [*EACH, *((FRAMEWORKS, language) for language in LANGUAGES)]


@pytest.fixture(scope="module")
def sayings():
    return {catalogue: sayings_of(catalogue) for catalogue in CATALOGUES}


@pytest.mark.parametrize(("catalogue", "language"), EACH)
def test_all_that_the_sources_say_is_translated(sayings, catalogue, language):
    """Where it fails: make messages lists what is missing in the .po file, to be filled in."""
    content = stored(catalogue, language)
    heard = [one for one in sayings[catalogue] if content.get(one.text, one.context or None)]
    assert sayings[catalogue] - set(heard) == set()
    assert [message.id for message in missing(content)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_frameworks_lack_are_whole_in_each_language(language):
    content = stored(FRAMEWORKS, language)
    assert [message.id for message in missing(content)] == []
    assert len(content) == len(held(FRAMEWORKS))


@pytest.mark.parametrize(("catalogue", "language"), ALL)
def test_a_translation_has_the_placeholders_of_its_original(catalogue, language):
    assert [message.id for message in misplaced(stored(catalogue, language))] == []


@pytest.mark.parametrize(("catalogue", "language"), ALL)
def test_what_django_reads_is_what_the_translators_wrote(catalogue, language):
    read = path_of(catalogue, language).with_suffix(".mo").read_bytes()
    assert read == compiled(stored(catalogue, language))


def test_a_template_s_sentence_is_found_and_shown_translated(sayings):
    texts = {saying.text for saying in sayings["templates"]}
    assert {"Metal rates", "%(lines)s line"} <= texts
    with override("gu"):
        assert gettext("Metal rates") == "ધાતુના ભાવ"


def test_no_icons_name_is_translated():
    """An icon's name is drawn as the icon; in another language it would be drawn as boxes."""
    translated = re.compile(r"material-symbols[^>]*>\s*\{% (translate|blocktranslate|trans)\b")
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    assert [path.name for path in templates if translated.search(path.read_text())] == []

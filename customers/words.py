"""Finding rows by the beginnings of their words, with an index that holds them."""

from __future__ import annotations

import string

from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db.models import Expression, F, Func, Q, TextField, Value
from django.db.models.functions import Concat

# Spaces included that a copied text may hold: tab, line ends, the no-break space.
_BETWEEN_WORDS = string.punctuation + "\t\n\r\u00a0"
# PostgreSQL refuses words over 2 kB; the beginning of a word finds it as well.
_LONGEST = 60
_TO_SPACES = str.maketrans(_BETWEEN_WORDS, " " * len(_BETWEEN_WORDS))


class _BeginningsQuery(SearchQuery):
    """A tsquery as it stands; PostgreSQL's own parser would cut the words anew.

    It cuts Devanagari at vowel signs under most collations.
    """

    template = "(%(expressions)s)::tsquery"

    def __init__(self, words: list[str]) -> None:
        super().__init__(" & ".join(f"'{word}':*" for word in words), search_type="raw")


def row_words(*names: str | Expression, phone: str | Value) -> Expression:
    """The words of these columns, and every run of three or more of the phone's digits."""
    spaced = [piece for name in names for piece in (name, Value(" "))]
    text = Concat(*spaced, output_field=TextField())
    return Func(text, phone, function="search_words", output_field=SearchVectorField())


def begin_with(words: Expression | F, text: str) -> SearchVectorExact | Q:
    """The condition that each word of the text begins one of ``words``; never, without any."""
    wanted = [word[:_LONGEST] for word in text.lower().translate(_TO_SPACES).split(" ") if word]
    return SearchVectorExact(words, _BeginningsQuery(wanted)) if wanted else Q(pk__in=[])

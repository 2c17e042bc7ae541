"""What readers warn of, so that it can be translated where it is shown.

They work without Django and their words are stored as they say them; this list is held to
theirs by tests/drafts/test_review_beside.py.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

READERS_SAY = (
    gettext_noop("The product is unknown."),
    gettext_noop("No customer of this name was found."),
    gettext_noop("The quantity can't be meant."),
    gettext_noop("The weight can't be meant."),
    gettext_noop("No quantity was said; one is assumed."),
    gettext_noop("The model could not be asked; this is the offline reading."),
    gettext_noop("A line could not be understood."),
    gettext_noop("This quantity does not stand in the message."),
    gettext_noop("The message's words do not name this product."),
    gettext_noop("These words do not stand in the message."),
    gettext_noop("This name does not stand in the message."),
)

"""The desk's own fake of Gupshup, which `manage.py fake_gupshup` serves too."""

from whatsapp.fake_gupshup.server import (
    API_KEY,
    APP_NAME,
    BROKEN_OFF,
    FAULTS,
    SOURCE,
    SPOILT,
    Accepted,
    FakeGupshup,
    running_gupshup,
)

__all__ = [
    "API_KEY",
    "APP_NAME",
    "BROKEN_OFF",
    "FAULTS",
    "SOURCE",
    "SPOILT",
    "Accepted",
    "FakeGupshup",
    "running_gupshup",
]

"""The same as in English: India writes one way."""

from config.formats.en.formats import *  # noqa: F403

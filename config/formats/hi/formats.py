"""The same as in English: how a shop writes its dates does not hang on who reads them."""

from config.formats.en.formats import *  # noqa: F403
from config.formats.en.formats import __getattr__  # noqa: F401 - which * leaves out

"""Reading what a later message changes of an order that is still open; no database."""

from drafts.reading.amending.reader import may_amend, read_amendments
from drafts.reading.amending.types import Amending, Amendment, Kind, OpenLine

__all__ = ["Amending", "Amendment", "Kind", "OpenLine", "may_amend", "read_amendments"]

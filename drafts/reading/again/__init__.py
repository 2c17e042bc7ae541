"""Whether a message asks for what was ordered before; no database, and no lines from here."""

from drafts.reading.again.reader import Again, Which, read_again

__all__ = ["Again", "Which", "read_again"]

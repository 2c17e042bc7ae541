"""The desk's own order references: short enough to read out on the phone."""

from __future__ import annotations

import secrets

# Crockford's base 32 has no I, L, O, U, so nothing is mistaken for 1 or 0.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(prefix: str) -> str:
    """``LEG-7K3M-Q0XW``: 40 random bits.

    Two alike are unlikely but possible; the unique column decides, and
    ``placing.place_order`` draws again when the insert meets one.
    """
    blocks = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(2))
    return "-".join([prefix, *blocks])

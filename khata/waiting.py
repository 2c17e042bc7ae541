"""Waiting a little for the worker, so that most callers get their rows in one answer."""

from __future__ import annotations

import time
from threading import BoundedSemaphore

from khata.models import KhataUpload

PATIENCE = 20.0
"""Seconds"""
_STEP = 0.3
# A web process has four threads: however many upload at once, two stay free for the desk.
_WAITING = BoundedSemaphore(2)


def wait_for_reading(upload: KhataUpload) -> KhataUpload:
    """The upload as soon as it is read or failed, else as it is after PATIENCE seconds."""
    if upload.is_settled or not _WAITING.acquire(blocking=False):
        return upload
    try:
        end = time.monotonic() + PATIENCE
        while not upload.is_settled and time.monotonic() < end:
            time.sleep(_STEP)
            upload.refresh_from_db()
    finally:
        _WAITING.release()
    return upload

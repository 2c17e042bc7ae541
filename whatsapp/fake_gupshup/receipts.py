"""What Gupshup reports of a message it took, posted to the desk's webhook as time goes on."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from whatsapp.fake_gupshup.server import Accepted
from whatsapp.simulator import receipt_event

logger = logging.getLogger(__name__)

# Kind, and seconds after the one before. The true one waits some five seconds, so that the
# message's id can be stored first (docs.gupshup.io/docs/inbound-messages).
COURSE = (("enqueued", 1.0), ("sent", 0.5), ("delivered", 1.0), ("read", 3.0))
TIMEOUT_SECONDS = 10


@dataclass
class Reporter:
    """Posts the receipts of each message up to ``furthest`` to a webhook; several at once."""

    webhook: str
    secret: str
    furthest: str
    pace: float = 1  # 0 posts them without any wait
    _ended: threading.Event = field(default_factory=threading.Event)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8))

    def report(self, accepted: Accepted) -> None:
        """Begin to report; returns at once."""
        self._pool.submit(self._course, accepted)

    def end(self) -> None:
        """Stop reporting; what is under way is left out."""
        self._ended.set()
        self._pool.shutdown(cancel_futures=True)

    def _course(self, accepted: Accepted) -> None:
        for kind, seconds in COURSE:
            if self._ended.wait(seconds * self.pace):
                return
            self._post(kind, accepted)
            if kind == self.furthest:
                return

    def _post(self, kind: str, accepted: Accepted) -> None:
        event = receipt_event(kind, message_id=accepted.message_id, digits=accepted.destination)
        headers = {"X-Webhook-Secret": self.secret}
        try:
            requests.post(self.webhook, json=event, headers=headers, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            logger.warning("The desk did not take a receipt (%s).", type(error).__name__)

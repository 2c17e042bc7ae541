"""What OPTIONS answers."""

from __future__ import annotations

from typing import Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request


class NoMetadata(BaseMetadata):
    """The Allow header alone: DRF's own builds a form of fields, which a view need not have.

    The OpenAPI document says more, and a browser's preflight is answered before this.
    """

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        return {}

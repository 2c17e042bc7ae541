"""GET /wa/media/{id}: a customer's picture, voice note or file, for staff only."""

from __future__ import annotations

import re
from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from whatsapp.media_types import is_shown, suffix_of
from whatsapp.models import Media, MediaStatus

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_KINDS = ("image/*", "audio/*", "video/*", "application/*")
# Opened in a window of its own, nothing in it may run or load.
_ALONE = "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


class AnyFile(BaseContentNegotiation):
    """A file is answered whatever is accepted, as a page's img and audio do; errors are JSON."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


@extend_schema(tags=["whatsapp"])
class MediaView(GenericAPIView[Media]):
    """A file that came with a message; `404` while it has not come."""

    content_negotiation_class = AnyFile
    queryset = Media.objects.filter(status=MediaStatus.FETCHED)

    @extend_schema(
        operation_id="wa_media",
        parameters=[
            OpenApiParameter("Range", OpenApiTypes.STR, OpenApiParameter.HEADER),
        ],
        responses={
            **{(status, kind): OpenApiTypes.BINARY for status in (200, 206) for kind in _KINDS},
            416: None,
        },
    )
    def get(self, request: Request, pk: int) -> HttpResponse | FileResponse:
        """The file, or the one `Range` of bytes asked for, which lets a player seek."""
        medium = get_object_or_404(self.queryset, pk=pk)
        size = medium.byte_count or 0
        part = _part(request.headers.get("Range", ""), size)
        answer = _whole(medium) if part is None else _piece(medium, part)
        answer["Content-Type"] = medium.content_type
        answer["Accept-Ranges"] = "bytes"
        answer["Cache-Control"] = "private, max-age=3600"
        answer["Content-Security-Policy"] = _ALONE
        answer["X-Content-Type-Options"] = "nosniff"
        shown = is_shown(medium.content_type)
        answer["Content-Disposition"] = content_disposition_header(not shown, _name(medium)) or ""
        return answer


def _part(header: str, size: int) -> range | None:
    """The bytes that are asked for, empty where there are none; None for all of them."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    end = min(int(last) + 1, size) if last else size
    return range(int(first), end) if not last or int(last) >= int(first) else None


def _whole(medium: Media) -> FileResponse:
    try:
        return FileResponse(medium.file.open())
    except OSError as error:
        raise NotFound from error


def _piece(medium: Media, part: range) -> HttpResponse:
    if not part:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{medium.byte_count}"})
    try:
        with medium.file.open() as file:
            file.seek(part.start)
            content = file.read(len(part))
    except OSError as error:
        raise NotFound from error
    said = f"bytes {part.start}-{part.stop - 1}/{medium.byte_count}"
    return HttpResponse(content, status=206, headers={"Content-Range": said})


def _name(medium: Media) -> str:
    """As the sender named it, its end always that of its true type, or a name of ours."""
    if medium.file_name and not is_shown(medium.content_type):
        return medium.file_name
    return f"whatsapp-{medium.pk}.{suffix_of(medium.content_type)}"

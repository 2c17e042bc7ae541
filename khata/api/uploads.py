"""Taking files of ledger pages in over HTTP, for the shop's staff."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from khata import uploading
from khata.api import page_serializers as serializers
from khata.api.pages import KhataView
from khata.errors import UnreadableFile
from khata.reading.types import Pipeline
from khata.waiting import wait_for_reading

FORM_AROUND_IT = 64 * 1024


class _TooLarge(APIException):
    status_code = 413
    default_detail = f"The file is larger than {uploading.MAX_BYTES >> 20} MB."
    default_code = "too_large"


class _FileParser(MultiPartParser):
    """Refuses a body that can't be a file of the size allowed before reading it."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > uploading.MAX_BYTES + FORM_AROUND_IT:
            raise _TooLarge
        return super().parse(stream, media_type, parser_context)


class _UploadView(KhataView):
    parser_classes = (_FileParser,)
    pipeline: Pipeline

    def receive(self) -> Response:
        """Keep the file, wait a little for its rows."""
        file = self.body(serializers.KhataFileSerializer)["file"]
        received = uploading.receive_file(
            file, name=file.name or "", pipeline=self.pipeline, by=self.by
        )
        upload = wait_for_reading(received.upload)
        return self.shown(upload, duplicate=received.duplicate)


_ANSWERS = {200: serializers.KhataUploadSerializer, 202: serializers.KhataUploadSerializer}
_FILE = {"multipart/form-data": serializers.KhataFileSerializer}


class UploadView(_UploadView):
    """Pages read by the quick pipeline, Tesseract."""

    pipeline = "v1"

    @refuses(UnreadableFile)
    @extend_schema(tags=["khata"], operation_id="khata_upload", request=_FILE, responses=_ANSWERS)
    def post(self, request: Request) -> Response:
        """Have a picture or PDF of ledger pages read.

        Answers within 20 seconds, with `202` while the worker still reads: then poll
        `GET /khata-upload/{upload_id}`. The same file again answers the first upload, with
        `duplicate` true; one that could not be read is read once more then.
        """
        return self.receive()


class UploadV2View(_UploadView):
    """Pages read by the careful pipeline."""

    pipeline = "v2"

    @refuses(UnreadableFile)
    @extend_schema(
        tags=["khata"], operation_id="khata_upload_v2", request=_FILE, responses=_ANSWERS
    )
    def post(self, request: Request) -> Response:
        """The same as `/khata-upload`, read by the careful pipeline: photos and handwriting."""
        return self.receive()

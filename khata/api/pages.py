"""Uploaded ledger pages over HTTP, and submitting what was reviewed; for the shop's staff."""

from __future__ import annotations

from typing import Any, cast

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from config.api.schema import refuses
from customers.errors import InvalidInput
from customers.models import User
from khata.api import page_serializers as serializers
from khata.errors import (
    AlreadyInLedger,
    AlreadyPosted,
    InvalidEntry,
    NotRead,
    NotReady,
    PeriodClosed,
    UploadGone,
)
from khata.models import KhataPage, KhataUpload
from khata.submitting import find_known, submit_rows

SUBMITTING = (
    UploadGone,
    InvalidInput,
    NotReady,
    InvalidEntry,
    NotRead,
    AlreadyPosted,
    AlreadyInLedger,
    PeriodClosed,
)


class KhataView(GenericAPIView[KhataUpload]):
    """What the paths of uploads share."""

    queryset = KhataUpload.objects.all()
    serializer_class: type[BaseSerializer[Any]] = serializers.KhataUploadSerializer
    filter_backends = ()

    @property
    def by(self) -> User:
        """Who is signed in; only staff get this far."""
        return cast(User, self.request.user)

    def body(self, kind: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """What was sent, checked."""
        sent = kind(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)

    def shown(self, upload: KhataUpload, *, duplicate: bool = False) -> Response:
        """The upload with its pages as they are now; 202 while it is not read yet."""
        fresh = KhataUpload.objects.with_rows().get(pk=upload.pk)
        open_rows = [row for page in fresh.pages.all() for row in page.rows.all() if row.is_open]
        context = {"duplicate": duplicate, "known": find_known(open_rows)}
        code = status.HTTP_200_OK if fresh.is_settled else status.HTTP_202_ACCEPTED
        return Response(serializers.KhataUploadSerializer(fresh, context=context).data, code)


class UploadDetailView(KhataView):
    """One upload."""

    @extend_schema(
        tags=["khata"],
        operation_id="khata_upload_detail",
        responses=serializers.KhataUploadSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        """How far its reading is, and the rows once it is read; always `200`."""
        answer = self.shown(self.get_object())
        answer.status_code = status.HTTP_200_OK
        return answer


class _AnyPicture(BaseContentNegotiation):
    """A picture is answered whatever is accepted, as browsers' img does; errors are JSON."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class PageImageView(GenericAPIView[KhataPage]):
    """The upright picture of a page, in whose pixels the boxes are."""

    content_negotiation_class = _AnyPicture
    queryset = KhataPage.objects.all()

    @extend_schema(
        tags=["khata"],
        operation_id="khata_page_image",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: int, number: int) -> FileResponse:
        """A JPEG, for staff only."""
        page = get_object_or_404(self.queryset, upload=pk, number=number)
        try:
            answer = FileResponse(page.image.open(), content_type="image/jpeg")
        except OSError as error:
            raise NotFound from error
        answer["Cache-Control"] = "private, max-age=3600"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class SubmitWholeView(KhataView):
    """Posting whole rows."""

    @refuses(*SUBMITTING)
    @extend_schema(
        tags=["khata"],
        operation_id="khata_submit_whole",
        request=serializers.SubmitWholeKhataSerializer,
        responses=serializers.SubmittedKhataSerializer,
    )
    def post(self, request: Request) -> Response:
        """Post reviewed rows, sent whole, to the ledger: all or none, once.

        A row that is left out is discarded. Struck-out rows are discarded too.
        """
        return _submit(
            self.body(serializers.SubmitWholeKhataSerializer), leave_out=True, by=self.by
        )


class SubmitView(KhataView):
    """Posting rows with corrections."""

    @refuses(*SUBMITTING)
    @extend_schema(
        tags=["khata"],
        operation_id="khata_submit",
        request=serializers.SubmitKhataSerializer,
        responses=serializers.SubmittedKhataSerializer,
    )
    def post(self, request: Request) -> Response:
        """Post reviewed rows, sent as corrections to what was read: all or none, once.

        Every unposted row must be in `entries` or in `discard`. Struck-out rows among the
        entries are discarded.
        """
        sent = self.body(serializers.SubmitKhataSerializer)
        return _submit(sent, leave_out=False, by=self.by)


def _submit(sent: dict[str, Any], *, leave_out: bool, by: User) -> Response:
    outcome = submit_rows(
        sent["upload_id"],
        [serializers.entry_of(row) for row in sent["entries"]],
        sent["discard"],
        leave_out=leave_out,
        force=sent["force"],
        by=by,
    )
    return Response(serializers.SubmittedKhataSerializer(outcome).data)

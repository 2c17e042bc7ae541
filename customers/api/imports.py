"""Files to import over HTTP, for admins: a job a file."""

from __future__ import annotations

from typing import Any, cast

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import refuses
from config.importing import importer_of, run_import
from customers.errors import InvalidInput
from customers.imports import jobs
from customers.imports.models import ImportJob, ImportKind, ImportStatus
from customers.imports.reporting import error_file, report
from customers.models import User
from customers.permissions import IsAdmin
from customers.sheets.columns import template
from customers.sheets.writing import csv_lines

FORM_AROUND_IT = 64 * 1024
# So many customers are imported while the request waits: it is a matter of a second.
AT_ONCE = 1000


class _TooLarge(APIException):
    status_code = 413
    default_detail = f"The file is larger than {jobs.MAX_BYTES >> 20} MB."
    default_code = "too_large"


class _FileParser(MultiPartParser):
    """Refuses a body that can't be a file of the size allowed before reading it."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > jobs.MAX_BYTES + FORM_AROUND_IT:
            raise _TooLarge
        return super().parse(stream, media_type, parser_context)


class ImportFileSerializer(serializers.Serializer[Any]):
    """A file to import and how."""

    file = serializers.FileField(allow_empty_file=True, help_text="CSV or XLSX, up to 25 MB.")
    dry_run = serializers.BooleanField(
        default=False, help_text="Say what would change, and change nothing."
    )
    # A form that leaves a switch out would say false.
    keep_existing = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text="Only add what is new. True for customers where it is not sent, else false.",
    )
    to_ledger = serializers.BooleanField(
        default=False, help_text="Past orders only: post credit orders and payments as well."
    )
    mapping = serializers.JSONField(
        required=False, help_text="Field to header, as JSON: what the headers don't say."
    )

    def validate_mapping(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise serializers.ValidationError("An object of texts is needed.")
        return value


class ImportProblemSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    column = serializers.CharField()
    detail = serializers.CharField()


class ImportErrorSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As Excel counts.")
    label = serializers.CharField()  # type: ignore[assignment]
    problems = ImportProblemSerializer(many=True)


class ImportChangeSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    outcome = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    changes = serializers.DictField(
        child=serializers.ListField(child=serializers.JSONField(allow_null=True)),
        help_text="Field to before and after.",
    )
    notes = serializers.ListField(child=serializers.CharField())


class ImportJobSerializer(serializers.Serializer[Any]):
    """How far an import is; the first hundred refused rows, and what a dry run would do."""

    success = serializers.BooleanField(help_text="False once it failed.")
    message = serializers.CharField()
    job_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ImportKind.choices)
    status = serializers.ChoiceField(choices=ImportStatus.choices)
    dry_run = serializers.BooleanField()
    file = serializers.CharField()
    encoding = serializers.CharField()
    columns = serializers.DictField(child=serializers.CharField(), help_text="Field to header.")
    ignored_columns = serializers.ListField(child=serializers.CharField())
    total_rows = serializers.IntegerField(help_text="An estimate until it is finished.")
    rows_done = serializers.IntegerField()
    progress = serializers.IntegerField(help_text="Percent.")
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    skipped = serializers.IntegerField(help_text="`unchanged` once more.")
    refused = serializers.IntegerField()
    error = serializers.CharField(help_text="Why the whole file failed.")
    errors = ImportErrorSerializer(many=True)  # type: ignore[assignment]
    rows = ImportChangeSerializer(many=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class _ImportView(GenericAPIView[ImportJob]):
    permission_classes = (IsAdmin,)
    queryset = ImportJob.objects.all()
    serializer_class: Any = ImportJobSerializer
    filter_backends = ()


def _shown(job: ImportJob) -> dict[str, Any]:
    said = {
        ImportStatus.QUEUED: "The import waits for the worker.",
        ImportStatus.RUNNING: "The import is running.",
        ImportStatus.FINISHED: "The import is finished.",
        ImportStatus.FAILED: job.last_error,
    }
    facts = {
        "success": job.status != ImportStatus.FAILED,
        "message": said[ImportStatus(job.status)],
        "skipped": job.unchanged_count,
    }
    return ImportJobSerializer({**report(job), **facts}).data


class ImportFileView(_ImportView):
    """Bringing a file of one kind; ``kind`` is given with the path."""

    parser_classes = (_FileParser,)
    kind: str = ""

    def receive(self, *, at_once: int = 0) -> Response:
        """Take the file in; a short one may be imported before the answer."""
        sent = ImportFileSerializer(data=self.request.data)
        sent.is_valid(raise_exception=True)
        asked = dict(sent.validated_data)
        file = asked.pop("file")
        if asked.get("keep_existing") is None:
            asked["keep_existing"] = self.kind == ImportKind.CUSTOMERS
        job = jobs.receive_file(
            file,
            importer_of(self.kind),
            name=file.name or "",
            wishes=jobs.Wishes(**asked),
            by=cast(User, self.request.user),
        )
        if job.row_count <= at_once:
            run_import(job.pk)
            job.refresh_from_db()
        return Response(_shown(job), 200 if job.is_settled else 202)


_FILE = {"multipart/form-data": ImportFileSerializer}
_ANSWERS = {200: ImportJobSerializer, 202: ImportJobSerializer}
_QUEUED = {202: ImportJobSerializer}


class ImportCustomersView(ImportFileView):
    kind = ImportKind.CUSTOMERS

    @refuses(InvalidInput)
    @extend_schema(
        tags=["imports"], operation_id="import_customers", request=_FILE, responses=_ANSWERS
    )
    def post(self, request: Request) -> Response:
        """Make customers of a file's rows, known again by phone or e-mail.

        Up to 1,000 rows are imported at once (`200`), more by the worker (`202`): then poll
        `GET /api/staff/imports/{job_id}`. Who is here already is skipped, unless
        `keep_existing` is sent as false: then filled cells change them.
        """
        return self.receive(at_once=AT_ONCE)


class ImportProductsView(ImportFileView):
    kind = ImportKind.PRODUCTS

    @refuses(InvalidInput)
    @extend_schema(
        tags=["imports"], operation_id="import_products", request=_FILE, responses=_QUEUED
    )
    def post(self, request: Request) -> Response:
        """Have the worker make or change products by SKU; stock opens a product once only."""
        return self.receive()


class ImportOrdersView(ImportFileView):
    kind = ImportKind.ORDERS

    @refuses(InvalidInput)
    @extend_schema(tags=["imports"], operation_id="import_orders", request=_FILE, responses=_QUEUED)
    def post(self, request: Request) -> Response:
        """Have the worker take past orders over, a row a line.

        No stock is taken and no customer hears of it; the ledger has them only with
        `to_ledger`.
        """
        return self.receive()


def _csv(rows: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


_CSV = {(200, "text/csv"): OpenApiTypes.STR}


class _TemplateView(_ImportView):
    kind: str = ""

    def template(self) -> StreamingHttpResponse:
        return _csv(csv_lines([template(self.kind)]), f"{self.kind}.csv")


class CustomersTemplateView(_TemplateView):
    kind = ImportKind.CUSTOMERS

    @extend_schema(tags=["imports"], operation_id="import_customers_template", responses=_CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """An empty CSV with the headers of customers."""
        return self.template()


class ProductsTemplateView(_TemplateView):
    kind = ImportKind.PRODUCTS

    @extend_schema(tags=["imports"], operation_id="import_products_template", responses=_CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """An empty CSV with the headers of products."""
        return self.template()


class OrdersTemplateView(_TemplateView):
    kind = ImportKind.ORDERS

    @extend_schema(tags=["imports"], operation_id="import_orders_template", responses=_CSV)
    def get(self, request: Request) -> StreamingHttpResponse:
        """An empty CSV with the headers of past orders."""
        return self.template()


class ImportJobView(_ImportView):
    """One import."""

    @extend_schema(tags=["imports"], operation_id="import_job", responses=ImportJobSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far it is, its counts, and why rows were refused."""
        return Response(_shown(self.get_object()))


class ImportErrorsView(_ImportView):
    """The refused rows of one import."""

    @extend_schema(tags=["imports"], operation_id="import_errors", responses=_CSV)
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        """The refused rows under their own headers with what is wrong: correct and import it."""
        job = self.get_object()
        return _csv(error_file(job), f"import-{job.pk}-errors.csv")

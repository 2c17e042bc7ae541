"""Uploads, pages and rows as JSON, and what may be sent about them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from khata.models import KhataPage, KhataRow, KhataUpload, RowKind
from khata.submitting import Entry, NewCustomer, Outcome

MAX_ID = 2**63 - 1
# A file has at most 30 pages; no page holds a hundred lines.
MAX_ROWS = 3_000
_BOX = {
    "type": "array",
    "items": {"type": "integer"},
    "description": "x0, y0, x1, y1 in pixels of the page's image; empty for an added row.",
}


class KhataFileSerializer(serializers.Serializer[Any]):
    """The content of the file says what it is, not its name."""

    file = serializers.FileField(
        allow_empty_file=True,
        help_text="JPEG, PNG, WebP, HEIC, TIFF or PDF; 25 MB, 30 pages, 52 million pixels at most",
    )


class KhataProgressSerializer(serializers.Serializer[KhataUpload]):
    """Pages read, of all pages."""

    done = serializers.IntegerField(source="pages_done")
    of = serializers.IntegerField(source="page_count")


class KhataRowSerializer(serializers.ModelSerializer[KhataRow]):
    """A line of a page. ``transaction_id``: where it is posted; ``in_ledger``: what it repeats."""

    row = serializers.IntegerField(source="position")
    name = serializers.SerializerMethodField()
    customer_id = serializers.IntegerField(allow_null=True)
    customer_name = serializers.CharField(source="customer.name", allow_null=True, default=None)
    particulars = serializers.SerializerMethodField()
    slip_number = serializers.SerializerMethodField()
    warnings = serializers.ListField(child=serializers.CharField())
    alternatives = serializers.ListField(child=serializers.IntegerField())
    transaction_id = serializers.IntegerField(allow_null=True)
    in_ledger = serializers.SerializerMethodField()
    box = serializers.SerializerMethodField()
    proposed = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = KhataRow
        fields = [
            "id",
            "row",
            "kind",
            "state",
            "date",
            "name",
            "customer_id",
            "customer_name",
            "customer_sure",
            "alternatives",
            "particulars",
            "debit",
            "credit",
            "balance",
            "weight",
            "quantity",
            "slip_number",
            "struck_out",
            "proven",
            "confidence",
            "warnings",
            "proposed",
            "box",
            "transaction_id",
            "in_ledger",
        ]
        read_only_fields = fields

    def get_name(self, row: KhataRow) -> str | None:
        return row.name or None

    def get_particulars(self, row: KhataRow) -> str | None:
        return row.particulars or None

    def get_slip_number(self, row: KhataRow) -> str | None:
        return row.slip_number or None

    def get_in_ledger(self, row: KhataRow) -> int | None:
        known: dict[int, int] = self.context["known"]
        return known.get(row.pk)

    @extend_schema_field(_BOX)
    def get_box(self, row: KhataRow) -> list[int]:
        return list(row.box)


class KhataPageSerializer(serializers.ModelSerializer[KhataPage]):
    """A page: ``entries`` may be posted; totals and carried sums are in ``non_entries``."""

    page = serializers.IntegerField(source="number")
    party = serializers.SerializerMethodField()
    layout = serializers.SerializerMethodField()
    image_url = serializers.SerializerMethodField()
    warnings = serializers.ListField(child=serializers.CharField())
    entries = serializers.SerializerMethodField()
    non_entries = serializers.SerializerMethodField()

    class Meta:
        model = KhataPage
        fields = [
            "page",
            "party",
            "date",
            "layout",
            "width",
            "height",
            "image_url",
            "entries",
            "non_entries",
            "warnings",
        ]
        read_only_fields = fields

    def get_party(self, page: KhataPage) -> str | None:
        return page.party or None

    def get_layout(self, page: KhataPage) -> str | None:
        return page.layout or None

    def get_image_url(self, page: KhataPage) -> str:
        return f"/khata-upload/{page.upload_id}/pages/{page.number}/image"

    @extend_schema_field(KhataRowSerializer(many=True))
    def get_entries(self, page: KhataPage) -> Any:
        return self._rows(page, entries=True)

    @extend_schema_field(KhataRowSerializer(many=True))
    def get_non_entries(self, page: KhataPage) -> Any:
        return self._rows(page, entries=False)

    def _rows(self, page: KhataPage, *, entries: bool) -> Any:
        rows = [row for row in page.rows.all() if (row.kind == RowKind.ENTRY) == entries]
        return KhataRowSerializer(rows, many=True, context=self.context).data


class KhataUploadSerializer(serializers.ModelSerializer[KhataUpload]):
    """A file of ledger pages; ``error`` says why it could not be read (yet)."""

    upload_id = serializers.IntegerField(source="pk")
    progress = KhataProgressSerializer(source="*")
    duplicate = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    pages = KhataPageSerializer(many=True)
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = KhataUpload
        fields = [
            "upload_id",
            "pipeline",
            "status",
            "progress",
            "duplicate",
            "version",
            "error",
            "pages",
            "warnings",
        ]
        read_only_fields = fields

    def get_duplicate(self, upload: KhataUpload) -> bool:
        return bool(self.context["duplicate"])

    def get_error(self, upload: KhataUpload) -> str | None:
        return upload.last_error or None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, upload: KhataUpload) -> list[str]:
        many = upload.page_count > 1
        return [
            f"Page {page.number}: {text}" if many else text
            for page in upload.pages.all()
            for text in page.warnings
        ]


class NewCustomerSerializer(serializers.Serializer[Any]):
    """Somebody whom the shop's book doesn't know yet."""

    name = serializers.CharField(max_length=120)
    phone = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=40)


def _number(digits: int, places: int) -> Any:
    return serializers.DecimalField(
        required=False, allow_null=True, max_digits=digits, decimal_places=places
    )


def _text(longest: int) -> Any:
    return serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=longest
    )


class CorrectedKhataRowSerializer(serializers.Serializer[Any]):
    """A row by its id; what is not sent stays as it was read."""

    id = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    date = serializers.DateField(required=False, allow_null=True)
    name = _text(200)
    customer_id = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_ID
    )
    new_customer = NewCustomerSerializer(required=False, allow_null=True)
    particulars = _text(300)
    debit = _number(12, 2)
    credit = _number(12, 2)
    balance = _number(12, 2)
    weight = _number(12, 3)
    quantity = _number(12, 3)
    slip_number = _text(24)
    struck_out = serializers.BooleanField(required=False)


class WholeKhataRowSerializer(CorrectedKhataRowSerializer):
    """A whole row: a customer, date, amount or slip number that is not sent is none."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        posted = ("date", "customer_id", "particulars", "debit", "credit", "slip_number")
        return {**dict.fromkeys(posted), **attrs}


class SubmitKhataSerializer(serializers.Serializer[Any]):
    """``force`` names rows to post although the ledger has them already."""

    upload_id = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    entries: Any = serializers.ListField(child=CorrectedKhataRowSerializer(), max_length=MAX_ROWS)
    discard = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        required=False,
        default=list,
        max_length=MAX_ROWS,
    )
    force = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        required=False,
        default=list,
        max_length=MAX_ROWS,
    )


class SubmitWholeKhataSerializer(SubmitKhataSerializer):
    """The rows to post, whole; one that is left out counts as discarded."""

    entries: Any = serializers.ListField(child=WholeKhataRowSerializer(), max_length=MAX_ROWS)


def entry_of(sent: dict[str, Any]) -> Entry:
    """A sent row as the rule takes it."""
    changes = {name: value for name, value in sent.items() if name not in ("id", "new_customer")}
    new = sent.get("new_customer")
    someone = NewCustomer(new["name"], new.get("phone") or "") if new else None
    return Entry(sent["id"], changes, someone)


class PostedKhataRowSerializer(serializers.Serializer[KhataRow]):
    """A row and where it stands in the ledger."""

    id = serializers.IntegerField()
    transaction_id = serializers.IntegerField()


class SubmittedKhataSerializer(serializers.Serializer[Outcome]):
    """What became of the rows; again: the same."""

    upload_id = serializers.IntegerField(source="upload.pk")
    posted = PostedKhataRowSerializer(many=True)
    discarded = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_discarded(self, outcome: Outcome) -> list[int]:
        return [row.pk for row in outcome.discarded]

"""Photographed ledger pages: the file, its upright pages, and the rows read on them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import Customer, User
from khata.models.ledger import LedgerTransaction


class UploadStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting to be read")
    READING = "reading", _("Being read")
    READ = "read", _("To review")
    FAILED = "failed", _("Could not be read")
    POSTED = "posted", _("Posted")


class PipelineName(models.TextChoices):
    V1 = "v1", _("Quick (v1)")
    V2 = "v2", _("Careful (v2)")


class KhataUploadQuerySet(models.QuerySet["KhataUpload"]):
    def with_rows(self) -> KhataUploadQuerySet:
        """All that shows an upload, in a fixed number of queries."""
        rows = KhataRow.objects.select_related("customer", "transaction").order_by(*KhataRow.ORDER)
        return self.prefetch_related("pages", Prefetch("pages__rows", queryset=rows))


class KhataUpload(models.Model):
    """A picture or PDF of ledger pages, read by one pipeline; its row says what is due (law 1)."""

    pipeline = models.CharField(max_length=2, choices=PipelineName)
    file = models.FileField(
        max_length=200, help_text=_("As it came, under a name nobody can guess.")
    )
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=40)
    byte_count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=7, choices=UploadStatus, default=UploadStatus.QUEUED)
    pages_done = models.PositiveSmallIntegerField(default=0)
    page_count = models.PositiveSmallIntegerField()
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    objects = KhataUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("khata page")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sha256", "pipeline"], name="khata_file_once"),
            models.CheckConstraint(
                condition=Q(status__in=UploadStatus.values), name="khata_upload_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=UploadStatus.POSTED) | Q(posted_at__isnull=False),
                name="khata_posted_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="khata_upload_by_status"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status__in=["queued", "reading"]),
                name="khata_upload_due",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Khata page %(pk)s") % {"pk": self.pk}

    @property
    def is_settled(self) -> bool:
        """Whether reading it has come to an end, good or bad."""
        return self.status not in (UploadStatus.QUEUED, UploadStatus.READING)


# The name as the reader saw it on a row; ``name`` is what staff made of it.
READ_NAME = KT("read__name")


class KhataPage(models.Model):
    """One page of an upload: its upright picture, in whose pixels the boxes are, and its head."""

    upload = models.ForeignKey(KhataUpload, on_delete=models.PROTECT, related_name="pages")
    number = models.PositiveSmallIntegerField(help_text=_("From 1"))
    image = models.FileField(max_length=200)
    width = models.PositiveIntegerField(help_text=_("Pixels"))
    height = models.PositiveIntegerField(help_text=_("Pixels"))
    layout = models.CharField(max_length=1, blank=True)
    party = models.CharField(max_length=200, blank=True)
    date = models.DateField(null=True, blank=True)
    warnings = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["upload", "number"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="khata_page_once"),
        ]
        indexes = [
            models.Index(fields=["party"], condition=Q(party__gt=""), name="khata_page_by_party")
        ]

    def __str__(self) -> str:
        return gettext("page %(number)s") % {"number": self.number}


class RowKind(models.TextChoices):
    ENTRY = "entry", _("Entry")
    TOTAL = "total", _("Total")
    CARRIED = "carried", _("Carried forward")
    OPENING = "opening", _("Brought forward")


class RowState(models.TextChoices):
    OPEN = "open", _("Open")
    POSTED = "posted", _("Posted")
    DISCARDED = "discarded", _("Discarded")


class KhataRow(models.Model):
    """A line of a page: ``read`` is what the reader saw, the columns what it is taken for now.

    A row that staff added or split off has read nothing. Only entries are ever posted.
    """

    ORDER = ("position", "pk")

    page = models.ForeignKey(KhataPage, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveSmallIntegerField(help_text=_("From 1, down the page"))
    kind = models.CharField(max_length=7, choices=RowKind, default=RowKind.ENTRY)
    state = models.CharField(max_length=9, choices=RowState, default=RowState.OPEN)
    date = models.DateField(null=True, blank=True)
    name = models.CharField(max_length=200, blank=True)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="khata_rows"
    )
    customer_sure = models.BooleanField(
        default=False, help_text=_("Its very name or phone stands there, or a person chose it.")
    )
    alternatives = models.JSONField(default=list, blank=True, help_text=_("Ids of other customers"))
    particulars = models.CharField(max_length=300, blank=True)
    debit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    credit = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    balance = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    weight = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text=_("Grams")
    )
    quantity = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    slip_number = models.CharField(max_length=24, blank=True)
    struck_out = models.BooleanField(default=False)
    proven = models.BooleanField(default=False, help_text=_("Sums on the page confirm the amount."))
    confidence = models.FloatField(default=0)
    checked = models.BooleanField(default=False, help_text=_("A person corrected or wrote it."))
    warnings = models.JSONField(default=list, blank=True)
    read = models.JSONField(default=dict, blank=True, help_text=_("What the reader saw, by field"))
    proposed = models.JSONField(default=dict, blank=True, help_text=_("What makes the sums agree"))
    box = models.JSONField(default=list, blank=True, help_text=_("x0, y0, x1, y1 on the picture"))
    cells = models.JSONField(default=dict, blank=True, help_text=_("The box of each field"))
    split_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="splits"
    )
    transaction = models.OneToOneField(
        LedgerTransaction,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="khata_row",
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["box", "cells", "read", "alternatives"])
    _history_user: User | None  # set by the rule that saves; simple-history reads it

    class Meta:
        ordering = ["page", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state=RowState.POSTED) & Q(transaction__isnull=False))
                | (~Q(state=RowState.POSTED) & Q(transaction__isnull=True)),
                name="khata_row_posted_has_transaction",
            ),
            models.CheckConstraint(
                condition=~Q(state=RowState.POSTED)
                | (Q(kind=RowKind.ENTRY) & Q(struck_out=False) & Q(customer__isnull=False)),
                name="khata_row_posted_is_a_live_entry",
            ),
        ]
        indexes = [
            models.Index(
                READ_NAME, condition=Q(state=RowState.POSTED), name="khata_row_posted_by_name"
            )
        ]

    def __str__(self) -> str:
        return gettext("row %(number)s") % {"number": self.position}

    @property
    def is_open(self) -> bool:
        """Whether it may still be posted."""
        return self.state == RowState.OPEN and self.kind == RowKind.ENTRY

    @property
    def amount(self) -> Decimal | None:
        """Rupees of the one side that has any."""
        return self.debit or self.credit

"""A file being imported, how far it is, and what became of its rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    CUSTOMERS = "customers", _("Customers")
    PRODUCTS = "products", _("Products")
    ORDERS = "orders", _("Past orders")


class ImportStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")


class Outcome(models.TextChoices):
    CREATED = "created", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    REFUSED = "refused", _("Refused")


class ImportJob(models.Model):
    """One file; ``position`` is the checkpoint: the last row whose chunk is committed.

    A run that died goes on there. ``file`` is empty where a command reads the file from
    its own place.
    """

    kind = models.CharField(_("kind"), max_length=9, choices=ImportKind)
    status = models.CharField(
        _("status"), max_length=8, choices=ImportStatus, default=ImportStatus.QUEUED
    )
    dry_run = models.BooleanField(
        _("only look"), default=False, help_text=_("Says what would change, and changes nothing.")
    )
    keep_existing = models.BooleanField(
        _("leave what is here alone"),
        default=False,
        help_text=_("Adds what is new; rows that are here already stay as they are."),
    )
    to_ledger = models.BooleanField(
        _("write past orders into the ledger"),
        default=False,
        help_text=_("Off, what customers owe is entered as opening balances."),
    )
    mapping = models.JSONField(default=dict, blank=True, help_text=_("Field to header."))
    file = models.FileField(upload_to="imports/", blank=True)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    byte_count = models.PositiveBigIntegerField()
    encoding = models.CharField(max_length=40, blank=True)
    headers = models.JSONField(default=list)
    columns = models.JSONField(default=dict, help_text=_("Field to header, as understood."))
    ignored = models.JSONField(default=list, help_text=_("Headers that mean nothing here."))
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    position = models.PositiveIntegerField(default=0, help_text=_("The last row that is done."))
    rows_done = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    refused_count = models.PositiveIntegerField(_("refused"), default=0)
    attempt_count = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status__in=["queued", "running"]),
                name="import_due",
            ),
            models.Index(fields=["sha256"], name="import_by_file"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_settled(self) -> bool:
        return self.status in (ImportStatus.FINISHED, ImportStatus.FAILED)

    @property
    def percent(self) -> int:
        """How much is done, as far as the file's lines tell."""
        if self.status == ImportStatus.FINISHED:
            return 100
        return min(99, self.rows_done * 100 // max(self.row_count, 1))


class ImportRow(models.Model):
    """What became of a row: kept of every refused one, and of a dry run's first rows."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField(_("row"), help_text=_("As Excel counts."))
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome)
    label = models.CharField(_("what"), max_length=200, blank=True)
    changes = models.JSONField(
        _("changes"), default=dict, help_text=_("Field to before and after.")
    )
    problems = models.JSONField(_("problems"), default=list)
    cells = models.JSONField(default=list, help_text=_("As they stand in the file."))

    class Meta:
        ordering = ["job", "row"]
        constraints = [
            models.UniqueConstraint(fields=["job", "row"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.row}"

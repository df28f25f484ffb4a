"""Imports of CSV and XLSX files: how far they are, and what was wrong with which row."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class DataImport(models.Model):
    """A file on its way into an entity. `done` rows are committed with their effect, so that a run that was stopped
    goes on behind them. No business record: the rows it writes are audited, its progress is not."""

    audited: ClassVar[bool] = False

    class State(models.TextChoices):
        MAPPING = "mapping", _("Assigning columns")
        RUNNING = "running", _("Running")
        CHECKED = "checked", _("Checked")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    class OnExisting(models.TextChoices):
        UPDATE = "update", _("Update")
        SKIP = "skip", _("Skip")
        ERROR = "error", _("Report as an error")

    entity = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=400)
    kind = models.CharField(max_length=4)  # csv, xlsx
    columns = models.JSONField(default=list)  # [{"column", "sample", "field"}]
    mapping = models.JSONField(default=dict)  # column → field
    key = models.CharField(max_length=80, blank=True, default="")
    on_existing = models.CharField(max_length=6, choices=OnExisting.choices, default=OnExisting.UPDATE)
    state = models.CharField(max_length=9, choices=State.choices, default=State.MAPPING)
    dry_run = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    job_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=80)  # Actor.ref: others do not see it
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class DataImportError(models.Model):
    """One fault in one row of a file."""

    audited: ClassVar[bool] = False

    data_import = models.ForeignKey(DataImport, models.CASCADE, related_name="errors")
    row = models.PositiveIntegerField()  # as the spreadsheet counts: the header is row 1
    field = models.CharField(max_length=120, blank=True, default="")
    column = models.CharField(max_length=255, blank=True, default="")
    value = models.CharField(max_length=255, blank=True, default="")
    message = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["data_import", "row"], name="records_import_error_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"

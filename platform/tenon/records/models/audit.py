"""The audit trail, written by a trigger on every record's table."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """One write to one row: who, when, in which request, old and new values. Append-only."""

    append_only: ClassVar[bool] = True

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)  # Actor.ref
    actor_label = models.CharField(max_length=160, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    op = models.CharField(max_length=6)
    table_name = models.CharField(max_length=80)
    row_id = models.BigIntegerField()
    changes = models.JSONField()  # update: {field: [old, new]}; insert and delete: the row

    class Meta:
        db_table = "records_audit"
        indexes = [models.Index(fields=["table_name", "row_id", "at"], name="records_audit_row")]

    def __str__(self) -> str:
        return f"{self.op} {self.table_name}:{self.row_id}"

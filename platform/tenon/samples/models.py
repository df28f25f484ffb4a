"""The register of sample records."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SampleRecord(models.Model):
    """A row that came with the sample data. No business record: the rows it names are audited, the register is not."""

    audited: ClassVar[bool] = False

    table_name = models.CharField(max_length=80)
    row_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table_name", "row_id"], name="samples_record_once")]

    def __str__(self) -> str:
        return f"{self.table_name}:{self.row_id}"

"""Number sequences of documents."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Sequence(models.Model):
    """A gapless number series, `SO-26` → 00001, 00002 …; taken under its row's lock in the document's transaction."""

    audited: ClassVar[bool] = False

    key = models.CharField(max_length=60, unique=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key

"""The base of business records and of append-only ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """A business record: version for optimistic locking, who and when, custom fields. Its table has the audit trigger.

    Written by services only: the trigger refuses a write that has no actor (tenon.records.service)."""

    audited: ClassVar[bool] = True
    append_only: ClassVar[bool] = False
    internal: ClassVar[bool] = False  # True: has no entity, and so no generic API, on purpose

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    created_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("created by"), db_index=False,
    )  # fmt: skip
    changed_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("changed by"), db_index=False,
    )  # fmt: skip
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        from tenon.records.service import touch

        adding = self._state.adding
        if not adding:
            self.version += 1
        member_id = touch(self, "insert" if adding else "update")
        if adding:
            self.created_by_id = member_id
        self.changed_by_id = member_id
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "version", "changed_at", "changed_by"}
        super().save(*args, **kwargs)
        if adding:
            touch(self, "insert")  # its key is known only now

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        from tenon.records.service import touch

        touch(self, "delete")
        return super().delete(*args, **kwargs)


class LedgerRow(models.Model):
    """A row of an append-only ledger (stock moves, journal entries): a trigger refuses UPDATE and DELETE, and every
    row names its actor. A mistake is reversed by another row."""

    audited: ClassVar[bool] = False
    append_only: ClassVar[bool] = True
    # Column → table of merges: when one record goes up in another, this column alone may follow it, and back.
    follows_merges: ClassVar[Mapping[str, str]] = {}

    posted_at = models.DateTimeField(_("posted at"), auto_now_add=True)
    # Filled by the append-only trigger from tenon.actor, so that no writer can leave it out or forge it.
    posted_by = models.CharField(_("posted by"), max_length=80, default="", editable=False)

    class Meta:
        abstract = True

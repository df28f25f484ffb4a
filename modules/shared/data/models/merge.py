"""Parties found to be one and the same, and what was moved when they became one."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models.party import Party
from tenon.records.base import Record


class PartyMerge(Record):
    """One party that went up in another (合并). It says enough to be undone: `fields` holds what changed on either of
    the two, PartyMergeMove every reference that moved. While it is `merged`, the append-only ledgers let the party of
    their rows, and nothing else of them, follow it (docs/adr)."""

    class State(models.TextChoices):
        MERGED = "merged", _("Merged")
        UNDONE = "undone", _("Undone")

    survivor = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("remains"))
    absorbed = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("merged into it"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.MERGED)
    moved = models.PositiveIntegerField(_("records moved"), default=0)
    kept = models.PositiveIntegerField(
        _("records kept back"), default=0,
        help_text=_("What the remaining one has already, such as a second entry of the same contact."),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    # {"survivor": {field: [before, after]}, "absorbed": {…}, "addresses": {id: [before, after]}}
    fields = models.JSONField(_("fields"), default=dict)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("merge of parties")
        verbose_name_plural = _("merges of parties")
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=models.Q(state="merged"), name="data_party_merge_once"
            ),
            models.CheckConstraint(condition=~models.Q(survivor=models.F("absorbed")), name="data_party_merge_two"),
        ]
        indexes = [models.Index(fields=["survivor", "state"], name="data_party_merge_survivor")]

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.survivor}"


class PartyMergeMove(Record):
    """The rows of one column that pointed at the absorbed party; `kept` ones had no room beside the survivor's own."""

    internal: ClassVar[bool] = True
    audited: ClassVar[bool] = False

    merge = models.ForeignKey(PartyMerge, models.CASCADE, related_name="moves", verbose_name=_("merge"))
    table = models.CharField(_("table"), max_length=63)
    column = models.CharField(_("column"), max_length=63)
    rows = ArrayField(models.BigIntegerField(), verbose_name=_("rows"), default=list)
    kept = ArrayField(models.BigIntegerField(), verbose_name=_("kept back"), default=list)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("references moved by a merge")
        verbose_name_plural = _("references moved by merges")
        constraints = [models.UniqueConstraint(fields=["merge", "table", "column"], name="data_party_merge_move_once")]

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"

"""The pool (公海): customers without an owner, who may take them, and every change of hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Party
from tenon.records.base import LedgerRow, Record


class Pool(Record):
    """A pool and its rules. Where `department` is named, its members and those of the departments below may see and
    claim; left empty, everybody. A limit left empty is none. Days are the company's; public holidays and the pauses of
    an owner are not counted."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"),
        help_text=_("Whose customers these are. Left empty, everybody may claim."),
    )  # fmt: skip
    claims_per_day = models.PositiveSmallIntegerField(
        _("claims per day"), null=True, blank=True, default=5, help_text=_("For each person. Left empty, no limit.")
    )
    holding_ceiling = models.PositiveIntegerField(
        _("holding ceiling"), null=True, blank=True,
        help_text=_("How many customers of the pool one person may hold; those who have bought do not count."),
    )  # fmt: skip
    protection_days = models.PositiveSmallIntegerField(
        _("protection days"), default=7, help_text=_("Nobody loses a customer earlier than this after getting it.")
    )
    follow_up_days = models.PositiveSmallIntegerField(
        _("days without follow-up"), null=True, blank=True, default=30,
        help_text=_("After so many days a customer goes back. Left empty, never."),
    )  # fmt: skip
    deal_days = models.PositiveSmallIntegerField(
        _("days without a deal"), null=True, blank=True,
        help_text=_("After so many days a customer goes back. Left empty, never."),
    )  # fmt: skip
    cool_down_days = models.PositiveSmallIntegerField(
        _("cool-down days"), default=7, help_text=_("So long the former owner may not claim the customer again.")
    )
    enrols = models.BooleanField(
        _("takes in customers by itself"), default=False,
        help_text=_("Every night the team's customers that are in no pool come under these rules."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("pool")
        verbose_name_plural = _("pools")
        constraints = [
            models.CheckConstraint(
                condition=Q(follow_up_days__isnull=True) | Q(follow_up_days__gte=1), name="crm_pool_follow_up"
            ),
            models.CheckConstraint(condition=Q(deal_days__isnull=True) | Q(deal_days__gte=1), name="crm_pool_deal"),
        ]

    def __str__(self) -> str:
        return self.name


class PoolCustomer(Record):
    """A customer under the rules of a pool. Whether it is free is the customer's own `owner`: kept once only.
    `since` is the day it came to its owner, or into the pool. `warned` is how many days before the owner was last
    warned."""

    party = models.OneToOneField(Party, models.CASCADE, related_name="+", verbose_name=_("customer"))
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="customers", verbose_name=_("pool"))
    since = models.DateField(_("since"))
    former_owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("former owner")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    key_account = models.BooleanField(_("key account"), default=False)
    recycle_on = models.DateField(_("goes back on"), null=True, blank=True, editable=False)
    warned = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("customer of a pool")
        verbose_name_plural = _("customers of pools")
        indexes = [
            models.Index(fields=["pool", "since"], name="crm_pool_customer_since"),
            models.Index(fields=["recycle_on"], name="crm_pool_customer_recycle"),
        ]

    @cached_property
    def state(self) -> str:
        """ "open" or "held"; lists bring it along (selectors.pool), a record locked for an action is asked."""
        return "open" if self.party.owner_id is None else "held"

    def __str__(self) -> str:
        return self.party.name


class PoolPause(Record):
    """Days on which somebody is away: they do not count against their customers (请假暂停)."""

    member = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="crm_pool_pause_days")]

    def __str__(self) -> str:
        return f"{self.member} {self.since} – {self.until}"


class OwnershipChange(LedgerRow):
    """One passing of a customer from hand to hand (归属流水), append-only: who claims what a friend let go shows."""

    class Kind(models.TextChoices):
        ENTERED = "entered", _("Came under the pool")
        CLAIMED = "claimed", pgettext_lazy("ownership", "Claimed")
        RELEASED = "released", pgettext_lazy("ownership", "Let go")
        NO_FOLLOW_UP = "untouched", _("Taken back: no follow-up")
        NO_DEAL = "no_deal", _("Taken back: no deal")
        ASSIGNED = "assigned", _("Assigned")
        ELSEWHERE = "elsewhere", _("Changed on the customer")

    part_of: ClassVar[str] = "party"

    follows_merges: ClassVar[Mapping[str, str]] = {"party_id": "data_partymerge"}

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("customer"))
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+", verbose_name=_("pool"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    from_member = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    to_member = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to")
    )
    on = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("change of ownership")
        verbose_name_plural = _("changes of ownership")
        indexes = [
            models.Index(fields=["party", "-id"], name="crm_ownership_party"),
            models.Index(fields=["pool", "to_member", "on"], name="crm_ownership_claims"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.kind}"

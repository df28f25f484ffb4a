"""Who else the customers of our deals might buy from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from modules.crm.models.opportunity import Opportunity
from tenon.records.base import Record


class Competitor(Record):
    """A company that wins deals we want (竞争对手)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    website = models.URLField(_("web site"), blank=True, default="")
    strengths = models.TextField(_("strengths"), blank=True, default="")
    weaknesses = models.TextField(_("weaknesses"), blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")

    def __str__(self) -> str:
        return self.name


class DealCompetitor(Record):
    """A competitor in one deal, and how they stand there. When it became known is when it was written."""

    class Standing(models.TextChoices):
        AHEAD = "ahead", _("Ahead of us")
        EVEN = "even", _("Level with us")
        BEHIND = "behind", _("Behind us")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="rivals", verbose_name=_("opportunity"))
    competitor = models.ForeignKey(Competitor, models.PROTECT, related_name="deals", verbose_name=_("competitor"))
    standing = models.CharField(_("how they stand"), max_length=6, choices=Standing.choices, default=Standing.EVEN)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("competitor in a deal")
        verbose_name_plural = _("competitors in deals")
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "competitor"], name="crm_deal_competitor"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} {self.competitor_id}"

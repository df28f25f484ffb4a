"""Where leads come from by themselves: sources that knock, who gets what they bring, and every knock."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.crm.models.lead import Lead
from tenon.records.base import Record


class LeadSource(Record):
    """An address that leads are sent to (线索来源). `token` is the unguessable part of the address; `signing_key`, kept
    sealed, is what the sender proves itself with."""

    class Kind(models.TextChoices):
        FORM = "form", _("Form on a web site")
        JSON = "json", _("Any program (JSON)")
        OCEAN_ENGINE = "ocean_engine", _("Ocean Engine (Douyin, Toutiao)")
        BAIDU = "baidu", _("Baidu marketing")
        META = "meta", _("Meta lead ads")
        GOOGLE = "google", _("Google Ads lead forms")

    # Whose senders sign with a key of their own; the others are let in by the address alone.
    SIGNED: ClassVar[tuple[str, ...]] = (Kind.JSON, Kind.META, Kind.GOOGLE)

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    token = models.CharField(max_length=43, unique=True, editable=False)
    signing_key = models.TextField(blank=True, default="", editable=False)
    campaign = models.CharField(
        _("campaign"), max_length=120, blank=True, default="", help_text=_("Where a lead names none itself.")
    )
    mapping = models.JSONField(
        _("field names"), default=dict, blank=True,
        help_text=_("Our field and the sender's name for it, where that is not one of the usual names."),
    )  # fmt: skip
    origins = models.TextField(
        _("web sites"), blank=True, default="",
        help_text=_("Which sites may show the form, one in a line: https://www.example.com"),
    )  # fmt: skip
    thanks = models.CharField(
        _("words of thanks"), max_length=300, blank=True, default="", help_text=_("What is said once a form is sent.")
    )
    per_minute = models.PositiveSmallIntegerField(
        _("most in a minute"), default=60, help_text=_("What comes beyond that is refused and may be sent again.")
    )
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner"),
        help_text=_("Who gets a lead when nobody of the rota can take it."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("lead source")
        verbose_name_plural = _("lead sources")
        constraints = [models.CheckConstraint(condition=Q(per_minute__gte=1), name="crm_lead_source_rate")]

    def __str__(self) -> str:
        return self.name


class LeadAssignee(Record):
    """Somebody on the rota of a source (自动分配). `credit` is where their turn stands (rules.assignment)."""

    source = models.ForeignKey(LeadSource, models.CASCADE, related_name="rota", verbose_name=_("lead source"))
    member = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    weight = models.PositiveSmallIntegerField(
        pgettext_lazy("rota", "share"), default=1, help_text=_("Who has 2 gets twice as many as who has 1.")
    )
    ceiling = models.PositiveIntegerField(
        _("most open leads"), null=True, blank=True, help_text=_("Whoever has so many gets none. Left empty, no limit.")
    )
    words = models.CharField(
        _("only where it says"), max_length=300, blank=True, default="",
        help_text=_("Regions, products or campaigns, separated by commas: such leads go to those who name them."),
    )  # fmt: skip
    credit = models.IntegerField(default=0, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("place on a rota")
        verbose_name_plural = _("rota of lead sources")
        constraints = [
            models.UniqueConstraint(fields=["source", "member"], name="crm_lead_assignee_once"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="crm_lead_assignee_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.member}"


class LeadTouch(Record):
    """One knock: what was sent, as it was sent, and what became of it. The same lead sent twice is one lead with two
    touches (触点)."""

    class Outcome(models.TextChoices):
        NEW = "new", pgettext_lazy("touch", "New lead")
        AGAIN = "again", pgettext_lazy("touch", "Same lead again")
        UNREADABLE = "unreadable", pgettext_lazy("touch", "Could not be read")
        SPAM = "spam", pgettext_lazy("touch", "Taken for spam")
        TEST = "test", pgettext_lazy("touch", "Test of the sender")

    source = models.ForeignKey(LeadSource, models.PROTECT, related_name="touches", verbose_name=_("lead source"))
    lead = models.ForeignKey(
        Lead, models.PROTECT, null=True, blank=True, related_name="touches", verbose_name=_("lead")
    )
    outcome = models.CharField(pgettext_lazy("touch", "outcome"), max_length=10, choices=Outcome.choices)
    external_id = models.CharField(_("the sender's number"), max_length=200, blank=True, default="")
    campaign = models.CharField(_("campaign"), max_length=200, blank=True, default="")
    ad = models.CharField(_("advertisement"), max_length=200, blank=True, default="")
    trail = models.JSONField(_("came by"), default=dict, blank=True)  # utm_*, click ids, page
    why = models.CharField(_("reason"), max_length=300, blank=True, default="")
    payload = models.JSONField(_("as sent"), default=dict, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        indexes = [
            models.Index(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="crm_lead_touch_external"
            ),
            models.Index(fields=["-created_at"], name="crm_lead_touch_when"),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.external_id or self.pk}"

"""Temporary grants: a right for a while."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.records.base import Record


class TemporaryGrant(Record):
    """A role or single permissions for one member, from a moment until a moment (临时授权): for a holiday, an audit,
    the end of a year. It ends by itself: what it gives is worth nothing outside its time, whether or not anybody
    looks. `scope` is how far single permissions reach; a role brings its own."""

    member = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    role = models.SlugField(_("role"), max_length=60, blank=True, default="", db_index=False)
    permissions = ArrayField(models.CharField(max_length=120), verbose_name=_("permissions"), default=list, blank=True)
    scope = models.CharField(
        _("data scope"),
        max_length=12,
        default="own",
        choices=[
            ("own", _("Own")),
            ("department", _("Own department")),
            ("subtree", _("Department and below")),
            ("all", _("All")),
        ],
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(pgettext_lazy("grant", "until"))
    reason = models.CharField(pgettext_lazy("grant", "reason"), max_length=300)
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("temporary grant")
        verbose_name_plural = _("temporary grants")
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="access_grant_has_a_time")]
        indexes = [models.Index(fields=["member", "-until"], name="access_grant_member")]

    def __str__(self) -> str:
        return self.reason

"""How workers say who they are at a shared terminal."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class Badge(Record):
    """A member's badge (工牌): its code is printed on it and scanned; without the PIN it opens nothing. A badge that is
    lost is switched off, the member gets another one."""

    member = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    code = models.CharField(_("badge code"), max_length=60, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("badge")
        verbose_name_plural = _("badges")

    def __str__(self) -> str:
        return self.code


class BadgePin(models.Model):
    """The PIN of a badge as a hash, and how often it was wrong in a row. Not in the audit trail: a trail of hashes of
    six figures would be a trail of PINs."""

    badge = models.OneToOneField(Badge, models.CASCADE, related_name="pin")
    secret = models.CharField(max_length=160)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.badge)

"""What the staff did: kept for good."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffAction(models.Model):
    """One action of the console (运营操作日志). Nothing changes or removes it: a trigger of the table refuses.
    Person and company are plain numbers and words, so that it outlives both."""

    at = models.DateTimeField(_("time"), auto_now_add=True)
    person_id = models.BigIntegerField(null=True)
    person = models.CharField(_("person"), max_length=254)
    role = models.CharField(_("role"), max_length=10, blank=True, default="")
    what = models.CharField(_("action"), max_length=60)
    company_id = models.BigIntegerField(null=True)
    company = models.CharField(_("company"), max_length=63, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    detail = models.JSONField(default=dict)
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = _("action of the staff")
        verbose_name_plural = _("staff log")
        indexes = [models.Index(fields=["company_id", "-id"], name="console_action_company")]

    def __str__(self) -> str:
        return f"{self.what} {self.company}"

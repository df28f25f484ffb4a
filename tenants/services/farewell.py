"""Mails to the owners of a company that leaves: when it is closed, and once more before its data goes for good."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from tenants import hosts
from tenants.mails import send
from tenants.models import CompanyDeletion, CompanyLog
from tenon.access.models import Member
from tenon.access.services.guards import OWNER
from tenon.tenancy.context import outside, serving

log = logging.getLogger(__name__)
LAST_WORD = timedelta(days=3)  # before the purge
_TOLD = "purge_announced"


def tell_closing(deletion_id: int) -> int:
    """Who asked, until when it can be taken back, where the data is. Returns how many were told; nobody once it has
    been taken back."""
    return _tell(deletion_id, "closing")


def tell_purges() -> int:
    """The last word to the companies that go within three days, once each. Returns how many companies."""
    now = timezone.now()
    with outside():
        soon = CompanyDeletion.objects.filter(
            undone_at=None, purged_at=None, tenant__isnull=False, tenant__is_copy=False,
            purge_at__gt=now, purge_at__lte=now + LAST_WORD,
        )  # fmt: skip
        told = 0
        for asked in soon.order_by("id"):
            log_of_it = CompanyLog.objects.filter(tenant_id=asked.company_id, what=_TOLD, detail__deletion=asked.pk)
            if log_of_it.exists():
                continue
            try:
                _tell(asked.pk, "purge")
            except Exception:  # the others are told; this one at the next round
                log.exception("the owners of %s could not be told", asked.slug)
                continue
            CompanyLog.objects.create(
                tenant_id=asked.company_id, actor="system:tenants", what=_TOLD, detail={"deletion": asked.pk}
            )
            told += 1
        return told


def _tell(deletion_id: int, what: str) -> int:
    with outside():
        asked = CompanyDeletion.objects.select_related("tenant").get(pk=deletion_id)
        tenant = asked.tenant
        if tenant is None or asked.undone_at is not None or tenant.is_copy:
            return 0
        company = tenant.company()
        with serving(company):
            owners = Member.objects.filter(is_active=True, roles__contains=[OWNER]).exclude(email="").order_by("pk")
            people = [(m.email, m.language or company.language) for m in owners]
        context = {
            "company": asked.name, "asked_by": asked.asked_by, "what": what, "until": asked.purge_at,
            "link": f"{hosts.company_url(asked.slug)}/admin/data",
        }  # fmt: skip
        for address, language in people:
            send("tenants/email/farewell", address, language, context)
        return len(people)

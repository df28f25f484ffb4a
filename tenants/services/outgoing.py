"""A restored company is quiet until its owner has looked at it and lets it speak."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tenants.models import CompanyLog, Tenant
from tenants.services.deletion import owner_in_person
from tenants.services.export import PERMISSION
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.realtime.notify import bootstrap_changed
from tenon.records.service import require_writable
from tenon.tenancy.context import current, outside


def outgoing_allow(*, actor: Actor) -> None:
    """Mails, webhooks, schedules and payments from now on. Raises Forbidden, ReadOnly, StateRefused for a copy and for
    a company that speaks already."""
    owner_in_person(actor, PERMISSION)
    require_writable()
    company = current()
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=company.id)
        if tenant.is_copy:
            raise StateRefused(_("A copy stays quiet"))
        if not tenant.outgoing_off:
            raise StateRefused(_("The company is not held back"))
        Tenant.objects.filter(pk=tenant.pk).update(outgoing_off=False, revision=F("revision") + 1)
        CompanyLog.objects.create(
            tenant=tenant, actor=actor.ref, actor_label=actor.label[:160], what="outgoing_on", detail={}
        )
        told = Tenant.objects.get(pk=tenant.pk).company()
        transaction.on_commit(lambda: bootstrap_changed(told), robust=True)

"""A company that leaves: closed at once, taken back within thirty days, then removed for good with a record of it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from tenants.archive.folders import delete_folder
from tenants.models import CompanyDeletion, CompanyExport, CompanyLog, Tenant
from tenants.services.provisioning import UNFINISHED
from tenants.signals import company_reopened
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.services.guards import OWNER
from tenon.events.models import Delivery, Outbox
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.realtime.notify import bootstrap_changed
from tenon.tenancy import schemas
from tenon.tenancy.context import current, outside, owning
from tenon.tenancy.models import Slot

log = logging.getLogger(__name__)
PERMISSION = "access.company.delete"
TIME_TO_UNDO = timedelta(days=30)
SLUG_RESTS = timedelta(days=180)  # links, mails and bookmarks to the old address must not lead to somebody else
_OPEN = {"undone_at": None, "purged_at": None}


def deletion_of(tenant_id: int) -> CompanyDeletion | None:
    """The deletion under way."""
    with outside():
        return CompanyDeletion.objects.filter(tenant_id=tenant_id, **_OPEN).first()


def deletion_ask(*, actor: Actor, confirm: str, reason: str) -> CompanyDeletion:
    """Closes the company now and has it removed in thirty days. `confirm` is its address, typed. Owners only, in
    person: no API key deletes a company. Raises Forbidden, Invalid, StateRefused."""
    member = owner_in_person(actor, PERMISSION)
    company, now = current(), timezone.now()
    if confirm.strip() != company.slug:
        raise Invalid.field("confirm", _("Type the company's address, %(slug)s") % {"slug": company.slug}, "mismatch")
    if not reason.strip():
        raise Invalid.field("reason", _("Say why, for the record"), "required")
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=company.id)
        if tenant.state in (*UNFINISHED, Tenant.State.CLOSED):
            raise StateRefused(_("The company is closed already"), state=tenant.state)
        asked = CompanyDeletion.objects.create(
            tenant=tenant, company_id=tenant.pk, slot_id=tenant.slot_id, slug=tenant.slug, name=tenant.name,
            slug_skeleton=tenant.slug_skeleton, state_before=tenant.state, person_id=member.person_id,
            asked_by=member.email, reason=reason.strip()[:500], asked_at=now, purge_at=now + TIME_TO_UNDO,
        )  # fmt: skip
        Tenant.objects.filter(pk=tenant.pk).update(state=Tenant.State.CLOSED, state_at=now)
        _note(tenant, actor, "closed", {"reason": asked.reason, "purge_at": asked.purge_at.isoformat()})
        transaction.on_commit(lambda: _tell_owners(asked.pk), robust=True)
    bootstrap_changed(company)
    return asked


def _tell_owners(deletion_id: int) -> None:
    from tenants.tasks import closing_told

    closing_told.apply_async([deletion_id], retry=False)


def deletion_undo(*, actor: Actor) -> CompanyDeletion:
    """Opens the company again as it was. Raises Forbidden, StateRefused when it is not closed or it is too late."""
    member = owner_in_person(actor, PERMISSION)
    company = current()
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=company.id)
        asked = CompanyDeletion.objects.select_for_update().filter(tenant=tenant, **_OPEN).first()
        if asked is None or asked.purge_at <= timezone.now():
            raise StateRefused(_("There is no deletion to undo"), state=tenant.state)
        asked.undone_at, asked.undone_by = timezone.now(), member.email
        asked.save(update_fields=["undone_at", "undone_by"])
        # Suspended by the staff while it was closed: it is that, then.
        state = Tenant.State.SUSPENDED if tenant.suspended_at else asked.state_before
        Tenant.objects.filter(pk=tenant.pk).update(state=state, state_at=timezone.now())
        _note(tenant, actor, "reopened", {})
        company_reopened.send(Tenant, tenant_id=tenant.pk)
    bootstrap_changed(company)
    return asked


def owner_in_person(actor: Actor, permission: str) -> Member:
    """The owner who acts; no API key does what only an owner may. Raises Forbidden."""
    actor.require(permission)
    if actor.kind != "member" or OWNER not in actor.roles:
        raise Forbidden(_("Only an owner may do this, in person"), permission=permission)
    return Member.objects.get(pk=actor.member_id or 0)


def _note(tenant: Tenant, actor: Actor, what: str, detail: dict[str, Any]) -> None:
    CompanyLog.objects.create(
        tenant=tenant, actor=actor.ref, actor_label=actor.label[:160], what=what, detail=detail
    )  # fmt: skip


def purge_due() -> int:
    """Removes every company whose time has run out. One that fails is tried again at the next round. Returns how many
    went."""
    with outside():
        due = list(CompanyDeletion.objects.filter(purge_at__lte=timezone.now(), **_OPEN).order_by("id"))
        gone = 0
        for asked in due:
            try:
                gone += purge(asked)
            except Exception:  # the others go on
                log.exception("company %s could not be removed", asked.slug)
    return gone


def purge(asked: CompanyDeletion) -> bool:
    """Files, cache, events, the public rows, then schema and role; each step can be found done. The record is complete
    only at the end. Returns False when somebody has taken the deletion back meanwhile."""
    slot = Slot.objects.filter(pk=asked.slot_id).first()
    role = f"tr_{asked.slot_id}"
    with transaction.atomic():
        found = CompanyDeletion.objects.select_for_update().filter(pk=asked.pk, **_OPEN).first()
        if found is None or found.purge_at > timezone.now():
            return False
        if found.tenant is not None and slot is not None:
            last = CompanyExport.objects.filter(tenant=found.tenant).exclude(sha256="").order_by("-id").first()
            if last is not None:
                found.export_sha256, found.export_content = last.sha256, last.content
            found.counts = {"tables": _rows(slot.schema), "people": found.tenant.memberships.count()}
            found.save()
            Tenant.objects.filter(pk=found.tenant.pk).delete()  # nobody is let in from here on
    counts = dict(found.counts)
    counts["files"] = counts.get("files", 0) + delete_folder(f"c{found.company_id}")
    counts["cache"] = counts.get("cache", 0) + _forget_cache(found.company_id)
    counts["events"] = counts.get("events", 0) + Outbox.objects.filter(role=role).count()
    Delivery.objects.filter(role=role).delete()
    Outbox.objects.filter(role=role).delete()
    CompanyDeletion.objects.filter(pk=found.pk).update(counts=counts)
    if slot is not None:
        schemas.drop_slot(slot)
    now = timezone.now()
    CompanyDeletion.objects.filter(pk=found.pk).update(counts=counts, purged_at=now, slug_free_at=now + SLUG_RESTS)
    log.info("company %s is removed", found.slug)
    return True


def _rows(schema: str) -> dict[str, int]:
    """How many rows each table has."""
    with owning(schema), connections["owner"].cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = %s::regnamespace and relkind = 'r' order by 1", [schema]
        )
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table)))
            counts[table] = int(cursor.fetchone()[0])
    return counts


def _forget_cache(company_id: int) -> int:
    """Everything that was cached inside the company."""
    config = settings.CACHES["default"]
    client = redis.Redis.from_url(config["LOCATION"], socket_timeout=30)
    gone = 0
    for pattern in (f"{config['KEY_PREFIX']}:{company_id}:*", f"{config['KEY_PREFIX']}:bulk:{company_id}"):
        for key in client.scan_iter(match=pattern, count=1000):
            gone += int(client.delete(key))  # type: ignore[arg-type]
    return gone

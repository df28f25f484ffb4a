"""Copies of a company beside it, for trying things out: made of an export, by an owner, gone after fifteen days."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants import hosts, selectors
from tenants.archive.writing import Tell
from tenants.models import CompanyDeletion, CompanyLog, Tenant
from tenants.services.deletion import owner_in_person
from tenants.services.export import PERMISSION, export_ready, stored
from tenants.services.restore import company_restore
from tenon.access.actor import Actor
from tenon.handover.selectors.holds import require_export
from tenon.jobs.models import Job
from tenon.jobs.services import job_start
from tenon.problems import Invalid, NotFound, StateRefused
from tenon.tenancy.context import current, outside, serving

MOST = 2  # copies of one company at once


def copy_start(*, actor: Actor, export_id: int, slug: str, name: str) -> Job:
    """Begins a copy in the background. Raises Forbidden, NotFound (no such export, or not kept any more), Invalid (the
    address), StateRefused for a copy, for a company that may only be read, and for one too many."""
    owner_in_person(actor, PERMISSION)
    require_export(actor)
    company, slug = current(), slug.strip().lower()
    if _is_copy(company.id):
        raise StateRefused(_("A copy is not copied again: make it of the company itself"))
    if company.read_only:
        raise StateRefused(_("While the company may only be read, no copy is made of it"))
    export_ready(export_id)
    fault = selectors.slug_fault(slug)
    if fault is not None:
        raise Invalid.field("slug", selectors.SLUG_FAULTS[fault], fault)
    if len(copies_of(company.id)) >= MOST:
        raise StateRefused(_("There are two copies already: close one of them first"))
    return job_start(
        actor=actor, kind=f"{copy_run.__module__}.copy_run", title=_("Copy of all data"), queue="bulk",
        arguments={"export_id": export_id, "slug": slug, "name": name.strip()},
    )  # fmt: skip


def _is_copy(tenant_id: int) -> bool:
    with outside():
        return Tenant.objects.filter(pk=tenant_id, is_copy=True).exists()


def copies_of(tenant_id: int) -> list[Tenant]:
    """The copies of a company that are open, the latest first."""
    with outside():
        there = Tenant.objects.filter(copy_of_id=tenant_id).exclude(state=Tenant.State.CLOSED)
        return list(there.order_by("-id"))


def copy_run(*, actor: Actor, progress: Tell, export_id: int, slug: str, name: str) -> dict[str, Any]:
    """The work of the job. Run again after a crash, it finds what it made. Raises what copy_start raises,
    ArchiveDamaged, JobCancelled."""
    owner_in_person(actor, PERMISSION)
    company = current()
    made = next((t for t in copies_of(company.id) if t.slug == slug), None)
    if made is None:
        if len(copies_of(company.id)) >= MOST:
            raise StateRefused(_("There are two copies already: close one of them first"))
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "archive.zip"
            with stored(export_ready(export_id)) as content, archive.open("wb") as target:
                shutil.copyfileobj(content, target, 1 << 20)
            made = _made(actor, progress, archive, slug, name)
    return {"slug": made.slug, "name": made.name, "url": hosts.company_url(made.slug)}


def _made(actor: Actor, progress: Tell, archive: Path, slug: str, name: str) -> Tenant:
    company = current()

    def tell(done: float, total: float, what: str) -> None:
        with serving(company):  # the job is the live company's; the work is outside of it
            progress(done, total, what)

    with outside():
        live = Tenant.objects.filter(pk=company.id).first()
        if live is None:
            raise NotFound
        made = company_restore(archive=archive, slug=slug, name=name, copy=True, beside=live, tell=tell)
        CompanyLog.objects.create(
            tenant=live, actor=actor.ref, actor_label=actor.label[:160], what="copied", detail={"slug": made.slug}
        )
    return made


def copies_expire() -> int:
    """Closes copies whose days are over; they are removed with the next purge. Returns how many."""
    now = timezone.now()
    with outside():
        over = Tenant.objects.filter(is_copy=True, copy_until__lte=now).exclude(state=Tenant.State.CLOSED)
        gone = 0
        for tenant in over.order_by("id"):
            CompanyDeletion.objects.create(
                tenant=tenant, company_id=tenant.pk, slot_id=tenant.slot_id, slug=tenant.slug, name=tenant.name,
                slug_skeleton=tenant.slug_skeleton, state_before=tenant.state, person_id=0, asked_by="system:copies",
                reason="copy", asked_at=now, purge_at=now,
            )  # fmt: skip
            Tenant.objects.filter(pk=tenant.pk).update(
                state=Tenant.State.CLOSED, state_at=now, revision=F("revision") + 1
            )
            gone += 1
    return gone

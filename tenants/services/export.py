"""Handing a company its data: in the background, as one file, also while the company is suspended or closed."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.core import signing
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.archive import writing
from tenants.archive.layout import Manifest
from tenants.archive.writing import Tell
from tenants.models import CompanyExport, CompanyLog, Tenant
from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Member
from tenon.handover.selectors.holds import require_export
from tenon.jobs.models import Job
from tenon.jobs.services import job_start
from tenon.problems import NotFound, StateRefused
from tenon.tenancy.context import Company, current, outside, serving

PERMISSION = "access.company.export"
KEPT = timedelta(days=7)  # how long a finished archive can be downloaded
LINK = timedelta(hours=1)  # how long a link to it opens
_SALT = "tenants.export"
_UNDER_WAY = (Job.State.QUEUED, Job.State.RUNNING)


def export_start(*, actor: Actor) -> CompanyExport:
    """Begins an export in the background. No service frame: it writes no record, and a company that may only be read
    may have its data all the same. Raises Forbidden, StateRefused while another one is under way."""
    actor.require(PERMISSION)
    require_export(actor)
    company = current()
    with outside(), transaction.atomic():
        Tenant.objects.select_for_update().get(pk=company.id)  # two at once: the second one sees the first
        begun = CompanyExport.objects.filter(tenant_id=company.id, finished_at=None)
        jobs = [pk for pk in begun.values_list("job_id", flat=True) if pk is not None]
        with serving(company):
            if Job.objects.filter(pk__in=jobs, state__in=_UNDER_WAY).exists():
                raise StateRefused(_("An export is under way already"))
        export = CompanyExport.objects.create(tenant_id=company.id, actor=actor.ref, actor_label=actor.label[:160])
        with serving(company):
            job = job_start(
                actor=actor, kind=f"{export_run.__module__}.export_run", title=_("Export of all data"),
                arguments={"export_id": export.pk}, queue="bulk",
            )  # fmt: skip
        export.job_id = job.pk
        export.save(update_fields=["job_id"])
        _note(company, actor, "export_started", {"export": export.pk})
    return export


def export_run(*, actor: Actor, progress: Tell, export_id: int) -> dict[str, Any]:
    """The work of the job. Run again after a crash, it begins anew; what is finished stays. Raises Forbidden, NotFound,
    JobCancelled."""
    actor.require(PERMISSION)
    company = current()
    with outside():
        export = CompanyExport.objects.filter(pk=export_id, tenant_id=company.id).first()
    if export is None:
        raise NotFound
    if export.finished_at is None:
        with tempfile.TemporaryFile() as target:
            manifest = writing.write(company, about(company), target, progress)
            _keep(export, company, manifest, target)
        _note(company, actor, "exported", {"export": export.pk, "sha256": export.sha256, "rows": export.rows})
    return {"export_id": export.pk, "rows": export.rows, "files": export.files, "size": export.size}


def _keep(export: CompanyExport, company: Company, manifest: Manifest, target: IO[bytes]) -> None:
    target.seek(0)
    export.sha256 = hashlib.file_digest(target, "sha256").hexdigest()  # type: ignore[arg-type]
    export.size = target.tell()
    target.seek(0)
    path = default_storage.save(f"c{company.id}/exports/{export.pk}.zip", File(target))
    export.path, export.content = path, manifest.content
    export.tables, export.rows, export.files = len(manifest.tables), manifest.rows, manifest.files
    export.finished_at = timezone.now()
    export.expires_at = export.finished_at + KEPT
    try:
        with outside():
            export.save()
    except BaseException:
        default_storage.delete(path)
        raise


def export_to_path(slug: str, path: Path) -> Manifest:
    """The same from a command line, to a file that must not exist yet. Raises NotFound, FileExistsError."""
    with outside():
        tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise NotFound(_("There is no company at this address"))
    company = tenant.company()
    with path.open("xb") as target, serving(company):
        try:
            return writing.write(company, about(company), target, lambda *_said: None)
        except BaseException:
            path.unlink()
            raise


def about(company: Company) -> dict[str, Any]:
    """What the public side knows about the company, for its archive."""
    with outside():
        tenant = Tenant.objects.get(pk=company.id)
        names = ("slug", "name", "industry", "language", "currency", "time_zone", "entitled", "switched_on", "state")
        entitlements = tenant.entitlements.order_by("feature", "source").values("feature", "source", "since", "until")
        log = tenant.log.order_by("id").values("at", "actor", "actor_label", "what", "detail")
        return {
            **{name: getattr(tenant, name) for name in names},
            "created_at": tenant.created_at.isoformat(),
            "entitlements": [_plain(row) for row in entitlements],
            "log": [_plain(row) for row in log],
        }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}


def exports_of(*, actor: Actor) -> list[tuple[CompanyExport, Job | None]]:
    """The latest exports, each with its job while there is one. Raises Forbidden."""
    actor.require(PERMISSION)
    company = current()
    with outside():
        exports = list(CompanyExport.objects.filter(tenant_id=company.id).order_by("-id")[:20])
    jobs = Job.objects.in_bulk([e.job_id for e in exports if e.job_id is not None and e.finished_at is None])
    return [(export, jobs.get(export.job_id or 0)) for export in exports]


def export_link(*, actor: Actor, export_id: int) -> str:
    """A signature that opens the download of this export for an hour. Raises Forbidden, NotFound (also once the file
    is removed), ExportHeld."""
    actor.require(PERMISSION)
    require_export(actor)
    export_ready(export_id)
    return signing.dumps([current().id, export_id], salt=_SALT)


def export_open(*, actor: Actor, export_id: int, signature: str) -> tuple[CompanyExport, File[bytes]]:
    """The archive's bytes. Raises Forbidden, ExportHeld, NotFound for a link that is forged, old, or another
    company's."""
    actor.require(PERMISSION)
    require_export(actor)
    try:
        signed = signing.loads(signature, salt=_SALT, max_age=LINK)
    except signing.BadSignature as error:
        raise NotFound(_("This link is no longer valid")) from error
    company = current()
    if signed != [company.id, export_id]:
        raise NotFound(_("This link is no longer valid"))
    export = export_ready(export_id)
    content = stored(export)
    _note(company, actor, "export_downloaded", {"export": export.pk})
    return export, content


def stored(export: CompanyExport) -> File[bytes]:
    """The archive's bytes. Raises NotFound."""
    try:
        return default_storage.open(export.path, "rb")
    except FileNotFoundError:
        raise NotFound from None


def export_ready(export_id: int) -> CompanyExport:
    """An export of the company that is finished and still kept. Raises NotFound."""
    company = current()
    with outside():
        export = CompanyExport.objects.filter(pk=export_id, tenant_id=company.id).exclude(path="").first()
    if export is None or export.expires_at is None or export.expires_at < timezone.now():
        raise NotFound
    return export


def _note(company: Company, actor: Actor, what: str, detail: dict[str, Any]) -> None:
    with outside():
        CompanyLog.objects.create(
            tenant_id=company.id, actor=actor.ref, actor_label=actor.label[:160], what=what, detail=detail
        )


def exports_withdraw(company: Company, person_id: int) -> int:
    """Whoever leaves takes nothing along: what they, or their API keys, had exported can be downloaded by nobody from
    now on, and goes with the next clean-up. Returns how many."""
    with serving(company):
        member = Member.objects.filter(person_id=person_id).first()
        if member is None:
            return 0
        keys = ApiKey.objects.filter(owner=member).values_list("pk", flat=True)
        refs = [f"member:{member.pk}", *(f"api_key:{pk}" for pk in keys)]
    with outside():
        theirs = CompanyExport.objects.filter(tenant_id=company.id, actor__in=refs, expires_at__gt=timezone.now())
        return theirs.update(expires_at=timezone.now())


def forget_exports() -> int:
    """Removes the files of exports that are no longer kept; their hashes stay. Returns how many."""
    with outside():
        old = list(CompanyExport.objects.filter(expires_at__lt=timezone.now()).exclude(path="").order_by("id")[:500])
        for export in old:
            default_storage.delete(export.path)
            CompanyExport.objects.filter(pk=export.pk).update(path="")
    return len(old)

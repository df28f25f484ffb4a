"""The work behind an uploaded archive: put together, checked, made a company of; found again when its worker died."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tenants.archive.comparing import Comparison
from tenants.archive.reading import Archive
from tenants.errors import ArchiveDamaged, NotAMember
from tenants.models import CompanyLog, CompanyRestore, Membership, Tenant
from tenants.services.copies import MOST, copies_of
from tenants.services.restore import Upload, clear_away, company_restore, from_company
from tenants.services.uploads import ABANDONED, State, enqueue, part_path, parts_forget, parts_of
from tenon.access.models import Member
from tenon.access.services.guards import OWNER
from tenon.problems import Problem, StateRefused
from tenon.tenancy.context import outside, serving
from tenon.tenancy.models import Slot

log = logging.getLogger(__name__)
AT_ONCE = 2  # archives that are being restored at a time, of everybody: each keeps a worker and a disk busy
SILENT = timedelta(minutes=15)  # one that said nothing for so long lost its worker
FORGOTTEN = timedelta(minutes=2)  # a queued one of this age was lost by the broker
TRIES = 3
KEPT = timedelta(days=30)
EVERY = 0.5


class Cancelled(Exception):
    """Whoever brought the archive has called it off."""


class Busy(Exception):
    """Others are being restored: later."""


def restore_run(restore_id: int) -> None:
    """The work of the task. Run again after a crash, it clears away what was half made and begins anew; what has come
    about stays. Never raises but Busy."""
    with outside():
        restore = _begin(restore_id)
        if restore is None:
            return
        with translation.override(restore.person.language or "en"):
            end = _outcome(restore)
        over = CompanyRestore.objects.filter(pk=restore.pk, state=State.RUNNING)
        over.update(**end, finished_at=timezone.now(), company_id=None, slot_id=None)
        parts_forget(restore)


def _begin(restore_id: int) -> CompanyRestore | None:
    """Takes it for this worker. None when it is over, called off, or another worker is at it. Raises Busy."""
    now = timezone.now()
    with transaction.atomic():
        # Whoever decides here decides alone: the places are counted under this lock.
        rows = CompanyRestore.objects.select_for_update().filter(state__in=(State.QUEUED, State.RUNNING)).order_by("pk")
        there = list(rows)
        restore = next((r for r in there if r.pk == restore_id), None)
        alive = [r for r in there if r.state == State.RUNNING and r.seen_at and r.seen_at > now - SILENT]
        if restore is None or restore in alive:
            return None
        if len(alive) >= AT_ONCE:
            raise Busy
        remains = (restore.company_id, restore.slot_id)
        restore.state, restore.seen_at, restore.attempts = State.RUNNING, now, restore.attempts + 1
        restore.stage, restore.progress = "checking", 0
        restore.save(update_fields=["state", "seen_at", "attempts", "stage", "progress"])
    if remains[0] is not None:
        _clear_remains(*remains)
    return CompanyRestore.objects.select_related("person", "beside").get(pk=restore.pk)


def _clear_remains(company_id: int | None, slot_id: int | None) -> None:
    """What a worker that died left behind; never a company that came about."""
    if company_id is None or Tenant.objects.filter(Q(pk=company_id) | Q(slot_id=slot_id)).exists():
        return
    clear_away(company_id, Slot.objects.filter(pk=slot_id or 0).first())


def _outcome(restore: CompanyRestore) -> dict[str, Any]:
    try:
        if restore.tenant_id is not None:  # it came about; only the worker's last word is lacking
            return {"state": State.DONE, "stage": "", "progress": 1.0, "message": ""}
        if restore.attempts > TRIES:
            raise Problem(_("This archive has stopped our workers several times; it is not tried again"))
        _make(restore)
        return {"state": State.DONE, "stage": "", "progress": 1.0, "message": ""}
    except Cancelled:
        return {"state": State.CANCELLED, "message": ""}
    except Problem as problem:
        said = problem.errors[0].message if problem.errors else problem.detail
        return {"state": State.FAILED, "message": str(said)[:500]}
    except Exception:  # whatever an archive brings about ends in its row, not in a dead worker
        log.exception("the archive %s could not be restored", restore.pk)
        return {"state": State.FAILED, "message": _t("Something went wrong on our side")}


def _make(restore: CompanyRestore) -> None:
    live = restore.beside
    if live is not None:
        _may_stand_beside(restore, live)
    teller = _Teller(restore)

    def made(tenant: Tenant, archive: Archive, found: Comparison) -> None:
        report = {**found.as_json(), "from": from_company(archive), "made_at": str(archive.manifest.made_at)[:40]}
        CompanyRestore.objects.filter(pk=restore.pk).update(tenant=tenant, report=report)
        if live is not None:
            CompanyLog.objects.create(
                tenant=live, actor=f"person:{restore.person_id}", actor_label=str(restore.person)[:160],
                what="copied", detail={"slug": tenant.slug, "from": from_company(archive)},
            )  # fmt: skip

    def begun(company_id: int, slot_id: int) -> None:
        CompanyRestore.objects.filter(pk=restore.pk).update(company_id=company_id, slot_id=slot_id)

    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.zip"
        _put_together(restore, archive, teller)
        company_restore(
            archive=archive, slug=restore.slug, name=restore.name, copy=live is not None, beside=live, tell=teller,
            upload=Upload(restore.person, begun, made),
        )  # fmt: skip


def _may_stand_beside(restore: CompanyRestore, live: Tenant) -> None:
    """What was checked when it was asked for, again: days may lie between. Raises Problem."""
    if live.state != Tenant.State.READY:
        raise StateRefused(_("Not possible in the present state"), state=live.state)
    if len(copies_of(live.pk)) >= MOST:
        raise StateRefused(_("There are two copies already: close one of them first"))
    inside = Membership.objects.filter(tenant=live, person_id=restore.person_id, is_active=True).exists()
    with serving(live.company()):
        owner = Member.objects.filter(person_id=restore.person_id, is_active=True, roles__contains=[OWNER]).exists()
    if not (inside and owner):
        raise NotAMember


def _put_together(restore: CompanyRestore, archive: Path, teller: _Teller) -> None:
    with archive.open("wb") as whole:
        for number in range(parts_of(restore)):
            try:
                with default_storage.open(part_path(restore, number), "rb") as part:
                    shutil.copyfileobj(part, whole, 1 << 20)
            except FileNotFoundError as error:
                raise ArchiveDamaged(_("Parts of the file have not arrived")) from error
            teller(number, parts_of(restore), "checking")
        if whole.tell() != restore.size:
            raise ArchiveDamaged(_("Parts of the file have not arrived"))


class _Teller:
    """`tell(done, total, stage)`, as often as one likes: it writes at most twice a second. Raises Cancelled."""

    def __init__(self, restore: CompanyRestore) -> None:
        self.restore, self._last, self._stage = restore, 0.0, ""

    def __call__(self, done: float, total: float, stage: str) -> None:
        now = time.monotonic()
        if now - self._last < EVERY and stage == self._stage:
            return
        self._last, self._stage = now, stage
        with outside():
            mine = CompanyRestore.objects.filter(pk=self.restore.pk, state=State.RUNNING)
            mine.update(stage=stage, progress=min(1.0, done / (total or 1.0)), seen_at=timezone.now())
            if mine.filter(cancel_requested=True).exists():
                raise Cancelled


def restores_recover() -> int:
    """Enqueues again what the broker lost or a worker left behind; calls off uploads that nobody goes on with; forgets
    what is long over. Returns how many were enqueued."""
    now = timezone.now()
    with outside():
        for upload in CompanyRestore.objects.filter(state=State.UPLOADING, seen_at__lt=now - ABANDONED).order_by("pk"):
            with transaction.atomic():
                if CompanyRestore.objects.filter(pk=upload.pk, state=State.UPLOADING).update(
                    state=State.CANCELLED, finished_at=now
                ):
                    parts_forget(upload)
        lost = Q(state=State.QUEUED, seen_at__lt=now - FORGOTTEN) | Q(state=State.RUNNING, seen_at__lt=now - SILENT)
        found = list(CompanyRestore.objects.filter(lost).order_by("pk").values_list("pk", flat=True)[:50])
        for pk in found:
            enqueue(pk)
        CompanyRestore.objects.filter(finished_at__lt=now - KEPT, folder="").delete()
    return len(found)

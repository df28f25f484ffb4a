"""Archives that people upload to have a company of: asked for, sent in parts, started, followed, called off.

Parts are small: none of them keeps a web thread for long, and one that is lost on the way is sent again by itself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants import selectors
from tenants.errors import ArchiveDamaged
from tenants.models import CompanyRestore, Person, Tenant
from tenants.services.companies import MOST_A_DAY, founding_limit
from tenants.services.copies import MOST, copies_of
from tenants.services.deletion import owner_in_person
from tenants.services.export import PERMISSION
from tenon.access.actor import Actor
from tenon.problems import Invalid, NotFound, Problem, StateRefused, TooManyRequests
from tenon.records.services.attachment import FileTooLarge, safe_name
from tenon.tenancy.context import current, outside

State = CompanyRestore.State
PART = 8 << 20
AT_ONCE = 2  # of one person
ABANDONED = timedelta(hours=6)  # an upload that nobody goes on with
STALLED = timedelta(minutes=10)  # one that may give way to another of the same person
_FOLDER = re.compile(r"restores/[0-9a-f]{32}")
_MAGIC = b"PK\x03\x04"
UNDER_WAY = (State.UPLOADING, State.QUEUED, State.RUNNING)


def restore_ask(*, person: Person, slug: str, name: str, file_name: str, size: int) -> CompanyRestore:
    """Room for an archive that is to become a new company of this person, on trial as at sign-up. Raises Invalid,
    FileTooLarge, TooManyRequests."""
    with outside():
        founding_limit(person)
        return _ask(person, slug, name, file_name, size, None)


def restore_beside_ask(*, actor: Actor, slug: str, name: str, file_name: str, size: int) -> CompanyRestore:
    """Room for an archive that is to become a quiet copy beside the company being served. Raises Forbidden,
    StateRefused, and what restore_ask raises."""
    member = owner_in_person(actor, PERMISSION)
    company = current()
    if company.read_only:
        raise StateRefused(_("While the company may only be read, no copy is made of it"))
    with outside():
        live = Tenant.objects.get(pk=company.id)
        if live.is_copy:
            raise StateRefused(_("A copy is not copied again: make it of the company itself"))
        if len(copies_of(live.pk)) >= MOST:
            raise StateRefused(_("There are two copies already: close one of them first"))
        return _ask(Person.objects.get(pk=member.person_id), slug, name, file_name, size, live)


def _ask(person: Person, slug: str, name: str, file_name: str, size: int, live: Tenant | None) -> CompanyRestore:
    slug = slug.strip().lower()
    fault = selectors.slug_fault(slug, resting=selectors.rested_by(slug, person.pk))
    if fault is not None:
        raise Invalid.field("slug", selectors.SLUG_FAULTS[fault], fault)
    if size > settings.ARCHIVE_MAX_UPLOAD:
        most = {"n": settings.ARCHIVE_MAX_UPLOAD // 1024 // 1024}
        raise FileTooLarge(_("At most %(n)s MB; whoever runs this installation can restore larger ones") % most)
    if size < 100:
        raise Invalid.field("size", _("This is not the archive of a company: it is no ZIP file"), "archive")
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        mine = CompanyRestore.objects.filter(person=person)
        now = timezone.now()
        for stalled in mine.filter(state=State.UPLOADING, seen_at__lt=now - STALLED).order_by("pk"):
            _call_off(stalled)
        if mine.filter(state__in=UNDER_WAY).count() >= AT_ONCE:
            raise TooManyRequests(_("Two archives are on their way already: wait for one, or call it off"))
        if mine.filter(created_at__gte=now - timedelta(days=1)).count() >= MOST_A_DAY:
            raise TooManyRequests(_("You have brought many archives today; try again tomorrow"), retry_after=3600)
        waiting = CompanyRestore.objects.filter(state__in=UNDER_WAY).aggregate(n=Sum("size"))["n"] or 0
        if waiting + size > settings.ARCHIVE_MAX_PENDING:
            raise TooManyRequests(_("Many archives are being restored; try again in a while"), retry_after=600)
        return CompanyRestore.objects.create(
            person=person, beside=live, slug=slug, name=name.strip(), file_name=safe_name(file_name), size=size,
            folder=f"restores/{uuid4().hex}", seen_at=now,
        )  # fmt: skip


def parts_of(restore: CompanyRestore) -> int:
    return max(1, -(-restore.size // PART))


def part_path(restore: CompanyRestore, number: int) -> str:
    return f"{restore.folder}/{number}"


def restore_part(*, person: Person, restore_id: int, number: int, upload: Any) -> CompanyRestore:
    """One part of the file, in any order, again as often as need be. Raises NotFound, StateRefused, Invalid (another
    size than it must have), ArchiveDamaged (a file of another kind: told by its first bytes), FileTooLarge."""
    with outside():
        restore = restore_get(person=person, restore_id=restore_id)
        if restore.state != State.UPLOADING:
            raise StateRefused(_("The upload is over already"), state=restore.state)
        if not 0 <= number < parts_of(restore):
            raise NotFound
        if upload is None:
            raise Invalid.field("file", _("Choose a file."), "required")
        if upload.size > PART:
            raise FileTooLarge
        if upload.size != min(PART, restore.size - number * PART):
            raise Invalid.field("file", _("The file has changed since it was chosen"), "size")
        if number == 0 and upload.read(4) != _MAGIC:
            raise ArchiveDamaged(_("This is not the archive of a company: it is no ZIP file"))
        upload.seek(0)
        path = part_path(restore, number)
        default_storage.delete(path)
        if (stored := default_storage.save(path, upload)) != path:
            default_storage.delete(stored)
            raise Problem(_("The part is being sent twice at a time"))
        with transaction.atomic():
            locked = CompanyRestore.objects.select_for_update().get(pk=restore.pk)
            if locked.state != State.UPLOADING:  # called off meanwhile
                default_storage.delete(path)
                raise StateRefused(_("The upload is over already"), state=locked.state)
            locked.received = sorted({*locked.received, number})
            locked.progress, locked.seen_at = len(locked.received) / parts_of(locked), timezone.now()
            locked.save(update_fields=["received", "progress", "seen_at"])
    return locked


def restore_start(*, person: Person, restore_id: int) -> CompanyRestore:
    """The file is there: a worker takes over. Raises NotFound, StateRefused, Invalid (parts are lacking)."""
    with outside(), transaction.atomic():
        restore = _locked(person, restore_id)
        if restore.state != State.UPLOADING:
            raise StateRefused(_("The upload is over already"), state=restore.state)
        lacking = sorted(set(range(parts_of(restore))) - set(restore.received))
        if lacking:
            raise Invalid.field("file", _("Parts of the file have not arrived"), "incomplete")
        restore.state, restore.stage, restore.progress, restore.seen_at = State.QUEUED, "", 0, timezone.now()
        restore.save(update_fields=["state", "stage", "progress", "seen_at"])
        enqueue(restore.pk)
    return restore


def enqueue(restore_id: int) -> None:
    from tenants.tasks import restore_run

    # Robust: with the broker away it stays queued, and the clean-up finds it again.
    transaction.on_commit(lambda: restore_run.apply_async([restore_id], queue="bulk", retry=False), robust=True)


def restore_cancel(*, person: Person, restore_id: int) -> CompanyRestore:
    """Stops it: at once while it waits, at its next step while it runs. Raises NotFound, StateRefused."""
    with outside(), transaction.atomic():
        restore = _locked(person, restore_id)
        if restore.state in (State.UPLOADING, State.QUEUED):
            _call_off(restore)
        elif restore.state == State.RUNNING:
            restore.cancel_requested = True
            restore.save(update_fields=["cancel_requested"])
        else:
            raise StateRefused(_("The job is over already"), state=restore.state)
    return restore


def _call_off(restore: CompanyRestore) -> None:
    restore.state, restore.finished_at, restore.cancel_requested = State.CANCELLED, timezone.now(), True
    restore.save(update_fields=["state", "finished_at", "cancel_requested"])
    transaction.on_commit(lambda: parts_forget(restore), robust=True)


def parts_forget(restore: CompanyRestore) -> None:
    """Removes what was uploaded."""
    if not _FOLDER.fullmatch(restore.folder):
        return
    for number in range(parts_of(restore)):
        default_storage.delete(part_path(restore, number))
    default_storage.delete(restore.folder)  # an empty directory; in a bucket there is none
    CompanyRestore.objects.filter(pk=restore.pk).update(folder="")


def restores_of(person: Person, *, beside: int | None = None) -> list[CompanyRestore]:
    """The latest of a person, the latest first."""
    with outside():
        rows = CompanyRestore.objects.filter(person=person).select_related("tenant", "beside")
        if beside is not None:
            rows = rows.filter(beside_id=beside)
        return list(rows.order_by("-id")[:20])


def restore_get(*, person: Person, restore_id: int) -> CompanyRestore:
    """One's own. Raises NotFound."""
    with outside():
        rows = CompanyRestore.objects.select_related("tenant", "beside")
        restore = rows.filter(pk=restore_id, person=person).first()
    if restore is None:
        raise NotFound
    return restore


def _locked(person: Person, restore_id: int) -> CompanyRestore:
    restore = CompanyRestore.objects.select_for_update().filter(pk=restore_id, person=person).first()
    if restore is None:
        raise NotFound
    return restore

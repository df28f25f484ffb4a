"""Imports that a person follows: uploaded, mapped, checked, run, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.api.importing.mapping import checked, guess, key_of, keys_offered
from tenon.api.importing.readers import LARGEST, open_table
from tenon.api.metadata import Resource, feature_on
from tenon.jobs.models import Job
from tenon.jobs.services import job_start
from tenon.problems import Forbidden, Invalid, NotFound, StateRefused
from tenon.records.models import DataImport
from tenon.records.service import require_writable
from tenon.records.services.attachment import FileTooLarge, safe_name, store
from tenon.registry.registry import registry
from tenon.tenancy.context import current

State = DataImport.State
RUN = "tenon.api.importing.run.run_import"
_SAMPLES = 3


def resource_for(actor: Actor, key: Any) -> Resource:
    """Raises Invalid, FeatureOff, Forbidden."""
    entity = registry().entities.get(key) if isinstance(key, str) else None
    if entity is None:
        raise Invalid.field("entity", _("There is no such kind of record."), "unknown")
    resource = Resource(actor, entity)
    actor.require(f"{entity.permission_prefix}.view")
    if not entity.importable or not (resource.may("create") or resource.may("update")):
        raise Forbidden
    return resource


def imports_of(actor: Actor) -> Any:
    """One's own, of what is switched on."""
    on = [key for key, entity in registry().entities.items() if feature_on(entity)]
    return DataImport.objects.filter(actor=actor.ref, entity__in=on)


def import_get(*, actor: Actor, import_id: int) -> DataImport:
    """One's own import. Raises NotFound."""
    found = imports_of(actor).filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def import_start(*, actor: Actor, entity: Any, upload: Any) -> DataImport:
    """Takes a file in, reads its columns, guesses the mapping. Raises Invalid, Forbidden, FeatureOff."""
    require_writable()
    resource = resource_for(actor, entity)
    if upload is None or not upload.name:
        raise Invalid.field("file", _("Choose a file."), "required")
    if upload.size > LARGEST:
        raise FileTooLarge(_("At most %(n)s MB.") % {"n": LARGEST // 1024 // 1024})
    content, name = upload.read(), safe_name(upload.name)
    table = open_table(content, name)
    mapping = guess(resource, table.columns)
    samples: dict[str, list[str]] = {column: [] for column in table.columns}
    total = 0
    for _number, row in table.rows():
        total += 1
        for column, text in row.items():
            if len(samples[column]) < _SAMPLES:
                samples[column].append(text[:80])
    if not total:
        raise Invalid.field("file", _("The file has no rows below its header."))
    key = ",".join(key_of(resource, "", mapping.values()))
    columns = [{"column": c, "sample": samples[c], "field": mapping.get(c)} for c in table.columns]
    path = store(current().id, f"import.{table.kind}", ContentFile(content))
    return DataImport.objects.create(
        entity=resource.entity.key, name=name, path=path, kind=table.kind, columns=columns, mapping=mapping, key=key,
        total=total, actor=actor.ref,
    )  # fmt: skip


def import_change(*, actor: Actor, import_id: int, data: Mapping[str, Any]) -> DataImport:
    """Mapping, key, what to do with records that are there. Raises Invalid, NotFound, StateRefused."""
    with transaction.atomic():
        found = _locked(actor, import_id)
        if found.state == State.RUNNING:
            raise StateRefused(_("The import is running."), state=found.state)
        resource = resource_for(actor, found.entity)
        names = [entry["column"] for entry in found.columns]
        if "mapping" in data:
            if not isinstance(data["mapping"], Mapping):
                raise Invalid.field("mapping", _("This must be an object."))
            found.mapping = checked(resource, names, data["mapping"])
            found.columns = [{**entry, "field": found.mapping.get(entry["column"])} for entry in found.columns]
        if "on_existing" in data:
            if data["on_existing"] not in DataImport.OnExisting.values:
                raise Invalid.field("on_existing", _("update, skip or error."), "invalid_choice")
            found.on_existing = data["on_existing"]
        if "key" in data:
            found.key = ",".join(key_of(resource, str(data["key"] or ""), found.mapping.values()))
        elif "mapping" in data and any(part not in found.mapping.values() for part in found.key.split(",") if part):
            found.key = ""
        if found.done and not found.dry_run:
            raise StateRefused(_("Part of the file is imported already; go on with it, or upload it again."))
        found.state, found.done = State.MAPPING, 0
        found.save()
    return found


def _locked(actor: Actor, import_id: int) -> DataImport:
    found = imports_of(actor).select_for_update().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def import_run(*, actor: Actor, import_id: int, dry_run: bool) -> DataImport:
    """Starts the job. A run that was stopped goes on behind the rows that are done. Raises NotFound, StateRefused,
    Invalid (nothing is mapped), ReadOnly."""
    require_writable()
    with transaction.atomic():
        found = _locked(actor, import_id)
        resource = resource_for(actor, found.entity)
        if found.state == State.RUNNING and _job_lives(found):
            raise StateRefused(_("The import is running."), state=found.state)
        if found.state == State.DONE:
            raise StateRefused(_("This file is imported already."), state=found.state)
        if not found.mapping:
            raise Invalid.field("mapping", _("Say which column fills which field."), "required")
        key_of(resource, found.key, found.mapping.values())
        goes_on = not dry_run and not found.dry_run and found.done
        if not goes_on:
            if dry_run and found.done and not found.dry_run:
                raise StateRefused(_("Part of the file is imported already; go on with it, or upload it again."))
            found.errors.all().delete()
            found.done = found.created = found.updated = found.skipped = found.failed = 0
        found.dry_run, found.state, found.cancel_requested, found.message = dry_run, State.RUNNING, False, ""
        title = _t("Check %(name)s") if dry_run else _t("Import %(name)s")
        job = job_start(
            actor=actor, kind=RUN, title=title % {"name": found.name}, arguments={"import_id": found.pk}, queue="bulk"
        )
        found.job_id = job.pk
        found.save()
    return found


def _job_lives(found: DataImport) -> bool:
    return Job.objects.filter(pk__in=[found.job_id], state__in=(Job.State.QUEUED, Job.State.RUNNING)).exists()


def import_cancel(*, actor: Actor, import_id: int) -> DataImport:
    """Stops behind the chunk at hand; what is imported stays. Raises NotFound, StateRefused."""
    with transaction.atomic():
        found = _locked(actor, import_id)
        if found.state in (State.DONE, State.FAILED):
            raise StateRefused(_("The import is over already."), state=found.state)
        found.cancel_requested = True
        waiting = Job.objects.filter(pk__in=[found.job_id], state=Job.State.QUEUED)
        if found.state != State.RUNNING or waiting.update(state=Job.State.CANCELLED, cancel_requested=True):
            found.state = State.CANCELLED
        else:
            Job.objects.filter(pk__in=[found.job_id]).update(cancel_requested=True)
        found.save()
    return found


def as_json(found: DataImport, actor: Actor) -> dict[str, Any]:
    """As docs/api.md shows it."""
    mode = "dry-run" if found.dry_run else "run"
    return {
        "id": found.pk,
        "entity": found.entity,
        "name": found.name,
        "state": found.state,
        "mode": mode if found.state != State.MAPPING else None,
        "columns": found.columns,
        "mapping": found.mapping,
        "key": found.key,
        "key_fields": keys_offered(Resource(actor, registry().entities[found.entity])),
        "on_existing": found.on_existing,
        "rows": found.total,
        "total": found.total,
        "done": found.done,
        "created": found.created,
        "updated": found.updated,
        "skipped": found.skipped,
        "failed": found.failed,
        "message": found.message,
        "job": found.job_id,
        "created_at": found.created_at,
    }

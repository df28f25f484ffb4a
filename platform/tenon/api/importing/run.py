"""Running an import: from Python at once, or for a person, a chunk at a time, with progress, cancel and resume."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import F
from django.utils.translation import gettext as _t

from tenon.access.actor import Actor
from tenon.api.importing.engine import CHUNK, Importer, ImportResult
from tenon.api.importing.mapping import checked, guess, key_of
from tenon.api.importing.readers import Table, open_table
from tenon.api.metadata import Resource
from tenon.jobs import gate
from tenon.jobs.progress import JobCancelled
from tenon.problems import Problem
from tenon.records.models import DataImport, DataImportError
from tenon.registry.menus import entity_is_on
from tenon.registry.registry import registry
from tenon.tenancy.context import Company

MOST_ERRORS = 10_000
State = DataImport.State


def chunks(rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[list[tuple[int, dict[str, str]]]]:
    left = iter(rows)
    while part := list(islice(left, CHUNK)):
        yield part


def import_file(
    *,
    actor: Actor,
    entity_key: str,
    path_or_bytes: str | Path | bytes,
    mapping: Mapping[str, str] | None = None,
    key: str | None = None,
    on_existing: str = "update",
    dry_run: bool = False,
    defaults: Mapping[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Imports a CSV or XLSX file into an entity of the company being served, a transaction for each 500 rows.
    `mapping` (column → field) is guessed when left out; `key` is the entity's own; `defaults` (field → text) complete
    every row. Raises Invalid, Forbidden, FeatureOff."""
    if isinstance(path_or_bytes, bytes):
        table = open_table(path_or_bytes)
    else:
        table = open_table(Path(path_or_bytes).read_bytes(), str(path_or_bytes))
    resource = Resource.of(actor, entity_key)
    chosen = guess(resource, table.columns) if mapping is None else checked(resource, table.columns, mapping)
    return _all(resource, table.rows(), chosen, key or "", on_existing, dry_run, dict(defaults or {}), progress)


def import_rows(
    *,
    actor: Actor,
    entity_key: str,
    rows: Iterable[Mapping[str, str]],
    key: str | None = None,
    on_existing: str = "update",
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """The same for rows that are there already: field → text; references by code, number or name."""
    resource = Resource.of(actor, entity_key)
    given = [dict(row) for row in rows]
    fields = list(dict.fromkeys(name for row in given for name in row))
    mapping = checked(resource, fields, {name: name for name in fields})
    numbered = ((number, {k: v for k, v in row.items() if v}) for number, row in enumerate(given, 2))
    return _all(resource, numbered, mapping, key or "", on_existing, dry_run, {}, progress)


def _all(
    resource: Resource,
    rows: Iterable[tuple[int, dict[str, str]]],
    mapping: dict[str, str],
    key: str,
    on_existing: str,
    dry_run: bool,
    defaults: dict[str, str],
    progress: Callable[[int], None] | None,
) -> ImportResult:
    checked(resource, defaults, {name: name for name in defaults})
    importer = Importer(
        resource,
        mapping,
        key=key_of(resource, key, [*mapping.values(), *defaults]),
        on_existing=on_existing,
        dry_run=dry_run,
        defaults=defaults,
    )
    result = ImportResult()
    for part in chunks(rows):
        result.add(importer.chunk(part))
        if progress is not None:
            progress(result.done)
    return result


# --- for a person -------------------------------------------------------------


class OtherRunner(Problem):
    """Another worker is at this import already; it goes on, this one stops."""


def run_import(*, actor: Actor, import_id: int, progress: Any = None) -> dict[str, Any]:
    """The job's work. Goes on behind the rows that are done; a row's effect and its being done are one transaction.
    `progress(done, total)` is the job's: it raises when the job is to stop."""
    found = DataImport.objects.get(pk=import_id)
    try:
        _run(found, actor, progress)
    except OtherRunner:
        return {"import_id": import_id}
    except BaseException as error:
        cancelled = isinstance(error, JobCancelled)
        state = State.CANCELLED if cancelled else State.FAILED
        message = (
            "" if cancelled else str(error) if isinstance(error, Problem) else _t("Something went wrong on our side")
        )
        DataImport.objects.filter(pk=import_id, state=State.RUNNING).update(state=state, message=message[:500])
        raise
    return {"import_id": import_id}


def _is_on(company: Company, import_id: int) -> bool:
    entity = DataImport.objects.filter(pk=import_id).values_list("entity", flat=True).first()
    known = registry().entities.get(entity or "")
    return known is None or entity_is_on(known, company)


run_import.is_on = _is_on  # type: ignore[attr-defined]  # see tenon.jobs.gate


def _run(found: DataImport, actor: Actor, progress: Any) -> None:
    if found.state != State.RUNNING:
        return
    with default_storage.open(found.path, "rb") as stored:
        table: Table = open_table(stored.read(), found.name)
    resource = Resource.of(actor, found.entity)
    mapping = checked(resource, table.columns, found.mapping)
    importer = Importer(
        resource,
        mapping,
        key=key_of(resource, found.key, mapping.values()),
        on_existing=found.on_existing,
        dry_run=found.dry_run,
    )
    done = found.done
    for part in chunks(islice(table.rows(), done, None)):
        if DataImport.objects.filter(pk=found.pk, cancel_requested=True).exists():
            DataImport.objects.filter(pk=found.pk).update(state=State.CANCELLED)
            return
        gate.look()  # switched off since the last chunk: this one is not written
        Resource.of(actor, found.entity)
        importer.chunk(part, kept=_keeper(found.pk, done, len(part)))
        done += len(part)
        if progress is not None:
            progress(done, found.total)
    end = State.CHECKED if found.dry_run else State.DONE
    DataImport.objects.filter(pk=found.pk, state=State.RUNNING).update(state=end, message="")


def _keeper(pk: int, done: int, count: int) -> Callable[[ImportResult], None]:
    def keep(outcome: ImportResult) -> None:
        moved = DataImport.objects.filter(pk=pk, done=done, state=State.RUNNING).update(
            done=done + count,
            created=F("created") + outcome.created,
            updated=F("updated") + outcome.updated,
            skipped=F("skipped") + outcome.skipped,
            failed=F("failed") + outcome.failed,
        )
        if not moved:
            raise OtherRunner
        DataImportError.objects.bulk_create(
            DataImportError(
                data_import_id=pk,
                row=e.row,
                field=e.field[:120],
                column=e.column[:255],
                value=e.value.replace("\x00", ""),
                message=e.message,
            )
            for e in outcome.errors[:MOST_ERRORS]
        )

    return keep

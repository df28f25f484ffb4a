"""The importer's work on a chunk of rows: read, look references and existing records up together, write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, OperationalError
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.api.exporting import meant
from tenon.api.fields import FieldFault, parse_text
from tenon.api.importing import writers
from tenon.api.importing.mapping import importable
from tenon.api.metadata import Resource
from tenon.api.problems import as_problem
from tenon.api.references import NaturalKey, Wanted, find, read
from tenon.api.shapes import FieldShape
from tenon.api.validation import custom_value
from tenon.api.visibility import parent_of, rows
from tenon.api.writing import in_frame
from tenon.problems import FieldError, Forbidden, Problem

CHUNK = 500
_SHOWN_VALUE = 255


@dataclass(frozen=True)
class RowError:
    row: int
    field: str
    column: str
    value: str
    message: str


@dataclass
class ImportResult:
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.created + self.updated + self.skipped + self.failed

    def add(self, other: ImportResult) -> None:
        self.created += other.created
        self.updated += other.updated
        self.skipped += other.skipped
        self.failed += other.failed
        self.errors += other.errors


@dataclass
class Line:
    """A row on its way: `data` as services take it, the record it changes (None: a new one), what is wrong with it."""

    number: int
    cells: dict[str, str]
    data: dict[str, Any] = field(default_factory=dict)
    record: Any = None
    faults: list[FieldError] = field(default_factory=list)


class _Undo(Exception):
    """Takes back what a dry run has written."""


class Importer:
    """`mapping`: column → field. `key`: fields that tell whether a record is there. `defaults`: field → text for rows
    that say nothing. Raises Forbidden when the actor may neither create nor change."""

    def __init__(
        self,
        resource: Resource,
        mapping: dict[str, str],
        *,
        key: tuple[str, ...] = (),
        on_existing: str = "update",
        dry_run: bool = False,
        defaults: dict[str, str] | None = None,
    ) -> None:
        self.resource, self.mapping, self.key = resource, mapping, key
        self.on_existing, self.dry_run, self.defaults = on_existing, dry_run, defaults or {}
        self.fields = importable(resource)
        self.column_of = {key: column for column, key in mapping.items()}
        self.checked_keys: set[tuple[Any, ...]] = set()  # of a dry run, whose rows are not there afterwards
        if not resource.entity.importable or not (resource.may("create") or resource.may("update")):
            raise Forbidden

    @property
    def actor(self) -> Actor:
        return self.resource.actor

    def chunk(
        self, lines: Sequence[tuple[int, dict[str, str]]], kept: Callable[[ImportResult], None] | None = None
    ) -> ImportResult:
        """One transaction. `kept` is called inside it, so that progress and effect are one."""
        outcome = ImportResult()

        def work() -> None:
            nonlocal outcome
            try:
                with writers.attempt():
                    outcome = self._chunk([Line(number, cells) for number, cells in lines])
                    if self.dry_run:
                        raise _Undo
            except _Undo:
                pass
            if kept is not None:
                kept(outcome)

        in_frame(actor=self.actor, work=work)
        return outcome

    # --- reading

    def _chunk(self, lines: list[Line]) -> ImportResult:
        result = ImportResult()
        self._read(lines)
        for batch in self._batches(lines):
            self._match(batch)
            self._write(batch, result)
        for line in lines:
            if line.faults:
                result.failed += 1
                result.errors += [self._error(line, fault) for fault in line.faults]
        result.errors.sort(key=lambda error: error.row)
        return result

    def _read(self, lines: list[Line]) -> None:
        wanted: list[Wanted] = []
        for place, line in enumerate(lines):
            texts = dict(self.defaults)
            texts.update({key: meant(line.cells[c]) for c, key in self.mapping.items() if line.cells.get(c)})
            for key, text in texts.items():
                shape = self.fields[key]
                if shape.type == "ref":
                    found = read(shape, NaturalKey(text))
                    if found is not None:
                        wanted.append(Wanted(shape, f"{place}:{key}", *found, _putter(line.data, key)))
                    continue
                try:
                    self._put(line.data, shape, parse_text(shape, text))
                except FieldFault as fault:
                    line.faults.append(FieldError(key, fault.code, fault.message))
        for error in find(self.actor, wanted):
            index, _colon, key = error.field.partition(":")
            lines[int(index)].faults.append(FieldError(key, error.code, error.message))

    @staticmethod
    def _put(data: dict[str, Any], shape: FieldShape, value: Any) -> None:
        if shape.custom:
            data.setdefault("custom", {})[shape.key.removeprefix("custom.")] = custom_value(shape, value)
        else:
            data[shape.key] = value

    def _batches(self, lines: list[Line]) -> Iterator[list[Line]]:
        """A key that comes twice in a file is created by its first row and changed by the next."""
        batch: list[Line] = []
        seen: set[tuple[Any, ...]] = set()
        for line in lines:
            if line.faults:
                continue
            key = self._key(line)
            if key is not None and key in seen:
                yield batch
                batch, seen = [], set()
            if key is not None:
                seen.add(key)
            batch.append(line)
        if batch:
            yield batch

    def _key(self, line: Line) -> tuple[Any, ...] | None:
        values = tuple(line.data.get(key) for key in self.key)
        if not values or any(value is None or value == "" for value in values):
            return None
        return tuple(getattr(value, "pk", value) for value in values)

    def _match(self, batch: list[Line]) -> None:
        """Finds the records that are there already, locked, in key order."""
        keys = {line.number: key for line in batch if (key := self._key(line)) is not None}
        if not keys:
            return
        columns = [self.fields[key].column for key in self.key]
        found = rows(self.resource).filter(
            **{f"{column}__in": {key[i] for key in keys.values()} for i, column in enumerate(columns)}
        )
        model = self.resource.model
        locked = model._base_manager.select_for_update(of=("self",), no_key=True)
        records = locked.filter(pk__in=found.order_by().values("pk"))
        heads = [column.rpartition("__")[0] for column in columns if "__" in column]
        records = records.select_related(*heads) if heads else records
        by_key = {tuple(_at(record, c) for c in columns): record for record in records.order_by("pk")}
        for line in batch:
            line.record = by_key.get(keys[line.number]) if line.number in keys else None

    # --- writing

    def _write(self, batch: list[Line], result: ImportResult) -> None:
        new = [line for line in batch if line.record is None]
        there = [line for line in batch if line.record is not None]
        if self.dry_run and self.key:
            again = [line for line in new if self._key(line) in self.checked_keys]
            self.checked_keys |= {key for line in new if (key := self._key(line)) is not None}
            result.updated += len(again)
            new = [line for line in new if line not in again]
        self._create([line for line in new if self._complete(line)], result)
        self._update(there, result)

    def _complete(self, line: Line) -> bool:
        """Everything that a new record needs; and whether the actor may create at all."""
        if not self.resource.may("create"):
            line.faults.append(FieldError("", "forbidden", _("You may change records here, but not create new ones.")))
            return False
        for key, shape in self.fields.items():
            given = key.removeprefix("custom.") in line.data.get("custom", {}) if shape.custom else key in line.data
            if shape.required and not given:
                if shape.default is not None:
                    line.data[key] = shape.default
                else:
                    line.faults.append(FieldError(key, "required", _("This is required.")))
        return not line.faults

    def _create(self, lines: list[Line], result: ImportResult) -> None:
        resource, entity = self.resource, self.resource.entity
        if not lines:
            return
        many = writers.many_of(entity.create)
        if writers.is_plain(resource, "create"):
            self._together(
                lines, result, "created", lambda: writers.insert_many(resource, self.actor, [x.data for x in lines])
            )
        elif many is not None:
            self._together(lines, result, "created", lambda: many(actor=self.actor, rows=[dict(x.data) for x in lines]))
        elif parent_of(entity.key) is not None and not entity.create:
            self._into_documents(lines, result)
        else:
            self._one_by_one(lines, result, "created")

    def _update(self, lines: list[Line], result: ImportResult) -> None:
        changed = []
        for line in lines:
            if self.on_existing == "skip":
                result.skipped += 1
            elif self.on_existing == "error":
                line.faults.append(FieldError(self.key[0], "exists", _("This record is there already.")))
            elif self._changes(line):
                changed.append(line)
            elif not line.faults:
                result.skipped += 1
        if not changed:
            return
        resource, many = self.resource, writers.many_of(self.resource.entity.update)
        pairs = [(line.record, line.data) for line in changed]
        if writers.is_plain(resource, "update"):
            self._together(changed, result, "updated", lambda: writers.update_many(resource, self.actor, pairs))
        elif many is not None:
            self._together(changed, result, "updated", lambda: many(actor=self.actor, changes=pairs))
        elif parent_of(resource.entity.key) is not None and not resource.entity.update:
            self._into_documents(changed, result)
        else:
            self._one_by_one(changed, result, "updated")

    def _changes(self, line: Line) -> bool:
        """Leaves in `data` what differs from the record. Faults for what must not change."""
        if not self.resource.may("update"):
            line.faults.append(FieldError("", "forbidden", _("You may create records here, but not change them.")))
            return False
        kept: dict[str, Any] = {}
        for key, value in line.data.items():
            if key == "custom":
                merged = {**(line.record.custom or {}), **value}
                if merged != line.record.custom:
                    kept[key] = merged
                continue
            shape = self.fields[key]
            standing = _at(line.record, shape.column) if shape.source else None
            if shape.source and getattr(value, "pk", value) == standing:
                continue
            if shape.write_once:
                if shape.source:
                    line.faults.append(FieldError(key, "write_once", _("This cannot be changed any more.")))
                continue
            kept[key] = value
        line.data = kept
        return bool(kept) and not line.faults

    def _together(self, lines: list[Line], result: ImportResult, count: str, write: Callable[[], Any]) -> None:
        """All in one; when the database or a service refuses any, one by one."""
        states = [dict(line.record.__dict__) if line.record is not None else None for line in lines]
        try:
            with writers.attempt():
                write()
        except OperationalError:
            raise
        except (DatabaseError, Problem):
            for line, state in zip(lines, states, strict=True):
                if state is not None:
                    line.record.__dict__.update(state)
            self._one_by_one(lines, result, count)
            return
        setattr(result, count, getattr(result, count) + len(lines))

    def _one_by_one(self, lines: list[Line], result: ImportResult, count: str) -> None:
        for line in lines:
            try:
                with writers.attempt():
                    if line.record is None:
                        writers.create_one(self.resource, self.actor, dict(line.data))
                    else:
                        writers.update_one(self.resource, self.actor, line.record, dict(line.data))
            except OperationalError:
                raise
            except Exception as error:
                self._refused(line, error)
            else:
                setattr(result, count, getattr(result, count) + 1)

    def _refused(self, line: Line, error: Exception) -> None:
        problem = as_problem(error)
        if problem is None:
            raise error
        line.faults += problem.errors or [FieldError("", problem.type, problem.detail)]

    def _into_documents(self, lines: list[Line], result: ImportResult) -> None:
        """Lines of documents: each document is changed once, with all of its rows here."""
        from tenon.api.importing.documents import write_lines

        write_lines(self, lines, result)

    def _error(self, line: Line, fault: FieldError) -> RowError:
        column = self.column_of.get(fault.field, "")
        value = line.cells.get(column, "") if column else ""
        return RowError(line.number, fault.field, column, value[:_SHOWN_VALUE], force_str(fault.message)[:500])


def _at(record: Any, column: str) -> Any:
    """What stands at a column, or at a path such as `bom__product`."""
    for part in column.split("__"):
        record = getattr(record, part, None)
    return getattr(record, "pk", record)


def _putter(data: dict[str, Any], key: str) -> Callable[[Any], None]:
    def put(record: Any) -> None:
        data[key] = record

    return put

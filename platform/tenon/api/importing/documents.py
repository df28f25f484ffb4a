"""Rows that are lines of documents: written through their document's update, so that totals and state stay right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from tenon.api.importing import writers
from tenon.api.metadata import Resource
from tenon.api.problems import as_problem
from tenon.api.visibility import parent_of
from tenon.api.writing import ANY_VERSION, call_update, line_ids, locked
from tenon.problems import FieldError

if TYPE_CHECKING:
    from tenon.api.importing.engine import Importer, ImportResult, Line


def write_lines(importer: Importer, lines: list[Line], result: ImportResult) -> None:
    """One change of each document. A line that is refused takes its document's other rows of this chunk with it."""
    parent = parent_of(importer.resource.entity.key)
    assert parent is not None
    head = Resource(importer.actor, parent)
    groups: dict[int, list[Line]] = {}
    parent_field = importer.resource.entity.parent_field
    for line in lines:
        if line.record is not None:
            pk = getattr(line.record, f"{parent_field}_id")
        elif line.data.get(parent_field) is None:
            line.faults.append(FieldError(parent_field, "required", _("This is required.")))
            continue
        else:
            pk = line.data[parent_field].pk
        groups.setdefault(pk, []).append(line)
    for pk, group in sorted(groups.items()):
        try:
            with writers.attempt():
                _write(importer, head, pk, group, parent_field)
        except OperationalError:
            raise
        except Exception as error:
            _refused(group, error, parent.lines_field)
        else:
            for line in group:
                name = "created" if line.record is None else "updated"
                setattr(result, name, getattr(result, name) + 1)


def _write(importer: Importer, head: Resource, pk: int, group: list[Line], parent_field: str) -> None:
    head.actor.require(f"{head.entity.permission_prefix}.update")
    record = locked(head, pk, ANY_VERSION)
    changed = {line.record.pk: line for line in group if line.record is not None}
    values: list[dict[str, Any]] = []
    places: dict[int, Line] = {}
    for line_id in line_ids(importer.resource, pk):
        if line_id in changed:
            places[len(values)] = changed[line_id]
        values.append({"id": line_id, **(_data(changed[line_id], parent_field) if line_id in changed else {})})
    for line in group:
        if line.record is None:
            places[len(values)] = line
            values.append(_data(line, parent_field))
    try:
        call_update(importer.actor, head.entity, record, {head.entity.lines_field: values})
    except Exception as error:
        error.places = places  # type: ignore[attr-defined]
        raise


def _data(line: Line, parent_field: str) -> dict[str, Any]:
    return {key: value for key, value in line.data.items() if key != parent_field}


def _refused(group: list[Line], error: Exception, lines_field: str) -> None:
    """Faults named `lines.3.quantity` stand at their row; the others of the document say why they were left out."""
    problem = as_problem(error)
    if problem is None:
        raise error
    places: dict[int, Line] = getattr(error, "places", {})
    placed = False
    for fault in problem.errors:
        found = re.match(rf"{re.escape(lines_field)}\.(\d+)\.?(.*)", fault.field)
        line = places.get(int(found[1])) if found else None
        if line is not None and found is not None:
            line.faults.append(FieldError(found[2], fault.code, fault.message))
            placed = True
    for line in group:
        if not line.faults:
            message = problem.errors[0].message if problem.errors and not placed else problem.detail
            line.faults.append(FieldError("", problem.type, message))

"""Lists as CSV or XLSX: the rows, order and fields of the query, written as they are read."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenon.access.selectors.actors import actor_by_ref
from tenon.api import query
from tenon.api.fields import DECIMALS
from tenon.api.metadata import Resource
from tenon.api.rows import RowPlan
from tenon.api.shapes import FieldShape
from tenon.api.streams import kept, place_until_sent
from tenon.api.xlsx import MOST_ROWS, write_xlsx
from tenon.handover.selectors.holds import require_export
from tenon.jobs.gate import Gone, fresh
from tenon.problems import FeatureOff, Invalid
from tenon.registry.menus import entity_is_on
from tenon.tenancy.context import Company, current, serving

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet takes for the beginning of a formula, the wide forms of Chinese and Japanese keyboards included;
# and what already has our apostrophe in front, so that taking one away gives every text back as it was.
_DANGEROUS = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def neutral(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def meant(text: str) -> str:
    """The text that `neutral` was given: what comes back from a spreadsheet."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text


def export(resource: Resource, request: HttpRequest) -> HttpResponseBase:
    """`?format=csv|xlsx` and a list's parameters. Raises Invalid before the first byte is sent."""
    kind = request.GET.get("format", "csv")
    if kind not in ("csv", "xlsx"):
        raise Invalid.field("format", _("csv or xlsx."), "invalid_choice")
    require_export(resource.actor)
    columns = _columns(resource, request)
    plan = RowPlan(resource, [shape.key for shape in columns])
    query.order_of(resource, request.GET)
    query.selection(resource, request.GET)
    rows = _cells(resource, request, plan, columns)
    header = [neutral(str(capfirst(str(shape.label)))) for shape in columns]
    name = f"{resource.entity.path}-{current().today().isoformat()}.{kind}"
    with place_until_sent() as place:
        # A sheet is whole before its first byte is sent: what is left is a file like any other.
        response: HttpResponseBase = (
            _xlsx(header, rows) if kind == "xlsx" else kept(_csv(header, rows, resource), place)
        )
    if kind == "xlsx":
        place.give_back()
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _still(resource: Resource) -> None:
    """Between two pieces: switched off since, or the one who asked has left? Then no more is handed out. Raises
    FeatureOff, Gone, ExportHeld."""
    actor = resource.actor
    if (now := fresh(current())) is None or (actor.member_id is not None and actor_by_ref(actor.ref) is None):
        raise Gone
    if not entity_is_on(resource.entity, now):
        raise FeatureOff
    require_export(actor)


def _columns(resource: Resource, request: HttpRequest) -> list[FieldShape]:
    asked = [part.strip() for part in request.GET.get("fields", "").split(",") if part.strip()]
    if not asked:
        return [shape for shape in resource.fields.values() if shape.stored]
    unknown = [key for key in asked if key not in resource.queryable]
    if unknown:
        raise Invalid.field("fields", f"{', '.join(unknown)}: {_('There is no such field.')}", "unknown")
    return [resource.queryable[key] for key in asked]


def _cells(resource: Resource, request: HttpRequest, plan: RowPlan, columns: list[FieldShape]) -> Iterator[list[Any]]:
    zone = ZoneInfo(current().time_zone)
    readers = [_reader(shape, zone) for shape in columns]
    for row in query.everything(resource, request.GET, plan=plan):
        yield [read(row) for read in readers]


def _reader(shape: FieldShape, zone: ZoneInfo) -> Callable[[dict[str, Any]], Any]:
    """How one column's cell is made from a row: Decimals for numbers, safe text for everything else."""
    key = shape.key.removeprefix("custom.")

    def raw(row: dict[str, Any]) -> Any:
        return row["custom"].get(key) if shape.custom else row[key]

    if shape.type == "ref":
        return lambda row: neutral(row[key]["label"]) if row[key] else ""
    if shape.type in DECIMALS:
        return lambda row: None if raw(row) is None else Decimal(raw(row))
    if shape.type == "choice":
        labels = {value: neutral(str(label)) for value, label in shape.choices or ()}
        return lambda row: labels.get(raw(row), neutral(str(raw(row) or "")))
    return lambda row: _plain(raw(row), zone)


def _plain(value: Any, zone: ZoneInfo) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return neutral(", ".join(value))
    return neutral(str(value))


# --- CSV: streamed ------------------------------------------------------------


@contextmanager
def _as_before(company: Company, language: str) -> Iterator[None]:
    with serving(company), translation.override(language):
        yield


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else value


def _csv_chunks(header: list[str], rows: Iterator[list[Any]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    buffer.write("\ufeff")  # spreadsheets read UTF-8 only when told
    write(header)
    for number, row in enumerate(rows, 1):
        write([_text(value) for value in row])
        if number % 500 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _csv(header: list[str], rows: Iterator[list[Any]], resource: Resource) -> StreamingHttpResponse:
    company, language = current(), translation.get_language() or "en"
    chunks = _csv_chunks(header, rows)

    def step() -> bytes | None:
        with _as_before(company, language):
            _still(resource)
            return next(chunks, None)

    def pieces() -> Iterator[bytes]:
        while (piece := step()) is not None:
            yield piece

    return StreamingHttpResponse(pieces(), content_type="text/csv; charset=utf-8")


# --- XLSX: a zip is complete only at its end ----------------------------------


def _xlsx(header: list[str], rows: Iterator[list[Any]]) -> HttpResponseBase:
    book = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 (the response closes it)
    write_xlsx(book, header, _bounded(rows))
    book.seek(0)
    return FileResponse(book, content_type=XLSX)


def _bounded(rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise Invalid(_("A sheet holds %(n)s rows at most; export as CSV or filter.") % {"n": MOST_ROWS})
        yield row

"""CSV and XLSX files as tables of text."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from tenon.problems import Invalid

LARGEST = 100 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
MOST_COLUMNS = 200
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
csv.field_size_limit(1_000_000)


@dataclass
class Table:
    """Columns as their header names them (repeated names numbered), and a way to read the rows from the beginning.
    A row is (its number in the spreadsheet, column → text); empty rows are left out."""

    kind: str
    columns: list[str]
    content: bytes

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        lines = _csv_lines(self.content) if self.kind == "csv" else _xlsx_lines(self.content)
        next(lines, None)
        for number, cells in enumerate(lines, 2):
            row = {column: text for column, text in zip(self.columns, cells, strict=False) if text}
            if row:
                yield number, row


def open_table(content: bytes | IO[bytes], name: str = "") -> Table:
    """Raises Invalid for what is neither, too large, or has no header."""
    data = content if isinstance(content, bytes) else content.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Invalid.field("file", _("At most %(n)s MB.") % {"n": LARGEST // 1024 // 1024})
    kind = "xlsx" if data[:4] == b"PK\x03\x04" else "csv"
    if kind == "csv" and (data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or name.lower().endswith((".xls", ".xlsx"))):
        raise Invalid.field("file", _("This is not an .xlsx file; save it as .xlsx or .csv."))
    lines = _csv_lines(data) if kind == "csv" else _xlsx_lines(data)
    header = next(lines, [])
    if not any(header):
        raise Invalid.field("file", _("The first row must name the columns."))
    if len(header) > MOST_COLUMNS:
        raise Invalid.field("file", _("At most %(n)s columns.") % {"n": MOST_COLUMNS})
    return Table(kind, _distinct(header), data)


def _distinct(header: list[str]) -> list[str]:
    out: list[str] = []
    for index, text in enumerate(header, 1):
        name, number = text.strip() or f"({index})", 2
        while name in out:
            name, number = f"{text.strip()} ({number})", number + 1
        out.append(name)
    return out


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 with a mark, else GB18030, which Chinese spreadsheets save. Raises Invalid."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid.field("file", _("The text's encoding is unknown; save the file as UTF-8.")) from None


def delimiter_of(text: str) -> str:
    """The one of , ; and tab that the header has most of, outside of quotes."""
    counts, quoted = {",": 0, ";": 0, "\t": 0}, False
    for character in text[:65_536]:
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            break
        elif character in counts and not quoted:
            counts[character] += 1
    return max(counts, key=lambda key: counts[key])


def _csv_lines(data: bytes) -> Iterator[list[str]]:
    text = decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        for cells in reader:
            yield [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Invalid.field(
            "file", _("Line %(n)s cannot be read: %(e)s") % {"n": reader.line_num, "e": error}
        ) from None


def _xlsx_lines(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            if sum(part.file_size for part in book.infolist()) > LARGEST_UNPACKED:
                raise Invalid.field("file", _("This file is too large when unpacked."))
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(values_only=True):
            yield [cell_text(value) for value in cells[:MOST_COLUMNS]]
    except Invalid:
        raise
    except Exception:  # the library lets every kind of fault of a broken file through
        raise Invalid.field("file", _("This .xlsx file cannot be read; save it again, or as .csv.")) from None


def cell_text(value: Any) -> str:
    """What a cell holds, in the form that fields take: plain numbers, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Spreadsheets keep 15 digits; what is behind them is noise of the binary form.
        number = Decimal(f"{value:.15g}")
        return format(number, "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).strip()

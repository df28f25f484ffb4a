"""Bank statements as files: CSV, CAMT.053, MT940, OFX. What comes from outside is not trusted: no entities, no
references to anything outside the file, and bounds on how much of it is read."""

from __future__ import annotations

from modules.finance.rules.bank_files.camt import read_camt
from modules.finance.rules.bank_files.mt import read_mt940
from modules.finance.rules.bank_files.ofx import read_ofx
from modules.finance.rules.bank_files.table import CsvMapping, guess_mapping, read_csv, table_of
from modules.finance.rules.bank_files.types import MOST_BYTES, MOST_LINES, FileLine, FileStatement, Unreadable

__all__ = [
    "MOST_BYTES", "MOST_LINES", "CsvMapping", "FileLine", "FileStatement", "Unreadable", "format_of", "guess_mapping",
    "read_camt", "read_csv", "read_file", "read_mt940", "read_ofx", "table_of",
]  # fmt: skip


def format_of(content: bytes) -> str:
    """camt | ofx | mt940 | csv, by how the file begins."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    upper = head.upper()
    if upper.startswith(b"OFXHEADER") or b"<OFX>" in upper or b"<?OFX" in upper:
        return "ofx"
    if head.startswith(b"<"):
        return "camt"
    if b":20:" in head and (b":60F:" in content or b":60M:" in content or b":25:" in head):
        return "mt940"
    return "csv"


def read_file(content: bytes, form: str, mapping: CsvMapping | None = None) -> list[FileStatement]:
    """The statements in a file. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("too_big", str(MOST_BYTES // 1024 // 1024))
    if not content.strip():
        raise Unreadable("empty")
    if form == "csv":
        found = [read_csv(content, mapping or guess_mapping(content))]
    else:
        found = {"camt": read_camt, "ofx": read_ofx, "mt940": read_mt940}[form](content)
    if sum(len(s.lines) for s in found) > MOST_LINES:
        raise Unreadable("too_many", str(MOST_LINES))
    if not found:
        raise Unreadable("no_statement")
    return found

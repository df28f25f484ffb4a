"""OFX 1 (SGML) and 2 (XML), read by the library ofxtools: its own parser, which knows no entities."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from ofxtools.Parser import OFXTree

from modules.finance.rules.bank_files.types import FileLine, FileStatement, Unreadable, amount_of, plain


def read_ofx(content: bytes) -> list[FileStatement]:
    """One statement per STMTRS or CCSTMTRS. OFX says the closing balance only. Raises Unreadable."""
    upper = content.upper()
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper:
        raise Unreadable("entities")
    try:
        root = OFXTree().parse(io.BytesIO(content))
    except Exception as error:  # the library raises what its expressions meet
        raise Unreadable("ofx", plain(str(error))[:80]) from None
    return [_statement(s) for tag in ("STMTRS", "CCSTMTRS") for s in root.iter(tag)]


def _text(element: Element, path: str) -> str:
    return plain(element.findtext(path))


def _day(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise Unreadable("day", text[:40]) from None


def _statement(found: Element) -> FileStatement:
    lines = tuple(x for x in (_line(t) for t in found.iter("STMTTRN")) if x.amount)
    closing = _text(found, "LEDGERBAL/BALAMT")
    end = amount_of(closing.replace(",", ".")) if closing else None
    since, until = _text(found, "BANKTRANLIST/DTSTART"), _text(found, "BANKTRANLIST/DTEND")
    total = sum((x.amount for x in lines), Decimal(0))
    return FileStatement(
        lines, None if end is None else end - total, end, "",
        _text(found, "BANKACCTFROM/ACCTID") or _text(found, "CCACCTFROM/ACCTID"), _text(found, "CURDEF"),
        _day(since) if since else None, _day(until) if until else None,
    )  # fmt: skip


def _line(found: Element) -> FileLine:
    return FileLine(
        _day(_text(found, "DTPOSTED")), amount_of(_text(found, "TRNAMT").replace(",", ".")),
        _day(_text(found, "DTAVAIL")) if _text(found, "DTAVAIL") else None,
        _text(found, "NAME") or _text(found, "PAYEE/NAME"), _text(found, "BANKACCTTO/ACCTID"),
        _text(found, "REFNUM") or _text(found, "CHECKNUM"), _text(found, "MEMO"), _text(found, "FITID"),
    )  # fmt: skip

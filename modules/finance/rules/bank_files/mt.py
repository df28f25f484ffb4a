"""MT940, read by the library mt-940; the structured field 86 (subfields ?20 …) is taken apart here, since the library
joins account and name."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import mt940

from modules.finance.rules.bank_files.types import MOST, FileLine, FileStatement, Unreadable, plain

SUBFIELD = re.compile(r"\?(\d\d)")
WORDS = re.compile(r"(?:EREF|KREF|MREF|SVWZ|BREF|RREF)\+")


def read_mt940(content: bytes) -> list[FileStatement]:
    """One statement per :20:. Raises Unreadable."""
    text = content.decode("utf-8-sig", "replace") if _is_utf8(content) else content.decode("latin-1")
    try:
        # A file object, never the text: the library would take text for the name of a file.
        found = mt940.parse_statements(io.StringIO(text), processors={"post_transaction_details": []})
    except Exception as error:  # the library raises what its expressions meet
        raise Unreadable("mt940", plain(str(error))[:80]) from None
    return [_statement(s) for s in found if s.data]


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _statement(found: Any) -> FileStatement:
    opening = found.data.get("final_opening_balance") or found.data.get("intermediate_opening_balance")
    closing = found.data.get("final_closing_balance") or found.data.get("intermediate_closing_balance")
    lines = tuple(_line(x.data) for x in found if x.data.get("amount") is not None)
    number = str(found.data.get("statement_number") or "")
    part = str(found.data.get("sequence_number") or "")
    return FileStatement(
        tuple(x for x in lines if x.amount), _balance(opening), _balance(closing), f"{number}/{part}".strip("/"),
        str(found.data.get("account_identification") or ""), opening.amount.currency if opening else "",
        _day(opening.date) if opening else None, _day(closing.date) if closing else None,
    )  # fmt: skip


def _balance(found: Any) -> Decimal | None:
    return None if found is None else _number(found.amount.amount)


def _number(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= MOST:
        raise Unreadable("amount", str(value)[:40])
    return number


def _day(value: Any) -> date:
    return date(value.year, value.month, value.day)


def _line(data: dict[str, Any]) -> FileLine:
    details = str(data.get("transaction_details") or "")
    parts = SUBFIELD.split(details.replace("\n", ""))
    fields: dict[str, str] = {}
    for key, value in zip(parts[1::2], parts[2::2], strict=False):
        fields[key] = fields.get(key, "") + value
    if fields:
        purpose = " ".join(fields[k] for k in sorted(fields) if "20" <= k <= "29" or "60" <= k <= "63")
        party, account = f"{fields.get('32', '')}{fields.get('33', '')}", fields.get("31", "")
        words = f"{purpose} {fields.get('00', '')}"
    else:
        party, account, words = "", "", details
    reference = str(data.get("customer_reference") or "")
    bank = str(data.get("bank_reference") or "")
    booked = data.get("entry_date") or data["date"]
    return FileLine(
        _day(booked), _number(data["amount"].amount), _day(data["date"]), plain(party), plain(account),
        "" if reference == "NONREF" else plain(reference),
        plain(f"{WORDS.sub(' ', words)} {data.get('extra_details') or ''}"), "" if bank == "NONREF" else plain(bank),
    )  # fmt: skip

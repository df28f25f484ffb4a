"""CAMT.053 (ISO 20022), versions 02 to 13: what differs between them is where names stand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from modules.finance.rules.bank_files.types import FileLine, FileStatement, Unreadable, amount_of, day_of, plain


def read_camt(content: bytes) -> list[FileStatement]:
    """One statement per Stmt; entries that are only pending stay out. Raises Unreadable."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable("entities") from None
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable("xml", str(error)[:80]) from None
    return [_statement(s) for s in root.iter() if _name(s) == "Stmt"]


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Element | None, *path: str) -> Iterator[Element]:
    """Elements at a path, whatever their namespace."""
    if element is None:
        return
    if not path:
        yield element
        return
    for child in element:
        if _name(child) == path[0]:
            yield from _all(child, *path[1:])


def _text(element: Element | None, *path: str) -> str:
    found = next(_all(element, *path), None)
    return plain(found.text) if found is not None else ""


def _signed(element: Element) -> Decimal:
    text = _text(element, "Amt")
    return amount_of(text) * (-1 if _text(element, "CdtDbtInd") == "DBIT" else 1)


def _statement(stmt: Element) -> FileStatement:
    balances: dict[str, Decimal] = {}
    for balance in _all(stmt, "Bal"):
        balances.setdefault(_text(balance, "Tp", "CdOrPrtry", "Cd"), _signed(balance))
    lines = tuple(_line(e) for e in _all(stmt, "Ntry") if _status(e) != "PDNG")
    account = _text(stmt, "Acct", "Id", "IBAN") or _text(stmt, "Acct", "Id", "Othr", "Id")
    since, until = _text(stmt, "FrToDt", "FrDtTm"), _text(stmt, "FrToDt", "ToDtTm")
    return FileStatement(
        tuple(x for x in lines if x.amount), balances.get("OPBD", balances.get("PRCD")), balances.get("CLBD"),
        _text(stmt, "Id"), account, _text(stmt, "Acct", "Ccy"), day_of(since) if since else None,
        day_of(until) if until else None,
    )  # fmt: skip


def _status(entry: Element) -> str:
    return _text(entry, "Sts", "Cd") or _text(entry, "Sts")


def _line(entry: Element) -> FileLine:
    amount = _signed(entry)
    details = list(_all(entry, "NtryDtls", "TxDtls"))
    side = "Dbtr" if amount > 0 else "Cdtr"  # the other one: who paid us, or whom we paid
    first = details[0] if len(details) == 1 else None
    parties = next(_all(first, "RltdPties"), None)
    party = _text(parties, side, "Nm") or _text(parties, side, "Pty", "Nm")
    account = _text(parties, f"{side}Acct", "Id", "IBAN") or _text(parties, f"{side}Acct", "Id", "Othr", "Id")
    texts, references = [], []
    for detail in details:
        texts += [plain(x.text) for x in _all(detail, "RmtInf", "Ustrd")]
        references += [plain(x.text) for x in _all(detail, "RmtInf", "Strd", "CdtrRefInf", "Ref")]
        references.append(_text(detail, "Refs", "EndToEndId"))
    references = [r for r in dict.fromkeys(references) if r and r != "NOTPROVIDED"]
    texts.append(_text(entry, "AddtlNtryInf"))
    day = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")
    value = _text(entry, "ValDt", "Dt") or _text(entry, "ValDt", "DtTm")
    if not (day or value):
        raise Unreadable("day", _text(entry, "NtryRef"))
    return FileLine(
        day_of(day or value), amount, day_of(value) if value else None, party, account, " ".join(references),
        " ".join(t for t in texts if t), _text(entry, "AcctSvcrRef") or _text(first, "Refs", "AcctSvcrRef"),
    )  # fmt: skip

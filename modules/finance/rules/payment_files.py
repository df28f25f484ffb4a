"""Files that a bank pays by: SEPA pain.001.001.09 and a plain table. Made from the run alone, so that a file made again
is the same file: its ids let the bank see that."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


@dataclass(frozen=True)
class Transfer:
    """One transfer: `id` is ours, told back by the bank (EndToEndId)."""

    id: str
    party: str
    account: str
    bank: str
    amount: Decimal
    text: str


@dataclass(frozen=True)
class Order:
    id: str
    made_at: datetime
    pay_on: date
    payer: str
    account: str
    bic: str
    currency: str
    transfers: Sequence[Transfer]

    @property
    def total(self) -> Decimal:
        return sum((t.amount for t in self.transfers), Decimal(0))


def sepa_text(text: str, most: int) -> str:
    """In the letters that SEPA banks share; others are spelt without their marks or left out."""
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("&", "+"))
    plain = NOT_SEPA.sub("", "".join(c for c in bare if not unicodedata.combining(c)))
    return " ".join(plain.split())[:most].strip() or "-"


def pain001(order: Order) -> bytes:
    """Customer credit transfer initiation; elements in the order of the schema."""
    root = Element("Document", xmlns=NAMESPACE)
    init = SubElement(root, "CstmrCdtTrfInitn")
    sums = {"NbOfTxs": str(len(order.transfers)), "CtrlSum": f"{order.total:.2f}"}
    head = SubElement(init, "GrpHdr")
    _texts(head, {"MsgId": sepa_text(order.id, 35), "CreDtTm": f"{order.made_at:%Y-%m-%dT%H:%M:%S}", **sums})
    _texts(SubElement(head, "InitgPty"), {"Nm": sepa_text(order.payer, 70)})
    info = SubElement(init, "PmtInf")
    _texts(info, {"PmtInfId": sepa_text(order.id, 35), "PmtMtd": "TRF", "BtchBookg": "true", **sums})
    if order.currency == "EUR":
        _texts(SubElement(SubElement(info, "PmtTpInf"), "SvcLvl"), {"Cd": "SEPA"})
    _texts(SubElement(info, "ReqdExctnDt"), {"Dt": order.pay_on.isoformat()})
    _texts(SubElement(info, "Dbtr"), {"Nm": sepa_text(order.payer, 70)})
    _account(info, "DbtrAcct", order.account)
    agent = SubElement(SubElement(info, "DbtrAgt"), "FinInstnId")
    if order.bic:
        _texts(agent, {"BICFI": order.bic})
    else:
        _texts(SubElement(agent, "Othr"), {"Id": "NOTPROVIDED"})
    if order.currency == "EUR":
        _texts(info, {"ChrgBr": "SLEV"})
    for one in order.transfers:
        part = SubElement(info, "CdtTrfTxInf")
        _texts(SubElement(part, "PmtId"), {"EndToEndId": sepa_text(one.id, 35)})
        amount = SubElement(SubElement(part, "Amt"), "InstdAmt", Ccy=order.currency)
        amount.text = f"{one.amount:.2f}"
        _texts(SubElement(part, "Cdtr"), {"Nm": sepa_text(one.party, 70)})
        _account(part, "CdtrAcct", one.account)
        _texts(SubElement(part, "RmtInf"), {"Ustrd": sepa_text(one.text, 140)})
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _texts(parent: Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = value


def account_number(number: str) -> str:
    return re.sub(r"[\s-]", "", number).upper()


def is_iban(number: str) -> bool:
    """By its form and its check digits (ISO 13616: remainder 1 of 97)."""
    number = account_number(number)
    if not IBAN.fullmatch(number):
        return False
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


def _account(parent: Element, name: str, number: str) -> None:
    holder = SubElement(SubElement(parent, name), "Id")
    plain = account_number(number)
    if is_iban(plain):
        _texts(holder, {"IBAN": plain})
    else:
        _texts(SubElement(holder, "Othr"), {"Id": plain[:34]})


def table(order: Order) -> bytes:
    """As banks take it where they know no XML: one transfer a line. A text never begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Id", "Payee", "Account", "Bank", "Amount", "Currency", "Pay on", "Text"])
    for one in order.transfers:
        writer.writerow(
            [_cell(one.id), _cell(one.party), _cell(account_number(one.account)), _cell(one.bank),
             f"{one.amount:.2f}", order.currency, order.pay_on.isoformat(), _cell(one.text)]
        )  # fmt: skip
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

"""Statement files of banks: each format as banks write it, and what must not be read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from modules.finance.rules.bank_files import (
    MOST_BYTES,
    CsvMapping,
    Unreadable,
    format_of,
    guess_mapping,
    read_file,
)

D = Decimal

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt><Id>S-7</Id>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<Dt><Dt>2026-01-05</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">146.50</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-01-06</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">250.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{booked}</Sts><BookgDt><Dt>2026-01-05</Dt></BookgDt>
<ValDt><Dt>2026-01-06</Dt></ValDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls><TxDtls>
<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<RltdPties>{debtor}<DbtrAcct><Id><IBAN>DE12</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>Invoice SI-0001</Ustrd><Ustrd>thanks</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">3.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{booked}</Sts><BookgDt><Dt>2026-01-06</Dt></BookgDt>
<AddtlNtryInf>Account fee</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="EUR">9.99</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-01-07</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""

MT940 = """:20:STARTUMS
:25:DE89370400440532013000
:28C:00001/001
:60F:D260105EUR100,00
:61:2601060105C250,00NTRFNONREF//BANKREF1
:86:166?00GUTSCHRIFT?20Invoice SI-0001?30COBADEFF?31DE12?32Muster GmbH
:61:2601060106D3,50NCHGNONREF
:86:Account fee
:62F:C260106EUR146,50
-
"""

OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>37040044<ACCTID>0532013000<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260105<DTEND>20260106
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260105120000<TRNAMT>250.00<FITID>F1<NAME>Muster GmbH<MEMO>Invoice SI-0001</STMTTRN>
<STMTTRN><TRNTYPE>FEE<DTPOSTED>20260106<TRNAMT>-3.50<FITID>F2<NAME>Account fee</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>146.50<DTASOF>20260106</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def camt(version: str = "02") -> bytes:
    old = version == "02"
    booked = "BOOK" if old else "<Cd>BOOK</Cd>"
    debtor = "<Dbtr><Nm>Muster GmbH</Nm></Dbtr>" if old else "<Dbtr><Pty><Nm>Muster GmbH</Nm></Pty></Dbtr>"
    return CAMT.format(version=version, booked=booked, debtor=debtor).encode()


@pytest.mark.parametrize(
    ("form", "content"),
    [("camt", camt("02")), ("camt", camt("08")), ("mt940", MT940.encode()), ("ofx", OFX.encode())],
    ids=["camt 02", "camt 08", "mt940", "ofx"],
)
def test_the_same_statement_in_every_format(form, content):
    assert format_of(content) == form
    (found,) = read_file(content, form)
    assert (found.opening, found.closing, found.currency) == (D("-100.00"), D("146.50"), "EUR")
    assert found.account.endswith("0532013000")
    first, fee = found.lines
    assert (first.day, first.amount, first.party) == (date(2026, 1, 5), D("250.00"), "Muster GmbH")
    assert "SI-0001" in first.text
    assert (fee.day, fee.amount) == (date(2026, 1, 6), D("-3.50"))
    assert "Account fee" in f"{fee.text} {fee.party}"
    assert found.opening is not None
    assert found.opening + found.total == found.closing


def test_a_chinese_bank_s_table_is_understood():
    text = (
        "账号：6222000011112222,,,,,\n币种：人民币,,,,,\n"
        "交易日期,摘要,借方发生额,贷方发生额,余额,对方户名\n"
        '20260106,手续费,20.00,,3110.00,\n20260105,货款SI-0001,,"1,130.00",3130.00,甲公司\n'
    )
    content = text.encode("gb18030")
    mapping = guess_mapping(content)
    assert (mapping.skip, mapping.day_format) == (2, "%Y%m%d")
    (found,) = read_file(content, "csv")
    # Newest first in the file: told by its days.
    assert [(x.day.day, x.amount, x.party) for x in found.lines] == [(5, D(1130), "甲公司"), (6, D(-20), "")]
    assert (found.opening, found.closing) == (D(2000), D(3110))


def test_a_european_table_with_its_own_columns():
    content = b"Tag;Wer;Soll/Haben\n31.01.2026;Muster;1.234,50\n01.02.2026;Bank;-3,00\n"
    mapping = CsvMapping({"day": "Tag", "party": "Wer", "amount": "Soll/Haben"}, ";", "%d.%m.%Y", ",")
    (found,) = read_file(content, "csv", mapping)
    assert [x.amount for x in found.lines] == [D("1234.50"), D("-3.00")]
    assert (found.opening, found.closing) == (None, None)
    with pytest.raises(Unreadable, match="columns"):
        read_file(content, "csv", CsvMapping({"day": "Date", "amount": "Soll/Haben"}, ";"))


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Document><BkToCstmrStmt><Stmt><Id>&b;</Id></Stmt></BkToCstmrStmt></Document>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<Document><BkToCstmrStmt><Stmt><Id>&x;</Id></Stmt></BkToCstmrStmt></Document>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (LAUGHS, "entities"),
        (OUTSIDE, "entities"),
        (b"<Document><Stmt>", "xml"),
        (b"<Document/>", "no_statement"),
        (OFX.replace("<OFX>", '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/hostname">]><OFX>').encode(), "entities"),
        (camt().replace(b"250.00", b"1e999"), "amount"),
        (camt().replace(b">250.00", b">NaN"), "amount"),
        (camt().replace(b"<Dt>2026-01-05</Dt></BookgDt>", b"<Dt>2026-13-05</Dt></BookgDt>"), "day"),
        (b" " * 10, "empty"),
        (b"x" * (MOST_BYTES + 1), "too_big"),
        (b"Date,Amount\n" + b"2026-01-05,1.00\n" * 20_001, "too_many"),
        (b"nonsense", "mapping"),
        (b"\x00\x01\x02\xff\xfe", "mapping"),
        (b":20:X\n:25:1\n:60F:C260105EUR1,00\n:61:nonsense\n:62F:C260105EUR1,00\n", "mt940"),
    ],
)  # fmt: skip
def test_what_must_not_be_read(content, code):
    with pytest.raises(Unreadable) as refused:
        read_file(content, format_of(content))
    assert refused.value.code == code


def test_the_name_of_a_file_is_not_opened():
    """The library would take text for a path."""
    with pytest.raises(Unreadable):
        read_file(b"/etc/hostname", "mt940")

"""CSV statements: every bank has its own columns, so that a mapping is kept per account and guessed at first."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from modules.finance.rules.bank_files.types import MOST_LINES, FileLine, FileStatement, Unreadable, amount_of, plain

COLUMNS = (
    "day", "value_day", "amount", "money_in", "money_out", "balance", "party", "party_account", "reference", "text",
    "bank_id",
)  # fmt: skip
# What banks call their columns, in order of preference; compared without case and spaces.
KNOWN: dict[str, tuple[str, ...]] = {
    "day": ("bookingdate", "transactiondate", "postingdate", "date", "buchungstag", "交易日期", "记账日期", "入账日期",
            "交易时间", "日期"),
    "value_day": ("valuedate", "valuta", "起息日", "起息日期"),
    "amount": ("amount", "transactionamount", "betrag", "交易金额", "发生额", "金额"),
    "money_in": ("credit", "moneyin", "deposit", "paidin", "贷方发生额", "收入", "收入金额", "贷方金额", "贷方"),
    "money_out": ("debit", "moneyout", "withdrawal", "paidout", "借方发生额", "支出", "支出金额", "借方金额", "借方"),
    "balance": ("balance", "runningbalance", "saldo", "余额", "账户余额"),
    "party": ("payerorpayee", "counterparty", "payee", "name", "beneficiary", "对方户名", "对方名称", "对方单位",
              "对方账户名称"),
    "party_account": ("counterpartyaccount", "iban", "accountnumber", "对方账号", "对方账户"),
    "reference": ("reference", "endtoendid", "customerreference", "凭证号", "用途编号", "参考号"),
    "text": ("description", "details", "text", "purpose", "memo", "verwendungszweck", "摘要", "用途", "附言", "备注"),
    "bank_id": ("transactionid", "bankreference", "id", "交易流水号", "流水号", "交易序号"),
}  # fmt: skip
DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
               "%Y年%m月%d日")  # fmt: skip


@dataclass(frozen=True)
class CsvMapping:
    """`columns`: what → the file's heading. `skip`: lines before the headings. `flip`: the bank writes money out as
    positive."""

    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ","
    day_format: str = "%Y-%m-%d"
    decimal: str = "."
    skip: int = 0
    flip: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": dict(self.columns)}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> CsvMapping:
        """From JSON; what is not known is left out. Raises Unreadable."""
        columns = given.get("columns")
        kept = {k: str(v) for k, v in columns.items() if k in COLUMNS and v} if isinstance(columns, Mapping) else {}
        delimiter, decimal = str(given.get("delimiter") or ","), str(given.get("decimal") or ".")
        day_format, skip = str(given.get("day_format") or "%Y-%m-%d"), given.get("skip") or 0
        if (
            len(delimiter) != 1 or delimiter in "\r\n\"" or decimal not in (".", ",") or day_format not in DAY_FORMATS
            or not isinstance(skip, int) or not 0 <= skip <= 50
        ):  # fmt: skip
            raise Unreadable("mapping")
        return cls(kept, delimiter, day_format, decimal, skip, bool(given.get("flip")))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def table_of(content: bytes, delimiter: str, skip: int = 0) -> tuple[list[str], list[list[str]]]:
    """Headings and rows. Raises Unreadable."""
    text = "\n".join(_decoded(content).replace("\x00", "").splitlines()[skip:])
    try:
        rows = []
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append([plain(cell) for cell in row])
            if len(rows) > MOST_LINES + 1:
                raise Unreadable("too_many", str(MOST_LINES))
    except csv.Error as error:
        raise Unreadable("csv", str(error)[:80]) from None
    if not rows:
        raise Unreadable("empty")
    return rows[0], rows[1:]


def guess_mapping(content: bytes) -> CsvMapping:
    """By the headings that banks use: delimiter, lines before the headings, columns, form of days and numbers."""
    lines = _decoded(content[:200_000]).splitlines()[:30]
    best, best_found, best_skip, best_delimiter = -1, {}, 0, ","
    for skip, line in enumerate(lines):
        for delimiter in (",", ";", "\t", "|"):
            found = _columns(next(iter(csv.reader([line], delimiter=delimiter)), []))
            if len(found) > best:
                best, best_found, best_skip, best_delimiter = len(found), found, skip, delimiter
    if best < 2:
        return CsvMapping()
    headings, rows = table_of(content, best_delimiter, best_skip)

    def values(what: str) -> list[str]:
        at = headings.index(best_found[what]) if best_found.get(what) in headings else -1
        return [r[at] for r in rows[:50] if 0 <= at < len(r) and r[at]]

    numbers = values("amount") + values("money_in") + values("money_out")
    comma = any("," in n and n.rpartition(",")[2].isdigit() and len(n.rpartition(",")[2]) in (1, 2) for n in numbers)
    days = values("day")
    form = next((f for f in DAY_FORMATS if days and all(_parses(d, f) for d in days)), "%Y-%m-%d")
    return CsvMapping(best_found, best_delimiter, form, "," if comma else ".", best_skip)


def _columns(headings: Sequence[str]) -> dict[str, str]:
    plain_ones = {plain(h).casefold().replace(" ", "").replace("_", "").replace("/", "or"): plain(h) for h in headings}
    found: dict[str, str] = {}
    for what, names in KNOWN.items():
        for name in names:
            heading = plain_ones.get(name) or next((h for k, h in plain_ones.items() if k.startswith(f"{name}(")), None)
            if heading and heading not in found.values():
                found[what] = heading
                break
    return found


def _parses(text: str, form: str) -> bool:
    try:
        _day(text, form, "")
    except Unreadable:
        return False
    return True


def _day(text: str, form: str, row: str) -> date:
    for candidate in (text, text.partition(" ")[0], text[:8] if form == "%Y%m%d" else text[:10]):
        try:
            return datetime.strptime(candidate, form).date()
        except ValueError:
            continue
    raise Unreadable("day", f"{row}: {text[:40]}")


def _amount(text: str, decimal: str, row: str) -> Decimal:
    text = text.replace("\u00a0", "").replace(" ", "").replace("¥", "").replace("￥", "").replace("'", "")
    if not text or text in ("-", "--"):
        return Decimal(0)
    text = text.replace(".", "").replace(",", ".") if decimal == "," else text.replace(",", "")
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    return amount_of(text, f"{row}: {text[:40]}")


def read_csv(content: bytes, mapping: CsvMapping) -> FileStatement:
    """The file by its mapping. With a column of balances every line is checked against it, oldest first. Raises
    Unreadable, which names the row."""
    columns = mapping.columns
    if "day" not in columns or not ("amount" in columns or {"money_in", "money_out"} & set(columns)):
        raise Unreadable("mapping")
    headings, rows = table_of(content, mapping.delimiter, mapping.skip)
    missing = [h for h in columns.values() if h not in headings]
    if missing:
        raise Unreadable("columns", ", ".join(missing)[:80])
    at = {what: headings.index(heading) for what, heading in columns.items()}
    lines: list[tuple[FileLine, Decimal | None]] = []
    for number, row in enumerate(rows, mapping.skip + 2):
        cell = {what: row[i] if i < len(row) else "" for what, i in at.items()}
        if not cell["day"]:
            continue  # totals below the lines
        name = str(number)
        amount = _amount(cell.get("amount", ""), mapping.decimal, name)
        amount += abs(_amount(cell.get("money_in", ""), mapping.decimal, name))
        amount -= abs(_amount(cell.get("money_out", ""), mapping.decimal, name))
        balance = _amount(cell["balance"], mapping.decimal, name) if cell.get("balance") else None
        value = _day(cell["value_day"], mapping.day_format, name) if cell.get("value_day") else None
        texts = {k: cell.get(k, "") for k in ("party", "party_account", "reference", "text", "bank_id")}
        day = _day(cell["day"], mapping.day_format, name)
        lines.append((FileLine(day, -amount if mapping.flip else amount, value, **texts), balance))
    lines = [x for x in lines if x[0].amount]
    if not lines:
        raise Unreadable("no_lines")
    if lines[0][0].day > lines[-1][0].day or (lines[0][0].day == lines[-1][0].day and _runs_back(lines)):
        lines.reverse()
    return _with_balances(lines)


def _runs_back(lines: Sequence[tuple[FileLine, Decimal | None]]) -> bool:
    """Newest first, where all are of one day: told by the balances."""
    if len(lines) < 2 or any(b is None for _line, b in lines):
        return False
    return all((a[1] or 0) - a[0].amount == b[1] for a, b in pairwise(lines))


def _with_balances(lines: Sequence[tuple[FileLine, Decimal | None]]) -> FileStatement:
    plain_lines = tuple(line for line, _balance in lines)
    if any(balance is None for _line, balance in lines):
        return FileStatement(plain_lines)
    opening = (lines[0][1] or Decimal(0)) - lines[0][0].amount
    running = opening
    for line, balance in lines:
        running += line.amount
        if running != balance:
            raise Unreadable("running", f"{line.day.isoformat()} {line.amount:f}: {running:f} / {balance:f}")
    return FileStatement(plain_lines, opening, running)

"""Layouts of financial statements: which accounts make a row, which rows make a total. Read from layouts/ (our own
writing; the statutory ones follow 会小企01 to 03 of 小企业会计准则, line by line).

A row names accounts by code, each with all below it. An account belongs to the row that names it or the nearest above
it; `:dr` and `:cr` name only parties whose balance is on that side, `:in` and `:out` only what came in or went out;
`*asset` takes what no row names of that type, `*` whatever is left: nothing is ever missing from a statement.
A `detail` row repeats part of another ("of which") and counts nowhere. Totals add (or, with `-`, take away) rows as
they are shown; `1..9` means every row from the one to the other."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "layouts"
ZERO = Decimal(0)
LAYOUTS = ("statutory", "international")
KINDS = ("balance_sheet", "income", "cash_flow", "cash_flow_indirect")


@dataclass(frozen=True)
class LayoutRow:
    """`kind`: section, line, detail, total, opening (cash at the beginning). `side`: which sign is shown positive."""

    key: str
    kind: str
    side: str
    line: str
    label: str
    label_zh: str
    accounts: tuple[str, ...]
    total: tuple[str, ...]

    @property
    def sign(self) -> int:
        """Amounts come as debit less credit; what credits (or brings money in) is shown positive on the other side."""
        return 1 if self.side in ("dr", "out") else -1


@dataclass(frozen=True)
class ChartNode:
    code: str
    parent: str
    type: str


@dataclass(frozen=True)
class Amount:
    """What one account brings into a statement, debit less credit. `part` is empty, or dr, cr, in, out."""

    code: str
    amount: Decimal
    part: str = ""


@dataclass
class Figure:
    """A row with its amount as shown, and what it is made of: (account code, amount as shown)."""

    row: LayoutRow
    amount: Decimal = ZERO
    parts: list[tuple[str, Decimal]] = field(default_factory=list)


@cache
def read_layout(layout: str, kind: str, chart: str) -> tuple[LayoutRow, ...]:
    """`chart`: cn or intl. Raises FileNotFoundError."""
    with (FOLDER / f"{layout}_{kind}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            LayoutRow(
                r["key"], r["kind"], r["side"], r["line"], r["label"], r["label_zh"], tuple(r[chart].split()),
                tuple(r["total"].split()),
            )
            for r in csv.DictReader(file)
        )  # fmt: skip


def layouts_of(chart: str) -> tuple[str, ...]:
    """The statutory layout knows the statutory chart only."""
    return LAYOUTS if chart == "cn" else LAYOUTS[1:]


def split_accounts(rows: Sequence[LayoutRow]) -> set[str]:
    """Codes whose parties are shown on the side of their balance."""
    return {term.partition(":")[0] for r in rows for term in r.accounts if term.endswith((":dr", ":cr"))}


def nearest(code: str, chart: Mapping[str, ChartNode], named: Mapping[str, object] | set[str]) -> str:
    """The code itself or the nearest above it that is named; empty when none is."""
    node = chart.get(code)
    while node is not None:
        if node.code in named:
            return node.code
        node = chart.get(node.parent)
    return ""


def evaluate(
    rows: Sequence[LayoutRow], chart: Mapping[str, ChartNode], amounts: Sequence[Amount], opening: Decimal = ZERO
) -> list[Figure]:
    """Every row with its figure. Raises KeyError when a total names a row that is not there, and ValueError when an
    amount finds no row: the layout forgot the rest."""
    figures = {r.key: Figure(r) for r in rows}
    named: dict[str, dict[str, Figure]] = defaultdict(dict)
    details: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures.values():
        for term in figure.row.accounts:
            code, _, part = term.partition(":")
            if figure.row.kind == "detail":
                details[code].append(figure)
            else:
                named[code][part] = figure
    for one in amounts:
        _add(_row_of(one, chart, named), one)
        node = chart.get(one.code)
        while node is not None:
            for figure in details.get(node.code, ()):
                _add(figure, one)
            node = chart.get(node.parent)
    _totals(rows, figures, opening)
    return list(figures.values())


def _row_of(one: Amount, chart: Mapping[str, ChartNode], named: Mapping[str, dict[str, Figure]]) -> Figure:
    for code in (nearest(one.code, chart, set(named)), f"*{chart[one.code].type}", "*"):
        found = named.get(code)
        if found:
            row = found.get(one.part) or found.get("")
            if row is not None:
                return row
    raise ValueError(f"no row for account {one.code} {one.part}")


def _add(figure: Figure, one: Amount) -> None:
    shown = one.amount * figure.row.sign
    figure.amount += shown
    figure.parts.append((one.code, shown))


def _totals(rows: Sequence[LayoutRow], figures: Mapping[str, Figure], opening: Decimal) -> None:
    order = [r.key for r in rows]
    for row in rows:
        figure = figures[row.key]
        if row.kind == "opening":
            figure.amount = opening
        for term in row.total:
            sign, name = (-1, term[1:]) if term.startswith("-") else (1, term)
            first, dots, last = name.partition("..")
            keys = order[order.index(first) : order.index(last) + 1] if dots else [name]
            for key in keys:
                other = figures[key]
                if not dots or other.row.kind in ("line", "total"):
                    figure.amount += sign * other.amount

"""Reading a chart of accounts and its posting rules from the tables in charts/ (comma separated, our own writing)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "charts"


@dataclass(frozen=True)
class ChartAccount:
    code: str
    parent: str
    name: str
    name_zh: str
    type: str
    control: str
    component: str


@dataclass(frozen=True)
class ChartRule:
    """`pack` and `source` empty: any industry, any product."""

    event: str
    pack: str
    source: str
    debit: str
    credit: str


def chart_for(currency: str, language: str) -> str:
    """The small-business chart of China for a company that keeps its books in CNY, else the international one."""
    return "cn_small_business" if currency == "CNY" else "international"


def read_accounts(chart: str) -> list[ChartAccount]:
    """Parents come before their children."""
    with (FOLDER / f"{chart}_accounts.csv").open(encoding="utf-8", newline="") as file:
        return [ChartAccount(**row) for row in csv.DictReader(file)]


def read_rules(chart: str, pack: str) -> list[ChartRule]:
    """The rules that fit the industry pack."""
    with (FOLDER / f"{chart}_rules.csv").open(encoding="utf-8", newline="") as file:
        rules = [ChartRule(**row) for row in csv.DictReader(file)]
    return [r for r in rules if r.pack in ("", pack)]

"""docs/domain-rules.md names tests: each of them exists; no rule of stock and purchasing is without one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"^\| (\d+) \|", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_that_holds_a_rule_exists() -> None:
    named = NAMED.findall((ROOT / "docs" / "domain-rules.md").read_text(encoding="utf-8"))
    assert len(named) > 50
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_the_rules_of_stock_and_purchasing_are_all_here() -> None:
    """Rules 1 to 20, and 36: each has a row with tests of its own."""
    text = (ROOT / "docs" / "domain-rules.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if NUMBER.match(line) and NAMED.search(line)]
    held = {int(NUMBER.findall(row)[0]) for row in rows}
    assert {*range(1, 21), 36} - held == set()

"""docs/capabilities.md names paths that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_path_exists() -> None:
    rows = [x for x in (ROOT / "docs" / "capabilities.md").read_text().splitlines() if re.match(r"\| [A-Z]+\d+ \|", x)]
    assert len(rows) > 40
    missing = []
    for row in rows:
        _, key, _title, lives, shown, _limits, _ = row.split("|")
        for path in re.findall(r"`([^`]+)`", lives + shown):
            if "/" in path and not list(ROOT.glob(path)):
                missing.append((key.strip(), path))
        assert re.search(r"`tests/[^`]+\.py`", shown), f"{key} is shown by nothing"
    assert missing == []

"""What differs between two states of an order, line by line and field by field, as people read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Line = Mapping[str, Any]  # "line" (its id), "position", "label", and the fields compared


def plain(value: Any) -> Any:
    """JSON: decimals without trailing zeros as text, dates in ISO form."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if hasattr(value, "isoformat") else value


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], lines_before: Sequence[Line], lines_after: Sequence[Line],
    fields: Sequence[str],
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of {line, position, label, field, old, new}; `line` is None for the header, `field` "line" where a whole
    line came or went."""
    rows = [
        {"line": None, "position": None, "label": "", "field": name, "old": plain(before[name]), "new": plain(new)}
        for name, new in after.items()
        if plain(before[name]) != plain(new)
    ]
    known = {line["line"]: line for line in lines_before if line["line"]}
    for line in lines_after:
        at = {"line": line["line"], "position": line["position"], "label": line["label"]}
        old = known.pop(line["line"], None) if line["line"] else None
        if old is None:
            rows.append({**at, "field": "line", "old": None, "new": plain(line["quantity"])})
            continue
        rows += [
            {**at, "field": name, "old": plain(old[name]), "new": plain(line[name])}
            for name in fields
            if plain(old[name]) != plain(line[name])
        ]
    rows += [
        {"line": x["line"], "position": x["position"], "label": x["label"], "field": "line",
         "old": plain(x["quantity"]), "new": None}
        for x in known.values()
    ]  # fmt: skip
    return rows

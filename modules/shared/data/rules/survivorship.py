"""What remains of each field when two records become one (合并规则). Pure.

The remaining record keeps what it says. What it leaves empty is filled from the other; what either is, both are; notes
stand below each other; fields of the company's own are joined. Whoever merges may choose otherwise, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Rule = Literal["filled", "either", "joined", "union"]

PARTY: Mapping[str, Rule] = {
    "name": "filled",
    "name_zh": "filled",
    "kind": "filled",
    "is_customer": "either",
    "is_supplier": "either",
    "is_carrier": "either",
    "tax_id": "filled",
    "email": "filled",
    "phone": "filled",
    "website": "filled",
    "language": "filled",
    "currency": "filled",
    "payment_term_id": "filled",
    "credit_limit": "filled",
    "credit_rating": "filled",
    "price_list_id": "filled",
    "owner_id": "filled",
    "department_id": "filled",
    "lifecycle": "filled",
    "note": "joined",
    "custom": "union",
}


def empty(value: Any) -> bool:
    """Whether a field says nothing. Zero says something: a credit limit of 0 is no missing limit."""
    return value is None or value == "" or value == {}


def survive(
    rules: Mapping[str, Rule],
    survivor: Mapping[str, Any],
    others: Sequence[Mapping[str, Any]],
    chosen: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Field → value of the record that remains. `others` in the order in which they are asked for what is empty;
    `chosen` maps fields to the value that somebody decided for. Raises KeyError for a field without a rule."""
    out = {name: _one(rule, survivor[name], [other[name] for other in others]) for name, rule in rules.items()}
    for name, value in (chosen or {}).items():
        rules[name]
        out[name] = value
    return out


def _one(rule: Rule, own: Any, others: Sequence[Any]) -> Any:
    if rule == "either":
        return bool(own) or any(others)
    if rule == "union":
        joined: dict[str, Any] = {}
        for value in (*reversed(others), own):
            joined |= {key: item for key, item in (value or {}).items() if not empty(item) or key not in joined}
        return joined
    if rule == "joined":
        parts = [part for part in (own, *others) if part]
        return "\n\n".join(part for index, part in enumerate(parts) if not any(part in seen for seen in parts[:index]))
    return next((value for value in (own, *others) if not empty(value)), own)

"""Two bills of materials beside each other: what was added, removed, changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from modules.production.models import BillOfMaterials

HEAD = ("output_quantity", "is_phantom", "cost_split")
LINE = (
    "quantity", "fixed_quantity", "unit", "scrap", "valid_from", "valid_until", "successor", "successor_ratio",
    "designators",
)  # fmt: skip
OUTPUT = ("quantity", "cost_share")


@dataclass(frozen=True)
class Difference:
    """One row: `kind` is head, component or by_product; `fields` of what changed: name → (left, right)."""

    kind: str
    change: str  # added | removed | changed | same
    product_id: int | None
    code: str
    name: str
    left: Decimal | None
    right: Decimal | None
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)


def bom_comparison(left: BillOfMaterials, right: BillOfMaterials) -> list[Difference]:
    """Every component and by-product of either, in the order of the left one; a component that stands on several lines
    is compared line by line."""
    head = _differing(left, right, HEAD)
    rows = [Difference("head", "changed" if head else "same", None, "", "", None, None, head)]
    for kind, name, attribute, fields in (
        ("component", "lines", "component", LINE),
        ("by_product", "outputs", "product", OUTPUT),
    ):
        sides: tuple[dict[Any, Any], dict[Any, Any]] = _rows(left, name, attribute), _rows(right, name, attribute)
        for key in dict.fromkeys([*sides[0], *sides[1]]):
            ours, theirs = sides[0].get(key), sides[1].get(key)
            product = getattr(ours or theirs, attribute)
            differing = _differing(ours, theirs, fields) if ours and theirs else {}
            change = "added" if ours is None else "removed" if theirs is None else "changed" if differing else "same"
            rows.append(
                Difference(
                    kind, change, product.pk, product.code, product.name,
                    None if ours is None else ours.quantity, None if theirs is None else theirs.quantity, differing,
                )
            )  # fmt: skip
    return rows


def _rows(bom: BillOfMaterials, name: str, attribute: str) -> dict[Any, Any]:
    """(product, how many times before) → line."""
    related = ("component", "unit", "successor") if name == "lines" else (attribute,)
    met: dict[int, int] = defaultdict(int)
    found = {}
    for row in getattr(bom, name).select_related(*related):
        product = getattr(row, f"{attribute}_id")
        found[(product, met[product])] = row
        met[product] += 1
    return found


def _differing(left: Any, right: Any, fields: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    pairs = {name: (getattr(left, name), getattr(right, name)) for name in fields}
    return {name: (_said(a), _said(b)) for name, (a, b) in pairs.items() if a != b}


def _said(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(getattr(value, "code", value))

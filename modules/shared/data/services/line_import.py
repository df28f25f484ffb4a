"""Adding lines to many orders at once, as an import brings them: the same checks and sums, a constant number of
statements."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models

from modules.shared.data.selectors.prices import PriceQuestion
from modules.shared.data.services.line_writing import lines_patch, lines_write, snapshot
from modules.shared.data.services.order_lines import LineDraft, Pricing, Refusal, add_up, draft_lines, set_totals
from tenon.problems import FieldError, Invalid

TOTALS = {
    "subtotal": "numeric",
    "tax_amount": "numeric",
    "freight": "numeric",
    "total": "numeric",
    "tax_lines": "jsonb",
}


def lines_add(
    line_model: type[models.Model],
    orders: Mapping[int, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    pricing: Callable[[Any], Pricing],
    make: Callable[[Any, LineDraft, int], Any],
    refuse: Callable[[Any], Refusal | None],
) -> list[Any]:
    """New lines of locked `orders` (by key); each row names its order. Headers get their new totals. Raises Invalid."""
    drafts = _drafts(orders, rows, pricing)
    _refuse(orders, rows, drafts, refuse)
    lines: dict[int, list[Any]] = {pk: [] for pk in orders}
    existing: list[Any] = list(
        line_model._default_manager.filter(order_id__in=orders).order_by("order_id", "position", "id")
    )
    before = snapshot(existing)
    for line in existing:
        lines[line.order_id].append(line)
    made = []
    for row, draft in zip(rows, drafts, strict=True):
        order = orders[row["order"].pk]
        there = lines[order.pk]
        line = make(order, draft, (max((x.position for x in there), default=0)) + 10)
        there.append(line)
        made.append(line)
    for pk, order in orders.items():
        amounts = add_up(lines[pk], currency=order.currency, rounding=order.tax_rounding, freight=order.freight)
        set_totals(order, amounts)
    lines_write(line_model, before, [line for pk in sorted(lines) for line in lines[pk]])
    lines_patch(
        type(next(iter(orders.values()))),
        TOTALS,
        {
            pk: (order.subtotal, order.tax_amount, order.freight, order.total, json.dumps(order.tax_lines))
            for pk, order in orders.items()
        },
    )
    return made


def _drafts(
    orders: Mapping[int, Any], rows: Sequence[Mapping[str, Any]], pricing: Callable[[Any], Pricing]
) -> list[LineDraft]:
    """All together while every row names its price; otherwise each order asks for its own."""
    if all(row.get("unit_price") is not None for row in rows):
        return draft_lines(rows, pricing=_nothing, path="rows")
    found: dict[int, LineDraft] = {}
    for pk, order in orders.items():
        places = [i for i, row in enumerate(rows) if row["order"].pk == pk]
        for place, draft in zip(places, draft_lines([rows[i] for i in places], pricing=pricing(order)), strict=True):
            found[place] = draft
    return [found[i] for i in range(len(rows))]


def _refuse(
    orders: Mapping[int, Any],
    rows: Sequence[Mapping[str, Any]],
    drafts: Sequence[LineDraft],
    refuse: Callable[[Any], Refusal | None],
) -> None:
    refusals = {pk: refuse(order) for pk, order in orders.items()}
    errors = []
    for index, (row, draft) in enumerate(zip(rows, drafts, strict=True)):
        refusal = refusals[row["order"].pk]
        message = refusal(draft.product) if refusal is not None else None
        if message is not None:
            errors.append(FieldError(f"rows.{index}.product", "not_available", message))
    if errors:
        raise Invalid(errors=errors)


def _nothing(questions: Sequence[PriceQuestion]) -> list[Any]:
    return [None] * len(questions)

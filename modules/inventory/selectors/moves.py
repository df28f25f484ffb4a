"""The moves of documents' lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from modules.inventory.models import StockMove, StockValueChange

ZERO = Decimal(0)


@dataclass(frozen=True)
class MoveOfLine:
    """`valued`: the quantity that its value goes by, of goods in two quantities the second. `learned`: what the move
    has cost beyond its value, as was found out since."""

    pk: int
    lot: str
    quantity: Decimal
    value: Decimal
    learned: Decimal
    valued: Decimal


def moves_of_lines(entity: str, line_ids: Collection[int]) -> dict[int, list[MoveOfLine]]:
    """Line of a document → its moves, in their order. Two queries."""
    out: dict[int, list[MoveOfLine]] = defaultdict(list)
    rows = list(
        StockMove.objects.filter(source_entity=entity, source_line_id__in=line_ids)
        .order_by("sequence", "pk")
        .values_list("source_line_id", "pk", "lot", "quantity", "value", "second_quantity")
    )
    changed = StockValueChange.objects.filter(move_id__in=[row[1] for row in rows]).values_list("move_id")
    learned = dict(changed.annotate(total=Sum("amount")))
    for line, pk, lot, quantity, value, second in rows:
        valued = quantity if second is None else second
        out[line or 0].append(MoveOfLine(pk, lot, quantity, value, -learned.get(pk, ZERO), valued))
    return out

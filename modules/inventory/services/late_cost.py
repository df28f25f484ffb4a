"""What is learned of the cost of goods after they came: spread over their layers, then between what of them is on hand
and what has gone (domain rule 8). Freight, duty and the price on the invoice all go this way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from modules.inventory.models import Receipt, ReceiptLine, StockLayer, StockValueChange
from modules.inventory.services.layers import open_book, read_layers_by_id, uses_of_layers, write_layers
from modules.inventory.services.moves import correct_overtaken, effective, lock_costs, moment, step, write_costs
from modules.inventory.services.value_changes import Change, changes_write
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.valuation import PriceDifference
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.money.rounding import allocate
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Kind = StockValueChange.Kind


@dataclass(frozen=True)
class LateCost:
    """An amount for one layer; what the ledger shall know of it (party, order line)."""

    layer: int
    amount: Decimal
    dimensions: Mapping[str, Any]


@dataclass(frozen=True)
class Share:
    in_stock: Decimal = ZERO
    gone: Decimal = ZERO


def late_costs_apply(
    costs: Sequence[LateCost], *, kind: str, on: date, source: RecordRef, day_field: str = "on"
) -> dict[int, Share]:
    """Applies late costs to locked layers; answers layer → what stays in stock and what has gone. Goods at standard
    cost, and stock that would be worth less than nothing, leave it in variance. Runs in the caller's service frame.
    Raises PeriodClosed, Invalid on a day in the future."""
    wanted = [c for c in costs if c.amount]
    if not wanted:
        return {}
    effective(on, day_field)
    known = {
        pk: (product_id, received_at)
        for pk, product_id, received_at in StockLayer.objects.filter(pk__in=[c.layer for c in wanted]).values_list(
            "pk", "product_id", "received_at"
        )
    }
    rows = lock_costs(product_id for product_id, _at in known.values())
    at = moment(on, rows.values(), day_field)
    book = open_book(rows, step())
    read_layers_by_id(book, known)
    uses = uses_of_layers(known)
    changes: list[Change] = []
    shares: dict[int, Share] = defaultdict(Share)
    since: dict[int, datetime] = {}
    for c in wanted:
        product_id, received_at = known[c.layer]
        layer, stock = book.layer(c.layer), book.stocks[product_id]
        if kind == Kind.PRICE_DIFFERENCE and stock.method == Product.CostMethod.STANDARD:
            continue  # it is in the variance already
        when = max(at, received_at)  # what was not there yet has no cost
        since[product_id] = min(since.get(product_id, when), when)
        before = layer.value
        late = stock.late(layer, c.amount, uses.get(c.layer, ()))
        changes.append(
            Change(product_id, kind, c.amount, layer=c.layer, before=before, at=when, dimensions=c.dimensions)
        )
        changes += [Change(product_id, kind, -g.amount, move=g.move, at=when) for g in late.gone]
        if late.unborne:
            unborne = -late.unborne
            changes.append(Change(product_id, Kind.VARIANCE, unborne, layer=c.layer, before=layer.value, at=when))
        so_far = shares[c.layer]
        shares[c.layer] = Share(so_far.in_stock + late.in_stock, so_far.gone + c.amount - late.in_stock)
        cost = rows[product_id]
        cost.value, cost.last_unit_cost = stock.value, stock.last_unit_cost
    write_layers(book, at, {})
    write_costs([rows[pk] for pk in sorted(since)])
    changes_write(changes, at, source)
    for product_id, when in sorted(since.items()):
        cost = rows[product_id]
        if cost.last_moved_at is not None and when < cost.last_moved_at:
            correct_overtaken([cost], when, source)
    return dict(shares)


def layers_of_receipt_lines(line_ids: Sequence[int]) -> dict[int, list[tuple[int, Decimal]]]:
    """Receipt line → its layers and their quantities."""
    out: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    rows = StockLayer.objects.filter(
        move__source_entity="inventory.receipt", move__source_line_id__in=line_ids, quantity__gt=0
    ).order_by("pk")
    for line, pk, quantity in rows.values_list("move__source_line_id", "pk", "quantity"):
        out[line or 0].append((pk, quantity))
    return out


@service()
def price_differences_apply(
    *, actor: Actor, differences: Sequence[PriceDifference], on: date, source: RecordRef
) -> None:
    """The differences of a supplier's invoice, over all that was received for their order lines. Asked through the
    port: finance has checked the permission. What came before layers were kept leaves its difference in variance.
    Raises PeriodClosed."""
    lines = dict(
        ReceiptLine.objects.filter(
            order_line_id__in=[d.purchase_order_line_id for d in differences], receipt__kind=Receipt.Kind.RECEIPT,
            receipt__status=Receipt.Status.POSTED, quantity__gt=F("rejected"),
        ).values_list("pk", "order_line_id")
    )  # fmt: skip
    received = layers_of_receipt_lines(list(lines))
    by_order_line: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for line, order_line in sorted(lines.items()):
        by_order_line[order_line] += received.get(line, [])
    costs = []
    for d in differences:
        layers = by_order_line.get(d.purchase_order_line_id, [])
        dimensions = {"purchase_order_line_id": d.purchase_order_line_id, "party_id": d.party_id}
        parts = allocate(d.amount, [quantity for _pk, quantity in layers], step()) if layers else []
        costs += [LateCost(pk, part, dimensions) for (pk, _q), part in zip(layers, parts, strict=True)]
    late_costs_apply(costs, kind=Kind.PRICE_DIFFERENCE, on=min(on, current().today()), source=source)

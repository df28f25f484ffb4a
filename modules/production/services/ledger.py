"""Asking the ledger for production's postings, in the same transaction. Without finance, production goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from modules.production.models import ProductionOrder, ProductionOrderOutput
from modules.shared.contracts.posting import LedgerPosting, Posting, PostingKind, PostingLine
from modules.shared.contracts.refs import RecordRef
from tenon import ports
from tenon.access.actor import Actor


@dataclass(frozen=True)
class OutsideFee:
    """What a supplier is owed for pieces that came back, in base currency, by which line of a purchase order."""

    amount: Decimal
    purchase_order_line_id: int
    party_id: int


def order_ref(order: ProductionOrder) -> RecordRef:
    return RecordRef("production.order", order.pk, order.number)


def output_ref(output: ProductionOrderOutput, order: ProductionOrder) -> RecordRef:
    """A by-product of an order: what claims on it and pegs point at."""
    return RecordRef("production.order_output", output.pk, order.number)


def demand_ref(order: ProductionOrder) -> RecordRef | None:
    """The document line the order is made for."""
    if order.demand_id is None:
        return None
    return RecordRef(order.demand_entity, order.demand_id, order.demand_label)


def post_cost(
    actor: Actor,
    order: ProductionOrder,
    on: date,
    amounts: Iterable[tuple[PostingKind, int, Decimal, str]],
) -> None:
    """`amounts`: (kind, product id, amount in base currency, cost component). Amounts of zero are left out.
    Raises what the ledger raises, e.g. for a closed period."""
    by_kind: dict[PostingKind, list[PostingLine]] = {}
    for kind, product_id, amount, component in amounts:
        if amount:
            by_kind.setdefault(kind, []).append(
                PostingLine(
                    amount,
                    product_id=product_id,
                    sales_order_id=order.sales_order_id,
                    sales_order_line_id=order.demand_id if order.demand_entity == "shared.sales_order_line" else None,
                    production_order_id=order.pk,
                    component=component,
                )
            )
    ledger = ports.find(LedgerPosting)
    if ledger is not None and by_kind:
        source = order_ref(order)
        ledger.post(actor=actor, postings=[Posting(kind, on, source, tuple(x)) for kind, x in by_kind.items()])


def post_fee(actor: Actor, order: ProductionOrder, on: date, fee: OutsideFee) -> None:
    """Dr work in process, Cr goods received not invoiced, which the supplier's invoice clears. Raises what the ledger
    raises."""
    ledger = ports.find(LedgerPosting)
    if ledger is None or not fee.amount:
        return
    line = PostingLine(
        fee.amount, product_id=order.product_id, party_id=fee.party_id, sales_order_id=order.sales_order_id,
        sales_order_line_id=order.demand_id if order.demand_entity == "shared.sales_order_line" else None,
        production_order_id=order.pk, purchase_order_line_id=fee.purchase_order_line_id, component="outside",
    )  # fmt: skip
    ledger.post(actor=actor, postings=[Posting("production_outside", on, order_ref(order), (line,))])

"""Asking the ledger for production's postings, in the same transaction. Without finance, production goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from modules.production.models import (
    ProductionCost,
    ProductionOrder,
    ProductionOrderOperation,
    ProductionOrderOutput,
)
from modules.shared.contracts.posting import LedgerPosting, Posting, PostingKind, PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder
from tenon import ports
from tenon.access.actor import Actor
from tenon.records.service import touch_ids

# What a posting is in the order: its element, and whether it goes in or comes out.
ELEMENTS: dict[PostingKind, tuple[str, int]] = {
    "production_issue": ("material", 1),
    "production_labour": ("labour", 1),
    "production_wages": ("labour", 1),
    "production_overhead": ("overhead", 1),
    "production_receipt": ("receipt", -1),
    "production_variance": ("variance", -1),
}
WORK = ("production_labour", "production_wages", "production_overhead")


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


def tell_sales(order: ProductionOrder) -> None:
    """Who looks at the customer's order sees it move."""
    if order.sales_order_id is not None:
        touch_ids(SalesOrder, "update", {order.sales_order_id})


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
    step: ProductionOrderOperation | None = None,
) -> None:
    """`amounts`: (kind, product id, amount in base currency, cost component). Amounts of zero are left out. Kept as the
    order's cost postings, of the operation `step` what is work, and told to the ledger, where the machine's part is
    overhead. Raises what the ledger raises, e.g. for a closed period."""
    by_kind: dict[PostingKind, list[PostingLine]] = {}
    rows = []
    for kind, product_id, amount, component in amounts:
        if amount:
            element, sign = ELEMENTS[kind]
            if component in ("machine", "outside"):
                element = component
            rows.append(
                ProductionCost(
                    order=order, posted_on=on, element=element, amount=sign * amount, product_id=product_id,
                    order_operation=step if kind in WORK else None,
                )
            )  # fmt: skip
            by_kind.setdefault(kind, []).append(
                PostingLine(
                    amount,
                    product_id=product_id,
                    sales_order_id=order.sales_order_id,
                    sales_order_line_id=order.demand_id if order.demand_entity == "shared.sales_order_line" else None,
                    production_order_id=order.pk,
                    component="overhead" if component == "machine" else component,
                )
            )
    ProductionCost.objects.bulk_create(rows)
    ledger = ports.find(LedgerPosting)
    if ledger is not None and by_kind:
        source = order_ref(order)
        ledger.post(actor=actor, postings=[Posting(kind, on, source, tuple(x)) for kind, x in by_kind.items()])


def post_fee(
    actor: Actor, order: ProductionOrder, on: date, fee: OutsideFee, step: ProductionOrderOperation | None = None
) -> None:
    """Kept as a cost posting of the operation `step`; Dr work in process, Cr goods received not invoiced, which the
    supplier's invoice clears. Raises what the ledger raises."""
    if not fee.amount:
        return
    ProductionCost.objects.bulk_create([
        ProductionCost(
            order=order, posted_on=on, element="outside", amount=fee.amount, product_id=order.product_id,
            order_operation=step,
        )
    ])  # fmt: skip
    ledger = ports.find(LedgerPosting)
    if ledger is None:
        return
    line = PostingLine(
        fee.amount, product_id=order.product_id, party_id=fee.party_id, sales_order_id=order.sales_order_id,
        sales_order_line_id=order.demand_id if order.demand_entity == "shared.sales_order_line" else None,
        production_order_id=order.pk, purchase_order_line_id=fee.purchase_order_line_id, component="outside",
    )  # fmt: skip
    ledger.post(actor=actor, postings=[Posting("production_outside", on, order_ref(order), (line,))])

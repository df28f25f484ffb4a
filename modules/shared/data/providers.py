"""What the shared documents mean for planning: open demand of sales orders, open supply of purchase orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from modules.shared.contracts.customers import Happening
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, Supply
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine, SalesOrderLine
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor
from tenon.tenancy.context import current

_LINE = ("id", "position", "product_id", "left", "requested_on", "promised_on")
_HEAD = ("order_id", "order__number", "order__requested_on", "order__ordered_on")


class SalesOrderDemand:
    """Confirmed sales order lines that are not delivered (OpenDemand)."""

    def open_demand(self, product_ids: Sequence[int] | None = None) -> list[Demand]:
        rows = _of(SalesOrderLine.objects.all(), product_ids).filter(
            order__status__in=("confirmed", "part_delivered"), order__is_migrated=False, product__kind="goods"
        )
        rows = rows.annotate(left=F("base_quantity") - F("cancelled") - F("delivered")).filter(left__gt=0)
        return [
            Demand(
                line=RecordRef("shared.sales_order_line", line[0], f"{head[1]} / {line[1]}"),
                product_id=line[2],
                quantity=line[3],
                # What the customer asked for counts, else what was promised; never nothing.
                needed_on=line[4] or head[2] or line[5] or head[3],
                head=RecordRef("shared.sales_order", head[0], head[1]),
            )
            for line, head in ((row[:6], row[6:]) for row in rows.order_by("id").values_list(*_LINE, *_HEAD))
        ]


class PurchaseOrderSupply:
    """Purchase order lines that have not arrived (OpenSupply). Drafts count for planning, which would else propose them
    again, but are not firm: nothing is promised on them."""

    def open_supply(self, product_ids: Sequence[int] | None = None) -> list[Supply]:
        rows = _of(PurchaseOrderLine.objects.all(), product_ids).filter(
            order__status__in=("draft", "confirmed", "part_received"), order__is_migrated=False, product__kind="goods"
        )
        rows = rows.annotate(left=F("base_quantity") - F("cancelled") - F("received")).filter(left__gt=0)
        # Once deliveries have begun, what may stay away is not counted on.
        rows = rows.exclude(received__gt=0, under_allowed__gte=F("left"))
        today = current().today()
        return [
            Supply(
                source=RecordRef("shared.purchase_order_line", line_id, f"{number} / {position}"),
                product_id=product_id,
                quantity=left,
                due_on=promised or due or order_due or today,
                firm=status != "draft",
                peg=_peg(peg),
            )
            for line_id, position, product_id, left, promised, due, order_due, number, status, peg in rows.order_by(
                "id"
            ).values_list(
                "id",
                "position",
                "product_id",
                "left",
                "confirmed_on",  # what the supplier says counts before what we asked for
                "due_on",
                "order__due_on",
                "order__number",
                "order__status",
                "peg",
            )
        ]

    def supply_locked(self, source: RecordRef) -> Supply | None:
        if source.entity != "shared.purchase_order_line":
            return None
        line = PurchaseOrderLine.objects.filter(pk=source.id).values_list("order_id", "product_id").first()
        if line is None:
            return None
        # The order, as receipts and changes lock it.
        PurchaseOrder.objects.select_for_update().get(pk=line[0])
        return next((s for s in self.open_supply([line[1]]) if s.source.id == source.id), None)


def _of(rows: QuerySet[Any], product_ids: Sequence[int] | None) -> QuerySet[Any]:
    return rows if product_ids is None else rows.filter(product_id__in=list(product_ids))


def _peg(value: Any) -> RecordRef | None:
    if not value:
        return None
    return RecordRef(str(value.get("entity", "")), int(value.get("id", 0)), str(value.get("label", "")))


class SalesHistory:
    """CustomerHistory: sales orders."""

    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        return happenings(
            actor=actor, entity="shared.sales_order", where=Q(customer=party_id), day="ordered_on", amount="total",
            limit=limit, newest=True,
        )  # fmt: skip

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        where = Q(customer=party_id, status__in=("confirmed", "part_delivered"), is_migrated=False)
        return happenings(
            actor=actor, entity="shared.sales_order", where=where, day="promised_on", amount="total", limit=limit,
            newest=False,
        )  # fmt: skip

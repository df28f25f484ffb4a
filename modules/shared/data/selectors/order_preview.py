"""What an order or a quote of these lines would come to, as JSON: prices, taxes, amounts, what is there, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Availability, Demand, PromiseDates, StockAvailability
from modules.shared.data.models import Product, SalesOrder, SalesOrderLine
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.promise_words import reasons, steps_out
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.ports import find
from tenon.tenancy.context import current


@dataclass(frozen=True)
class LinePromise:
    """The day a line can be there, and why in words."""

    on: date | None
    reasons: tuple[str, ...] = ()


def preview_out(document: Any, rows: Sequence[Any], promised: Sequence[LinePromise]) -> dict[str, Any]:
    """Of a document and its lines that are not written, and the day each line can be there."""
    step = currency_step(document.currency)
    stock = _stock({row.product_id for row in rows if row.product.kind == Product.Kind.GOODS})

    def money(value: Decimal) -> str:
        return f"{value.quantize(step):f}"

    names = {row.tax_id: row.tax.name for row in rows if row.tax is not None}
    known = [promise.on for promise in promised if promise.on is not None]
    return {
        "currency": document.currency,
        "subtotal": money(document.subtotal),
        "tax_amount": money(document.tax_amount),
        "freight": money(document.freight),
        "total": money(document.total),
        "promised_on": max(known) if known and len(known) == len(rows) else None,
        "taxes": [
            {**line, "label": names.get(line["tax"], "")} for line in document.tax_lines if line["tax"] is not None
        ],
        "lines": [
            {
                "unit_price": f"{row.unit_price.normalize():f}",
                "unit": {"id": row.unit_id, "label": row.unit.code},
                "tax": None if row.tax is None else {"id": row.tax_id, "label": row.tax.name},
                "subtotal": money(row.subtotal),
                "total": money(row.total),
                "base_quantity": f"{row.base_quantity.normalize():f}",
                "promised_on": promise.on,
                "reasons": promise.reasons,
                **_of(stock.get(row.product_id)),
            }
            for row, promise in zip(rows, promised, strict=True)
        ],
    }


def promised_lines(actor: Actor, order: SalesOrder, rows: Sequence[SalesOrderLine]) -> list[LinePromise]:
    """When each line can be there if the order is confirmed now: by whoever knows stock and supply, else the products'
    lead times. Services wait for nothing."""
    demands = [
        Demand(
            line=RecordRef("shared.sales_order_line", -(index + 1), ""),
            product_id=row.product_id,
            quantity=row.base_quantity,
            needed_on=row.requested_on or order.requested_on,
        )
        if row.product.kind == Product.Kind.GOODS
        else None
        for index, row in enumerate(rows)
    ]
    return line_promises(actor, rows, demands)


def line_promises(actor: Actor, rows: Sequence[Any], demands: Sequence[Demand | None]) -> list[LinePromise]:
    """The same for the lines of any document, each with its demand (None: it waits for no stock)."""
    today, calendar = current().today(), work_calendar()
    wanted = [demand for demand in demands if demand is not None]
    promiser = find(PromiseDates)
    asked = {p.line.id: p for p in promiser.promise(wanted)} if promiser and wanted else {}
    steps = {key: steps_out(promise.steps) for key, promise in asked.items()}
    said = reasons(actor, {d.line.id: (d.product_id, steps.get(d.line.id, [])) for d in wanted})
    promises = []
    for row, demand in zip(rows, demands, strict=True):
        if demand is None:
            promises.append(LinePromise(today))
        elif demand.line.id in asked:
            promises.append(LinePromise(asked[demand.line.id].on, tuple(said[demand.line.id])))
        else:
            promises.append(LinePromise(calendar.add(today, row.product.lead_time_days)))
    return promises


def _stock(product_ids: set[int]) -> dict[int, Availability]:
    stock = find(StockAvailability)
    return stock.availability(sorted(product_ids)) if stock and product_ids else {}


def _of(answer: Availability | None) -> dict[str, Any]:
    if answer is None:
        return {"available": None, "incoming": None}
    return {"available": f"{answer.available:f}", "incoming": f"{answer.incoming:f}"}

"""What an order or a quote of these lines would come to, as JSON: prices, taxes, amounts, what is there, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Availability, Demand, PromiseDates, StockAvailability
from modules.shared.data.models import Product, SalesOrder, SalesOrderLine
from modules.shared.data.selectors.calendars import work_calendar
from tenon.money.rounding import currency_step
from tenon.ports import find
from tenon.tenancy.context import current


def preview_out(document: Any, rows: Sequence[Any], promised: Sequence[date | None]) -> dict[str, Any]:
    """Of a document and its lines that are not written, and the day each line can be there."""
    step = currency_step(document.currency)
    stock = _stock({row.product_id for row in rows if row.product.kind == Product.Kind.GOODS})

    def money(value: Decimal) -> str:
        return f"{value.quantize(step):f}"

    names = {row.tax_id: row.tax.name for row in rows if row.tax is not None}
    known = [day for day in promised if day is not None]
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
                "promised_on": day,
                **_of(stock.get(row.product_id)),
            }
            for row, day in zip(rows, promised, strict=True)
        ],
    }


def promised_days(order: SalesOrder, rows: Sequence[SalesOrderLine]) -> list[date | None]:
    """When each line can be there if the order is confirmed now: by whoever knows stock and supply, else the products'
    lead times. Services wait for nothing."""
    today, calendar = current().today(), work_calendar()
    demands = [
        Demand(
            line=RecordRef("shared.sales_order_line", -(index + 1), ""),
            product_id=row.product_id,
            quantity=row.base_quantity,
            needed_on=row.requested_on or order.requested_on,
        )
        for index, row in enumerate(rows)
        if row.product.kind == Product.Kind.GOODS
    ]
    promiser = find(PromiseDates)
    asked = {p.line.id: p.on for p in promiser.promise(demands)} if promiser and demands else {}
    goods = {d.line.id for d in demands}
    days: list[date | None] = []
    for index, row in enumerate(rows):
        key = -(index + 1)
        lead = today if key not in goods else calendar.add(today, row.product.lead_time_days)
        days.append(asked.get(key) if promiser and key in goods else lead)
    return days


def _stock(product_ids: set[int]) -> dict[int, Availability]:
    stock = find(StockAvailability)
    return stock.availability(sorted(product_ids)) if stock and product_ids else {}


def _of(answer: Availability | None) -> dict[str, Any]:
    if answer is None:
        return {"available": None, "incoming": None}
    return {"available": f"{answer.available:f}", "incoming": f"{answer.incoming:f}"}

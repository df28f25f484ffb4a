"""Invoice items: what waits for a customer's next invoice, or is put on a draft."""

from __future__ import annotations

from billing.simulator.api.catalogue import price_of
from billing.simulator.api.routing import deleted, endpoint, page, rates_of, retrieved
from billing.simulator.engine import discounting, invoices, lines
from billing.simulator.engine.customers import living
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules import amounts
from billing.simulator.store import Doc
from billing.simulator.world import World


def row_of_price(world: World, price: Doc, quantity: int, currency: str, now: int) -> Doc:
    """A one-time line on an invoice."""
    return {
        "amount": amounts.price_of(lines.unit_of(price, currency), quantity),
        "currency": currency,
        "description": lines.product_name(world, price),
        "parent": {
            "invoice_item_details": {
                "invoice_item": "",
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": None,
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "period": {"end": now, "start": now},
        "pricing": lines.pricing_of(price, currency),
        "quantity": quantity,
        "_rates": [],
    }


@endpoint("POST", "/v1/invoiceitems")
def create(world: World, p: Params) -> Doc:
    customer = living(world, p.need("customer"), "customer")
    now = world.now(customer["_clock"])
    currency = (p.text("currency") or customer["currency"] or "usd").lower()
    quantity = p.count("quantity", 1)
    amount, unit = p.whole("amount"), p.decimal("unit_amount_decimal")
    pricing = None
    price = None
    if p.has("price") or p.has("price_data") or p.has("pricing"):
        inner = p.map("pricing")
        price = price_of(world, inner or p)
        pricing = lines.pricing_of(price, currency)
        amount = amounts.price_of(lines.unit_of(price, currency), quantity)
    elif unit is not None:
        amount = amounts.price_of(unit, quantity)
    if amount is None:
        raise invalid("Missing required param: amount.", "amount", "parameter_missing")
    subscription = p.text("subscription")
    parent = None
    if subscription:
        world.get("subscription", subscription, "subscription")
        parent = {
            "subscription_details": {"subscription": subscription, "subscription_item": None},
            "type": "subscription_details",
        }
    period = p.map("period")
    start, end = (period.time("start"), period.time("end")) if period else (now, now)
    words = p.text("description") or (lines.product_name(world, price) if price else None)
    item = world.create(
        "invoiceitem",
        clock=customer["_clock"],
        amount=amount,
        currency=currency,
        customer=customer["id"],
        date=now,
        description=words,
        discountable=bool(p.flag("discountable", amount >= 0)),
        metadata=p.metadata(),
        net_amount=amount,
        parent=parent,
        period={"end": end, "start": start},
        pricing=pricing,
        quantity=quantity,
        test_clock=customer["test_clock"],
        _rates=rates_of(world, p, "tax_rates") or [],
        _item=None,
        _subscription=subscription,
    )
    item["discounts"] = discounting.given(world, p.rows("discounts"), customer, [], invoice_item=item["id"]) or []
    world.save(item)
    world.emit("invoiceitem.created", item)
    if name := p.text("invoice"):
        invoice = world.get("invoice", name, "invoice")
        if invoice["status"] != "draft":
            raise invalid("Invoice items can only be added to draft invoices.", "invoice", "invoice_not_editable")
        invoices.add_line(world, invoice, lines.of_pending(world, item))
        invoices.reckon(world, invoice)
    return item


@endpoint("GET", "/v1/invoiceitems")
def list_all(world: World, p: Params) -> Doc:
    rows = world.all("invoiceitem", p.text("customer"), newest_first=True)
    if invoice := p.text("invoice"):
        rows = [row for row in rows if row["invoice"] == invoice]
    if (pending := p.flag("pending")) is not None:
        rows = [row for row in rows if (row["invoice"] is None) == pending]
    return page(world, p, rows, "/v1/invoiceitems")


retrieved("/v1/invoiceitems", "invoiceitem")


@endpoint("POST", "/v1/invoiceitems/{id}")
def update(world: World, p: Params, id: str) -> Doc:
    item = world.get("invoiceitem", id)
    if item["invoice"] is not None:
        raise invalid("This invoice item is on an invoice and cannot be changed.", code="invoice_not_editable")
    with world.changing(item, None):
        if p.has("description"):
            item["description"] = p.text("description")
        if (amount := p.whole("amount")) is not None:
            item["amount"] = item["net_amount"] = amount
        item["metadata"] = p.metadata(item["metadata"])
    return item


@endpoint("DELETE", "/v1/invoiceitems/{id}")
def delete(world: World, p: Params, id: str) -> Doc:
    item = world.get("invoiceitem", id)
    if item["invoice"] is not None and world.get("invoice", item["invoice"])["status"] != "draft":
        raise invalid("You cannot delete an invoice item that is on a finalized invoice.", code="invoice_not_editable")
    world.emit("invoiceitem.deleted", item)
    item["_deleted"] = True
    world.save(item)
    return deleted(item)

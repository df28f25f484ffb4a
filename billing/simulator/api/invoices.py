"""Invoices: listed, made by hand, finalised, paid, voided. Previews are in previews.py."""

from __future__ import annotations

from billing.simulator.api.routing import deleted, endpoint, matching, page, rates_of, retrieved
from billing.simulator.engine import discounting, invoices
from billing.simulator.engine.customers import living
from billing.simulator.engine.payments import attach, method_named
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.store import Doc
from billing.simulator.world import World


@endpoint("POST", "/v1/invoices")
def create(world: World, p: Params) -> Doc:
    customer = living(world, p.need("customer"), "customer")
    name = p.text("subscription")
    subscription = world.get("subscription", name, "subscription") if name else None
    method = p.text("collection_method", "charge_automatically", choices=("charge_automatically", "send_invoice"))
    days, due = p.few("days_until_due", 3_650), p.time("due_date")
    if method == "send_invoice" and days is None and due is None:
        raise invalid("If collection_method=send_invoice, days_until_due or due_date must be set.", "days_until_due")
    advance = p.flag("auto_advance", False)
    take = p.text("pending_invoice_items_behavior", "exclude", choices=("include", "exclude")) == "include"
    discounts = discounting.given(world, p.rows("discounts"), customer, []) or []
    return invoices.draft(
        world,
        customer,
        reason="manual",
        subscription=subscription,
        currency=(p.text("currency") or customer["currency"] or "usd").lower(),
        take_waiting=take,
        finalizes_at=world.now(customer["_clock"]) + invoices.DRAFT_FOR if advance else None,
        auto_advance=advance,
        collection_method=method,
        default_payment_method=p.text("default_payment_method"),
        description=p.text("description"),
        discounts=discounts,
        due_date=due,
        footer=p.text("footer"),
        metadata=p.metadata(),
        _rates=rates_of(world, p, "default_tax_rates") or [],
        _days_until_due=days,
    )


@endpoint("GET", "/v1/invoices")
def list_all(world: World, p: Params) -> Doc:
    every = world.all("invoice", p.text("customer"), newest_first=True)
    rows = matching(p, every, texts=("status", "collection_method"))
    if subscription := p.text("subscription"):
        rows = [row for row in rows if row.get("_subscription") == subscription]
    return page(world, p, rows, "/v1/invoices")


retrieved("/v1/invoices", "invoice")


@endpoint("GET", "/v1/invoices/{id}/lines")
def list_lines(world: World, p: Params, id: str) -> Doc:
    world.get("invoice", id)
    return page(world, p, world.all("line_item", id), f"/v1/invoices/{id}/lines")


@endpoint("POST", "/v1/invoices/{id}")
def update(world: World, p: Params, id: str) -> Doc:
    invoice = world.get("invoice", id)
    customer = world.get("customer", invoice["customer"])
    with world.changing(invoice, "invoice.updated"):
        invoice["metadata"] = p.metadata(invoice["metadata"])
        for name in ("description", "footer", "default_payment_method"):
            if p.has(name):
                invoice[name] = p.text(name)
        if (advance := p.flag("auto_advance")) is not None:
            invoice["auto_advance"] = advance
            draft = invoice["status"] == "draft"
            invoice["automatically_finalizes_at"] = (
                world.time_of(invoice) + invoices.DRAFT_FOR if draft and advance else None
            )
        if p.has("collection_method"):
            invoice["collection_method"] = p.need("collection_method", ("charge_automatically", "send_invoice"))
        if p.has("days_until_due"):
            invoice["_days_until_due"] = p.few("days_until_due", 3_650)
        if p.has("due_date"):
            invoice["due_date"] = p.time("due_date")
        rates = rates_of(world, p, "default_tax_rates")
        kept = discounting.given(world, p.rows("discounts"), customer, invoice["discounts"])
        if rates is not None or kept is not None:
            if invoice["status"] != "draft":
                raise invalid("Finalized invoices can't be updated in this way.", code="invoice_not_editable")
            invoice["_rates"] = invoice["_rates"] if rates is None else rates
            invoice["discounts"] = invoice["discounts"] if kept is None else kept
            invoices.reckon(world, invoice)
    return invoice


@endpoint("DELETE", "/v1/invoices/{id}")
def delete(world: World, p: Params, id: str) -> Doc:
    invoice = world.get("invoice", id)
    if invoice["status"] != "draft" or invoice.get("_subscription"):
        raise invalid("You can only delete draft invoices that are not of a subscription.", code="invoice_not_editable")
    for line in invoices.lines_of(world, invoice):
        if pending := world.find("invoiceitem", line.get("_pending")):
            pending["_deleted"] = True
            world.save(pending)
    world.emit("invoice.deleted", invoice)
    invoice["_deleted"] = True
    world.save(invoice)
    return deleted(invoice)


@endpoint("POST", "/v1/invoices/{id}/finalize")
def finalize(world: World, p: Params, id: str) -> Doc:
    invoice = world.get("invoice", id)
    if (advance := p.flag("auto_advance")) is not None:
        invoice["auto_advance"] = advance
    invoices.finalize(world, invoice)
    if invoice["auto_advance"] and invoice["collection_method"] == "charge_automatically":
        with world.changing(invoice, None):
            if invoice["status"] == "open":
                invoice["next_payment_attempt"] = world.time_of(invoice) + invoices.DRAFT_FOR
    return invoice


@endpoint("POST", "/v1/invoices/{id}/pay")
def pay(world: World, p: Params, id: str) -> Doc:
    """Raises StripeProblem (402, and the failed attempt stays) when the card is refused."""
    invoice = world.get("invoice", id)
    if invoice["status"] == "draft":
        invoices.finalize(world, invoice)
    if invoice["status"] == "paid":
        if invoice["attempt_count"] == 0 and invoice["amount_due"] == 0:
            return invoice
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid(f"You cannot pay an invoice that is {invoice['status']}.")
    name, off_session = p.text("payment_method"), bool(p.flag("off_session", True))
    p.text("mandate")
    if p.flag("paid_out_of_band"):
        invoices.pay_out_of_band(world, invoice)
        return invoice
    method = method_named(world, name, "payment_method") if name else None
    if method is not None and method["customer"] is None:
        attach(world, method, world.get("customer", invoice["customer"]))
    if error := invoices.collect(world, invoice, method, off_session=off_session):
        raise invoices.refuse(error, keep=True)
    return invoice


@endpoint("POST", "/v1/invoices/{id}/send")
def send(world: World, p: Params, id: str) -> Doc:
    invoice = world.get("invoice", id)
    if invoice["status"] == "draft":
        invoices.finalize(world, invoice)
    world.emit("invoice.sent", invoice)
    return invoice


@endpoint("POST", "/v1/invoices/{id}/void")
def void(world: World, p: Params, id: str) -> Doc:
    invoice = world.get("invoice", id)
    invoices.void(world, invoice)
    return invoice


@endpoint("POST", "/v1/invoices/{id}/mark_uncollectible")
def mark_uncollectible(world: World, p: Params, id: str) -> Doc:
    invoice = world.get("invoice", id)
    invoices.write_off(world, invoice)
    return invoice


# --- payments of invoices ---------------------------------------------------------------------------------------------


@endpoint("GET", "/v1/invoice_payments")
def list_payments(world: World, p: Params) -> Doc:
    rows = world.all("invoice_payment", p.text("invoice"), newest_first=True)
    if status := p.text("status"):
        rows = [row for row in rows if row["status"] == status]
    if payment := p.map("payment"):
        payment.text("type", choices=("payment_intent",))
        intent = payment.text("payment_intent")
        rows = [row for row in rows if row["payment"]["payment_intent"] == intent]
    return page(world, p, rows, "/v1/invoice_payments")


retrieved("/v1/invoice_payments", "invoice_payment")

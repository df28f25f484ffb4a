"""The life of an invoice: drafted, finalised, paid or not, voided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from billing.simulator.engine import balance, lines, payments, standing, totals
from billing.simulator.problems import StripeProblem, invalid
from billing.simulator.rules import retries
from billing.simulator.rules.periods import DAY
from billing.simulator.store import Doc
from billing.simulator.world import World

DRAFT_FOR = 3600  # seconds a renewal stays a draft before it is finalised


def draft(
    world: World,
    customer: Doc,
    *,
    reason: str,
    rows: Sequence[Doc] = (),
    subscription: Doc | None = None,
    currency: str | None = None,
    take_waiting: bool = True,
    finalizes_at: int | None = None,
    **values: Any,
) -> Doc:
    """A draft of these lines and of the customer's waiting invoice items."""
    now = world.now(customer["_clock"])
    currency = currency or (subscription["currency"] if subscription else customer["currency"]) or "usd"
    if subscription:
        values.setdefault("collection_method", subscription["collection_method"])
        values.setdefault("default_payment_method", None)
        values.setdefault("discounts", list(subscription["discounts"]))
        values.setdefault("_rates", list(subscription["_rates"]))
        values.setdefault("_days_until_due", subscription["days_until_due"])
        values["parent"] = {
            "quote_details": None,
            "subscription_details": {
                "metadata": dict(subscription["metadata"]),
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        }
        values["_subscription"] = subscription["id"]
    tax_ids = [{"type": t["type"], "value": t["value"]} for t in world.all("tax_id", customer["id"])]
    invoice = world.create(
        "invoice",
        clock=customer["_clock"],
        automatically_finalizes_at=finalizes_at,
        billing_reason=reason,
        currency=currency,
        customer=customer["id"],
        customer_address=customer["address"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        customer_phone=customer["phone"],
        customer_tax_exempt=customer["tax_exempt"],
        customer_tax_ids=tax_ids,
        test_clock=customer["test_clock"],
        **{
            "period_start": now,
            "period_end": now,
            "_rates": [],
            "_days_until_due": None,
            "_failures": [],
            "_intent": None,
            **values,
        },
    )
    sources = [*rows]
    if take_waiting:
        pending = lines.waiting(world, customer["id"], currency, subscription["id"] if subscription else None)
        sources = [*(lines.of_pending(world, p) for p in pending), *sources]
    for row in sources:
        add_line(world, invoice, row)
    reckon(world, invoice)
    _spend_discounts(world, invoice, subscription)
    world.emit("invoice.created", invoice)
    return invoice


def add_line(world: World, invoice: Doc, row: Doc) -> Doc:
    line = world.create("line_item", clock=invoice["_clock"], invoice=invoice["id"], _owner=invoice["id"], **row)
    if pending := world.find("invoiceitem", row.get("_pending")):
        pending["invoice"] = invoice["id"]
        world.save(pending)
        if pending["proration"] and pending["amount"] > 0 and (item := world.store.get(pending["_item"])):
            for debit in item["_debits"]:
                if debit["pending"] == pending["id"]:
                    debit.update(invoice=invoice["id"], line=line["id"])
            world.save(item)
    return line


def lines_of(world: World, invoice: Doc) -> list[Doc]:
    return world.all("line_item", invoice["id"])


def reckon(world: World, invoice: Doc) -> None:
    rows = lines_of(world, invoice)
    totals.reckon(world, invoice, rows)
    for row in rows:
        world.save(row)
    world.save(invoice)


def _spend_discounts(world: World, invoice: Doc, subscription: Doc | None) -> None:
    """A coupon for one invoice is used up by the first one that it makes cheaper; one of some months by its end."""
    used = {part["discount"] for part in invoice["total_discount_amounts"] if part["amount"] > 0}
    holders = [subscription, *(world.all("subscription_item", subscription["id"]) if subscription else [])]
    for holder in filter(None, holders):
        kept = [d for d in holder["discounts"] if not (d in used and world.get("discount", d)["_once"])]
        if kept != holder["discounts"]:
            with world.changing(holder, None):
                holder["discounts"] = kept


def finalize(world: World, invoice: Doc) -> Doc:
    """From draft to open (or paid, when nothing is due): its number, its terms, its payment. Does not collect."""
    if invoice["status"] != "draft":
        raise invalid(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.", code="invoice_not_editable"
        )
    now = world.time_of(invoice)
    customer = world.get("customer", invoice["customer"])
    totals.settle_balance(world, invoice)
    balance.apply(world, customer, invoice)
    customer = world.get("customer", invoice["customer"])
    invoice["number"] = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1
    customer["currency"] = customer["currency"] or invoice["currency"]
    world.save(customer)
    invoice.update(status="open", automatically_finalizes_at=None, effective_at=now, webhooks_delivered_at=now)
    invoice["status_transitions"]["finalized_at"] = now
    page = f"{world.options.base_url}/i/{invoice['id']}"
    invoice["hosted_invoice_url"], invoice["invoice_pdf"] = page, f"{page}/pdf"
    if invoice["collection_method"] == "send_invoice" and invoice["due_date"] is None:
        invoice["due_date"] = now + (invoice["_days_until_due"] or 30) * DAY
    if invoice["amount_due"] > 0:
        intent = payments.new_intent(
            world,
            customer,
            invoice["amount_due"],
            invoice["currency"],
            description="Subscription update" if invoice.get("_subscription") else "Payment for Invoice",
            receipt_email=customer["email"],
            _invoice=invoice["id"],
        )
        invoice["_intent"] = intent["id"]
        world.create(
            "invoice_payment",
            clock=invoice["_clock"],
            amount_requested=invoice["amount_due"],
            currency=invoice["currency"],
            invoice=invoice["id"],
            payment={"payment_intent": intent["id"], "type": "payment_intent"},
        )
    elif invoice["collection_method"] == "charge_automatically" and invoice["auto_advance"]:
        invoice["next_payment_attempt"] = None
    world.save(invoice)
    world.emit("invoice.finalized", invoice)
    if invoice["amount_due"] == 0:
        _paid(world, invoice, 0)
    elif invoice["collection_method"] == "send_invoice" and invoice["auto_advance"]:
        world.emit("invoice.sent", invoice)
    return invoice


def method_for(world: World, invoice: Doc) -> Doc | None:
    """The card to charge: the invoice's own, its subscription's, the customer's."""
    subscription = world.find("subscription", invoice.get("_subscription"))
    customer = world.get("customer", invoice["customer"])
    named = (
        invoice["default_payment_method"],
        subscription["default_payment_method"] if subscription else None,
        customer["invoice_settings"]["default_payment_method"],
    )
    found = (world.find("payment_method", id) for id in named)
    return next((method for method in found if method and method["customer"]), None)


def collect(
    world: World, invoice: Doc, method: Doc | None = None, *, off_session: bool = True, authenticated: bool = False
) -> Doc | None:
    """One attempt to be paid. None when that worked, else the error of the attempt."""
    now = world.time_of(invoice)
    method = method or method_for(world, invoice)
    intent = world.get("payment_intent", invoice["_intent"])
    with world.changing(invoice, None):
        invoice["attempted"] = True
        invoice["attempt_count"] += 1
    if method is None:
        error: Doc = {
            "code": "missing",
            "message": "Cannot charge customer that has no active card",
            "type": "card_error",
        }
        error["code"] = "resource_missing"
    else:
        payments.confirm(world, intent, method, off_session=off_session, authenticated=authenticated, for_invoice=True)
        if intent["status"] == "succeeded":
            paid(world, invoice)
            return None
        error = payments.error_of_last_attempt(intent)
        if intent["status"] == "requires_action":
            error = {
                "code": "invoice_payment_intent_requires_action",
                "message": "This payment requires additional user action before it can be completed successfully.",
                "type": "card_error",
            }
            world.emit("invoice.payment_action_required", invoice)
    failed(world, invoice, now, hard=intent.get("_refused") in retries.HARD_DECLINES)
    return error


def paid(world: World, invoice: Doc) -> None:
    """Its payment has come in."""
    _paid(world, invoice, invoice["amount_remaining"])


def _paid(world: World, invoice: Doc, amount: int, *, out_of_band: bool = False) -> None:
    now = world.time_of(invoice)
    invoice.update(status="paid", attempted=True, next_payment_attempt=None, auto_advance=False, amount_remaining=0)
    invoice["amount_paid"] += amount
    invoice["status_transitions"]["paid_at"] = now
    world.save(invoice)
    for payment in world.all("invoice_payment", invoice["id"]):
        if payment["status"] != "open":
            continue
        intent = world.get("payment_intent", payment["payment"]["payment_intent"])
        if out_of_band:
            payment["status"], payment["status_transitions"]["canceled_at"] = "canceled", now
            intent.update(status="canceled", canceled_at=now, cancellation_reason="void_invoice", next_action=None)
            world.save(intent)
        else:
            payment.update(status="paid", amount_paid=amount)
            payment["status_transitions"]["paid_at"] = now
        world.save(payment)
        if not out_of_band:
            world.emit("invoice_payment.paid", payment)
    world.emit("invoice.paid", invoice)
    if not out_of_band or amount == 0:
        world.emit("invoice.payment_succeeded", invoice)
    standing.after_payment(world, invoice)


def failed(world: World, invoice: Doc, now: int, *, hard: bool) -> None:
    """An attempt failed: plan the next one and let the subscription know."""
    with world.changing(invoice, None):
        invoice["_failures"] = [*invoice["_failures"], now]
        upcoming = None
        if invoice["auto_advance"] and invoice["billing_reason"] != "subscription_create":
            days = world.options.retry_days
            upcoming = retries.next_attempt(invoice["_failures"][0], len(invoice["_failures"]), days)
            while upcoming is not None and upcoming <= now:  # somebody tried by hand in between
                upcoming = next((t for d in days if (t := invoice["_failures"][0] + d * DAY) > now), None)
        invoice["next_payment_attempt"] = upcoming
        invoice["_hard"] = hard
    world.emit("invoice.payment_failed", invoice)
    world.emit("invoice.updated", invoice)
    standing.after_failure(world, invoice, exhausted=upcoming is None)


def pay_out_of_band(world: World, invoice: Doc) -> None:
    """Paid by bank transfer or in cash: recorded, nothing charged."""
    _paid(world, invoice, invoice["amount_remaining"], out_of_band=True)


def void(world: World, invoice: Doc) -> None:
    """Raises StripeProblem unless it is open or uncollectible."""
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid(f"You can only void open or uncollectible invoices; this one is {invoice['status']}.")
    _close(world, invoice, "void", "voided_at")
    balance.restore(world, invoice)
    world.emit("invoice.voided", invoice)
    standing.after_closing(world, invoice)


def write_off(world: World, invoice: Doc) -> None:
    if invoice["status"] != "open":
        raise invalid(f"Only open invoices can be marked uncollectible; this one is {invoice['status']}.")
    _close(world, invoice, "uncollectible", "marked_uncollectible_at")
    world.emit("invoice.marked_uncollectible", invoice)
    standing.after_closing(world, invoice)


def _close(world: World, invoice: Doc, status: str, mark: str) -> None:
    now = world.time_of(invoice)
    invoice.update(status=status, next_payment_attempt=None, auto_advance=False)
    invoice["status_transitions"][mark] = now
    world.save(invoice)
    if status == "void":
        for payment in world.all("invoice_payment", invoice["id"]):
            if payment["status"] == "open":
                payment["status"], payment["status_transitions"]["canceled_at"] = "canceled", now
                world.save(payment)
        if intent := world.find("payment_intent", invoice["_intent"]):
            intent.update(status="canceled", canceled_at=now, cancellation_reason="void_invoice", next_action=None)
            world.save(intent)
            world.emit("payment_intent.canceled", intent)


def settle_now(world: World, invoice: Doc, *, off_session: bool = True, method: Doc | None = None) -> Doc | None:
    """Finalise and, when it is charged automatically, collect at once. The error of the attempt, if any."""
    finalize(world, invoice)
    if invoice["status"] == "open" and invoice["collection_method"] == "charge_automatically":
        return collect(world, invoice, method, off_session=off_session)
    return None


def refuse(error: Doc, *, keep: bool, **more: Any) -> StripeProblem:
    """The answer 402 for the error of an attempt."""
    rest = {k: v for k, v in error.items() if k not in ("message", "type", "doc_url")}
    return StripeProblem(402, error["type"], error["message"], keep=keep, **{**rest, **more})

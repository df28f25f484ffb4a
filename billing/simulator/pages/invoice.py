"""The page of an invoice, its PDF, and the page on which a bank asks the card's holder."""

from __future__ import annotations

from starlette.responses import Response

from billing.simulator.engine import invoices, payments
from billing.simulator.pages.cards import BadCard, read_card
from billing.simulator.pages.pdf import document
from billing.simulator.pages.portal import make_default
from billing.simulator.pages.visit import Visit, redirect
from billing.simulator.pages.words import language_of, translator
from billing.simulator.problems import StripeProblem, no_such
from billing.simulator.rules.amounts import written
from billing.simulator.rules.periods import day_of
from billing.simulator.store import Doc
from billing.simulator.world import World


def show(visit: Visit, id: str) -> Response:
    world = visit.world
    invoice = world.get("invoice", id)
    if invoice["status"] == "draft":
        raise no_such("invoice", id)
    error = None
    if visit.form.get("action") == "pay" and invoice["status"] in ("open", "uncollectible"):
        try:
            return redirect(_pay(visit, invoice))
        except (BadCard, StripeProblem) as problem:
            error = str(problem)
    return visit.page(
        "invoice.html",
        None,
        402 if error else 200,
        invoice=invoice,
        lines=invoices.lines_of(world, invoice),
        method=invoices.method_for(world, invoice),
        error=error,
    )


def _pay(visit: Visit, invoice: Doc) -> str:
    """Raises BadCard and StripeProblem."""
    world, form = visit.world, visit.form
    customer = world.get("customer", invoice["customer"])
    if form.get("kept"):
        method = invoices.method_for(world, invoice)
        if method is None:
            raise BadCard("No card is kept yet.")
    else:
        with world.store.trial(keep=True):
            method = read_card(world, form, customer["email"])
            payments.attach(world, method, customer)
            make_default(world, customer, method)
    intent = world.get("payment_intent", invoice["_intent"])
    if error := invoices.collect(world, invoice, method, off_session=False):
        if intent["status"] == "requires_action":
            return f"/3ds/{intent['id']}"
        raise invoices.refuse(error, keep=True)
    return f"/i/{invoice['id']}"


def pdf(visit: Visit, id: str) -> Response:
    world = visit.world
    invoice = world.get("invoice", id)
    if invoice["status"] == "draft":
        raise no_such("invoice", id)
    body = document(_rows(world, invoice, language_of(visit.query.get("locale"), visit.accepted)))
    name = f'attachment; filename="Invoice-{invoice["number"]}.pdf"'
    return Response(body, media_type="application/pdf", headers={"Content-Disposition": name})


def _rows(world: World, invoice: Doc, language: str) -> list[tuple[int, str, str]]:
    """Size, text and amount of each line of the document."""
    _ = translator(language)
    money = invoice["currency"]
    rows = [
        (20, _("Invoice"), ""),
        (10, f"{_('Invoice number')}: {invoice['number']}", ""),
        (10, f"{_('Date')}: {day_of(invoice['effective_at'])}", ""),
    ]
    if invoice["due_date"]:
        rows.append((10, f"{_('Due date')}: {day_of(invoice['due_date'])}", ""))
    rows.append((10, f"{_('Billed to')}: {invoice['customer_name'] or ''} {invoice['customer_email'] or ''}", ""))
    rows += [(10, f"{t['type']}: {t['value']}", "") for t in invoice["customer_tax_ids"]]
    rows.append((10, "", ""))
    for line in invoices.lines_of(world, invoice):
        rows.append((10, str(line["description"] or ""), written(line["amount"], money)))
    rows.append((10, "", ""))
    rows.append((10, _("Subtotal"), written(invoice["subtotal"], money)))
    discount = sum(part["amount"] for part in invoice["total_discount_amounts"])
    if discount:
        rows.append((10, _("Discount"), written(-discount, money)))
    if tax := sum(part["amount"] for part in invoice["total_taxes"]):
        rows.append((10, _("Tax"), written(tax, money)))
    rows.append((10, _("Total"), written(invoice["total"], money)))
    if applied := invoice["amount_due"] - invoice["total"]:
        rows.append((10, _("Applied balance"), written(applied, money)))
    rows.append((12, _("Amount due"), written(invoice["amount_due"], money)))
    if invoice["status"] == "paid":
        rows.append((12, _("Amount paid"), written(invoice["amount_paid"], money)))
    return rows


def authenticate(visit: Visit, id: str) -> Response:
    """Stands for the bank's page: complete or fail."""
    world = visit.world
    setup = world.find("setup_intent", id)
    intent = setup or world.get("payment_intent", id)
    back = intent.get("_back") or (f"/i/{intent['_invoice']}" if intent.get("_invoice") else None)
    action = visit.form.get("action")
    if intent["status"] != "requires_action" or action not in ("complete", "fail"):
        if intent["status"] != "requires_action" and back:
            return redirect(back)
        return visit.page("authenticate.html", None, amount=intent.get("amount"), currency=intent.get("currency"))
    method = world.get("payment_method", intent["payment_method"])
    if action == "fail":
        if setup:
            setup.update(status="requires_payment_method", next_action=None, payment_method=None)
            world.save(setup)
            world.emit("setup_intent.setup_failed", setup)
        else:
            payments.fail_authentication(world, intent)
    elif setup:
        payments.confirm_setup(world, setup, method, authenticated=True)
        if setup.get("_make_default"):
            make_default(world, world.get("customer", setup["customer"]), method)
    elif invoice := world.find("invoice", intent.get("_invoice")):
        invoices.collect(world, invoice, method, off_session=False, authenticated=True)
    else:
        payments.confirm(world, intent, method, authenticated=True)
    return redirect(back) if back else visit.message("Complete", "")

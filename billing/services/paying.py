"""Invoices, the portal, and paying what is open."""

from __future__ import annotations

from typing import Any

from billing import clock, gateway
from billing.errors import NotSubscribed
from billing.manifest import MANAGE
from billing.models import BillingAccount
from billing.rules.money import from_minor
from billing.services.accounts import account_of, account_sync
from billing.services.disputes import ask_again
from tenants import hosts
from tenon.access.actor import Actor
from tenon.tenancy.context import current, outside


def _customer(actor: Actor) -> tuple[int, str]:
    actor.require(MANAGE)
    account = account_of(current().id)
    if account.customer_id is None:
        raise NotSubscribed
    return account.pk, account.customer_id


def portal_url(*, actor: Actor) -> str:
    """Stripe's own pages for card, address, tax id. Raises Forbidden, NotSubscribed, BillingUnavailable."""
    _pk, customer = _customer(actor)
    back = f"{hosts.company_url(current().slug)}/admin/subscription"
    with gateway.asking() as stripe:
        return str(stripe.billing_portal.sessions.create({"customer": customer, "return_url": back}).url)


def invoices(*, actor: Actor, limit: int = 24) -> list[dict[str, Any]]:
    """Newest first, drafts left out. Raises Forbidden, BillingUnavailable."""
    actor.require(MANAGE)
    account = account_of(current().id)
    if account.customer_id is None:
        return []
    with gateway.asking() as stripe:
        found = stripe.invoices.list({"customer": account.customer_id, "limit": limit}).to_dict()["data"]
    return [
        {
            "id": row["id"],
            "number": row["number"] or "",
            "status": row["status"],
            "date": clock.moment(row["status_transitions"]["finalized_at"] or row["created"]),
            "due": clock.moment(row["due_date"]),
            "currency": row["currency"].upper(),
            "total": from_minor(int(row["total"]), row["currency"]),
            "open": from_minor(int(row["amount_remaining"]), row["currency"]),
            "page": row["hosted_invoice_url"] or "",
            "pdf": row["invoice_pdf"] or "",
        }
        for row in found
        if row["status"] != "draft"
    ]


def pay_open(*, actor: Actor) -> int:
    """Charges what is open, and what the bank took back, to the customer's present card, oldest first. Returns how many
    invoices were paid. Raises Forbidden, NotSubscribed, PaymentRefused, BillingUnavailable."""
    pk, customer = _customer(actor)
    paid = 0
    try:
        with outside(), gateway.asking() as stripe:
            account = BillingAccount.objects.get(pk=pk)
            _wake_drafts(stripe, account)
            ask_again(stripe, account)
            held = stripe.customers.retrieve(customer).to_dict()
            card = held["invoice_settings"]["default_payment_method"]
            found = stripe.invoices.list({"customer": customer, "status": "open", "limit": 100}).to_dict()["data"]
            for row in sorted(found, key=lambda r: r["created"]):
                stripe.invoices.pay(row["id"], {"payment_method": card} if card else {})
                paid += 1
    finally:
        account_sync(pk)
    return paid


def _wake_drafts(stripe: Any, account: BillingAccount) -> None:
    """While a subscription is unpaid Stripe goes on making invoices and leaves them as drafts. The present period's is
    to be paid; for those before, the company could only read: they are voided."""
    if account.status != "unpaid":
        return
    asked = {"subscription": account.subscription_id, "status": "draft", "limit": 100}
    drafts = sorted(stripe.invoices.list(asked).to_dict()["data"], key=lambda r: r["created"])
    for row in drafts:
        stripe.invoices.finalize_invoice(row["id"], {"auto_advance": False})
        if row is not drafts[-1]:
            stripe.invoices.void_invoice(row["id"])

"""Payments that the bank took back: fetched from Stripe, asked for again, and given back when the bank decides for us
after all. The invoice that was paid once stays paid at Stripe; a new one asks for the money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction

from billing import clock, gateway
from billing.models import BillingAccount, Dispute
from billing.models.dispute import DECIDED, SETTLED, TAKEN
from tenants.models import CompanyLog
from tenon.tenancy.context import outside

LOOK_BACK = timedelta(days=180)  # a bank takes back what was paid up to four months ago


def disputes_sync(account: BillingAccount, news: Iterable[str] = ()) -> None:
    """Brings those that are not decided, and those in `news`, to what Stripe says. `account` is locked by the caller.
    Raises BillingUnavailable."""
    held = {d.pk: d for d in account.disputes.all()}
    ids = {d.pk for d in held.values() if d.status not in DECIDED} | set(news)
    asked = [d for d in held.values() if d.invoice_id and d.invoice_status not in SETTLED]
    if not ids and not asked:
        return
    with gateway.asking() as stripe:
        for dispute_id in sorted(ids):
            held[dispute_id] = _write(account, stripe.disputes.retrieve(dispute_id).to_dict(), held.get(dispute_id))
        for dispute in asked:
            dispute.invoice_status = str(stripe.invoices.retrieve(dispute.invoice_id).status)
            dispute.save(update_fields=["invoice_status"])
        for dispute in held.values():
            if dispute.status == "won" and dispute.invoice_id and not dispute.made_good:
                _make_good(stripe, account, dispute)


def _write(account: BillingAccount, found: dict[str, Any], held: Dispute | None) -> Dispute:
    before = held.status if held else ""
    charge = found["charge"]
    dispute, _new = Dispute.objects.update_or_create(
        pk=found["id"],
        defaults={
            "account": account, "charge_id": charge if isinstance(charge, str) else charge["id"],
            "amount": found["amount"], "currency": found["currency"].upper(), "reason": found["reason"],
            "status": found["status"], "opened_at": clock.stamped(found["created"]),
        },
    )  # fmt: skip
    if dispute.status in TAKEN and before not in TAKEN:
        _tell(account, dispute, "dispute")
    elif dispute.status == "won" and before in TAKEN:
        _tell(account, dispute, "dispute_won")
    return dispute


def _tell(account: BillingAccount, dispute: Dispute, what: str) -> None:
    """In the company's log, and to those who look after the subscription: once for each turn it takes."""
    from billing.tasks import dispute_told

    CompanyLog.objects.create(
        tenant_id=account.tenant_id, actor="system:billing", actor_label="billing", what=what,
        detail={"id": dispute.pk, "amount": dispute.amount, "currency": dispute.currency, "reason": dispute.reason},
    )  # fmt: skip
    transaction.on_commit(lambda: dispute_told.apply_async([dispute.pk, what], retry=False), robust=True)


def ask_again(stripe: Any, account: BillingAccount) -> None:
    """An open invoice for each payment that was taken back and is not asked for yet."""
    for dispute in account.disputes.filter(status__in=TAKEN, invoice_id="").order_by("opened_at"):
        currency = dispute.currency.lower()
        words = f"Payment taken back by the bank on {dispute.opened_at:%Y-%m-%d}"
        made = stripe.invoices.create(
            {
                "customer": account.customer_id, "currency": currency, "auto_advance": False, "description": words,
                "pending_invoice_items_behavior": "exclude", "metadata": {"tenon_dispute": dispute.pk},
            },
            gateway.once("again", dispute.pk),
        )  # fmt: skip
        row = {"customer": account.customer_id, "invoice": made.id, "amount": dispute.amount, "currency": currency}
        stripe.invoice_items.create({**row, "description": words}, gateway.once("again, its line", dispute.pk))
        done = stripe.invoices.finalize_invoice(
            made.id, {"auto_advance": False}, gateway.once("again, sent", dispute.pk)
        )
        Dispute.objects.filter(pk=dispute.pk).update(invoice_id=str(made.id), invoice_status=str(done.status))


def _make_good(stripe: Any, account: BillingAccount, dispute: Dispute) -> None:
    """The bank has decided for us after the money had been asked for again: what was paid twice becomes credit, what
    was not paid yet is no longer asked for."""
    if dispute.invoice_status == "paid":
        credit = {"amount": -dispute.amount, "currency": dispute.currency.lower(), "description": f"Won: {dispute.pk}"}
        stripe.customers.balance_transactions.create(
            account.customer_id, credit, gateway.once("made good", dispute.pk, credit)
        )
    elif dispute.invoice_status in ("open", "uncollectible"):
        stripe.invoices.void_invoice(dispute.invoice_id, {}, gateway.once("made good", dispute.pk))
        dispute.invoice_status = "void"
    dispute.made_good = True
    dispute.save(update_fields=["made_good", "invoice_status"])


def disputes_missed() -> dict[int, list[str]]:
    """Account → disputes of the last months that no event has told us of. Raises BillingUnavailable."""
    since = int((clock.now() - LOOK_BACK).timestamp())
    with outside(), gateway.asking() as stripe:
        asked = {"created": {"gte": since}, "limit": 100, "expand": ["data.charge"]}
        rows = [d.to_dict() for d in stripe.disputes.list(asked).auto_paging_iter()]
        known = set(Dispute.objects.filter(pk__in=[d["id"] for d in rows]).values_list("pk", flat=True))
        fresh = [(d["charge"]["customer"], d["id"]) for d in rows if d["id"] not in known]
        owners = BillingAccount.objects.filter(customer_id__in={customer for customer, _id in fresh if customer})
        accounts = dict(owners.values_list("customer_id", "pk"))
    found: dict[int, list[str]] = {}
    for customer, dispute_id in fresh:
        if customer in accounts:
            found.setdefault(accounts[customer], []).append(dispute_id)
    return found

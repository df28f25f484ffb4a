"""The account of a company: made when first needed, and copied from what Stripe says now.

Every webhook, the nightly reconcile and our own changes end in `account_sync`: it locks the account, fetches the
present objects and writes them down. So the order in which events arrive, and how often, does not matter."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from billing import clock, gateway
from billing.catalogue import catalogue
from billing.models import BillingAccount, SubscriptionItem
from billing.rules.cards import good_until
from billing.rules.dunning import ENDED, OWING
from billing.services.disputes import disputes_sync
from billing.services.standing import account_apply
from tenants.models import CompanyLog, Tenant
from tenon.tenancy.context import outside

log = logging.getLogger(__name__)
# What comes along with a subscription: what is planned for it, and the card that is charged.
EXPAND = ("data.schedule", "data.default_payment_method", "data.customer.invoice_settings.default_payment_method")


def account_of(tenant_id: int) -> BillingAccount:
    """The company's account, made when it has none."""
    with outside():
        known = BillingAccount.objects.filter(tenant_id=tenant_id).first()
        if known is not None:
            return known
        # One transaction: whoever asks at the same moment waits for an account that says how the company stands.
        with transaction.atomic():
            account, made = BillingAccount.objects.get_or_create(tenant_id=tenant_id)
            if made:
                account_apply(account)
        return account


def account_sync(account_id: int, *, disputes: Iterable[str] = ()) -> BillingAccount:
    """Fetches the customer's subscription, and payments that were taken back (those in `disputes` for the first time),
    and makes account, items, entitlements and standing equal to them. Raises BillingUnavailable."""
    with outside(), transaction.atomic():
        account = BillingAccount.objects.select_for_update().get(pk=account_id)
        if account.customer_id:
            _write(account, _fetch(account))
            disputes_sync(account, disputes)
        account.synced_at = clock.now()
        account_apply(account)
        return account


def _fetch(account: BillingAccount) -> dict[str, Any] | None:
    """The subscription that counts: of those that run the first, else the one that ended last."""
    with gateway.asking() as stripe:
        found = stripe.subscriptions.list(
            {"customer": account.customer_id, "status": "all", "limit": 100, "expand": list(EXPAND)}
        )
    rows: list[dict[str, Any]] = [s.to_dict() for s in found.auto_paging_iter()]
    running = sorted((s for s in rows if s["status"] not in ENDED), key=lambda s: (s["created"], s["id"]))
    paid = [s for s in running if s["status"] != "incomplete"]
    if paid:
        for more in paid[1:]:
            _give_back(account, more)
        return paid[0]
    if running:
        return running[-1]
    over = [s for s in rows if s["status"] == "canceled"]
    return max(over, key=lambda s: (s["ended_at"] or 0, s["created"]), default=None)


def _give_back(account: BillingAccount, more: dict[str, Any]) -> None:
    """Two tabs paid at the same time: the second subscription ends at once, what it cost is credited."""
    log.warning("company %s has a second subscription %s; it is cancelled", account.tenant_id, more["id"])
    with gateway.asking() as stripe:
        stripe.subscriptions.cancel(
            more["id"], {"prorate": True, "invoice_now": True}, gateway.once("second", more["id"])
        )
    CompanyLog.objects.create(
        tenant_id=account.tenant_id, actor="system:billing", actor_label="billing", what="second_subscription",
        detail={"cancelled": more["id"]},
    )  # fmt: skip


def _write(account: BillingAccount, found: dict[str, Any] | None) -> None:
    if found is None:
        account.items.all().delete()
        account.subscription_id = account.status = account.interval = account.schedule_id = ""
        account.started_at = account.period_end = account.trial_end = account.ended_at = account.owing_since = None
        account.next_plan = None
        _write_card(account, None)
        return
    items = found["items"]["data"]
    account.subscription_id, account.status = found["id"], found["status"]
    account.currency = found["currency"].upper()
    account.interval = next((i["price"]["recurring"]["interval"] for i in items), "")
    account.by_invoice = found["collection_method"] == "send_invoice"
    account.started_at = clock.moment(found["start_date"])
    account.period_end = clock.moment(max((i["current_period_end"] for i in items), default=None))
    account.trial_end = clock.moment(found["trial_end"])
    account.ended_at = clock.moment(found["ended_at"])
    account.owing_since = _owing_since(account, found)
    _write_card(account, found["default_payment_method"] or _card_of_customer(found["customer"]))
    _write_items(account, items)
    _write_coming(account, found)


def _card_of_customer(customer: Any) -> Any:
    return None if customer.get("deleted") else customer["invoice_settings"]["default_payment_method"]


def _write_card(account: BillingAccount, method: dict[str, Any] | None) -> None:
    card = (method or {}).get("card")
    account.card_brand, account.card_last4 = (card["brand"], card["last4"]) if card else ("", "")
    account.card_until = good_until(card["exp_month"], card["exp_year"]) if card else None


def _write_items(account: BillingAccount, items: list[dict[str, Any]]) -> None:
    kept = []
    for item in items:
        product = item["price"]["product"]
        offer = catalogue().of_product(product if isinstance(product, str) else product["id"])
        if offer is None:
            log.error("company %s pays for %s, which is not in the catalogue", account.tenant_id, product)
            continue
        kept.append(item["id"])
        SubscriptionItem.objects.update_or_create(
            item_id=item["id"],
            defaults={
                "account": account, "key": offer.key, "price_id": item["price"]["id"], "quantity": item["quantity"],
                "interval": item["price"]["recurring"]["interval"], "unit_amount": _unit(item["price"], account),
            },
        )  # fmt: skip
    account.items.exclude(item_id__in=kept).delete()


def _unit(price: dict[str, Any], account: BillingAccount) -> int:
    """Cents in the account's currency: the price's own, or one of its other currencies."""
    if price["currency"].upper() == account.currency:
        return int(price["unit_amount"])
    with gateway.asking() as stripe:
        full = stripe.prices.retrieve(price["id"], {"expand": ["currency_options"]}).to_dict()
    return int(full["currency_options"][account.currency.lower()]["unit_amount"])


def _write_coming(account: BillingAccount, found: dict[str, Any]) -> None:
    """What is planned for the end of the period: the end of all of it, or the next phase of the schedule."""
    schedule = found.get("schedule")
    schedule = schedule if isinstance(schedule, dict) and schedule["status"] == "active" else None
    account.schedule_id = schedule["id"] if schedule else ""
    account.next_plan = None
    if found["cancel_at_period_end"] or found["cancel_at"]:
        account.next_plan = {"keys": [], "seats": 0, "interval": account.interval}
    elif schedule and schedule["current_phase"]:
        end = schedule["current_phase"]["end_date"]
        phase = next((p for p in schedule["phases"] if p["start_date"] >= end), None)
        if phase is not None:
            account.next_plan = phase["metadata"] and {
                "keys": sorted(phase["metadata"]["tenon_keys"].split(",")),
                "seats": int(phase["metadata"]["tenon_seats"]),
                "interval": phase["metadata"]["tenon_interval"],
            }


def _owing_since(account: BillingAccount, found: dict[str, Any]) -> datetime | None:
    """When the oldest unpaid invoice was to be paid: read from the invoices, so that no event needs to have come."""
    if found["status"] not in OWING:
        return None
    with gateway.asking() as stripe:
        invoices = stripe.invoices.list({"subscription": found["id"], "status": "open", "limit": 100})
    stamps = []
    for invoice in (i.to_dict() for i in invoices.auto_paging_iter()):
        finalized = invoice["status_transitions"]["finalized_at"] or invoice["created"]
        stamps.append(invoice["due_date"] or finalized)
    return clock.moment(min(stamps)) if stamps else account.owing_since or clock.now()


def tenants_without_account() -> list[int]:
    with outside():
        return list(
            Tenant.objects.filter(billing=None, trial_until__isnull=False, is_copy=False).values_list("pk", flat=True)
        )

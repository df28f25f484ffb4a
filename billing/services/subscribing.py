"""From no subscription to one: Stripe's page for those who pay by card, an invoice for those who pay by transfer."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import stripe as sdk
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing import clock, gateway
from billing.catalogue import catalogue
from billing.catalogue.catalogue import CURRENCIES
from billing.errors import AlreadySubscribed
from billing.manifest import MANAGE
from billing.models import BillingAccount
from billing.rules.changes import Plan
from billing.services.accounts import account_of, account_sync
from billing.services.catalogue_sync import price_ids
from billing.services.standing import plan_of
from tenants import hosts
from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.tenancy.context import current, outside

SHORTEST_TRIAL = timedelta(hours=49)  # Stripe wants two days, and the page takes a while


def customer_of(account: BillingAccount, tenant: Tenant, email: str) -> str:
    """The company at Stripe, made once. `account` is locked by the caller."""
    if account.customer_id is None:
        values = {
            "name": tenant.name,
            "email": email,
            "metadata": {"tenon_tenant": str(tenant.pk), "tenon_slug": tenant.slug},
            **({"test_clock": settings.STRIPE_TEST_CLOCK} if settings.STRIPE_TEST_CLOCK else {}),
            "preferred_locales": ["zh" if tenant.language.startswith("zh") else "en"],
        }
        with gateway.asking() as stripe:
            account.customer_id = str(stripe.customers.create(values, gateway.once("customer", values)).id)
        account.save(update_fields=["customer_id"])
    return account.customer_id


def currency_for(account: BillingAccount, tenant: Tenant, asked: str) -> str:
    """Once somebody has subscribed, Stripe keeps to that currency. Raises Invalid."""
    if account.currency:
        if asked and asked != account.currency:
            raise Invalid.field("currency", _("The company pays in %(code)s already") % {"code": account.currency})
        return account.currency
    currency = asked or (tenant.currency if tenant.currency in CURRENCIES else "USD")
    if currency not in CURRENCIES:
        raise Invalid.field("currency", _("There is no such choice"), "invalid_choice")
    return currency


def discounts_of(stripe: Any, code: str) -> list[dict[str, str]]:
    """A promotion code as customers type it. Raises Invalid."""
    if not code:
        return []
    found = stripe.promotion_codes.list({"code": code, "active": True, "limit": 1}).data
    if not found:
        raise Invalid.field("coupon", _("This code cannot be used"), "coupon")
    return [{"promotion_code": str(found[0].id)}]


def subscribe(
    *,
    actor: Actor,
    plan: Plan,
    email: str,
    currency: str = "",
    coupon: str = "",
    after_trial: bool = False,
    by_invoice: bool = False,
    key: str = "",
) -> str:
    """The address of Stripe's page; empty when an invoice is sent instead, with the subscription begun. Raises
    Forbidden, Invalid, AlreadySubscribed, PaymentRefused, BillingUnavailable, StateRefused (a copy, or held back)."""
    actor.require(MANAGE)
    catalogue().check(plan)
    company = current()
    if company.quiet:
        raise StateRefused(_("This company is held back: mails, payments and webhooks are off"))
    account = account_sync(account_of(company.id).pk)  # somebody may have paid in another window
    with outside(), transaction.atomic():
        # Committed before anything is bought: webhooks find the customer, whatever becomes of the rest.
        account = BillingAccount.objects.select_for_update().get(pk=account.pk)
        tenant = Tenant.objects.get(pk=company.id)
        currency = currency_for(account, tenant, currency)
        customer = customer_of(account, tenant, email)
    with outside(), transaction.atomic():
        account = BillingAccount.objects.select_for_update().get(pk=account.pk)
        if plan_of(account) is not None:
            raise AlreadySubscribed
        with gateway.asking() as stripe:
            prices = price_ids(stripe, plan.keys, plan.interval)
            items = [{"price": prices[k], "quantity": plan.seats} for k in sorted(plan.keys)]
            more: dict[str, Any] = {"metadata": {"tenon_tenant": str(tenant.pk)}}
            if after_trial and tenant.trial_until and tenant.trial_until > clock.now() + SHORTEST_TRIAL:
                more["trial_end"] = int(tenant.trial_until.timestamp())
            discounts = discounts_of(stripe, coupon)
            if by_invoice:
                _by_invoice(stripe, customer, currency, items, {**more, "discounts": discounts}, key)
                url = ""
            else:
                _forget_page(stripe, account)
                url = _page(stripe, account, tenant, customer, currency, items, more, discounts, key)
    if by_invoice:
        account_sync(account.pk)
    return url


def _by_invoice(
    stripe: Any, customer: str, currency: str, items: list[dict[str, Any]], more: dict[str, Any], key: str
) -> None:
    if not settings.BILLING_INVOICE_DAYS:
        raise Invalid.field("by_invoice", _("Paying by invoice is not offered here"))
    values = {
        "customer": customer, "currency": currency.lower(), "items": items, "collection_method": "send_invoice",
        "days_until_due": settings.BILLING_INVOICE_DAYS, **{k: v for k, v in more.items() if v},
    }  # fmt: skip
    stripe.subscriptions.create(values, gateway.once("by_invoice", key, values) if key else {})


def _forget_page(stripe: Any, account: BillingAccount) -> None:
    """At most one page is open, so that two windows cannot both pay."""
    if account.checkout_id:
        with suppress(sdk.InvalidRequestError):  # paid or expired already
            stripe.checkout.sessions.expire(account.checkout_id)


def _page(
    stripe: Any, account: BillingAccount, tenant: Tenant, customer: str, currency: str,
    items: list[dict[str, Any]], more: dict[str, Any], discounts: list[dict[str, str]], key: str,
) -> str:  # fmt: skip
    back = f"{hosts.company_url(tenant.slug)}/admin/subscription"
    values: dict[str, Any] = {
        "mode": "subscription",
        "customer": customer,
        "client_reference_id": str(tenant.pk),
        "currency": currency.lower(),
        "line_items": items,
        "subscription_data": more,
        "metadata": more["metadata"],
        "tax_id_collection": {"enabled": True},
        "customer_update": {"name": "auto", "address": "auto"},
        "locale": "zh" if (get_language() or "en").startswith("zh") else "en",
        "success_url": f"{back}?paid={{CHECKOUT_SESSION_ID}}",
        "cancel_url": back,
    }
    values |= {"discounts": discounts} if discounts else {"allow_promotion_codes": True}
    session = stripe.checkout.sessions.create(values, gateway.once("checkout", key, values) if key else {})
    account.checkout_id = str(session.id)
    account.save(update_fields=["checkout_id"])
    return str(session.url)

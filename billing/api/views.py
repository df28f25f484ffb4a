"""The company's subscription. Never locked: a company that cannot pay could not come back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import clock
from billing.api import shapes
from billing.catalogue import catalogue
from billing.catalogue.catalogue import CURRENCIES
from billing.manifest import MANAGE
from billing.models import BillingAccount
from billing.rules.cards import stage
from billing.rules.changes import Plan
from billing.rules.money import from_minor
from billing.services import changing, paying, people, subscribing
from billing.services.accounts import account_of, account_sync
from billing.services.standing import dropped_modules, limit_exceptions, plan_of
from tenants.api.base import validated
from tenants.models import Tenant
from tenon.access.models import Member
from tenon.api.authentication import actor_of
from tenon.api.idempotency import key_of
from tenon.records.limits import limits_with
from tenon.registry.registry import registry
from tenon.tenancy.context import current, outside


def _plan(data: dict[str, Any]) -> Plan:
    return Plan(frozenset(data["modules"]), data["seats"], data["interval"])


def status_row(account: BillingAccount) -> dict[str, Any]:
    with outside():
        tenant = Tenant.objects.get(pk=account.tenant_id)
        present, items = plan_of(account), list(account.items.order_by("pk"))
        disputes = [d for d in account.disputes.order_by("opened_at") if d.owed]
        now = clock.now()
        exceptions = limit_exceptions(account, tenant, now)
    offers = catalogue().offers
    coming = account.next_plan
    return {
        "standing": account.standing,
        "until": account.review_at,
        "trial_until": tenant.trial_until,
        "subscribed": present is not None,
        "currency": account.currency,
        "interval": account.interval,
        "seats": present.seats if present else None,
        "members": Member.objects.filter(is_active=True).count(),
        "items": [
            {
                "key": i.key, "title": str(offers[i.key].title), "seats": i.quantity,
                "unit_amount": from_minor(i.unit_amount, account.currency),
            }
            for i in items
        ],
        "total": from_minor(sum(i.unit_amount * i.quantity for i in items), account.currency),
        "period_end": account.period_end,
        "paid_from": account.trial_end if account.status == "trialing" else None,
        "next_plan": coming and {
            "modules": coming["keys"], "seats": coming["seats"], "interval": coming["interval"],
        },
        "by_invoice": account.by_invoice,
        "card": card_row(account, now),
        "disputes": [
            {
                "amount": from_minor(d.amount, d.currency), "currency": d.currency, "at": d.opened_at,
                "lost": d.status == "lost",
            }
            for d in disputes
        ],
        "limits": [{**row, "raised": exceptions.get(row["key"])} for row in limits_with(tenant.limits)],
        "dropped": dropped_modules(tenant),
        "suspended_by_staff": tenant.suspended_at is not None,
        "available": bool(settings.STRIPE_SECRET_KEY),
    }  # fmt: skip


def card_row(account: BillingAccount, now: datetime) -> dict[str, Any] | None:
    """The card that is charged; None for who pays by transfer."""
    if account.card_until is None or account.by_invoice:
        return None
    last = account.card_until - timedelta(days=1)
    state = stage(account.card_until, now)
    return {"brand": account.card_brand, "last4": account.card_last4, "month": f"{last:%Y-%m}", "state": state}


class Status(APIView):
    @extend_schema(responses=shapes.StatusOutput)
    def get(self, request: Request) -> Response:
        """How the subscription stands. `?fresh=1` asks Stripe: for the page that waits for a payment to arrive."""
        actor_of(request).require(MANAGE)
        account = account_of(current().id)
        if request.query_params.get("fresh") and account.customer_id:
            account = account_sync(account.pk)
        return Response(shapes.StatusOutput(status_row(account)).data)


class CatalogueView(APIView):
    @extend_schema(responses=shapes.CatalogueOutput)
    def get(self, request: Request) -> Response:
        """What can be subscribed to, and for how much: per seat, without tax."""
        actor_of(request).require(MANAGE)
        company, account, features = current(), account_of(current().id), registry().features
        proposed = company.currency if company.currency in CURRENCIES else "USD"
        body = {
            "currency": account.currency or proposed,
            "currencies": [account.currency] if account.currency else list(CURRENCIES),
            "invoice_days": settings.BILLING_INVOICE_DAYS,
            "offers": [
                {
                    "key": o.key, "title": str(o.title), "description": str(o.description), "icon": o.icon,
                    "is_bundle": o.is_bundle, "modules": list(o.modules),
                    "features": [{"key": f, "title": str(features[f].title) or f} for f in o.features],
                    "prices": [{"currency": c, "month": p.month, "year": p.year} for c, p in o.prices.items()],
                }
                for o in catalogue().offers.values()
            ],
        }  # fmt: skip
        return Response(shapes.CatalogueOutput(body).data)


class Checkout(APIView):
    @extend_schema(request=shapes.CheckoutInput, responses=shapes.UrlOutput)
    def post(self, request: Request) -> Response:
        """Begins a subscription: the address of the payment page, or an empty one when an invoice is sent."""
        data = validated(shapes.CheckoutInput, request.data)
        url = subscribing.subscribe(
            actor=actor_of(request), plan=_plan(data), email=request._request.member.email,  # type: ignore[attr-defined]
            currency=data["currency"], coupon=data["coupon"], after_trial=data["after_trial"],
            by_invoice=data["by_invoice"], key=key_of(request.headers),
        )  # fmt: skip
        return Response({"url": url})


class PreviewView(APIView):
    @extend_schema(request=shapes.PlanInput, responses=shapes.PreviewOutput)
    def post(self, request: Request) -> Response:
        """What a change would cost now and later, and what would end. No module at all: the subscription ends."""
        data = validated(shapes.PlanInput, request.data)
        found = changing.change_preview(actor=actor_of(request), wanted=_plan(data), coupon=data["coupon"])
        return Response(shapes.PreviewOutput(asdict(found)).data)


class Change(APIView):
    @extend_schema(request=shapes.ChangeInput, responses=shapes.StatusOutput)
    def post(self, request: Request) -> Response:
        """Makes the change as previewed (`proration_date` comes from the preview)."""
        data = validated(shapes.ChangeInput, request.data)
        changing.change_confirm(
            actor=actor_of(request), wanted=_plan(data), proration_date=data["proration_date"], coupon=data["coupon"],
            key=key_of(request.headers),
        )  # fmt: skip
        return Response(shapes.StatusOutput(status_row(account_of(current().id))).data)


class Portal(APIView):
    @extend_schema(request=None, responses=shapes.UrlOutput)
    def post(self, request: Request) -> Response:
        """The payment service's own pages: card, address, tax id."""
        return Response({"url": paying.portal_url(actor=actor_of(request))})


class Invoices(APIView):
    @extend_schema(responses=shapes.InvoicesOutput)
    def get(self, request: Request) -> Response:
        """Invoices, newest first, with their page and PDF."""
        return Response(shapes.InvoicesOutput({"results": paying.invoices(actor=actor_of(request))}).data)


class People(APIView):
    @extend_schema(responses=shapes.PeopleOutput)
    def get(self, request: Request) -> Response:
        """Everybody who takes a seat."""
        return Response(shapes.PeopleOutput({"results": people.people_active(actor=actor_of(request))}).data)

    @extend_schema(request=shapes.StayInput, responses=shapes.PeopleOutput)
    def post(self, request: Request) -> Response:
        """More people than seats: these stay, the access of the others ends. What they own stays."""
        actor = actor_of(request)
        people.people_stay(actor=actor, stay=validated(shapes.StayInput, request.data)["stay"])
        return Response(shapes.PeopleOutput({"results": people.people_active(actor=actor)}).data)


class Pay(APIView):
    @extend_schema(request=None, responses=shapes.PaidOutput)
    def post(self, request: Request) -> Response:
        """Charges what is open to the present card, now."""
        return Response({"paid": paying.pay_open(actor=actor_of(request))})

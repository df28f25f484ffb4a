"""Open business, so that the demo is alive: leads, opportunities, quotes, orders, purchases of these days, made through
the services by the people whose work it is. Companies, people, products and prices are those of the data set."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from demo.capture import leads_that_came
from demo.outbound import outbound
from demo.pool import customers_of_the_pool
from modules.crm.models import Opportunity, Stage
from modules.crm.services import (
    activity_create,
    lead_contacted,
    lead_convert,
    lead_create,
    lead_lose,
    lead_qualify,
    opportunity_create,
    opportunity_lose,
    opportunity_move,
    opportunity_win,
    quote_accept,
    quote_create,
    quote_revise,
    quote_send,
)
from modules.inventory.models import Lot, StockBalance
from modules.inventory.services.lot_quality import lot_hold
from modules.inventory.services.lots import lot_update
from modules.inventory.services.repack import repack_create, repack_post
from modules.shared.contracts.stock import StockAvailability
from modules.shared.data.models import Party, Product, SupplierPrice
from modules.shared.data.services import (
    product_update,
    purchase_order_confirm,
    purchase_order_create,
    sales_order_confirm,
    sales_order_create,
)
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.ports import find
from tenon.tenancy.context import current

# Companies of the data set that sell to Adventure Works and might as well buy bicycles.
LEADS = (
    ("Australia Bike Retailer", "web", "24000"), ("Trikes, Inc.", "event", "8500"),
    ("Greenwood Athletic Company", "referral", "15200"), ("Comfort Road Bicycles", "web", "31000"),
    ("International Trek Center", "ad", "12750"), ("Vista Road Bikes", "call", "6400"),
    ("Hill's Bicycle Service", "web", None),
)  # fmt: skip


def open_business(say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    manager, rep, buyer = (actor_named(name) for name in ("Sales manager", "Sales", "Buyer"))
    today = current().today()
    customers = list(Party.objects.filter(is_customer=True, is_active=True).order_by("pk")[:40])
    bikes, parts = _sellable()
    _leads(rep)
    leads_that_came(manager, rep)
    deals = _opportunities(manager, rep, customers, bikes)
    _quotes(rep, deals, bikes, parts)
    for index in range(7):
        customer = customers[10 + index]
        lines = [
            {"product": bikes[(index + n) % len(bikes)], "quantity": 1 + (index + n) % 4} for n in range(1 + index % 3)
        ]
        lines.append({"product": parts[index % len(parts)], "quantity": 10 + index, "discount": Decimal(index % 3) * 5})
        order = sales_order_create(
            actor=rep if index % 2 else manager, customer=customer, lines=lines,
            requested_on=today + timedelta(days=10 + 3 * index), freight=Decimal(25),
            customer_reference=f"PO-{customer.code}",
        )  # fmt: skip
        if index < 6:
            sales_order_confirm(actor=manager, order=order)
    _purchases(buyer)
    _lots(actor_named("Owner"))
    outbound(actor_named("Owner"), actor_named("Warehouse"), say)
    _activities(rep, manager, customers)
    customers_of_the_pool(manager, rep, say)
    say(f"{'Open business':<24}{7:>6} orders, {len(LEADS)} leads, {len(deals)} opportunities, 4 quotes, 4 purchases")


def actor_named(name: str) -> Actor:
    return actor_of(Member.objects.get(name=name))


def _sellable() -> tuple[list[Product], list[Product]]:
    """Bicycles and parts with a price; those in stock first."""
    goods = Product.objects.filter(is_saleable=True, sell_until=None, list_price__gt=0).select_related(
        "category__parent"
    )
    products = list(goods.order_by("code"))
    stock = find(StockAvailability)
    there = stock.availability([p.pk for p in products]) if stock else {}
    products.sort(key=lambda p: (p.pk not in there or there[p.pk].available <= 0, p.code))

    def of(name: str) -> list[Product]:
        return [p for p in products if p.category and name in (p.category.name, getattr(p.category.parent, "name", ""))]

    return of("Bikes")[:12], (of("Accessories") + of("Components"))[:12]


def _leads(rep: Actor) -> None:
    leads = [
        lead_create(
            actor=rep, name=name, source=source, campaign="Spring catalogue" if source == "ad" else "",
            expected_amount=Decimal(amount) if amount else None,
        )
        for name, source, amount in LEADS
    ]  # fmt: skip
    lead_contacted(actor=rep, lead=leads[1])
    lead_qualify(actor=rep, lead=leads[2])
    lead_lose(actor=rep, lead=leads[5], reason="Bought elsewhere")
    lead_convert(actor=rep, lead=leads[3], opportunity_name="Touring bikes for the season")
    # One that is a customer already: what the duplicate check is for.
    known = Party.objects.get(code="1")
    contact = known.contacts.order_by("pk").first()
    lead_create(
        actor=rep,
        name=known.name.upper(),
        contact_name=contact.name if contact else "",
        email=known.email,
        source="web",
    )


def _opportunities(
    manager: Actor, rep: Actor, customers: Sequence[Party], bikes: Sequence[Product]
) -> list[Opportunity]:
    today = current().today()
    stages = list(Stage.objects.filter(kind=Stage.Kind.OPEN, is_active=True).order_by("position"))
    deals = []
    for index in range(9):
        bike, count = bikes[index % len(bikes)], 5 + 3 * index
        deal = opportunity_create(
            actor=rep if index % 3 else manager, party=customers[index], name=f"{count} × {bike.name}",
            amount=(bike.list_price or Decimal(0)) * count, expected_close=today + timedelta(days=12 * (index + 1)),
            contact=customers[index].contacts.order_by("pk").first(),
        )  # fmt: skip
        for stage in stages[1 : 1 + index % len(stages)]:
            deal = opportunity_move(actor=manager, opportunity=deal, stage=stage)
        deals.append(deal)
    opportunity_win(actor=manager, opportunity=deals[7], reason="Delivery in time")
    opportunity_lose(actor=manager, opportunity=deals[8], reason="Price", competitor="Advanced Bicycles")
    return deals


def _quotes(rep: Actor, deals: Sequence[Opportunity], bikes: Sequence[Product], parts: Sequence[Product]) -> None:
    for index, deal in enumerate(deals[1:5]):
        lines = [{"product": bikes[(index + 1) % len(bikes)], "quantity": 8 + 3 * index, "discount": Decimal(5)}]
        lines.append({"product": parts[index], "quantity": 20})
        quote = quote_create(actor=rep, party=deal.party, opportunity=deal, contact=deal.contact_id, lines=lines)
        if index >= 1:
            quote = quote_send(actor=rep, quote=quote)
        if index == 2:
            quote_revise(actor=rep, quote=quote)
        if index == 3:
            order = quote_accept(actor=rep, quote=quote)
            sales_order_confirm(actor=rep, order=order)


def _purchases(buyer: Actor) -> None:
    today = current().today()
    suppliers = (
        Party.objects.filter(is_supplier=True, is_active=True, supplier_prices__isnull=False)
        .distinct()
        .order_by("code")
    )
    for index, supplier in enumerate(suppliers[:4]):
        offers = SupplierPrice.objects.filter(supplier=supplier).select_related("product").order_by("pk")[:3]
        order = purchase_order_create(
            actor=buyer, supplier=supplier, due_on=today + timedelta(days=9 + 5 * index),
            lines=[{"product": offer.product, "quantity": max(offer.min_quantity, Decimal(100))} for offer in offers],
        )  # fmt: skip
        if index < 3:
            purchase_order_confirm(actor=buyer, order=order)


def _lots(owner: Actor) -> None:
    """Paint keeps for a while only: what lies in each place is a lot with its day, and from now on paint is tracked."""
    today = current().today()
    paints = Product.objects.filter(name__startswith="Paint - ").order_by("code")
    days = itertools.cycle((-6, 18, 75, 27, 150, 44, 88, 210, 59))
    for product in paints:
        for number, stock in enumerate(StockBalance.objects.filter(product=product, on_hand__gt=0).order_by("pk"), 1):
            lot = f"{product.code[3:]}-{today:%y%m}{number:02d}"
            part = {"product": product, "quantity": stock.on_hand}
            lines = [{**part, "direction": "in", "lot": stock.lot}, {**part, "direction": "out", "lot": lot}]
            repack = repack_create(actor=owner, location=stock.location, lines=lines, note="Lots begin")
            repack_post(actor=owner, repack=repack)
            until = today + timedelta(days=next(days))
            lot_update(
                actor=owner, lot=Lot.objects.get(product=product, number=lot), expires_on=until,
                made_on=until - timedelta(days=365), supplier_lot=f"B{product.pk}{number}",
            )  # fmt: skip
        product_update(actor=owner, product=product, tracking="lot")
    spoilt = Lot.objects.filter(product__in=paints, expires_on__gt=today).order_by("expires_on")[1]
    lot_hold(actor=owner, lot=spoilt, reason="Colour differs from the sample")


def _activities(rep: Actor, manager: Actor, customers: Sequence[Party]) -> None:
    today = current().today()
    plan = (
        (rep, "call", "Ask about the catalogue", -3), (rep, "visit", "Show the new touring bikes", 2),
        (manager, "meeting", "Yearly terms", 5), (rep, "email", "Send the price list", 0),
        (manager, "task", "Check the credit limit", 1), (rep, "call", "Delivery date of the open order", 3),
    )  # fmt: skip
    for index, (actor, kind, subject, days) in enumerate(plan):
        activity_create(
            actor=actor, kind=kind, subject=subject, due_on=today + timedelta(days=days), party=customers[index]
        )
    activity_create(
        actor=rep, kind="call", subject="Feedback on the last delivery", party=customers[6], done=True,
        outcome="All well; wants an offer for helmets",
    )  # fmt: skip

"""Sample data of CRM: leads, opportunities on the way, a quote and things to do, around the sample customers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from modules.crm.models import Stage
from modules.crm.services import (
    activity_create,
    lead_contacted,
    lead_create,
    lead_qualify,
    opportunity_create,
    opportunity_move,
    quote_create,
)
from modules.shared.data.models import Party, Product
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.tenancy.context import Company

LEADS = (
    ("Greenwood Athletic Company", "referral", "15200"), ("Comfort Road Bicycles", "web", "31000"),
    ("International Trek Center", "event", "12750"), ("Hill's Bicycle Service", "call", None),
)  # fmt: skip
# customer, subject, Chinese subject, product, pieces, days until it closes, stages it has come
DEALS = (
    ("S-C1", "Touring bikes for the season", "旺季旅行车", "S-BK-T79U-46", 12, 30, 2),
    ("S-C2", "Helmets for the club", "俱乐部头盔", "S-HL-U509", 60, 12, 1),
    ("S-C5", "Mountain bikes for rental", "租赁用山地车", "S-BK-M68S-38", 8, 45, 0),
)  # fmt: skip
# customer, kind, subject, Chinese subject, days from today
TO_DO = (
    ("S-C1", "call", "Ask about the catalogue", "询问产品目录", 0),
    ("S-C2", "visit", "Show the new touring bikes", "展示新款旅行车", 2),
    ("S-C4", "email", "Send the price list", "发送价目表", 1),
    ("S-C5", "meeting", "Talk about yearly terms", "商谈年度条件", 5),
)  # fmt: skip


def sample(*, actor: Actor, company: Company) -> None:
    """What the functions that are on can show."""
    zh = company.language.lower().startswith("zh")
    owner = Member.objects.order_by("pk").values_list("pk", flat=True).first()
    if actor.can("crm.lead.create"):
        _leads(actor, owner)
    if actor.can("crm.opportunity.create"):
        _deals(actor, company, owner, zh)
    if actor.can("crm.activity.create"):
        _to_do(actor, company, owner, zh)


def _leads(actor: Actor, owner: int | None) -> None:
    leads = [
        lead_create(
            actor=actor, name=name, source=source, owner=owner, expected_amount=Decimal(amount) if amount else None
        )
        for name, source, amount in LEADS
    ]
    lead_contacted(actor=actor, lead=leads[1])
    lead_qualify(actor=actor, lead=leads[2])


def _deals(actor: Actor, company: Company, owner: int | None, zh: bool) -> None:
    parties = {p.code: p for p in Party.objects.filter(code__startswith="S-")}
    products = {p.code: p for p in Product.objects.filter(code__startswith="S-")}
    stages = list(Stage.objects.filter(kind=Stage.Kind.OPEN, is_active=True).order_by("position", "id"))
    for customer, subject, subject_zh, code, pieces, days, come in DEALS:
        deal = opportunity_create(
            actor=actor, party=parties[customer], name=subject_zh if zh else subject, owner=owner,
            amount=(products[code].list_price or Decimal(0)) * pieces,
            expected_close=company.today() + timedelta(days=days),
        )  # fmt: skip
        for stage in stages[1 : 1 + come]:
            deal = opportunity_move(actor=actor, opportunity=deal, stage=stage)
        if come == 2 and actor.can("crm.quote.create"):
            lines = [{"product": products[code], "quantity": pieces, "discount": Decimal(5)}]
            quote_create(actor=actor, party=parties[customer], opportunity=deal, owner=owner, lines=lines)


def _to_do(actor: Actor, company: Company, owner: int | None, zh: bool) -> None:
    parties = {p.code: p for p in Party.objects.filter(code__startswith="S-")}
    for customer, kind, subject, subject_zh, days in TO_DO:
        activity_create(
            actor=actor, subject=subject_zh if zh else subject, kind=kind, party=parties[customer], owner=owner,
            due_on=company.today() + timedelta(days=days),
        )  # fmt: skip

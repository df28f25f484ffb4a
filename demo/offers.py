"""Quotes of the demo that go beyond what their author may offer: one waits for the head of sales, one was approved and
lies open with its customer, who has asked something; it has options."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db.models import Q

from modules.crm.models import Quote, QuoteLimit
from modules.crm.services import quote_approve, quote_create, quote_request, quote_send
from modules.crm.services.quote_answers import offer_comment
from modules.crm.services.quote_links import actor_of_link, quote_link_create
from modules.shared.data.models import Party, Product
from tenon.access.actor import Actor
from tenon.access.models import Role
from tenon.records.service import acting
from tenon.tenancy.context import current

# What may be offered alone: (off the list price in %, least margin in %)
LIMITS = {"sales": (Decimal(10), Decimal(20)), "sales_manager": (Decimal(30), None)}


def offers(owner: Actor, manager: Actor, rep: Actor, say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    with acting(owner):
        for key, (discount, margin) in LIMITS.items():
            QuoteLimit(role=Role.objects.get(key=key), discount=discount, margin_percent=margin).save()
    customers = list(Party.objects.filter(is_customer=True, is_active=True).order_by("pk")[45:47])
    today = current().today()
    on_sale = Product.objects.filter(is_active=True, is_saleable=True, list_price__gt=100, standard_cost__gt=0)
    on_sale = on_sale.filter(Q(sell_until=None) | Q(sell_until__gte=today))
    goods = list(on_sale.order_by("-list_price", "pk")[:6])
    if len(customers) < 2 or len(goods) < 4:
        return
    waiting = _drafted(rep, customers[0], goods[:2], Decimal(22))
    quote_request(actor=rep, quote=waiting, reason="They open three shops in spring and ask two of us")
    open_one = _drafted(rep, customers[1], goods[2:5], Decimal(15))
    quote_request(actor=rep, quote=open_one, reason="As agreed at the fair")
    quote_approve(actor=manager, quote=open_one, reason="Once, for the fair")
    sent = quote_send(actor=rep, quote=Quote.objects.get(pk=open_one.pk))
    link, _secret = quote_link_create(actor=rep, quote=sent)
    offer_comment(
        actor=actor_of_link(link), quote=sent, words="Could half of them come a week earlier?", name="Purchasing"
    )
    say(f"{'Quotes beyond limits':<24}{1:>6} waits for the head of sales, 1 lies with its customer")


def _drafted(rep: Actor, party: Party, goods: list[Product], discount: Decimal) -> Quote:
    """All but the last firm; the last one an option."""
    lines = [
        {"product": one, "quantity": 6 + 2 * index, "discount": discount, "optional": index == len(goods) - 1}
        for index, one in enumerate(goods)
    ]
    return quote_create(actor=rep, party=party, lines=lines, note="Delivered free to your door.")

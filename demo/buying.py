"""The buyer's desk in the demo: a wish that waits for approval, an inquiry answered in three currencies, what is agreed
for a year with its days, papers of suppliers, a supplier's own proposal, freight on top of what came. Suppliers,
products and prices are those of the data set; rates of exchange are figures of the demo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from modules.inventory.models import Inquiry, Receipt, SupplierDocument
from modules.inventory.services.blanket_deliveries import blanket_deliveries_set
from modules.inventory.services.blankets import blanket_order_activate, blanket_order_create
from modules.inventory.services.inquiries import inquiry_create
from modules.inventory.services.inquiry_answers import answer_give
from modules.inventory.services.inquiry_rounds import inquiry_open, inquiry_send
from modules.inventory.services.landed_cost import landed_cost_create, landed_cost_post
from modules.inventory.services.requisitions import requisition_create, requisition_submit
from modules.inventory.services.supplier_links import actor_of_link, supplier_link_create
from modules.inventory.services.supplier_orders import order_proposed
from modules.shared.data.models import Currency, ExchangeRate, Party, Product, PurchaseOrder, SupplierPrice
from modules.shared.data.services.supplier_prices import supplier_price_update
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal
RATES = {"EUR": D("1.08"), "CNY": D("0.14")}
# What a supplier asks, beside the data set's price: (currency, share of the price in US dollars, freight, days)
OFFERS = (("USD", D("1.00"), "45", 14), ("EUR", D("0.91"), "60", 21), ("CNY", D("6.70"), "900", 35))


def buying(owner: Actor, buyer: Actor, planner: Actor, say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    _rates(owner)
    wanted = list(
        Product.objects.filter(supplier_prices__isnull=False, is_active=True)
        .annotate(sellers=Count("supplier_prices__supplier", distinct=True))
        .filter(sellers__gte=3)
        .order_by("code")[:4]
    )
    preferred = _preferred(buyer, wanted)
    wish = requisition_create(
        actor=planner, purpose="Fasteners for the spring series", needed_on=current().today() + timedelta(days=30),
        lines=[{"product": product, "quantity": 400} for product in wanted],
    )  # fmt: skip
    requisition_submit(actor=planner, requisition=wish)
    _asked(owner, buyer, wanted)
    days = _agreed(buyer)
    papers = _papers(owner)
    _proposed(buyer)
    landed = _landed(owner)
    say(
        f"{'Purchasing':<24}{2:>6} inquiries, {days} days of a blanket order, {papers} papers of suppliers, "
        f"{preferred} preferred, {landed} charges on what came"
    )


def _rates(owner: Actor) -> None:
    with acting(owner):
        for code, rate in RATES.items():
            row, _new = Currency.objects.get_or_create(code=code, defaults={"name": code, "decimals": 2})
            ExchangeRate.objects.get_or_create(currency=row, day=current().today(), defaults={"rate": rate})


def _preferred(buyer: Actor, products: Sequence[Product]) -> int:
    """Of each, whoever asks least."""
    for product in products:
        supplier_price_update(actor=buyer, row=_least(product.pk), is_preferred=True)
    return len(products)


def _least(product_id: int) -> SupplierPrice:
    return SupplierPrice.objects.filter(product=product_id).order_by("price", "pk")[0]


def _asked(owner: Actor, buyer: Actor, wanted: Sequence[Product]) -> None:
    """One inquiry that is compared, one that still collects answers: its figures are sealed."""
    for title, products, opened in (
        ("Fasteners, half a year", wanted[:3], True),
        ("Fasteners, rush", wanted[1:], False),
    ):
        sellers = list(
            Party.objects.filter(supplier_prices__product__in=products, is_active=True).distinct().order_by("code")[:3]
        )
        inquiry = inquiry_create(
            actor=buyer, title=title, lines=[{"product": product, "quantity": 1000} for product in products],
            suppliers=[{"supplier": seller, "duty_percent": n and 3} for n, seller in enumerate(sellers)],
        )  # fmt: skip
        inquiry_send(actor=buyer, inquiry=inquiry, closes_at=timezone.now() + timedelta(days=5))
        for seller, offer in list(zip(sellers, OFFERS, strict=False))[: 3 if opened else 1]:
            _answered(buyer, inquiry, seller, *offer)
        if opened:
            inquiry_open(actor=owner, inquiry=inquiry, reason="All three have answered")


def _answered(
    buyer: Actor, inquiry: Inquiry, seller: Party, currency: str, share: Decimal, freight: str, days: int
) -> None:
    link, _secret = supplier_link_create(actor=buyer, supplier=seller)
    asked = [
        {"line": line.pk, "price": f"{(_least(line.product_id).price * share).quantize(D('0.01'))}", "lead_days": days}
        for line in inquiry.lines.order_by("position")
    ]
    answer_give(
        actor=actor_of_link(link), link=link, inquiry_id=inquiry.pk, currency=currency, lines=asked, freight=freight,
        valid_until=current().today() + timedelta(days=60), words="Packed in boxes of 100.",
    )  # fmt: skip


def _agreed(buyer: Actor) -> int:
    """1,200 of what one supplier sells, every month 200; the first month's call waits for its day."""
    today = current().today()
    offer = (
        SupplierPrice.objects.filter(product__is_active=True, supplier__is_active=True)
        .select_related("supplier", "product")
        .order_by("supplier__code", "pk")
        .last()
    )
    assert offer is not None
    blanket = blanket_order_create(
        actor=buyer, supplier=offer.supplier, valid_until=today + timedelta(days=200), call_ahead_days=14,
        lines=[{"product": offer.product, "quantity": 1200, "unit": offer.product.unit}],
    )  # fmt: skip
    blanket = blanket_order_activate(actor=buyer, blanket=blanket)
    line = blanket.lines.get()
    rows = [{"line": line.pk, "due_on": today + timedelta(days=30 * n), "quantity": D(200)} for n in range(1, 6)]
    blanket_deliveries_set(actor=buyer, blanket=blanket, deliveries=rows)
    return len(rows)


def _papers(owner: Actor) -> int:
    """Of the suppliers with orders on their way: one paper holds, one runs out soon, one has."""
    today = current().today()
    suppliers = Party.objects.filter(purchase_orders__status="confirmed", purchase_orders__is_migrated=False)
    rows = (("certificate", "ISO 9001", 400), ("licence", "Business licence", 20), ("audit", "Audit of the plant", -12))
    found = list(suppliers.distinct().order_by("code")[: len(rows)])
    with acting(owner):
        for supplier, (kind, title, days) in zip(found, rows, strict=False):
            until = today + timedelta(days=days)
            SupplierDocument(
                supplier=supplier, kind=kind, title=title, issued_on=until - timedelta(days=1095), expires_on=until
            ).save()
    return len(found)


def _proposed(buyer: Actor) -> None:
    """A supplier would rather deliver a week later, and says so through its link."""
    order = PurchaseOrder.objects.filter(status="confirmed", is_migrated=False).order_by("pk").first()
    if order is None:
        return
    link, _secret = supplier_link_create(actor=buyer, supplier=order.supplier)
    line = order.lines.order_by("position").first()
    assert line is not None
    due = line.due_on or order.due_on or current().today()
    order_proposed(
        actor=actor_of_link(link), link=link, order_id=order.pk, words="The forge is under repair until then.",
        lines=[{"line": line.pk, "quantity": line.quantity, "on": due + timedelta(days=7)}],
    )  # fmt: skip


def _landed(owner: Actor) -> int:
    receipt = Receipt.objects.filter(kind=Receipt.Kind.RECEIPT, status=Receipt.Status.POSTED).order_by("pk").first()
    if receipt is None:
        return 0
    landed_cost_post(actor=owner, landed=landed_cost_create(actor=owner, amount=D("24.80"), receipt=receipt))
    landed_cost_create(actor=owner, amount=D("11.40"), receipt=receipt)
    return 2

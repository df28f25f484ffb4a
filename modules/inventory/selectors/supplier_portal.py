"""What a supplier sees by its link: its own inquiries and orders, and nothing that tells of others but what a new round
reveals on purpose."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from modules.inventory.models import (
    BlanketDelivery,
    BlanketOrder,
    Inquiry,
    InquiryAnswer,
    InquirySupplier,
    SupplierLink,
    SupplierProposal,
)
from modules.inventory.rules.quotation import best as best_of
from modules.inventory.selectors.inquiry_comparison import EIGHT, asked_unit, compare, said, weighed_ratio
from modules.inventory.selectors.inquiry_files import for_suppliers, listed, own_files
from modules.shared.data.models import Currency, PurchaseOrder, Unit
from modules.shared.data.selectors.units import Conversions
from tenon.problems import NotFound
from tenon.tenancy.context import current

MOST = 100
SHOWN = ("confirmed", "part_received", "received", "closed")  # orders that a supplier knows of


def asked_of(link: SupplierLink) -> QuerySet[InquirySupplier]:
    return (
        InquirySupplier.objects.filter(supplier_id=link.supplier_id, round__gt=0)
        .exclude(inquiry__status=Inquiry.Status.DRAFT)
        .select_related("inquiry")
        .order_by("-inquiry_id")
    )


def orders_of(link: SupplierLink) -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.filter(
        supplier_id=link.supplier_id, is_migrated=False, status__in=SHOWN
    ).order_by("-id")  # fmt: skip


def overview(link: SupplierLink) -> dict[str, Any]:
    """Who asks whom, and what there is to do. A constant number of queries."""
    orders = list(orders_of(link)[:MOST])
    open_ = _open_proposals([x.pk for x in orders])
    waiting = _unconfirmed([x.pk for x in orders])
    return {
        "company": current().name, "supplier": link.supplier.name, "expires_at": link.expires_at,
        "inquiries": [_head(x) for x in asked_of(link)[:MOST]],
        "orders": [
            {
                "id": x.pk, "number": x.number, "status": x.status, "ordered_on": x.ordered_on, "due_on": x.due_on,
                "currency": x.currency, "total": x.total, "to_confirm": x.pk in waiting, "proposed": x.pk in open_,
            }
            for x in orders
        ],
        "deliveries": scheduled_of(link),
    }  # fmt: skip


def scheduled_of(link: SupplierLink) -> list[dict[str, Any]]:
    """What was agreed by day with the supplier and will be called off, the nearest first. One query."""
    rows = BlanketDelivery.objects.filter(
        order_line=None, line__blanket__supplier=link.supplier_id, line__blanket__status=BlanketOrder.Status.ACTIVE
    )
    found = rows.select_related("line__blanket", "line__product", "line__unit").order_by("due_on", "id")
    chinese = (get_language() or "").startswith("zh")
    return [
        {
            "id": x.pk, "agreement": x.line.blanket.number, "code": x.line.product.code, "name": x.line.product.name,
            "name_zh": x.line.product.name_zh, "due_on": x.due_on, "quantity": x.quantity,
            "unit": _called(x.line.unit, chinese),
        }
        for x in found[:MOST]
    ]  # fmt: skip


def _head(asked: InquirySupplier) -> dict[str, Any]:
    row = asked.inquiry
    return {
        "id": row.pk, "number": row.number, "title": row.title, "round": asked.round, "closes_at": row.closes_at,
        "status": asked.status, "open": is_open(asked),
    }  # fmt: skip


def is_open(asked: InquirySupplier) -> bool:
    row = asked.inquiry
    return (
        row.status == Inquiry.Status.SENT
        and asked.round == row.round
        and row.closes_at is not None
        and timezone.now() < row.closes_at
    )


def inquiry_of(link: SupplierLink, inquiry_id: int) -> InquirySupplier:
    """Raises NotFound, also for an inquiry of others."""
    asked = asked_of(link).filter(inquiry_id=inquiry_id).first()
    if asked is None:
        raise NotFound
    return asked


def inquiry_shown(asked: InquirySupplier) -> dict[str, Any]:
    """The inquiry as its supplier answers it, with what it answered last. A constant number of queries."""
    row = asked.inquiry
    lines = list(row.lines.select_related("product__unit", "unit", "warehouse").order_by("position", "id"))
    conversions = Conversions([x.product_id for x in lines])
    units = list(Unit.objects.order_by("code"))
    last = InquiryAnswer.objects.filter(asked=asked).order_by("-round", "-id").first()
    learned = _learned(asked) if row.round > 1 and asked.round == row.round else {}
    chinese = (get_language() or "").startswith("zh")
    return {
        **_head(asked), "company": current().name, "supplier": asked.supplier.name, "terms": row.terms,
        "warehouse": row.warehouse.name if row.warehouse else "",
        "currencies": sorted(
            {current().currency, *Currency.objects.filter(is_active=True).values_list("code", flat=True)}
        ),
        "own_currency": asked.supplier.currency or current().currency, "reveals": row.reveals if learned else "nothing",
        "lines": [
            {
                "id": x.pk, "code": x.product.code, "name": x.product.name, "name_zh": x.product.name_zh,
                "description": x.description, "quantity": x.quantity, "quantity_unit": _called(x.unit, chinese),
                "second_quantity": x.second_quantity if x.priced_by_second else None, "unit": asked_unit(x),
                "needed_on": x.needed_on, "warehouse": x.warehouse.name if x.warehouse else "",
                "units": [
                    {"id": u.pk, "label": _called(u, chinese), "code": u.code}
                    for u in units
                    if (
                        u.pk == x.product.second_unit_id
                        if x.priced_by_second
                        else conversions.ratio(x.product_id, u.pk, x.product.unit_id) is not None
                    )
                ],
                **learned.get(x.pk, {}),
            }
            for x in lines
        ],
        "files": [listed(file) for file in for_suppliers(row)],
        "own_files": [listed(file) for file in own_files(asked)],
        "answer": {**said(last), "given_at": last.given_at, "round": last.round} if last else None,
    }  # fmt: skip


def _called(unit: Unit, chinese: bool) -> str:
    return (unit.name_zh if chinese and unit.name_zh else unit.name) or unit.code


def _learned(asked: InquirySupplier) -> dict[int, dict[str, Any]]:
    """Of the round before: the supplier's own rank, or the best price (company currency, per unit that its price is
    for)."""
    if asked.inquiry.reveals == Inquiry.Reveals.NOTHING:
        return {}
    found = compare(asked.inquiry)
    out: dict[int, dict[str, Any]] = {}
    for line in found.lines:
        costs = [(x.pk, found.costs[(line.pk, x.pk)]) for x in found.asked if (line.pk, x.pk) in found.costs]
        if not costs:
            continue
        if asked.inquiry.reveals == Inquiry.Reveals.BEST:
            ratio, second = weighed_ratio(line), line.product.second_unit
            best_price = min(cost.unit_price for _key, cost in costs)
            if ratio is not None:
                best_price = (best_price * ratio.numerator / ratio.denominator).quantize(EIGHT)
            out[line.pk] = {
                "best_price": best_price, "best_currency": current().currency,
                "best_unit": second.code if second and ratio is not None else line.product.unit.code,
            }  # fmt: skip
            continue
        ranked = []
        while costs:
            first = best_of(costs)
            assert first is not None
            ranked.append(first)
            costs = [(key, cost) for key, cost in costs if key != first]
        if asked.pk in ranked:
            out[line.pk] = {"rank": ranked.index(asked.pk) + 1, "of": len(ranked)}
    return out


def order_shown(link: SupplierLink, order_id: int) -> dict[str, Any]:
    """One of its orders. Raises NotFound, also for an order of others. A constant number of queries."""
    order = orders_of(link).filter(pk=order_id).select_related("payment_term").first()
    if order is None:
        raise NotFound
    lines = order.lines.select_related("product__unit", "product__second_unit", "unit").order_by("position", "id")
    last = SupplierProposal.objects.filter(order=order).order_by("-id").first()
    return {
        "id": order.pk, "number": order.number, "status": order.status, "ordered_on": order.ordered_on,
        "due_on": order.due_on, "currency": order.currency, "subtotal": order.subtotal, "tax_amount": order.tax_amount,
        "freight": order.freight, "total": order.total, "revision": order.revision, "company": current().name,
        "supplier": link.supplier.name, "supplier_reference": order.supplier_reference,
        "payment_term": str(order.payment_term) if order.payment_term else "",
        "deliver_to": (order.deliver_to or {}).get("label", ""),
        "open": order.status in ("confirmed", "part_received"),
        "lines": [
            {
                "id": x.pk, "code": x.product.code, "name": x.product.name, "name_zh": x.product.name_zh,
                "description": x.description, "quantity": x.quantity, "unit": x.unit.code, "unit_price": x.unit_price,
                "price_unit": x.product.second_unit.code if x.priced_by_second and x.product.second_unit
                else x.unit.code,
                "second_quantity": x.second_quantity if x.priced_by_second else None,
                "total": x.total, "due_on": x.due_on, "confirmed_on": x.confirmed_on, "open": x.open_quantity > 0,
                "cancelled": x.cancelled >= x.base_quantity,
            }
            for x in lines
        ],
        "proposal": {
            "state": last.state, "at": last.proposed_at, "lines": last.lines, "words": last.words,
            "decision": last.decision,
        } if last else None,
    }  # fmt: skip


def _open_proposals(orders: Collection[int]) -> set[int]:
    rows = SupplierProposal.objects.filter(order_id__in=orders, state=SupplierProposal.State.OPEN)
    return set(rows.values_list("order_id", flat=True))


def _unconfirmed(orders: Collection[int]) -> set[int]:
    rows = PurchaseOrder.objects.filter(
        pk__in=orders, status__in=("confirmed", "part_received"), lines__confirmed_on=None
    )
    return set(rows.values_list("pk", flat=True))

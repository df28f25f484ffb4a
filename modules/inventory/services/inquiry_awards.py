"""Deciding an inquiry: lines, or shares of them, go to offers and become purchase orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.inventory.models import (
    Inquiry,
    InquiryAward,
    InquiryEvent,
    InquiryLine,
    InquiryOffer,
    InquirySupplier,
    Requisition,
    RequisitionCover,
)
from modules.inventory.selectors.inquiry_comparison import Comparison, arrives_on, compare, least_of, ratio_of
from modules.inventory.selectors.purchase_needs import warehouses
from modules.inventory.services.entered import entered_key, entered_number
from modules.inventory.services.inquiries import event_record, inquiry_locked
from modules.inventory.services.lines import rows_of
from modules.inventory.services.requisitions import requisitions_derive
from modules.inventory.services.supplier_mails import mail_later
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine, SupplierPrice
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.services import purchase_order_draft
from modules.shared.data.services.supplier_prices import supplier_price_create, supplier_price_update
from tenon.access.actor import Actor
from tenon.money.rounding import allocate, currency_step
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
EIGHT = Decimal("0.00000001")
Status = Inquiry.Status


@dataclass(frozen=True)
class _Award:
    line: InquiryLine
    asked: InquirySupplier
    offer: InquiryOffer
    quantity: Decimal
    reason: str


@service("inventory.inquiry.award")
def inquiry_award(
    *, actor: Actor, inquiry: Inquiry, awards: Sequence[Mapping[str, Any]], agree_prices: bool = False,
    tell_losers: bool = False, finish: bool = False,
) -> list[PurchaseOrder]:  # fmt: skip
    """Draft orders, one for each supplier, currency and warehouse: `awards` are `[{"line", "supplier", "quantity",
    "reason"}]`, the quantity in the stock unit and all that is left when left out; a reason where it is not the best
    offer. `agree_prices` makes what was awarded the supplier's price; `finish` decides nothing more. All or nothing.
    Raises StateRefused, Invalid."""
    row = inquiry_locked(inquiry)
    if row.status != Status.OPENED:
        raise StateRefused(_("Only an inquiry that was opened is awarded"))
    if not awards:
        raise Invalid.field("awards", _("Choose what goes to whom"), "required")
    requisitions = _requisitions(row)
    found = compare(row)
    chosen = _read(found, awards)
    orders = _orders(actor, found, chosen)
    requisitions_derive(requisitions)
    if agree_prices:
        for one in chosen:
            _agree(actor, found, one)
    found = compare(row)
    if finish or all(found.awarded.get(x.pk, ZERO) >= x.base_quantity for x in found.lines):
        row.status = Status.AWARDED
        row.save()
    event_record(actor, row, InquiryEvent.Kind.AWARDED, words=", ".join(order.number for order in orders))
    if tell_losers and row.status == Status.AWARDED:
        _tell(actor, row, found)
    return orders


def _requisitions(row: Inquiry) -> list[Requisition]:
    keys = row.lines.filter(requisition_line__isnull=False).values_list("requisition_line__requisition_id", flat=True)
    return list(Requisition.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk"))


def _read(found: Comparison, awards: Sequence[Mapping[str, Any]]) -> list[_Award]:
    """What was decided, checked. Raises Invalid naming every wrong field."""
    lines, asked = {x.pk: x for x in found.lines}, {x.supplier_id: x for x in found.asked}
    left = {x.pk: x.base_quantity - found.awarded.get(x.pk, ZERO) for x in found.lines}
    errors: list[FieldError] = []
    out = []
    for index, given in enumerate(rows_of(awards, "awards")):
        at = f"awards.{index}."
        try:
            line = lines.get(entered_key(given.get("line"), f"{at}line") or 0)
            whom = asked.get(entered_key(given.get("supplier"), f"{at}supplier") or 0)
            wanted = None
            if given.get("quantity") not in (None, ""):
                wanted = entered_number(given["quantity"], f"{at}quantity")
        except Invalid as problem:
            errors += problem.errors
            continue
        offer = found.offers.get((line.pk, whom.pk)) if line and whom else None
        if line is None or whom is None or offer is None:
            errors.append(FieldError(f"{at}supplier", "unknown", _("This supplier has not offered this line")))
            continue
        until = found.answers[whom.pk].valid_until
        if until is not None and until < current().today():
            errors.append(
                FieldError(f"{at}supplier", "expired", _("The offer was good until %(day)s") % {"day": until})
            )
            continue
        quantity = left[line.pk] if wanted is None else wanted
        least = least_of(offer, line)
        # Less than all of it may still be more than is left: a supplier's minimum counts, and is ordered knowingly.
        most = max(left[line.pk], least) if left[line.pk] > 0 else ZERO
        reason = str(given.get("reason") or "").strip()
        if quantity <= 0 or quantity > most:
            message = _("%(left)s of this line is left to award") % {
                "left": f"{max(left[line.pk], ZERO).normalize():f}"
            }
            errors.append(FieldError(f"{at}quantity", "range", message))
        elif quantity < least:
            message = _("The supplier delivers %(least)s at least") % {"least": f"{least.normalize():f}"}
            errors.append(FieldError(f"{at}quantity", "minimum", message))
        elif found.best.get(line.pk) != whom.pk and not reason:
            errors.append(FieldError(f"{at}reason", "required", _("Say why it is not the best offer")))
        else:
            left[line.pk] -= quantity
            out.append(_Award(line, whom, offer, quantity, reason))
    if errors:
        raise Invalid(errors=errors)
    return out


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _orders(actor: Actor, found: Comparison, chosen: Sequence[_Award]) -> list[PurchaseOrder]:
    groups: dict[tuple[int, int], list[_Award]] = defaultdict(list)
    for one in chosen:
        groups[(one.asked.pk, one.line.warehouse_id or found.inquiry.warehouse_id or 0)].append(one)
    places = warehouses({warehouse for _asked, warehouse in groups})
    freights = _freights(found, groups)
    calendar, today = work_calendar(), current().today()
    orders = []
    for (asked_id, warehouse_id), together in sorted(groups.items()):
        place, answer = places.get(warehouse_id), found.answers[asked_id]
        lines = []
        for one in together:
            quantity, unit, price = _in_unit(one)
            arrives = arrives_on(one.offer, calendar, today)
            lines.append(
                {
                    "product": one.line.product_id, "quantity": quantity, "unit": unit, "unit_price": price,
                    "description": one.offer.alternative or one.line.description,
                    "due_on": one.line.needed_on or arrives, "confirmed_on": arrives, **_weight(one),
                }
            )  # fmt: skip
        order = purchase_order_draft(
            actor=actor, supplier=together[0].asked.supplier_id, currency=answer.currency, lines=lines,
            freight=freights[(asked_id, warehouse_id)],
            deliver_to={"entity": "inventory.warehouse", "id": place.pk, "label": place.name} if place else None,
        )  # fmt: skip
        for one, made in zip(together, order.lines.order_by("position", "id"), strict=True):
            _keep(one, made)
        orders.append(order)
    return orders


def _freights(found: Comparison, groups: Mapping[tuple[int, int], Sequence[_Award]]) -> dict[tuple[int, int], Decimal]:
    """The freight a supplier asks for all it offered, over its orders by the value of what they take of it."""
    out: dict[tuple[int, int], Decimal] = {}
    for asked_id, answer in found.answers.items():
        keys = sorted(key for key in groups if key[0] == asked_id)
        if not keys:
            continue
        offered = sum((c.goods for (_line, key), c in found.costs.items() if key == asked_id), ZERO)
        taken = []
        for key in keys:
            costs = [(found.costs[(one.line.pk, asked_id)], one.quantity) for one in groups[key]]
            taken.append(sum((c.goods * quantity / c.ordered for c, quantity in costs), ZERO))
        weights = [*taken, max(offered - sum(taken, ZERO), ZERO)]
        shares = allocate(answer.freight, weights, currency_step(answer.currency))
        out |= dict(zip(keys, shares, strict=False))
    return out


def _in_unit(one: _Award) -> tuple[Decimal, int, Decimal]:
    """Quantity, unit and price of the order line: in the unit of the offer where the quantity is one, else in the
    product's. Goods priced by weight are ordered in pieces, at the price of their weight."""
    if one.line.priced_by_second:
        return one.quantity, one.line.product.unit_id, (one.offer.price / one.offer.per).quantize(EIGHT)
    ratio = ratio_of(one.offer)
    exact = Fraction(one.quantity) / ratio
    rounded = _decimal(exact).quantize(Decimal(1).scaleb(-one.offer.unit.decimals))
    if Fraction(rounded) == exact:
        return rounded, one.offer.unit_id, (one.offer.price / one.offer.per).quantize(EIGHT)
    price = Fraction(one.offer.price) / Fraction(one.offer.per) / ratio
    return (
        one.quantity,
        one.line.product.unit_id,
        _decimal(price).quantize(EIGHT),
    )


def _weight(one: _Award) -> dict[str, Any]:
    """What is expected of goods in two quantities: their share of what the line expects."""
    if one.line.second_quantity is None:
        return {}
    share = Fraction(one.line.second_quantity) * Fraction(one.quantity) / Fraction(one.line.base_quantity)
    return {
        "second_quantity": _decimal(share).quantize(Decimal("0.000001")), "priced_by_second": one.line.priced_by_second,
    }  # fmt: skip


def _keep(one: _Award, made: PurchaseOrderLine) -> None:
    InquiryAward(line=one.line, offer=one.offer, quantity=one.quantity, reason=one.reason[:500], order_line=made).save()
    if one.line.requisition_line_id:
        RequisitionCover(
            line_id=one.line.requisition_line_id, order_line=made, quantity=min(one.quantity, one.line.base_quantity)
        ).save()


def _agree(actor: Actor, found: Comparison, one: _Award) -> None:
    """The awarded price becomes the supplier's price from today on, instead of one from the same day."""
    answer, today = found.answers[one.asked.pk], current().today()
    price = (one.offer.price / one.offer.per).quantize(EIGHT)
    values = {
        "price": price, "currency": answer.currency, "lead_time_days": one.offer.lead_days or 0,
        "valid_until": answer.valid_until,
    }  # fmt: skip
    there = SupplierPrice.objects.filter(
        supplier_id=one.asked.supplier_id, product_id=one.line.product_id, unit_id=one.offer.unit_id,
        min_quantity=one.offer.min_quantity, valid_from=today,
    ).first()  # fmt: skip
    if there is not None:
        supplier_price_update(actor=actor, row=there, **values)
    else:
        supplier_price_create(
            actor=actor, supplier=one.asked.supplier, product=one.line.product, unit=one.offer.unit,
            min_quantity=one.offer.min_quantity, valid_from=today, **values,
        )  # fmt: skip


def _tell(actor: Actor, row: Inquiry, found: Comparison) -> None:
    won = set(InquiryAward.objects.filter(line__inquiry=row).values_list("offer__answer__asked_id", flat=True))
    lost = [x for x in found.asked if x.pk in found.answers and x.pk not in won]
    if lost:
        mail_later("inquiry_lost", lost)
        event_record(actor, row, InquiryEvent.Kind.TOLD, words=", ".join(x.supplier.name for x in lost))

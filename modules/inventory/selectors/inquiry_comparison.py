"""Offers side by side (比价): item × supplier on landed cost in company currency. Figures of a round stand here only
once it was opened."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch, Sum

from modules.inventory.models import (
    Inquiry,
    InquiryAnswer,
    InquiryAward,
    InquiryLine,
    InquiryOffer,
    InquirySupplier,
)
from modules.inventory.rules.quotation import Landed, Quoted, best, landed
from modules.inventory.selectors.inquiry_files import files_by_supplier
from modules.shared.data.selectors.calendars import work_calendar
from tenon.money.rounding import currency_step
from tenon.sealing import unseal
from tenon.tenancy.context import current

ZERO, EIGHT = Decimal(0), Decimal("0.00000001")


@dataclass
class Comparison:
    """The opened offers of an inquiry. `answers`: supplier asked → the answer that counts; `costs`: (line, supplier
    asked) → what it costs us; `best`: line → supplier asked."""

    inquiry: Inquiry
    lines: list[InquiryLine]
    asked: list[InquirySupplier]
    answers: dict[int, InquiryAnswer] = field(default_factory=dict)
    offers: dict[tuple[int, int], InquiryOffer] = field(default_factory=dict)
    costs: dict[tuple[int, int], Landed] = field(default_factory=dict)
    best: dict[int, int] = field(default_factory=dict)
    awarded: dict[int, Decimal] = field(default_factory=dict)


def compare(inquiry: Inquiry) -> Comparison:
    """A constant number of queries."""
    lines = list(
        inquiry.lines.select_related("product__unit", "product__second_unit", "unit", "warehouse").order_by(
            "position", "id"
        )
    )
    asked = list(inquiry.suppliers.select_related("supplier").order_by("id"))
    found = Comparison(inquiry, lines, asked)
    opened = (
        InquiryAnswer.objects.filter(asked__inquiry=inquiry, opened=True)
        .prefetch_related(Prefetch("offers", InquiryOffer.objects.select_related("unit")))
        .order_by("round", "id")
    )
    for answer in opened:
        found.answers[answer.asked_id] = answer
    by_key, of_line = {x.pk: x for x in asked}, {x.pk: x for x in lines}
    step = currency_step(current().currency)
    for key in [k for k in found.answers if by_key[k].status == InquirySupplier.Status.DECLINED]:
        del found.answers[key]
    for key, answer in found.answers.items():
        quoted = []
        for offer in sorted(answer.offers.all(), key=lambda o: o.line_id):
            found.offers[(offer.line_id, key)] = offer
            line = of_line[offer.line_id]
            quoted.append(
                Quoted(
                    line.pk, offer.price, offer.per, ratio_of(offer), line.base_quantity, least_of(offer, line)
                )
            )  # fmt: skip
        rate = answer.exchange_rate or Decimal(1)
        costs = landed(
            quoted, rate=rate, freight=answer.freight * rate + by_key[key].freight,
            duty_percent=by_key[key].duty_percent, step=step,
        )  # fmt: skip
        for line_id, cost in costs.items():
            found.costs[(line_id, key)] = cost
    for line in lines:
        chosen = best((x.pk, found.costs[(line.pk, x.pk)]) for x in asked if (line.pk, x.pk) in found.costs)
        if chosen is not None:
            found.best[line.pk] = chosen
    found.awarded = dict(
        InquiryAward.objects.filter(line__inquiry=inquiry)
        .exclude(order_line__order__status="cancelled")
        .values_list("line_id")
        .annotate(Sum("quantity"))
    )
    return found


def said(answer: InquiryAnswer) -> dict[str, Any]:
    """The answer as it was given. For the supplier itself at any time; for us only once it is opened."""
    return json.loads(unseal(answer.sealed))  # type: ignore[no-any-return]


def ratio_of(offer: InquiryOffer) -> Fraction:
    return Fraction(offer.base_ratio_n, offer.base_ratio_d)


def weighed_ratio(line: InquiryLine) -> Fraction | None:
    """Stock units for one second unit, as expected, of goods priced by that; None of others."""
    if not line.priced_by_second or line.second_quantity is None:
        return None
    return Fraction(line.base_quantity) / Fraction(line.second_quantity)


def asked_unit(line: InquiryLine) -> int:
    """The unit that prices are asked for, unless the supplier has another one."""
    return (line.product.second_unit_id if line.priced_by_second else None) or line.unit_id


def least_of(offer: InquiryOffer, line: InquiryLine) -> Decimal:
    """What must be taken at least, in the stock unit: of goods offered by weight, as many as reach it."""
    exact = Fraction(offer.min_quantity) * ratio_of(offer)
    least = Decimal(exact.numerator) / Decimal(exact.denominator)
    if line.priced_by_second:
        return least.quantize(Decimal(1).scaleb(-line.product.unit.decimals), ROUND_CEILING)
    return least.quantize(Decimal("0.000001"))


def arrives_on(offer: InquiryOffer, calendar: Any, today: date) -> date | None:
    """When it would come if it were ordered now, as the supplier says."""
    if offer.delivers_on is not None:
        return offer.delivers_on
    return calendar.add(today, offer.lead_days) if offer.lead_days is not None else None  # type: ignore[no-any-return]


def described(inquiry: Inquiry) -> dict[str, Any]:
    """The comparison as the page takes it, with who has answered when, and the history."""
    found, today, calendar = compare(inquiry), current().today(), work_calendar()
    given: dict[int, list[Any]] = defaultdict(list)
    for asked_id, round_, at in (
        InquiryAnswer.objects.filter(asked__inquiry=inquiry).order_by("id").values_list("asked_id", "round", "given_at")
    ):
        given[asked_id].append({"round": round_, "at": at})
    files = files_by_supplier(inquiry)
    awards = InquiryAward.objects.filter(line__inquiry=inquiry).select_related("offer__answer", "order_line__order")
    return {
        "id": inquiry.pk, "number": inquiry.number, "status": inquiry.status, "round": inquiry.round,
        "closes_at": inquiry.closes_at, "sealed": inquiry.status == Inquiry.Status.SENT,
        "currency": current().currency, "today": today,
        "suppliers": [{**_supplier(x, found, given[x.pk]), "files": files.get(x.pk, [])} for x in found.asked],
        "lines": [_line(x, found, calendar, today) for x in found.lines],
        "awards": [
            {
                "line": x.line_id, "supplier": x.offer.answer.asked_id, "quantity": x.quantity, "reason": x.reason,
                "order": {
                    "entity": "shared.purchase_order", "id": x.order_line.order_id, "label": x.order_line.order.number,
                    "status": x.order_line.order.status,
                } if x.order_line else None,
            }
            for x in awards.order_by("id")
        ],
        "history": [
            {
                "kind": x.kind, "label": x.get_kind_display(), "at": x.happened_at, "by": x.by, "round": x.round,
                "supplier": x.asked.supplier.name if x.asked else "", "words": x.words,
            }
            for x in inquiry.events.select_related("asked__supplier").order_by("-id")[:200]
        ],
    }  # fmt: skip


def _supplier(asked: InquirySupplier, found: Comparison, given: list[Any]) -> dict[str, Any]:
    answer = found.answers.get(asked.pk)
    costs = [cost for (_line, key), cost in found.costs.items() if key == asked.pk]
    return {
        "id": asked.pk, "supplier": {"entity": "shared.party", "id": asked.supplier_id, "label": asked.supplier.name},
        "email": asked.email, "status": asked.status, "status_label": asked.get_status_display(), "round": asked.round,
        "freight": asked.freight, "duty_percent": asked.duty_percent, "given": given,
        "answer": {
            "round": answer.round, "at": answer.given_at, "currency": answer.currency, "rate": answer.exchange_rate,
            "freight": answer.freight, "valid_until": answer.valid_until, "words": answer.words,
            "expired": answer.valid_until is not None and answer.valid_until < current().today(),
            "lines": len(costs), "total": sum((c.total for c in costs), ZERO),
        } if answer else None,
    }  # fmt: skip


def _line(line: InquiryLine, found: Comparison, calendar: Any, today: date) -> dict[str, Any]:
    cells = {}
    second = line.product.second_unit
    by_weight = weighed_ratio(line)
    each = Decimal(by_weight.numerator) / Decimal(by_weight.denominator) if by_weight is not None else Decimal(1)
    for asked in found.asked:
        offer, cost = found.offers.get((line.pk, asked.pk)), found.costs.get((line.pk, asked.pk))
        if offer is None or cost is None:
            continue
        arrives = arrives_on(offer, calendar, today)
        cells[str(asked.pk)] = {
            "offer": offer.pk, "price": offer.price, "per": offer.per, "unit": offer.unit.code,
            "currency": found.answers[asked.pk].currency, "least": cost.ordered if cost.ordered > line.base_quantity
            else None, "arrives_on": arrives, "lead_days": offer.lead_days,
            "late": bool(arrives and line.needed_on and arrives > line.needed_on), "alternative": offer.alternative,
            "unit_cost": (cost.unit_cost * each).quantize(EIGHT),
            "unit_price": (cost.unit_price * each).quantize(EIGHT), "goods": cost.goods, "duty": cost.duty,
            "freight": cost.freight, "total": cost.total,
        }  # fmt: skip
    return {
        "id": line.pk, "product": {"entity": "shared.product", "id": line.product_id, "label": line.product.code},
        "name": line.product.name, "description": line.description, "quantity": line.quantity, "unit": line.unit.code,
        "base_quantity": line.base_quantity, "base_unit": line.product.unit.code, "needed_on": line.needed_on,
        "second_quantity": line.second_quantity, "second_unit": second.code if second else None,
        "cost_unit": second.code if second and line.priced_by_second else line.product.unit.code,
        "awarded": found.awarded.get(line.pk, ZERO), "best": found.best.get(line.pk), "cells": cells,
    }  # fmt: skip

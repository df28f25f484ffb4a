"""Suppliers' answers: taken in while an inquiry collects them, sealed at once, readable when it is opened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import (
    Inquiry,
    InquiryAnswer,
    InquiryEvent,
    InquiryLine,
    InquiryOffer,
    InquirySupplier,
    SupplierLink,
)
from modules.inventory.selectors.inquiry_comparison import asked_unit, said, weighed_ratio
from modules.inventory.services.entered import entered_day, entered_key, entered_number
from modules.inventory.services.inquiries import event_record, inquiry_locked
from modules.inventory.services.lines import rows_of
from modules.shared.data.models import Unit
from modules.shared.data.selectors.rates import exchange_rate, known_currency
from modules.shared.data.selectors.units import Conversions
from modules.shared.data.services.order_lines import MAX_QUANTITY
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import FieldError, Invalid, NotFound, StateRefused
from tenon.records.service import service
from tenon.sealing import seal
from tenon.tenancy.context import current

ZERO = Decimal(0)
LONGEST_LEAD = 3650
Kind, Asked = InquiryEvent.Kind, InquirySupplier.Status


@service()
def answer_give(
    *, actor: Actor, link: SupplierLink, inquiry_id: int, currency: str, lines: Sequence[Mapping[str, Any]],
    valid_until: date | None = None, freight: Any = None, words: str = "",
) -> InquiryAnswer:  # fmt: skip
    """A supplier's offer, by its link: `lines` are `[{"line", "price", "per", "unit", "min_quantity", "lead_days",
    "delivers_on", "alternative"}]`, lines left out are not offered. Answering again replaces what counts, and keeps
    what was said. Raises NotFound, StateRefused after the time, Invalid."""
    row, asked = collecting(link, inquiry_id)
    known_currency(currency)
    if valid_until is not None and valid_until < current().today():
        raise Invalid.field("valid_until", _("An offer that has expired is none"), "range")
    charged = entered_number(freight, "freight", default=ZERO, zero=True, most=MAX_QUANTITY)
    payload = {
        "currency": currency, "valid_until": valid_until.isoformat() if valid_until else None,
        "freight": str(round_money(charged, currency)), "words": words[:2000],
        "lines": _offered(row, lines),
    }  # fmt: skip
    answer = InquiryAnswer(asked=asked, round=row.round, given_at=timezone.now(), sealed=seal(json.dumps(payload)))
    answer.save()
    asked.status = Asked.ANSWERED
    asked.save()
    event_record(actor, row, Kind.ANSWERED, asked=asked)
    return answer


@service()
def answer_decline(*, actor: Actor, link: SupplierLink, inquiry_id: int, words: str = "") -> InquirySupplier:
    """The supplier does not offer; what it had offered in this round counts no more. Raises NotFound, StateRefused."""
    row, asked = collecting(link, inquiry_id)
    asked.status = Asked.DECLINED
    asked.save()
    event_record(actor, row, Kind.DECLINED, asked=asked, words=words)
    return asked


@service()
def inquiry_seen(*, actor: Actor, asked: InquirySupplier) -> None:
    """The supplier has looked at it for the first time in this round."""
    asked = InquirySupplier.objects.select_for_update(of=("self",)).select_related("inquiry").get(pk=asked.pk)
    if asked.status == Asked.WAITING and asked.inquiry.status == Inquiry.Status.SENT:
        asked.status = Asked.SEEN
        asked.save()
        event_record(actor, asked.inquiry, Kind.SEEN, asked=asked)


def answers_open(inquiry: Inquiry) -> None:
    """Figures of all answers of this round, as rows, at the rates of today. Of a locked inquiry. Raises MissingRate."""
    today, rates = current().today(), dict[str, Decimal]()
    lines = {x.pk: x for x in inquiry.lines.select_related("product")}
    conversions = Conversions([x.product_id for x in lines.values()])
    answers = InquiryAnswer.objects.select_for_update().filter(
        asked__inquiry=inquiry, round=inquiry.round, opened=False
    )
    for answer in answers.order_by("pk"):
        payload = said(answer)
        currency = payload["currency"]
        if currency not in rates:
            rates[currency] = exchange_rate(currency, today)
        answer.opened, answer.currency, answer.exchange_rate = True, currency, rates[currency]
        answer.freight, answer.words = Decimal(payload["freight"]), payload["words"]
        answer.valid_until = date.fromisoformat(payload["valid_until"]) if payload["valid_until"] else None
        answer.save()
        for given in payload["lines"]:
            line = lines[given["line"]]
            ratio = weighed_ratio(line) or conversions.ratio(line.product_id, given["unit"], line.product.unit_id)
            ratio = ratio or Fraction(1)
            InquiryOffer(
                answer=answer, line=line, price=Decimal(given["price"]), per=Decimal(given["per"]),
                unit_id=given["unit"], base_ratio_n=ratio.numerator, base_ratio_d=ratio.denominator,
                min_quantity=Decimal(given["min_quantity"]), lead_days=given["lead_days"],
                delivers_on=date.fromisoformat(given["delivers_on"]) if given["delivers_on"] else None,
                alternative=given["alternative"],
            ).save()  # fmt: skip


def collecting(link: SupplierLink, inquiry_id: int) -> tuple[Inquiry, InquirySupplier]:
    """An inquiry that collects answers, locked, and the supplier it asks. Raises NotFound, StateRefused."""
    asked = InquirySupplier.objects.filter(inquiry_id=inquiry_id, supplier_id=link.supplier_id, round__gt=0).first()
    if asked is None:
        raise NotFound
    row = inquiry_locked(inquiry_id)
    asked = InquirySupplier.objects.select_for_update().get(pk=asked.pk)
    if row.status != Inquiry.Status.SENT or row.closes_at is None or timezone.now() >= row.closes_at:
        raise StateRefused(_("The time for answers is over"))
    if asked.round != row.round:
        raise StateRefused(_("You are not asked in this round"))
    return row, asked


def _offered(inquiry: Inquiry, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines as they are kept. Raises Invalid naming every wrong field."""
    lines: dict[int, InquiryLine] = {x.pk: x for x in inquiry.lines.select_related("product")}
    units = Unit.objects.in_bulk()
    conversions = Conversions([x.product_id for x in lines.values()])
    out: list[dict[str, Any]] = []
    errors: list[FieldError] = []
    seen: set[int] = set()
    for index, values in enumerate(rows_of(given, "lines")):
        at = f"lines.{index}."
        try:
            line = lines.get(entered_key(values.get("line"), f"{at}line") or 0)
            wanted = entered_key(values.get("unit"), f"{at}unit")
        except Invalid as problem:
            errors += problem.errors
            continue
        if line is None or line.pk in seen:
            errors.append(FieldError(f"{at}line", "unknown", _("This line is not on the inquiry")))
            continue
        seen.add(line.pk)
        own_unit = asked_unit(line)
        unit = units.get(wanted or own_unit)
        unit_id = unit.pk if unit is not None else own_unit
        # Goods priced by weight are offered by it: what a piece costs would be another promise.
        wrong = unit_id != own_unit and line.priced_by_second
        if wrong or (
            not line.priced_by_second and conversions.ratio(line.product_id, unit_id, line.product.unit_id) is None
        ):
            errors.append(FieldError(f"{at}unit", "unit-mismatch", _("This unit cannot be converted")))
            continue
        try:
            price = entered_number(values.get("price"), f"{at}price", zero=True, most=MAX_QUANTITY)
            per = entered_number(values.get("per"), f"{at}per", default=Decimal(1), most=MAX_QUANTITY)
            least = entered_number(
                values.get("min_quantity"), f"{at}min_quantity", default=ZERO, zero=True, most=MAX_QUANTITY
            )
            on = entered_day(values.get("delivers_on"), f"{at}delivers_on")
            lead = values.get("lead_days")
            if lead is not None and not (type(lead) is int and 0 <= lead <= LONGEST_LEAD):
                raise Invalid.field(f"{at}lead_days", _("A lead time is ten years at most"), "max_value")
        except Invalid as problem:
            errors += problem.errors
            continue
        out.append(
            {
                "line": line.pk, "unit": unit_id, "price": str(price), "per": str(per), "min_quantity": str(least),
                "lead_days": lead, "delivers_on": on.isoformat() if on else None,
                "alternative": str(values.get("alternative") or "")[:500],
            }
        )  # fmt: skip
    if not errors and not out:
        errors.append(FieldError("lines", "required", _("Offer at least one line, or decline")))
    if errors:
        raise Invalid(errors=errors)
    return out

"""What a customer sees of a quote by its link: nothing that is ours alone."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from modules.crm.models import Quote, QuoteAnswer, QuoteLine
from modules.shared.data.models import Tax
from modules.shared.data.rules.amounts import Amounts, LineInput, order_amounts
from tenon.money.rounding import currency_step
from tenon.tenancy.context import current

ZERO = Decimal(0)


def offer_of(first: Quote) -> Quote:
    """The version a link to `first` opens: the last one that was sent. One query."""
    versions = Quote.objects.filter(root_number=first.root_number).exclude(status=Quote.Status.DRAFT)
    related = ("party", "contact", "payment_term", "owner")
    return versions.select_related(*related).order_by("-revision").first() or first


def offer_lines(quote: Quote) -> list[QuoteLine]:
    related = ("product__second_unit", "unit", "tax")
    return list(quote.lines.select_related(*related).order_by("position", "id"))


def offer_state(quote: Quote) -> str:
    """open | accepted | declined | expired | replaced."""
    if quote.status == Quote.Status.SENT:
        return "expired" if quote.valid_until < current().today() else "open"
    words = {Quote.Status.ACCEPTED: "accepted", Quote.Status.REJECTED: "declined"}
    return words.get(Quote.Status(quote.status), "replaced")


def offer_shown(quote: Quote) -> dict[str, Any]:
    """Cost, margin, reasons of ours and other customers' figures are not in it. A constant number of queries."""
    lines = offer_lines(quote)
    return {
        "company": current().name, "number": quote.number, "revision": quote.revision, "state": offer_state(quote),
        "customer": quote.party.name, "customer_zh": quote.party.name_zh,
        "contact": quote.contact.name if quote.contact else "", "seller": quote.owner.name if quote.owner else "",
        "quoted_on": quote.quoted_on, "valid_until": quote.valid_until, "promised_on": quote.promised_on,
        "currency": quote.currency, "payment_term": str(quote.payment_term) if quote.payment_term else "",
        "note": quote.note, "lines": [_line(x, currency_step(quote.currency)) for x in lines],
        "answers": answers_shown(quote),
        **totals_out(quote, amounts_with(quote, lines, [x.pk for x in lines if x.chosen])),
    }  # fmt: skip


def amounts_with(quote: Quote, lines: list[QuoteLine], options: Collection[int]) -> Amounts:
    """What the quote comes to with these optional lines."""
    counted = [x for x in lines if not x.optional or x.pk in options]
    return order_amounts(
        [
            LineInput(
                x.second_quantity if x.priced_by_second and x.second_quantity is not None else x.quantity,
                x.unit_price, x.discount, x.tax_rate, x.tax_included, x.tax_id,
            )
            for x in counted
        ],
        step=currency_step(quote.currency),
        rounding="group" if quote.tax_rounding == "group" else "line",
        freight=quote.freight,
    )  # fmt: skip


def totals_out(quote: Quote, amounts: Amounts) -> dict[str, Any]:
    step = currency_step(quote.currency)
    taxed = [t for t in amounts.tax_lines if t.tax_key]
    names = dict(Tax.objects.filter(pk__in=[t.tax_key for t in taxed]).values_list("id", "name"))
    return {
        "subtotal": f"{amounts.subtotal.quantize(step):f}", "tax_amount": f"{amounts.tax_amount.quantize(step):f}",
        "freight": f"{amounts.freight.quantize(step):f}", "total": f"{amounts.total.quantize(step):f}",
        "taxes": [
            {
                "label": names.get(int(t.tax_key or 0), ""), "rate": f"{t.rate.normalize():f}",
                "amount": f"{t.amount.quantize(step):f}",
            }
            for t in taxed
        ],
    }  # fmt: skip


def answers_shown(quote: Quote) -> list[dict[str, Any]]:
    """What was written about all versions of it, the oldest first."""
    rows = QuoteAnswer.objects.filter(quote__root_number=quote.root_number).order_by("id")
    return [
        {
            "kind": x.kind, "at": x.given_at, "name": x.name, "title": x.title, "words": x.words,
            "signed": bool(x.signature), "hash": x.terms_hash,
        }
        for x in rows[:200]
    ]  # fmt: skip


def _line(x: QuoteLine, step: Decimal) -> dict[str, Any]:
    second = x.product.second_unit.code if x.product.second_unit else ""
    return {
        "id": x.pk, "code": x.product.code, "name": x.product.name, "name_zh": x.product.name_zh,
        "description": x.description, "quantity": _plain(x.quantity), "unit": x.unit.code,
        "second_quantity": None if x.second_quantity is None else _plain(x.second_quantity), "second_unit": second,
        "unit_price": _plain(x.unit_price), "price_unit": second if x.priced_by_second else x.unit.code,
        "discount": _plain(x.discount), "tax_rate": _plain(x.tax_rate), "total": f"{x.total.quantize(step):f}",
        "optional": x.optional, "chosen": x.chosen, "promised_on": x.promised_on,
    }  # fmt: skip


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"

"""Another currency for a draft: its prices never stay silently what they were in the one before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.data.rules.currency_change import PRICES, converted
from modules.shared.data.selectors.prices import PriceQuestion
from modules.shared.data.services.order_lines import Pricing
from tenon.money.rounding import round_money
from tenon.problems import FieldError, Invalid


@dataclass(frozen=True)
class Money:
    """In which currency a document stands, and what one unit of it is worth in the company's."""

    currency: str
    rate: Decimal

    @classmethod
    def of(cls, document: Any) -> Money:
        return cls(document.currency, document.exchange_rate)


def prices_follow(
    document: Any, rows: Sequence[Any], before: Money, *, prices: str | None, given: Sequence[Mapping[str, Any]] | None,
    sent: Collection[str], pricing: Pricing,
) -> None:  # fmt: skip
    """Puts the prices of lines that stood already (of `rows`, not yet written) into the currency that `document` has
    now. `given` are the lines as the caller sent them, `sent` the fields of the head: who names every price has said
    what it is. Raises Invalid when nobody said."""
    if prices and prices not in PRICES:
        raise Invalid.field("prices", _("Not one of the choices"), "invalid_choice")
    stood = [row for row in rows if row.pk]
    if document.currency == before.currency or not stood:
        return
    if not prices:
        if given is not None and all(line.get("unit_price") not in (None, "") for line in given if line.get("id")):
            return
        message = _("The prices are in %(currency)s: say whether they are asked anew, converted, or stay") % {
            "currency": before.currency
        }
        raise Invalid.field("currency", message, "prices_undecided")
    if prices == "keep":
        return
    if prices == "list":
        _asked_anew(stood, pricing)
    else:
        for row in stood:
            row.unit_price = converted(row.unit_price, before.rate, document.exchange_rate, document.currency)
    if "freight" not in sent:
        document.freight = round_money(document.freight * before.rate / document.exchange_rate, document.currency)


def _asked_anew(rows: Sequence[Any], pricing: Pricing) -> None:
    found = pricing([PriceQuestion(row.product, row.base_quantity) for row in rows])
    errors = []
    for index, (row, price) in enumerate(zip(rows, found, strict=True)):
        if price is None:
            message = _("There is no price for %(product)s: enter one") % {"product": row.product.code}
            errors.append(FieldError(f"lines.{index}.unit_price", "missing-price", message))
        else:
            # Prices are per stock unit; the line's is per the unit it is ordered in, or both are per second unit.
            by_second = getattr(row, "priced_by_second", False)
            exact = price if by_second else price * row.base_quantity / row.quantity
            row.unit_price = exact.quantize(Decimal("0.00000001"))
    if errors:
        raise Invalid(errors=errors)

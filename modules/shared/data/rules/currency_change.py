"""A price from one currency into another, and what may become of prices when a draft changes its currency."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from tenon.money.rounding import currency_step, round_to

# Asked of the price lists, converted by the rates of the document, or left as they are.
PRICES = (("list", _("From the price lists")), ("rate", _("By the exchange rate")), ("keep", _("The numbers stay")))
SMALL = 100  # coins: a price below that keeps finer digits
FINER = Decimal("0.0001")  # of the smallest coin


def converted(price: Decimal, from_rate: Decimal, to_rate: Decimal, currency: str) -> Decimal:
    """The price by the two rates (each what one unit is worth in the company's currency), to the coin; what costs very
    little keeps finer digits."""
    exact, step = price * from_rate / to_rate, currency_step(currency)
    return round_to(exact, step if exact >= step * SMALL else step * FINER)

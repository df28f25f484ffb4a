"""What of a quote goes beyond what its author may offer alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HUNDREDTH = Decimal("0.01")
Limit = tuple[Decimal | None, Decimal | None, Decimal | None]  # amount, discount in per cent, least margin in per cent


@dataclass(frozen=True)
class Terms:
    """`amount`: net, in the company's currency; `discount`: the largest one of any line, per cent off its list price,
    whether it was written as a discount or as a lower price; `margin`: per cent of the net amount, None: not known."""

    amount: Decimal
    discount: Decimal
    margin: Decimal | None


def discount_given(list_price: Decimal | None, unit_price: Decimal, discount: Decimal) -> Decimal:
    """How far below the list price a line is offered, in per cent: a price typed lower is a discount, too. Without a
    list price its own discount is all that is known. Both prices are for the same unit and in the same currency."""
    if list_price is None or list_price <= 0:
        return discount
    share = (list_price - unit_price * (100 - discount) / 100) / list_price * 100
    return max(share.quantize(HUNDREDTH, ROUND_HALF_UP), ZERO)


def beyond(limits: Sequence[Limit], terms: Terms) -> list[dict[str, str]]:
    """What stands against it under the limit that fits best: [{limit: amount | discount | margin | none, is, allowed}];
    empty where one limit holds in full. Who has no limit at all offers nothing alone."""
    if not limits:
        return [{"limit": "none"}]
    return min((_of(limit, terms) for limit in limits), key=len)


def covers(approved: Terms, terms: Terms) -> bool:
    """Whether what was approved holds for what is offered now: no more money, no larger discount, no less margin."""
    margin_holds = approved.margin is None or (terms.margin is not None and terms.margin >= approved.margin)
    return terms.amount <= approved.amount and terms.discount <= approved.discount and margin_holds


def _of(limit: Limit, terms: Terms) -> list[dict[str, str]]:
    amount, discount, margin = limit
    found = []
    if amount is not None and terms.amount > amount:
        found.append({"limit": "amount", "is": _plain(terms.amount), "allowed": _plain(amount)})
    if discount is not None and terms.discount > discount:
        found.append({"limit": "discount", "is": _plain(terms.discount), "allowed": _plain(discount)})
    if margin is not None and (terms.margin is None or terms.margin < margin):
        # What the margin is stands in the quote, where a role may hide it.
        found.append({"limit": "margin", "allowed": _plain(margin)})
    return found


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"

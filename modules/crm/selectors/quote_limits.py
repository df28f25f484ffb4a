"""What a quote's terms are, and how far they go beyond what somebody may offer alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from modules.crm.models import Quote, QuoteApproval, QuoteLimit, QuoteLine
from modules.crm.rules.margin import MarginLine, margin_of
from modules.crm.rules.quote_limits import Terms, beyond, covers, discount_given
from modules.shared.data.models import Product
from modules.shared.data.selectors.limits import limits_of
from modules.shared.data.selectors.prices import PriceQuestion, sales_prices
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step, round_money
from tenon.tenancy.context import current

ZERO = Decimal(0)


@dataclass(frozen=True)
class Weighed:
    """`beyond` is empty where whoever asked may offer it alone, or it was approved on terms no better."""

    terms: Terms
    beyond: list[dict[str, str]]
    approved: bool = False


def quote_weigh(actor: Actor, quote: Quote, rows: Sequence[QuoteLine]) -> Weighed:
    """Terms are figured only where somebody's limits ask for them: a handful of queries, whatever the lines."""
    limits = limits_of(actor, QuoteLimit, quote.department)
    if limits is None:
        return Weighed(Terms(ZERO, ZERO, None), [])
    terms = terms_of(quote, rows)
    found = beyond([(x.amount, x.discount, x.margin_percent) for x in limits], terms)
    if found and (approval := approval_of(quote)) is not None:
        held = Terms(approval.amount, approval.discount, approval.margin_percent)
        if covers(held, terms):
            return Weighed(terms, [], approved=True)
    return Weighed(terms, found)


def terms_of(quote: Quote, rows: Sequence[QuoteLine]) -> Terms:
    """What is optional counts where it makes things worse: a discount may not hide there."""
    products = Product.objects.in_bulk({x.product_id for x in rows})
    rate, step = Decimal(quote.exchange_rate), currency_step(current().currency)
    margins = [
        margin_of(
            [MarginLine(x.subtotal, cost_quantity(x, products[x.product_id]), x.unit_cost) for x in counted],
            rate=rate, step=step,
        ).percent
        for counted in ([x for x in rows if x.counts], list(rows))
        if counted
    ]  # fmt: skip
    known = [m for m in margins if m is not None]
    return Terms(
        amount=round_money(sum((x.subtotal for x in rows), ZERO) * rate, current().currency),
        discount=max(discounts_of(quote, rows, products), default=ZERO),
        margin=min(known) if known and len(known) == len(margins) else None,
    )


def discounts_of(quote: Quote, rows: Sequence[QuoteLine], products: Mapping[int, Product]) -> list[Decimal]:
    """How far each line is offered below its list price, in per cent."""
    questions = [PriceQuestion(products[x.product_id], x.base_quantity) for x in rows]
    listed = sales_prices(questions, price_list=quote.price_list, currency=quote.currency, on=quote.quoted_on)
    return [
        discount_given(None if price is None else price * _stock_units(row), row.unit_price, row.discount)
        for row, price in zip(rows, listed, strict=True)
    ]


def approval_of(quote: Quote) -> QuoteApproval | None:
    """The approval in force: the last one that was given, where nothing was asked since."""
    last = quote.approvals.exclude(state=QuoteApproval.State.WITHDRAWN).order_by("-id").first()
    return last if last is not None and last.state == QuoteApproval.State.APPROVED else None


def approvals_shown(quote: Quote, *, margins: bool) -> list[dict[str, Any]]:
    """What was asked and decided, the newest first."""
    return [
        {
            "id": x.pk, "state": x.state, "by": x.by, "asked_at": x.asked_at, "reason": x.reason, "beyond": x.beyond,
            "discount": f"{x.discount:f}", "margin_percent": _shown(x.margin_percent) if margins else None,
            "decided_by": x.decided_by, "decided_at": x.decided_at, "decision": x.decision,
        }
        for x in quote.approvals.order_by("-id")[:20]
    ]  # fmt: skip


def _shown(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _stock_units(row: QuoteLine) -> Decimal:
    """Stock units in one unit that the line's price is for; 1 where list price and line are both per second unit."""
    return Decimal(1) if row.priced_by_second else row.base_quantity / row.quantity


def cost_quantity(row: QuoteLine, product: Product) -> Decimal:
    """How many stock units the line costs: of goods in two quantities, pieces of usual weight."""
    if row.second_quantity is None or not product.second_nominal:
        return row.base_quantity
    return row.second_quantity / product.second_nominal

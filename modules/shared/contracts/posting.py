"""Contracts of the ledger: what happened, in amounts; finance makes journal entries of it in the same transaction.

A posting with no rule goes to the suspense account and onto the accountant's desk: it never stops a truck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

from modules.shared.contracts.refs import RecordRef

PostingKind = Literal[
    "goods_receipt",        # Dr stock, Cr goods received not invoiced (暂估)
    "goods_receipt_return",  # reverse of the above, at current cost (positive: Dr GRNI, Cr stock)
    "purchase_variance",    # Dr purchase price variance, Cr goods received not invoiced: e.g. of a return
    "delivery",             # Dr cost of goods sold, Cr stock
    "delivery_return",      # reverse, at original issue cost
    "production_issue",     # Dr WIP, Cr stock
    "production_labour",    # Dr WIP, Cr labour absorbed
    "production_wages",     # Dr WIP, Cr wages payable: work that is paid by what was reported
    "wage_difference",      # Dr production variance, Cr wages payable: what a wage slip owes beyond its reports
    "production_overhead",  # Dr WIP, Cr overhead absorbed
    "production_outside",   # Dr WIP, Cr goods received not invoiced: the fee of work that came back from outside
    "production_receipt",   # Dr stock, Cr WIP
    "production_variance",  # residual of a closed order: Dr/Cr production variance, Cr/Dr WIP
    "stock_opening",        # Dr stock, Cr opening balance equity
    "stock_adjustment",     # Dr/Cr stock, Cr/Dr inventory adjustment
    "stock_rounding",       # residue when a quantity reaches zero
    "landed_cost",          # Dr stock, Cr purchase charges to be invoiced: freight, duty, insurance of goods received
    "price_difference",     # Dr stock, Cr purchase price variance: the invoice's difference goes where the goods are
    "cost_variance",        # Dr purchase price variance, Cr stock: what stock may not or cannot bear
    "consumption_variance",  # Dr production variance, Cr stock: what material that production took costs more
    "transit_loss",         # Dr inventory adjustment, Cr stock: what was sent between places and never arrived
    "repacking",            # Dr stock, Cr inventory adjustment; what goes in is negative, and the whole sums to nothing
    "outbound_freight",     # Dr freight out, Cr purchase charges to be invoiced: what a carrier asks for an order
    "stock_revaluation",    # Dr stock, Cr inventory adjustment: a new standard cost
]  # fmt: skip


@dataclass(frozen=True)
class PostingLine:
    """One amount in base currency (rounded to the currency), signed: positive in the sense of the kind's comment."""

    amount: Decimal
    product_id: int | None = None
    party_id: int | None = None
    sales_order_id: int | None = None
    sales_order_line_id: int | None = None
    production_order_id: int | None = None
    purchase_order_line_id: int | None = None  # receipts and their returns: what the supplier's invoice will clear
    component: str = ""  # material | labour | overhead | outside | freight | commission: where the poster knows it
    note: str = ""


@dataclass(frozen=True)
class Posting:
    kind: PostingKind
    on: date
    source: RecordRef  # the document: entity, id, number as label
    lines: tuple[PostingLine, ...]


class LedgerPosting(Protocol):
    """Provided by finance. Asked (not told): the entry stands in the same transaction as the movement, or neither."""

    def post(self, *, actor: Any, postings: Sequence[Posting]) -> list[RecordRef]:
        """Returns the journal entries. Raises PeriodClosed."""
        ...


@dataclass(frozen=True)
class CreditAnswer:
    """`limit` and `exposure` are the customer's own; `group`, where it shares a limit with others, theirs in all.
    `reason` says why not. Where nothing limits the customer its exposure is not figured."""

    allowed: bool
    limit: Decimal | None
    exposure: Decimal | None
    overdue_days: int = 0
    reason: str = ""
    group: str = ""
    group_limit: Decimal | None = None
    group_exposure: Decimal = Decimal(0)


class CreditCheck(Protocol):
    """Provided by finance: exposure = open receivable + delivered not invoiced + open orders − credited cash, of the
    customer and of the group it shares a limit with, in base currency."""

    def check(
        self,
        *,
        party_id: int,
        additional: Decimal,
        order_id: int | None = None,
        order_total: Decimal = Decimal(0),
        shipping: bool = False,
    ) -> CreditAnswer:
        """Under lock of customer and group until the transaction ends. `additional`: what is owed more when this goes
        through. `order_id` and what it is worth then: somebody may have let it through. `shipping`: asked when goods
        leave; `additional` is what they are worth, and counts where the open order does not already."""
        ...


class CancellationInvoicing(Protocol):
    """Provided by finance: drafts of what cancelling costs. Joins the caller's transaction; whoever calls has checked
    its own permission."""

    def charge(
        self,
        *,
        actor: Any,
        amount: Decimal,
        sales_order_id: int | None = None,
        purchase_order_id: int | None = None,
        tax_id: int | None = None,
    ) -> RecordRef:
        """An invoice to the customer of a sales order, or of the supplier of a purchase order; net, in its currency."""
        ...

    def drop(self, *, actor: Any, invoice: RecordRef) -> None:
        """Takes the draft back. Raises StateRefused when it was posted."""
        ...


@dataclass(frozen=True)
class DraftBill:
    """A line of a draft invoice for a line of a sales order."""

    invoice: RecordRef
    line_id: int
    quantity: Decimal  # in its unit
    unit_id: int | None
    base_quantity: Decimal  # stock unit
    unit_price: Decimal
    discount: Decimal


class DraftBills(Protocol):
    """Provided by finance: what is drafted to be invoiced."""

    def of_order(self, sales_order_id: int) -> list[DraftBill]: ...


@dataclass(frozen=True)
class OrderProfitLine:
    """`returned`: the part of `actual` that returns and credit notes made. `reasons`: why actual differs from the
    estimate, (reason, amount), summing to the difference exactly; empty where there is no estimate."""

    key: str  # revenue, material, labour, machine, overhead, outside, freight, commission, rework, other
    estimate: Decimal | None
    actual: Decimal
    returned: Decimal = Decimal(0)
    reasons: tuple[tuple[str, Decimal], ...] = ()


class OrderProfit(Protocol):
    """Provided by finance."""

    def profit(self, sales_order_id: int) -> list[OrderProfitLine]: ...


class OrderCostEstimate(Protocol):
    """Provided by production (through the bill of materials) else by inventory (current cost)."""

    def unit_costs(self, product_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
        """product_id → {material, labour, machine, overhead, outside} per stock unit, base currency. What goes into a
        product ready-made is material, with the work that is in it."""
        ...


@dataclass(frozen=True)
class MadeFor:
    """What production knows of a product made for a sales order: `good` pieces, and why they cost other than allowed:
    component → reason → amount (price, usage, scrap, rate, efficiency), base currency."""

    product_id: int
    good: Decimal
    reasons: dict[str, dict[str, Decimal]]


class ProductionCosts(Protocol):
    """Provided by production: what stands behind the cost of made goods."""

    def elements(self, production_order_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
        """Production order → {material, labour, machine, overhead, outside, rework}: what has gone into it. Orders
        that production has no cost of are left out."""
        ...

    def made_for(self, sales_order_id: int) -> list[MadeFor]:
        """Per product that was made for the order itself; what goes into those is their material."""
        ...

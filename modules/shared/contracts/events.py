"""Events: what happened, told after the commit, at least once.

`subject` (entity, field with its id), `refers` (field → entity whose id it is) and `reads` (field → field of an entity
that it tells of) say who may hear of it outside: docs/api.md, Webhooks. An event without them stays inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True)
class LineFact:
    line_id: int
    product_id: int
    quantity: Decimal  # stock unit
    value: Decimal = Decimal(0)


@dataclass(frozen=True)
class LeadConverted:
    subject: ClassVar = ("crm.lead", "lead_id")
    refers: ClassVar = {"party_id": "shared.party", "opportunity_id": "crm.opportunity"}

    lead_id: int
    party_id: int
    opportunity_id: int | None


@dataclass(frozen=True)
class QuoteAccepted:
    subject: ClassVar = ("crm.quote", "quote_id")
    refers: ClassVar = {"sales_order_id": "shared.sales_order"}

    quote_id: int
    number: str
    sales_order_id: int


@dataclass(frozen=True)
class PartiesMerged:
    """`absorbed_id` leads to the survivor from now on; whoever keeps ids of parties elsewhere rewrites them."""

    subject: ClassVar = ("shared.party", "survivor_id")

    merge_id: int
    survivor_id: int
    absorbed_id: int


@dataclass(frozen=True)
class PartyMergeUndone:
    subject: ClassVar = ("shared.party", "survivor_id")

    merge_id: int
    survivor_id: int
    absorbed_id: int


@dataclass(frozen=True)
class SalesOrderConfirmed:
    subject: ClassVar = ("shared.sales_order", "order_id")
    refers: ClassVar = {
        "customer_id": "shared.party",
        "lines.product_id": "shared.product",
        "short.product_id": "shared.product",
    }
    reads: ClassVar = {"lines.value": "shared.product.standard_cost", "short.value": "shared.product.standard_cost"}

    order_id: int
    number: str
    customer_id: int
    lines: tuple[LineFact, ...]
    short: tuple[LineFact, ...] = ()


@dataclass(frozen=True)
class SalesOrderCancelled:
    subject: ClassVar = ("shared.sales_order", "order_id")

    order_id: int
    number: str


@dataclass(frozen=True)
class SalesOrderChanged:
    """What is wanted of a confirmed order is something else now; `product_ids`: before and after. Stays inside."""

    order_id: int
    number: str
    product_ids: tuple[int, ...]


@dataclass(frozen=True)
class PurchaseOrderConfirmed:
    subject: ClassVar = ("shared.purchase_order", "order_id")
    refers: ClassVar = {"supplier_id": "shared.party"}

    order_id: int
    number: str
    supplier_id: int


@dataclass(frozen=True)
class SupplyMoved:
    """Dates of open supply changed (lines of a purchase order, a production order). Stays inside."""

    entity: str
    ids: tuple[int, ...]
    label: str


@dataclass(frozen=True)
class PlanningBasisChanged:
    """What planning reads of these products is something else now, by nobody's order: stock that was counted, adjusted,
    held or released; lead times, lot sizes, safety stock. Stays inside."""

    product_ids: tuple[int, ...]


@dataclass(frozen=True)
class GoodsReceived:
    subject: ClassVar = ("inventory.receipt", "receipt_id")
    refers: ClassVar = {"purchase_order_id": "shared.purchase_order", "lines.product_id": "shared.product"}
    reads: ClassVar = {"lines.value": "shared.product.standard_cost"}

    receipt_id: int
    number: str
    purchase_order_id: int | None
    on: date
    lines: tuple[LineFact, ...]


@dataclass(frozen=True)
class GoodsShipped:
    subject: ClassVar = ("inventory.delivery", "delivery_id")
    refers: ClassVar = {"sales_order_id": "shared.sales_order", "lines.product_id": "shared.product"}
    reads: ClassVar = {"lines.value": "shared.product.standard_cost"}

    delivery_id: int
    number: str
    sales_order_id: int
    on: date
    lines: tuple[LineFact, ...]


@dataclass(frozen=True)
class ProductionReported:
    subject: ClassVar = ("production.order", "order_id")
    refers: ClassVar = {"product_id": "shared.product"}

    order_id: int
    number: str
    product_id: int
    good: Decimal
    scrap: Decimal
    on: date


@dataclass(frozen=True)
class InvoicePosted:
    subject: ClassVar = ("finance.invoice", "invoice_id")
    refers: ClassVar = {"party_id": "shared.party"}

    invoice_id: int
    number: str
    kind: str
    party_id: int
    total: Decimal
    due_on: date


@dataclass(frozen=True)
class PaymentAllocated:
    subject: ClassVar = ("finance.payment", "payment_id")
    refers: ClassVar = {"invoice_id": "finance.invoice"}

    payment_id: int
    invoice_id: int
    amount: Decimal


@dataclass(frozen=True)
class QuoteMailDue:
    """A customer shall be sent a link to a quote."""

    quote_id: int
    email: str


@dataclass(frozen=True)
class SupplierMailDue:
    """A supplier shall be written to about an inquiry; each mail by itself, so that one that fails repeats no other."""

    asked_id: int
    kind: str  # inquiry | inquiry_round | inquiry_extended | inquiry_lost


@dataclass(frozen=True)
class CollectionMailDue:
    """A customer shall be written to about what it owes; each mail by itself, so that one that fails repeats no
    other."""

    kind: str  # account_statement | dunning_letter
    record_id: int

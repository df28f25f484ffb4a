"""Events: what happened, told after the commit, at least once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class LineFact:
    line_id: int
    product_id: int
    quantity: Decimal  # stock unit
    value: Decimal = Decimal(0)


@dataclass(frozen=True)
class LeadConverted:
    lead_id: int
    party_id: int
    opportunity_id: int | None


@dataclass(frozen=True)
class QuoteAccepted:
    quote_id: int
    number: str
    sales_order_id: int


@dataclass(frozen=True)
class SalesOrderConfirmed:
    order_id: int
    number: str
    customer_id: int
    lines: tuple[LineFact, ...]
    short: tuple[LineFact, ...] = ()


@dataclass(frozen=True)
class SalesOrderCancelled:
    order_id: int
    number: str


@dataclass(frozen=True)
class PurchaseOrderConfirmed:
    order_id: int
    number: str
    supplier_id: int


@dataclass(frozen=True)
class GoodsReceived:
    receipt_id: int
    number: str
    purchase_order_id: int | None
    on: date
    lines: tuple[LineFact, ...]


@dataclass(frozen=True)
class GoodsShipped:
    delivery_id: int
    number: str
    sales_order_id: int
    on: date
    lines: tuple[LineFact, ...]


@dataclass(frozen=True)
class ProductionReported:
    order_id: int
    number: str
    product_id: int
    good: Decimal
    scrap: Decimal
    on: date


@dataclass(frozen=True)
class InvoicePosted:
    invoice_id: int
    number: str
    kind: str
    party_id: int
    total: Decimal
    due_on: date


@dataclass(frozen=True)
class PaymentAllocated:
    payment_id: int
    invoice_id: int
    amount: Decimal

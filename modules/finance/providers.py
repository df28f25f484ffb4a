"""Answers to contracts of the shared layer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q

from modules.finance.selectors.credit import credit_answer
from modules.finance.selectors.depreciation_due import assets_to_depreciate
from modules.finance.selectors.draft_bills import draft_bills
from modules.finance.selectors.price_differences import invoiced_differences
from modules.finance.selectors.profit import profit_lines
from modules.finance.services.budget_control import budget_check
from modules.finance.services.cancellation_invoices import (
    cancellation_draft_drop,
    customer_cancellation_draft,
    supplier_cancellation_draft,
)
from modules.finance.services.catch_up import ledger_catch_up
from modules.finance.services.posting import posting_post
from modules.shared.contracts.budget import BudgetItem
from modules.shared.contracts.closing import OpenWork
from modules.shared.contracts.customers import Happening
from modules.shared.contracts.posting import CreditAnswer, DraftBill, OrderProfitLine, Posting
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor
from tenon.tenancy.context import current


class Ledger:
    """LedgerPosting."""

    def post(self, *, actor: Actor, postings: Sequence[Posting]) -> list[RecordRef]:
        return posting_post(actor=actor, postings=postings)


class CatchUp:
    """LedgerCatchUp."""

    def catch_up(self, *, actor: Actor) -> None:
        ledger_catch_up(actor=actor)


class Differences:
    """InvoicedDifferences."""

    def differences(self) -> dict[int, Decimal]:
        return invoiced_differences()


class Credit:
    """CreditCheck."""

    def check(
        self,
        *,
        party_id: int,
        additional: Decimal,
        order_id: int | None = None,
        order_total: Decimal = Decimal(0),
        shipping: bool = False,
    ) -> CreditAnswer:
        return credit_answer(party_id, additional, order_id=order_id, order_total=order_total, shipping=shipping)


class Cancellations:
    """CancellationInvoicing."""

    def charge(
        self,
        *,
        actor: Actor,
        amount: Decimal,
        sales_order_id: int | None = None,
        purchase_order_id: int | None = None,
        tax_id: int | None = None,
    ) -> RecordRef:
        if purchase_order_id is not None:
            return supplier_cancellation_draft(actor=actor, order_id=purchase_order_id, amount=amount)
        return customer_cancellation_draft(actor=actor, order_id=sales_order_id or 0, amount=amount, tax_id=tax_id)

    def drop(self, *, actor: Actor, invoice: RecordRef) -> None:
        cancellation_draft_drop(actor=actor, invoice_id=invoice.id)


class Drafts:
    """DraftBills."""

    def of_order(self, sales_order_id: int) -> list[DraftBill]:
        return draft_bills(sales_order_id)


class Profit:
    """OrderProfit. Whoever asks has seen to it that the order may be seen."""

    def profit(self, sales_order_id: int) -> list[OrderProfitLine]:
        order = SalesOrder.objects.filter(pk=sales_order_id).first()
        return profit_lines(order) if order else []


class Budgets:
    """BudgetControl."""

    def check(self, *, actor: Actor, document: RecordRef, items: Sequence[BudgetItem], reason: str = "") -> None:
        if current().has_feature("finance.budgets"):
            budget_check(actor=actor, document=document, items=items, reason=reason)


class Assets:
    """PeriodReadiness."""

    def open_work(self, *, until: date) -> list[OpenWork]:
        return assets_to_depreciate(until)


class Accounts:
    """CustomerHistory: invoices, credit notes and what was paid."""

    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        sold = Q(party=party_id, kind__in=("sales_invoice", "sales_credit_note")) & ~Q(status="draft")
        return [
            *happenings(
                actor=actor, entity="finance.invoice", where=sold, day="issued_on", kind="kind", amount="total",
                limit=limit, newest=True,
            ),
            *happenings(
                actor=actor, entity="finance.payment", where=Q(party=party_id, direction="in"), day="paid_on",
                kind="method", detail="reference", amount="amount", limit=limit, newest=True,
            ),
        ]  # fmt: skip

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        where = Q(party=party_id, kind="sales_invoice", open_amount__gt=0)
        return happenings(
            actor=actor, entity="finance.invoice", where=where, day="due_on", kind="kind", amount="open_amount",
            limit=limit, newest=False,
        )  # fmt: skip

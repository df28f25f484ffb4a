"""Makers of documents for finance's tests. Goods are received and delivered as inventory does it: progress on the order
lines through the shared service, the value through the port LedgerPosting."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from modules.finance.checks import check
from modules.finance.models import Account, Invoice, JournalLine, Payment
from modules.finance.selectors.balances import movements
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.invoices import invoice_create, invoice_create_from_order, purchase_invoice_from_receipts
from modules.finance.services.payments import payment_record
from modules.shared.contracts.posting import LedgerPosting, Posting, PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Party, Product, PurchaseOrder, SalesOrder, Tax, Unit
from modules.shared.data.services.line_progress import purchase_order_lines_record, sales_order_lines_record
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.records.service import acting
from tenon.tenancy.context import current

_serial = itertools.count(1)
D = Decimal


@dataclass
class Books:
    actor: Actor
    parties: dict[str, Party] = field(default_factory=dict)

    # --- master data

    def party(self, role: str = "customer", **values: Any) -> Party:
        key = f"{role}{values or ''}"
        if key not in self.parties:
            with acting(self.actor):
                party = Party(code=f"F-{role}-{next(_serial)}", name=f"The {role}", **{f"is_{role}": True}, **values)
                party.save()
            self.parties[key] = party
        return self.parties[key]

    def product(self, **values: Any) -> Product:
        with acting(self.actor):
            code = f"F-{next(_serial):05d}"
            product = Product(code=code, name=f"Part {code}", unit=Unit.objects.get(code="EA"), **values)
            product.save()
        return product

    def vat(self, code: str = "VAT13") -> Tax:
        return Tax.objects.get(code=code)

    def account(self, code: str) -> Account:
        return Account.objects.get(code=code)

    # --- orders, confirmed without inventory's help

    def sale(self, *rows: tuple[Any, ...], **values: Any) -> SalesOrder:
        """A confirmed order of (product, quantity, price[, tax])."""
        from modules.shared.data.services import sales_order_confirm, sales_order_create

        values.setdefault("customer", self.party("customer"))
        order = sales_order_create(actor=self.actor, lines=_lines(rows), **values)
        return sales_order_confirm(actor=self.actor, order=order)

    def purchase(self, *rows: tuple[Any, ...], **values: Any) -> PurchaseOrder:
        from modules.shared.data.services import purchase_order_confirm, purchase_order_create

        values.setdefault("supplier", self.party("supplier"))
        order = purchase_order_create(actor=self.actor, lines=_lines(rows), **values)
        return purchase_order_confirm(actor=self.actor, order=order)

    # --- goods, as inventory would tell

    def post(
        self, kind: Any, *lines: PostingLine, on: date | None = None, source: RecordRef | None = None
    ) -> list[RecordRef]:
        ledger = find(LedgerPosting)
        assert ledger is not None
        source = source or RecordRef("inventory.document", next(_serial), f"DOC-{next(_serial)}")
        return ledger.post(actor=self.actor, postings=[Posting(kind, on or current().today(), source, lines)])

    def receive(self, order: PurchaseOrder, quantities: Sequence[Any] | None = None, on: date | None = None) -> None:
        rows = list(order.lines.order_by("position"))
        wanted = [D(str(q)) for q in quantities] if quantities else [r.base_quantity for r in rows]
        postings = []
        with acting(self.actor):
            for row, quantity in zip(rows, wanted, strict=True):
                purchase_order_lines_record(actor=self.actor, deltas={row.pk: {"received": quantity}})
                value = (row.subtotal * order.exchange_rate * quantity / row.base_quantity).quantize(D("0.01"))
                postings.append(PostingLine(value, row.product_id, order.supplier_id, purchase_order_line_id=row.pk))
            self.post("goods_receipt", *postings, on=on)

    def deliver(
        self, order: SalesOrder, costs: Sequence[Any], quantities: Sequence[Any] | None = None, on: date | None = None
    ) -> None:
        """`costs`: the value that leaves stock, per line."""
        rows = list(order.lines.order_by("position"))
        wanted = [D(str(q)) for q in quantities] if quantities else [r.base_quantity for r in rows]
        with acting(self.actor):
            sales_order_lines_record(
                actor=self.actor, deltas={r.pk: {"delivered": q} for r, q in zip(rows, wanted, strict=True) if q}
            )
            self.post(
                "delivery",
                *(
                    PostingLine(
                        D(str(c)),
                        r.product_id,
                        order.customer_id,
                        sales_order_id=order.pk,
                        sales_order_line_id=r.pk,
                        component="material",
                    )
                    for r, c in zip(rows, costs, strict=True)
                ),
                on=on,
            )

    # --- documents

    def invoice(self, order: SalesOrder, **values: Any) -> Invoice:
        draft = invoice_create_from_order(actor=self.actor, order=order, **values)
        return invoice_post(actor=self.actor, invoice=draft)

    def bill(self, order: PurchaseOrder, **values: Any) -> Invoice:
        draft = purchase_invoice_from_receipts(actor=self.actor, order=order, **values)
        return invoice_post(actor=self.actor, invoice=draft)

    def charge(
        self, amount: Any, *, party: Party | None = None, kind: str = "sales_invoice", tax: Any = None, **values: Any
    ) -> Invoice:
        """A posted invoice of one line by hand."""
        party = party or self.party("customer" if kind == "sales_invoice" else "supplier")
        line = {"description": "Service", "quantity": "1", "unit_price": str(amount), "tax": tax}
        draft = invoice_create(actor=self.actor, kind=kind, party=party, lines=[line], **values)
        return invoice_post(actor=self.actor, invoice=draft)

    def pay(self, amount: Any, *, party: Party | None = None, direction: str = "in", **values: Any) -> Payment:
        party = party or self.party("customer" if direction == "in" else "supplier")
        return payment_record(actor=self.actor, direction=direction, party=party, amount=str(amount), **values)

    # --- what the books say

    def balance(self, code: str) -> Decimal:
        """Debit less credit of an account, all days."""
        found = movements(date(1900, 1, 1), date(2999, 1, 1))
        opening, debit, credit = found.get(self.account(code).pk, (D(0), D(0), D(0)))
        return opening + debit - credit

    def lines(self, entry: Any) -> list[tuple[str, Decimal, Decimal]]:
        """(account code, debit, credit) of an entry, in order."""
        rows = JournalLine.objects.filter(entry=entry).order_by("position")
        return [(x.account.code, x.debit, x.credit) for x in rows.select_related("account")]

    def prove(self) -> None:
        """Everything that does not need another module's word."""
        others = ("stock of", "work in progress")
        assert [f for f in check(current()) if not f.startswith(others)] == []


def _lines(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        {"product": r[0], "quantity": D(str(r[1])), "unit_price": D(str(r[2])), "tax": r[3] if len(r) > 3 else None}
        for r in rows
    ]

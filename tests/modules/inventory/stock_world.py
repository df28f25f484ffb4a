"""Makers of products, orders and stock, through the services people use. Works in whatever company is being served."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from modules.inventory.checks import check
from modules.inventory.models import Location, ProductCost, Receipt, Repack, StockAdjustment, StockBalance
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.repack import repack_create, repack_post
from modules.shared.data.models import Party, Product, PurchaseOrder, SalesOrder, Unit
from modules.shared.data.services import (
    purchase_order_confirm,
    purchase_order_create,
    sales_order_confirm,
    sales_order_create,
)
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current

_serial = itertools.count(1)


@dataclass
class World:
    actor: Actor
    parties: dict[str, Party] = field(default_factory=dict)

    def party(self, role: str) -> Party:
        if role not in self.parties:
            with acting(self.actor):
                party = Party(code=f"{role}-{next(_serial)}", name=f"The {role}", **{f"is_{role}": True})
                party.save()
            self.parties[role] = party
        return self.parties[role]

    def product(self, **values: Any) -> Product:
        with acting(self.actor):
            code = f"P-{next(_serial):05d}"
            product = Product(
                code=code, name=f"Part {code}", unit=Unit.objects.get(code=values.pop("unit", "EA")),
                list_price=Decimal(200), **values,
            )  # fmt: skip
            product.save()
        return product

    def products(self, count: int, **values: Any) -> list[Product]:
        return [self.product(**values) for _ in range(count)]

    def place(self, kind: str = "stock") -> Location:
        return Location.objects.filter(kind=kind).order_by("pk")[0]

    def opening(self, *rows: tuple[Product, Any, Any], place: Location | None = None) -> StockAdjustment:
        """(product, quantity, unit cost) in the default place."""
        lines = [
            {"product": p, "quantity": Decimal(str(q)), "unit_cost": Decimal(str(c)), "location": place}
            for p, q, c in rows
        ]
        made = adjustment_create(actor=self.actor, kind="opening", lines=lines)
        return adjustment_post(actor=self.actor, adjustment=made)

    def purchase(self, *rows: tuple[Product, Any, Any], **values: Any) -> PurchaseOrder:
        """A confirmed order of (product, quantity, unit price)."""
        lines = [
            {"product": p, "quantity": Decimal(str(q)), "unit_price": Decimal(str(c)), "tax": None} for p, q, c in rows
        ]
        order = purchase_order_create(actor=self.actor, supplier=self.party("supplier"), lines=lines, **values)
        return purchase_order_confirm(actor=self.actor, order=order)

    def receive(self, order: PurchaseOrder, lines: Sequence[dict[str, Any]] | None = None) -> Receipt:
        made = receipt_create(actor=self.actor, order=order, lines=lines)
        return receipt_post(actor=self.actor, receipt=made)

    def buy(self, *rows: tuple[Product, Any, Any]) -> Receipt:
        return self.receive(self.purchase(*rows))

    def sale(self, *rows: tuple[Product, Any], confirm: bool = True, **values: Any) -> SalesOrder:
        lines = [{"product": p, "quantity": Decimal(str(q)), "unit_price": Decimal(200), "tax": None} for p, q in rows]
        order = sales_order_create(actor=self.actor, customer=self.party("customer"), lines=lines, **values)
        return sales_order_confirm(actor=self.actor, order=order) if confirm else order

    def repack(
        self, stock: StockBalance, quantity: Any, into: str, product: Product | None = None, made: Any = None
    ) -> Repack:
        """So much of a balance becomes the lot `into`, of the same product or of another one."""
        out = {"product": product or stock.product, "lot": into, "quantity": Decimal(made or quantity)}
        lines = [
            {"direction": "in", "product": stock.product, "lot": stock.lot, "quantity": Decimal(quantity)},
            {"direction": "out", **out},
        ]
        repack = repack_create(actor=self.actor, location=stock.location, lines=lines)
        return repack_post(actor=self.actor, repack=repack)

    def balance(self, product: Product) -> tuple[Decimal, Decimal]:
        """On hand and reserved over all places."""
        rows = StockBalance.objects.filter(product=product)
        return sum((r.on_hand for r in rows), Decimal(0)), sum((r.reserved for r in rows), Decimal(0))

    def cost(self, product: Product) -> tuple[Decimal, Decimal]:
        row = ProductCost.objects.get(product=product)
        return row.quantity, row.value

    def prove(self) -> None:
        assert check(current()) == []

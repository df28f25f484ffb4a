"""A small bicycle factory, made through the services people use."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from modules.production.models import ProductionOrder, WorkCentre
from modules.production.services import bom_create, production_order_create, production_order_release
from modules.shared.data.models import Party, Product, SupplierPrice, Unit
from tenon.access.actor import Actor
from tenon.records.service import acting

D = Decimal


@dataclass
class Factory:
    """A bicycle takes a frame (bought at 300) and two wheels; a wheel takes 32 spokes (bought at 0.50)."""

    actor: Actor
    bike: Product
    frame: Product
    wheel: Product
    spoke: Product
    centre: WorkCentre
    supplier: Party

    def order(self, quantity: int, release: bool = True, product: Product | None = None) -> ProductionOrder:
        order = production_order_create(actor=self.actor, product=product or self.bike, quantity=D(quantity))
        return production_order_release(actor=self.actor, order=order) if release else order


def make_factory(actor: Actor) -> Factory:
    with acting(actor):
        unit = Unit.objects.get(code="EA")

        def product(code: str, source: str, lead: int) -> Product:
            made = Product(code=code, name=code.title(), unit=unit, source=source, lead_time_days=lead)
            made.save()
            return made

        bike, wheel = product("BIKE", "make", 2), product("WHEEL", "make", 1)
        frame, spoke = product("FRAME", "buy", 10), product("SPOKE", "buy", 5)
        supplier = Party(code="S-1", name="Parts supplier", is_supplier=True)
        supplier.save()
        for part, price, lead in ((frame, D(300), 10), (spoke, D("0.50"), 5)):
            SupplierPrice(
                supplier=supplier,
                product=part,
                unit=unit,
                price=price,
                currency="CNY",
                lead_time_days=lead,
                is_preferred=True,
            ).save()
        centre = WorkCentre(code="ASM", name="Assembly", cost_rate=D(60), overhead_rate=D(30))
        centre.save()
    bom_create(
        actor=actor,
        product=bike,
        lines=[{"component": frame, "quantity": D(1)}, {"component": wheel, "quantity": D(2)}],
    )
    bom_create(actor=actor, product=wheel, lines=[{"component": spoke, "quantity": D(32)}])
    return Factory(actor, bike, frame, wheel, spoke, centre, supplier)

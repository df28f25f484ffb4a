"""A worker process of the story of stock under fire: does one thing after the other to the same products until it is
told to stop, or killed."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any


def main(slug: str, product_ids: list[int], seed: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenon_site.settings"
    import django

    django.setup()
    from django.db import Error, connection

    from tenants.models import Tenant
    from tenon.problems import Problem
    from tenon.tenancy.context import serving
    from tests.companies import owner_of

    company = Tenant.objects.get(slug=slug).company()
    actor = owner_of(company)
    going = True

    def stop(*_signal: Any) -> None:
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, stop)
    own = random.Random(seed)
    while going:
        verb = own.choice(VERBS)
        try:
            with serving(company):
                verb(actor, own, product_ids)
            say(f"done {verb.__name__}")
        except Problem as problem:
            say(f"refused {verb.__name__} {type(problem).__name__}")
        except Error as error:
            say(f"broken {verb.__name__} {type(error).__name__}: {error}".replace("\n", " "))
            connection.close()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def sell(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.shared.data.models import Party
    from modules.shared.data.services import sales_order_confirm, sales_order_create

    lines = [
        {"product": pk, "quantity": Decimal(own.randint(1, 9)), "unit_price": Decimal(9), "tax": None}
        for pk in own.sample(product_ids, len(product_ids))
    ]
    customer = Party.objects.filter(is_customer=True).first() or _customer(actor)
    order = sales_order_create(actor=actor, customer=customer, lines=lines)
    sales_order_confirm(actor=actor, order=order)


def _customer(actor: Any) -> Any:
    from modules.shared.data.services import party_create

    return party_create(actor=actor, name="A customer under fire", is_customer=True)


def _order(own: random.Random) -> Any:
    from modules.shared.data.models import SalesOrder

    found = list(SalesOrder.objects.filter(status__in=("confirmed", "part_delivered")).order_by("?")[:1])
    return found[0] if found else None


def ship(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.inventory.services.delivery import delivery_create, delivery_post

    if (order := _order(own)) is not None:
        delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=order))


def cancel(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.shared.data.services import sales_order_cancel

    if (order := _order(own)) is not None:
        sales_order_cancel(actor=actor, order=order)


def change(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.shared.data.services import sales_order_change

    if (order := _order(own)) is not None:
        rows = [{"id": line.pk, "quantity": Decimal(own.randint(1, 12))} for line in order.lines.all()]
        sales_order_change(actor=actor, order=order, lines=rows)


def receive(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.inventory.services.receipt import receipt_create, receipt_post
    from modules.shared.data.models import PurchaseOrder

    order = PurchaseOrder.objects.filter(status__in=("confirmed", "part_received")).order_by("?").first()
    if order is not None:
        rows = [{"order_line": line.pk, "quantity": Decimal(own.randint(1, 5))} for line in order.lines.all()]
        receipt_post(actor=actor, receipt=receipt_create(actor=actor, order=order, lines=rows))


def claim(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.inventory.services.supply_claims import supply_claim
    from modules.shared.contracts.refs import RecordRef
    from modules.shared.data.models import PurchaseOrderLine

    order = _order(own)
    if order is not None and (line := order.lines.order_by("?").first()) is not None:
        supply = PurchaseOrderLine.objects.filter(product_id=line.product_id).order_by("?").first()
        if supply is not None:
            supply_claim(
                actor=actor, line=RecordRef("shared.sales_order_line", line.pk),
                supply=RecordRef("shared.purchase_order_line", supply.pk),
            )  # fmt: skip


def count(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.inventory.models import StockBalance
    from modules.inventory.services.transfer import stock_count

    stock = StockBalance.objects.filter(product_id=own.choice(product_ids), location__kind="stock").first()
    if stock is not None:
        stock_count(actor=actor, stock=stock, quantity=max(stock.on_hand + own.randint(-2, 3), Decimal(0)))


def reprice(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.shared.data.models import Product
    from modules.shared.data.services import product_update

    product = Product.objects.get(pk=own.choice(product_ids))
    method = own.choice(("average", "fifo", "standard"))
    product_update(actor=actor, product=product, cost_method=method, standard_cost=Decimal(own.randint(2, 6)))


def reassign(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.inventory.models import Reservation
    from modules.inventory.services.reassignment import reservation_reassign
    from modules.shared.contracts.refs import RecordRef

    row = Reservation.objects.filter(state="active").order_by("?").first()
    order = _order(own)
    if row is not None and order is not None and (line := order.lines.filter(product_id=row.product_id).first()):
        to = RecordRef("shared.sales_order_line", line.pk)
        reservation_reassign(actor=actor, reservation=row, to=to, reason="under fire")


VERBS: tuple[Callable[[Any, random.Random, list[int]], None], ...] = (
    sell, sell, ship, cancel, change, receive, claim, count, reprice, reassign,
)  # fmt: skip

if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]))

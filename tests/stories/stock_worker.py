"""The processes of the story of stock under fire: `make` the company, `work` in it (several at a time, each one thing
after the other to the same products, until they are told to stop, or killed), `prove` it."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

AT_ONCE = 5
SLUG = "fire"


def make() -> None:
    from tenon.tenancy.context import serving
    from tests.companies import make_company, owner_of
    from tests.modules.inventory.stock_world import World

    company = make_company(SLUG, "Under fire")
    with serving(company):
        world = World(owner_of(company))
        products = world.products(2)
        world.opening(*((p, 500, 3) for p in products))
        for _ in range(8):
            world.purchase(*((p, 1000, 4) for p in products))
        world.sale(*((p, 5) for p in products))
    sys.stdout.write(json.dumps([p.pk for p in products]))


def prove() -> None:
    from django.db.models import Sum

    from modules.inventory.models import Reservation
    from modules.shared.data.models import SalesOrder, SalesOrderLine
    from tenon.tenancy.context import serving
    from tenon_site.management.commands.check_books import check_company

    company, _actor = _company()
    findings = [str(finding) for finding in check_company(company)]
    with serving(company):
        # No reservation is lost: each line holds what its reservations say, and no ended order has one.
        held = Reservation.objects.filter(state="active", demand_entity="shared.sales_order_line")
        of_line = dict(held.values_list("demand_id").annotate(q=Sum("quantity")))
        if of_line != dict(SalesOrderLine.objects.filter(reserved__gt=0).values_list("pk", "reserved")):
            findings.append("order lines say something else than their reservations")
        ended = SalesOrder.objects.exclude(status__in=("confirmed", "part_delivered")).values("pk")
        if held.filter(head_id__in=ended, head_entity="shared.sales_order").exists():
            findings.append("an ended order holds stock")
    sys.stdout.write(json.dumps(findings))


def work(product_ids: list[int], seed: int) -> None:
    going = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_signal: going.set())
    company, actor = _company()
    hands = [
        threading.Thread(target=_work, args=(company, actor, random.Random(seed * AT_ONCE + n), product_ids, going))
        for n in range(AT_ONCE)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()


def _company() -> tuple[Any, Any]:
    """Tried again while the database is away."""
    from django.db import Error, connection

    from tenants.models import Tenant
    from tests.companies import owner_of

    while True:
        try:
            company = Tenant.objects.get(slug=SLUG).company()
            return company, owner_of(company)
        except Error as error:
            say("away", "begin", error)
            connection.close()
            time.sleep(0.1)


def _work(company: Any, actor: Any, own: random.Random, product_ids: list[int], going: threading.Event) -> None:
    from django.db import Error, connection

    from tenon.problems import Problem
    from tenon.tenancy.context import serving

    while not going.is_set():
        verb = own.choice(VERBS)
        try:
            with serving(company):
                verb(actor, own, product_ids)
            say("done", verb.__name__)
        except Problem as problem:
            say("refused", verb.__name__, problem)
        except Error as error:
            say("broken", verb.__name__, error)
            connection.close()
            time.sleep(0.1)
    connection.close()


def say(what: str, verb: str, error: Exception | None = None) -> None:
    words = [what, verb]
    if error is not None:
        words += [type(error).__name__, f"({type(error.__cause__).__name__})", str(error).replace("\n", " ")]
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def sell(actor: Any, own: random.Random, product_ids: list[int]) -> None:
    from modules.shared.data.models import Party
    from modules.shared.data.services import sales_order_confirm, sales_order_create

    lines = [
        {"product": pk, "quantity": Decimal(own.randint(1, 9)), "unit_price": Decimal(9), "tax": None}
        for pk in own.sample(product_ids, len(product_ids))
    ]
    customer = Party.objects.filter(is_customer=True).first()
    order = sales_order_create(actor=actor, customer=customer, lines=lines)
    sales_order_confirm(actor=actor, order=order)


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
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenon_site.settings"
    import django

    django.setup()
    if sys.argv[1] == "work":
        work(json.loads(sys.argv[2]), int(sys.argv[3]))
    else:
        {"make": make, "prove": prove}[sys.argv[1]]()

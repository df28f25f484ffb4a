"""Consigned stock both ways (寄售), with the ledger. Every number was worked out by hand.

Theirs at ours: 100 screws of a supplier at an agreed 2.50 each.

| | with us | ours | value | accrued |
| --- | --- | --- | --- | --- |
| taken in for the supplier | 100 | 0 | 0.00 | 0.00 |
| taken over: 30 × 2.50 | 70 | 30 | 75.00 | 75.00 |
| taken over: 10 × 2.50 | 60 | 40 | 100.00 | 100.00 |
| sold 15 at cost 37.50 | 60 | 25 | 62.50 | 100.00 |
| given back 60 | 0 | 25 | 62.50 | 100.00 |
| invoiced for the first 30 | 0 | 25 | 62.50 | 25.00 |

Ours at theirs: 20 of the 25 lie at a customer's, who sells 8: cost 20.00, 17 left worth 42.50, of them 12 there.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.finance.checks import check as finance_check
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import StockBalance
from modules.inventory.selectors.availability import availability
from modules.inventory.services.consignment import custody_consume, custody_give_back, custody_receive
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.place import location_create
from modules.inventory.services.transfer import stock_transfer
from modules.shared.data.models import SupplierPrice
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal


def proved() -> bool:
    assert [*finance_check(current()), *inventory_check(current())] == []
    return True


def test_theirs_at_ours_and_ours_at_theirs(serving_acme, actor):
    """Rule 12."""
    world, books = World(actor), Books(actor)
    screw, supplier, customer = world.product(source="buy"), world.party("supplier"), world.party("customer")
    theirs = location_create(actor=actor, code="VMI", name="Screws of the supplier", kind="custody", party=supplier)

    custody_receive(actor=actor, place=theirs, product=screw, quantity=D(100))
    stock = StockBalance.objects.get(product=screw, location=theirs)
    assert stock.on_hand == 100
    assert availability([screw.pk])[screw.pk].available == 0
    assert world.sale((screw, 5)).lines.get().reserved == 0, "what is not ours is not promised"
    assert (world.cost(screw), books.balance("1403"), books.balance("2202.01")) == ((D(0), D(0)), D(0), D(0))
    with pytest.raises(StateRefused, match="not ours"):
        stock_transfer(actor=actor, stock=stock, to_location=world.place(), quantity=D(1))
    with pytest.raises(StateRefused, match="No price"):
        custody_consume(actor=actor, stock=stock, quantity=D(30))
    with acting(actor):
        SupplierPrice(
            supplier=supplier, product=screw, price=D("2.5"), currency=current().currency, unit=screw.unit
        ).save()  # fmt: skip

    first = custody_consume(actor=actor, stock=stock, quantity=D(30))
    assert (world.cost(screw), books.balance("1403"), books.balance("2202.01")) == ((D(30), D(75)), D(75), D(-75))
    custody_consume(actor=actor, stock=stock, quantity=D(10))
    assert (world.cost(screw), books.balance("1403"), books.balance("2202.01")) == ((D(40), D(100)), D(100), D(-100))
    assert proved()

    sale = world.sale((screw, 15))
    delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=sale))
    assert (books.balance("5401.01"), books.balance("1403")) == (D("37.5"), D("62.5"))
    stock.refresh_from_db()
    assert stock.on_hand == 60
    custody_give_back(actor=actor, stock=stock, quantity=D(60))
    assert (stock.on_hand, world.cost(screw)) == (D(0), (D(25), D("62.5")))
    books.bill(first.order)
    assert (books.balance("2202.01"), books.balance("2202.02")) == (D(-25), D(-75))
    assert proved()

    shop = location_create(actor=actor, code="SHOP", name="At the customer's", kind="consigned", party=customer)
    ours = StockBalance.objects.get(product=screw, location=world.place())
    stock_transfer(actor=actor, stock=ours, to_location=shop, quantity=D(20))
    assert (world.cost(screw), books.balance("1403")) == ((D(25), D("62.5")), D("62.5"))
    assert availability([screw.pk])[screw.pk].available == 5
    sold = world.sale((screw, 8))
    draft = delivery_create(actor=actor, order=sold, consigned_place=shop)
    delivery_post(actor=actor, delivery=draft)
    assert StockBalance.objects.get(product=screw, location=shop).on_hand == 12
    assert (world.cost(screw), books.balance("1403")) == ((D(17), D("42.5")), D("42.5"))
    assert books.balance("5401.01") == D("57.5")
    assert availability([screw.pk])[screw.pk].available == 5, "what was locked at ours is free again"
    assert proved()

"""What purchases cost, worked by hand: receipts, invoices with another price, returns, other units and currencies."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_credit, invoice_post
from modules.inventory.selectors.purchase_costs import purchase_costs
from modules.inventory.selectors.supplier_scores import supplier_scores
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.receipt_return import receipt_return
from modules.shared.data.models import Currency, ExchangeRate, Party, ProductCategory, Unit, UnitConversion
from modules.shared.data.services import purchase_order_confirm, purchase_order_create
from tenon.access.models import Member
from tenon.problems import Forbidden
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api


class Buying:
    """A part at a standard cost of 8.00 from a supplier at home, and screws at 4.00 from one who sells boxes of 12 in
    dollars."""

    def __init__(self, actor):
        self.actor, self.world = actor, World(actor)
        self.part = self.world.product(standard_cost=D(8))
        self.screw = self.world.product(standard_cost=D(4))
        self.home = self.world.party("supplier")
        with acting(actor):
            dollar, _new = Currency.objects.get_or_create(code="USD", defaults={"name": "USD", "decimals": 2})
            for day in (current().today(), date(2020, 1, 1)):
                ExchangeRate.objects.update_or_create(currency=dollar, day=day, defaults={"rate": D("7.20")})
            self.abroad = Party(code="PC-US", name="Abroad", is_supplier=True, currency="USD")
            self.abroad.save()
            self.box = Unit(code="BX12", name="Box of 12", decimals=0)
            self.box.save()
            UnitConversion(
                product=self.screw, from_unit=self.box, to_unit=self.screw.unit, numerator=12, denominator=1
            ).save()
            self.category = ProductCategory(name="Fasteners")
            self.category.save()
            self.screw.category = self.category
            self.screw.save()

    def buy(self, supplier, product, quantity, price, day, **line):
        order = purchase_order_create(
            actor=self.actor, supplier=supplier, ordered_on=day,
            lines=[{"product": product, "quantity": D(quantity), "unit_price": D(price), "tax": None, **line}],
        )  # fmt: skip
        order = purchase_order_confirm(actor=self.actor, order=order)
        return order, receipt_post(
            actor=self.actor, receipt=receipt_create(actor=self.actor, order=order, received_on=day)
        )

    def bill(self, order, quantity, price):
        line = {"purchase_order_line": order.lines.get().pk, "quantity": str(quantity), "unit_price": str(price)}
        draft = purchase_invoice_enter(actor=self.actor, party=order.supplier, lines=[line], reference=f"S-{order.pk}")
        return invoice_post(actor=self.actor, invoice=draft)

    def by(self, by, against="standard", **days):
        report = purchase_costs(actor=self.actor, by=by, against=against, **days)
        return {r.label: (r.ordered, r.received, r.variance) for r in report.rows}, report.total


@pytest.fixture
def buying(serving_acme, actor):
    return Buying(actor)


def ago(days):
    return current().today() - timedelta(days=days)


def test_price_variance_from_receipts_and_invoices(buying):
    """100 at 10.00, of which 20 go back; the invoice for the other 80 says 10.50: 840.00 for 80, 640.00 at standard.
    Then 50 at 11.00: 550.00, 400.00 at standard, 525.00 at the 10.50 before. 10 boxes of 12 screws at 7.50 USD and
    7.20: 540.00 for 120, 480.00 at standard."""
    order, receipt = buying.buy(buying.home, buying.part, 100, "10.00", ago(40))
    receipt_return(actor=buying.actor, receipt=receipt, lines={receipt.lines.get().pk: D(20)}, on=ago(39))
    bill = buying.bill(order, 80, "10.50")
    buying.buy(buying.home, buying.part, 50, "11.00", ago(5))
    buying.buy(buying.abroad, buying.screw, 10, "7.50", ago(3), unit=buying.box)
    rows, total = buying.by("supplier")
    assert rows == {"The supplier": (D(1550), D(1390), D(350)), "Abroad": (D(540), D(540), D(60))}
    assert (total.ordered, total.received, total.reference, total.variance) == (2090, 1930, 1520, 410)
    assert total.share == D("0.2697")  # 410 / 1520
    rows, total = buying.by("product", "last")
    # The first purchase of each has nothing before it.
    assert rows[str(buying.part)] == (D(1550), D(1390), D(25))
    assert rows[str(buying.screw)] == (D(540), D(540), D(0))
    assert (total.received - total.compared, total.share) == (1380, D("0.0476"))  # 25 / 525
    rows, _total = buying.by("category")
    assert rows == {"–": (D(1550), D(1390), D(350)), "Fasteners": (D(540), D(540), D(60))}
    rows, _total = buying.by("buyer")
    buyer = Member.objects.get(pk=buying.actor.member_id).name
    assert rows == {buyer: (D(2090), D(1930), D(410))}
    rows, _total = buying.by("month")
    assert sum(row[1] for row in rows.values()) == 1930
    assert rows[f"{ago(40):%Y-%m}"][1] in (840, 1390, 1930)
    # Since then: the price before is still known, though it was paid earlier.
    rows, _total = buying.by("supplier", "last", since=ago(10))
    assert rows == {"The supplier": (D(550), D(550), D(25)), "Abroad": (D(540), D(540), D(0))}
    # The supplier takes the difference back.
    invoice_credit(actor=buying.actor, invoice=bill)
    assert buying.by("product")[0][str(buying.part)] == (D(1550), D(1350), D(310))


def test_the_variance_is_the_ledgers(serving_acme, actor):
    """Goods at standard cost: what the report says is what stands in purchase price variance."""
    buying, books = Buying(actor), Books(actor)
    with acting(actor):
        buying.part.cost_method = "standard"
        buying.part.save()
    order, _receipt = buying.buy(buying.home, buying.part, 100, "10.00", ago(4))
    buying.bill(order, 100, "10.50")
    _rows, total = buying.by("product")
    assert total.variance == D(250) == books.balance("5401.02")


def test_whoever_sees_only_his_orders_sees_only_what_they_cost(buying, actor):
    from dataclasses import replace

    buying.buy(buying.home, buying.part, 10, "10.00", ago(4))
    other = replace(actor, member_id=(actor.member_id or 0) + 1000, scopes={"": "own"})
    assert purchase_costs(actor=other, by="supplier").rows == []
    with pytest.raises(Forbidden):
        purchase_costs(actor=replace(actor, permissions=frozenset()), by="supplier")


def test_over_http_with_a_constant_number_of_queries(buying):
    api = Api(buying.actor)
    buying.buy(buying.home, buying.part, 10, "10.00", ago(4))

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = api.get("/api/v1/inventory/purchase-costs/?by=product&against=last&months=12")
        assert answer.status == 200
        return len(queries), answer.json

    first, _body = asked()
    for _n in range(3):
        buying.buy(buying.home, buying.world.product(standard_cost=D(1)), 1, "2", ago(2))
    more, body = asked()
    assert more == first <= 8
    assert len(body["results"]) == 4
    assert body["total"]["ordered"] == "106.0000" or D(body["total"]["ordered"]) == 106
    assert api.get("/api/v1/inventory/purchase-costs/?by=colour").status == 400


def test_a_supplier_who_bills_more_than_agreed(buying):
    """10 × 9.00 agreed, 6 billed at 9.45: 2.70 more of 54.00 are 5 %. Abroad 2 boxes at 30 dollars of 7.20 are billed
    as agreed: 0. What was never billed says nothing."""
    order, _receipt = buying.buy(buying.home, buying.part, 10, 9, ago(9))
    buying.bill(order, 6, "9.45")
    bought, _receipt = buying.buy(buying.abroad, buying.screw, 2, 30, ago(9), unit=buying.box)
    other = Party(code="PC-3", name="Never billed", is_supplier=True)
    with acting(buying.actor):
        other.save()
    buying.buy(other, buying.part, 1, 9, ago(9))
    scores = {score.name: score.invoice_variance for score in supplier_scores()}
    assert scores == {buying.home.name: D("0.0500"), "Abroad": None, "Never billed": None}
    buying.bill(bought, 2, 30)
    scores = {score.name: score.invoice_variance for score in supplier_scores()}
    assert scores["Abroad"] == 0

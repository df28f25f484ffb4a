"""Margins by customer, product, region, salesperson, month: each way they are the gross margin of the ledger."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from modules.finance.selectors.balances import gross_margin
from modules.finance.selectors.profit_analysis import KEYS, bridge, margins
from modules.finance.services.invoice_posting import invoice_credit
from modules.shared.data.models import Address
from tenon.problems import Forbidden
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


def test_each_way_they_are_the_gross_margin(books, stranger):
    """Shop: 1,000.00 costing 600.00. Dealer: 400.00 costing 350.00, of which a tenth is credited. 77.00 of nobody."""
    with acting(books.actor):
        shop, dealer = (books.party("customer", name_zh=name) for name in ("店", "商"))
        Address(party=shop, line1="x", state="Zhejiang").save()
    bike = books.product()
    first = books.sale((bike, 10, "100"), customer=shop)
    books.deliver(first, ["600"])
    books.invoice(first)
    second = books.sale((books.product(), 10, "40"), customer=dealer)
    books.deliver(second, ["350"])
    credited = books.invoice(second)
    invoice_credit(actor=books.actor, invoice=credited, lines=[{"line": credited.lines.get(), "quantity": D(1)}])
    books.charge("77")
    today = current().today()
    for by in KEYS:
        rows = margins(actor=books.actor, by=by, since=today, until=today)  # type: ignore[arg-type]
        assert sum(row.margin for row in rows) == gross_margin() == 487
        assert len({row.key for row in rows}) == len(rows)
    by_customer = {row.key: row for row in margins(actor=books.actor, by="customer", since=today, until=today)}
    of_shop, of_dealer = by_customer[str(shop.pk)], by_customer[str(dealer.pk)]
    assert (of_shop.revenue, of_shop.costs, of_shop.margin) == (1000, {"material": 600}, 400)
    assert (of_dealer.revenue, of_dealer.margin) == (360, 10)
    regions = {row.label: row.margin for row in margins(actor=books.actor, by="region", since=today, until=today)}
    assert regions["Zhejiang"] == 400
    products = {row.key: row.label for row in margins(actor=books.actor, by="product", since=today, until=today)}
    assert products[str(bike.pk)] == f"{bike.code} {bike.name}"
    before = today - timedelta(days=1)
    steps = bridge(actor=books.actor, before=(before, before), after=(today, today))
    assert (steps.before, steps.range, steps.other, steps.after) == (0, 410, 77, 487)
    with pytest.raises(Forbidden):
        margins(actor=stranger, by="customer", since=today, until=today)

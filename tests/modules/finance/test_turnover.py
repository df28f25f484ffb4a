"""Stock turnover equals the ledger: its closing values are the stock accounts, its cost of sales the account's."""

from __future__ import annotations

from decimal import Decimal as D

from modules.inventory.models import ProductCost
from modules.inventory.selectors.turnover import turnover
from tests.modules.finance.test_stock_value import COGS, STOCK, firm  # noqa: F401


def test_turnover_is_the_ledgers(firm):  # noqa: F811
    one, other = firm.product(), firm.product("fifo")
    firm.buy(one, 10, 10)
    firm.buy(other, 4, 25)
    firm.sell(one, 4)
    firm.buy(one, 6, 20)
    firm.sell(one, 3)
    firm.sell(other, 1)
    report = turnover("product")
    rows = {row.key: row for row in report.rows}
    assert report.total.closing == firm.books.balance(STOCK) == sum(c.value for c in ProductCost.objects.all())
    assert report.total.cogs == firm.books.balance(COGS)
    assert rows[str(one.pk)].cogs + rows[str(other.pk)].cogs == report.total.cogs
    # 40, then 3 of 12 worth 180: 45; and one of four at 25
    assert (rows[str(one.pk)].cogs, rows[str(other.pk)].cogs) == (D(85), D(25))
    for by in ("abc", "warehouse"):
        grouped = turnover(by)
        assert sum(row.closing for row in grouped.rows) == report.total.closing
        assert sum(row.cogs for row in grouped.rows) == report.total.cogs

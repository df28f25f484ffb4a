"""A fixed asset over its life, by hand; the monthly run posts once, also when asked ten times at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from modules.finance.checks import check
from modules.finance.models import Asset, Depreciation, DepreciationRun, JournalEntry, Period
from modules.finance.rules.depreciation import month_start
from modules.finance.selectors.closing_desk import closing_desk
from modules.finance.services.assets import (
    asset_change,
    asset_create,
    asset_delete,
    asset_dispose,
    asset_put_in_use,
    asset_report_units,
    asset_update,
)
from modules.finance.services.depreciation import depreciation_post
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.tenancy.context import current, serving
from tests.companies import owner_of
from tests.modules.finance.books import Books
from tests.modules.finance.test_at_once import at_once

D = Decimal


def card(books, **values):
    given = {
        "name": "Milling machine", "asset_account": books.account("1601"),
        "depreciation_account": books.account("1602"), "expense_account": books.account("5602"),
        "in_use_on": date(current().today().year - 1, 1, 10), "cost": D(12000), "residual": D(600), "life_months": 36,
    }  # fmt: skip
    return asset_create(actor=books.actor, **{**given, **values})


def test_over_its_life(books):
    """Bought for 12,000.00 on 10 January, 600.00 residual, 36 months. February 316.67, March 316.66. From April on it
    has 20 months: (11,366.67 − 600) / 20 = 538.33. In April it is worth 11,000.00 (171.66 more): May
    (11,000 − 600) / 19 = 547.37. Sold on 9 June for 10,000.00: June 547.37 still, book value 9,905.26, gain 94.74."""
    year = current().today().year - 1
    actor, asset = books.actor, card(books)
    opening = {code: books.balance(code) for code in ("1601", "1602", "1604", "1002", "5602", "5301.01")}

    def moved(code):
        return books.balance(code) - opening[code]

    asset = asset_put_in_use(actor=actor, asset=asset, against=books.account("1604"))
    assert (moved("1601"), moved("1604")) == (D(12000), D(-12000))
    with pytest.raises(StateRefused):  # nothing is due in the month itself
        depreciation_post(actor=actor, month=date(year, 1, 31))
    february = depreciation_post(actor=actor, month=date(year, 2, 14))
    assert february.total == D("316.67")
    assert february.entry.entry_date.day in (28, 29)
    assert depreciation_post(actor=actor, month=date(year, 2, 1)).pk == february.pk
    depreciation_post(actor=actor, month=date(year, 3, 1))
    assert moved("1602") == D("-633.33")
    with pytest.raises(StateRefused):
        depreciation_post(actor=actor, month=date(year, 1, 1))
    asset_change(actor=actor, asset=asset, life_months=20)
    assert depreciation_post(actor=actor, month=date(year, 4, 1)).total == D("538.33")
    asset.refresh_from_db()
    assert asset.book_value == D("10828.34")
    asset = asset_change(actor=actor, asset=asset, value=D(11000), against=books.account("5301.01"))
    assert (asset.life_months, moved("5301.01")) == (19, D("-171.66"))
    with pytest.raises(StateRefused):  # May is not posted yet
        asset_dispose(actor=actor, asset=asset, on=date(year, 6, 9), result=books.account("5301.01"))
    assert depreciation_post(actor=actor, month=date(year, 5, 1)).total == D("547.37")
    asset = asset_dispose(
        actor=actor, asset=asset, on=date(year, 6, 9), result=books.account("5301.01"), proceeds=D(10000),
        money=books.account("1002"),
    )  # fmt: skip
    assert asset.book_value == D("9905.26")
    assert (moved("1601"), moved("1602"), moved("1002")) == (0, 0, D(10000))
    assert moved("5301.01") == D("-171.66") - D("94.74")
    assert moved("5602") == asset.depreciated == D("2266.40")
    assert sum(Depreciation.objects.filter(asset=asset).values_list("amount", flat=True)) == asset.depreciated
    with pytest.raises(StateRefused):
        depreciation_post(actor=actor, month=date(year, 6, 1))
    books.prove()


def test_taken_over_from_former_books(books):
    """12,000.00, 5,000.00 of it depreciated before, ten months left: 640.00 a month; skipped months are made up."""
    year = current().today().year - 1
    asset = card(books, depreciated_before=D(5000), life_months=10)
    before = books.balance("3199")
    asset_put_in_use(actor=books.actor, asset=asset, against=books.account("3199"), on=date(year, 3, 31))
    june = Period.objects.get(name=f"{year}-06")

    def waits():
        desk = closing_desk(actor=books.actor, period=june)
        return [(line.state, line.count) for line in desk if line.key == "finance.asset"]

    assert waits() == [("todo", 1)]
    assert books.balance("3199") - before == D(-7000)
    assert depreciation_post(actor=books.actor, month=date(year, 6, 1)).total == D(1920)
    assert waits() == []
    books.prove()


def test_units_of_production(books):
    asset = card(books, method="units", life_months=None, total_units=D(30000))
    asset_put_in_use(actor=books.actor, asset=asset, against=books.account("1604"))
    asset = asset_report_units(actor=books.actor, asset=asset, units=D(1000))
    with pytest.raises(Invalid):
        asset_report_units(actor=books.actor, asset=asset, units=D(999))
    assert depreciation_post(actor=books.actor, month=date(current().today().year - 1, 2, 1)).total == D(380)


def test_refusals(books, stranger, closed):
    """Wrong cards, posted cards, closed periods, months to come, people without the right."""
    for wrong in ({"cost": D(0)}, {"residual": D(12001)}, {"life_months": None}, {"cost": D("1.001")},
                  {"method": "declining"} | {"life_months": 30}, {"asset_account": books.account("1122")}):  # fmt: skip
        with pytest.raises(Invalid):
            card(books, **wrong)
    with pytest.raises(Forbidden):
        depreciation_post(actor=stranger, month=current().today())
    with pytest.raises(Invalid):
        depreciation_post(actor=books.actor, month=month_start(current().today(), 1))
    asset = asset_update(actor=books.actor, asset=card(books), data={"cost": D(11000)})
    assert asset.book_value == D(11000)
    asset_delete(actor=books.actor, asset=card(books))
    asset = asset_put_in_use(actor=books.actor, asset=asset, against=books.account("1604"))
    with pytest.raises(StateRefused):
        asset_update(actor=books.actor, asset=asset, data={"cost": D(1)})
    with pytest.raises(StateRefused):
        asset_delete(actor=books.actor, asset=asset)
    assert asset_update(actor=books.actor, asset=asset, data={"name": "Mill"}).name == "Mill"


def test_a_month_is_posted_once(fresh_company):
    """Ten runs of a month at once: one voucher, one run, and everybody is told the same."""
    company = fresh_company("Depreciating")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        for _ in range(3):
            asset_put_in_use(actor=actor, asset=card(books), against=books.account("1604"))
        month = date(current().today().year - 1, 2, 1)
    answers = at_once(company, [lambda: depreciation_post(actor=actor, month=month)] * 10)
    assert len({a.pk for a in answers}) == 1
    with serving(company):
        assert DepreciationRun.objects.get().total == D("950.01")
        assert JournalEntry.objects.filter(source_number=f"{month:%Y-%m}", kind="asset").count() == 1
        assert set(Asset.objects.values_list("depreciated", flat=True)) == {D("316.67")}
        assert check(company) == []

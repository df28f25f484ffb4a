"""What a new company starts with."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from modules.shared.data.models import Calendar, Currency, PriceList, ProductCategory, Tax, Unit
from modules.shared.data.seed import seed
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.units import Conversions
from tenon.access.actor import system
from tenon.tenancy.context import Company


def counts() -> list[int]:
    return [m.objects.count() for m in (Unit, Currency, Tax, PriceList, Calendar, ProductCategory)]


def test_twice_is_once(serving_acme: Company) -> None:
    before = counts()
    seed(actor=system("seed"), company=serving_acme, pack="manufacturing")
    assert counts() == before
    assert set(Tax.objects.values_list("code", flat=True)) == {"VAT13", "VAT9", "VAT6", "VAT3", "VAT0"}


def test_a_chinese_company_works_by_the_state_calendar(serving_acme: Company) -> None:
    calendar = work_calendar()
    year = serving_acme.today().year
    assert not any(calendar.is_working(d) for d in calendar.exceptions if not calendar.exceptions[d])
    assert {d.year for d in calendar.exceptions} >= {year - 1, year}


def test_units_convert_exactly(serving_acme: Company) -> None:
    unit = dict(Unit.objects.values_list("code", "pk"))
    ratio = Conversions([]).ratio(0, unit["LB"], unit["G"])
    assert ratio == Fraction(45359237, 100000)


def test_an_american_company(serving_acme: Company) -> None:
    company = replace(serving_acme, currency="USD", language="en")
    seed(actor=system("seed"), company=company, pack="trading")
    assert Tax.objects.filter(code="NONE").exists()

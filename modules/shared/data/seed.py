"""What a new company starts with: units, currencies, taxes, payment terms, a calendar and a price list."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import chinese_calendar
from babel import Locale
from babel.numbers import get_currency_name, get_currency_precision

from modules.shared.data.models import (
    Calendar,
    CalendarDay,
    Currency,
    PaymentTerm,
    PriceList,
    ProductCategory,
    Tax,
    Unit,
    UnitConversion,
)
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company

UNITS: tuple[tuple[str, str, str, int], ...] = (
    ("EA", "Each", "个", 0), ("PCS", "Piece", "件", 0), ("SET", "Set", "套", 0), ("DZ", "Dozen", "打", 0),
    ("BOX", "Box", "箱", 0), ("CTN", "Carton", "纸箱", 0), ("PAL", "Pallet", "托", 0), ("ROLL", "Roll", "卷", 0),
    ("KG", "Kilogram", "千克", 3), ("G", "Gram", "克", 3), ("T", "Tonne", "吨", 3), ("LB", "US pound", "磅", 3),
    ("OZ", "Ounce", "盎司", 3), ("M", "Metre", "米", 3), ("CM", "Centimetre", "厘米", 2),
    ("MM", "Millimetre", "毫米", 1), ("IN", "Inch", "英寸", 3),
    ("M2", "Square metre", "平方米", 3), ("M3", "Cubic metre", "立方米", 3),
    ("L", "Litre", "升", 3), ("ML", "Millilitre", "毫升", 1), ("H", "Hour", "小时", 2), ("DAY", "Day", "天", 2),
)  # fmt: skip
# from, to, numerator, denominator: one `from` is numerator/denominator `to`. International pound, ounce and inch.
CONVERSIONS: tuple[tuple[str, str, int, int], ...] = (
    ("DZ", "EA", 12, 1), ("DZ", "PCS", 12, 1), ("EA", "PCS", 1, 1), ("T", "KG", 1000, 1), ("KG", "G", 1000, 1),
    ("LB", "KG", 45359237, 100000000), ("LB", "OZ", 16, 1), ("M", "CM", 100, 1), ("CM", "MM", 10, 1),
    ("IN", "CM", 254, 100), ("L", "ML", 1000, 1), ("M3", "L", 1000, 1),
)  # fmt: skip
CURRENCIES = ("CNY", "USD", "EUR", "JPY", "GBP", "HKD", "TWD", "KRW", "SGD", "AUD", "CAD", "CHF", "INR", "VND", "THB")
VAT: tuple[tuple[str, str, str, str], ...] = (
    ("VAT13", "VAT 13%", "增值税 13%", "13"), ("VAT9", "VAT 9%", "增值税 9%", "9"),
    ("VAT6", "VAT 6%", "增值税 6%", "6"), ("VAT3", "VAT 3%", "增值税 3%", "3"), ("VAT0", "VAT 0%", "增值税 0%", "0"),
)  # fmt: skip
TERMS: tuple[tuple[str, str, str, int, list[dict[str, Any]]], ...] = (
    ("CASH", "Payment on receipt", "货到付款", 0, []), ("NET30", "30 days", "30 天", 30, []),
    ("NET60", "60 days", "60 天", 60, []), ("NET90", "90 days", "90 天", 90, []),
    ("30-70", "30 % at once, 70 % in 30 days", "预付 30%，30 天付 70%", 30,
     [{"percent": "30", "days": 0}, {"percent": "70", "days": 30}]),
)  # fmt: skip
CATEGORIES: dict[str, tuple[tuple[str, str], ...]] = {
    "general": (("Goods", "商品"), ("Services", "服务")),
    "manufacturing": (("Finished goods", "产成品"), ("Semi-finished goods", "半成品"), ("Raw materials", "原材料"),
                      ("Packaging", "包装物"), ("Services", "服务")),
    "trading": (("Merchandise", "库存商品"), ("Packaging", "包装物"), ("Services", "服务")),
}  # fmt: skip


def seed(*, actor: Actor, company: Company, pack: str) -> None:
    """Idempotent: what is there stays as it is. `pack`: general, manufacturing or trading."""
    zh = company.language.lower().startswith("zh")
    with acting(actor):
        _units()
        _currencies(company, zh)
        _taxes(company, zh)
        _terms(zh)
        PriceList.objects.get_or_create(
            code="STD", defaults={"name": "标准价目表" if zh else "Standard prices", "currency": company.currency}
        )
        if not ProductCategory.objects.exists():
            ProductCategory.objects.bulk_create(
                ProductCategory(name=name_zh if zh else en)
                for en, name_zh in CATEGORIES.get(pack, CATEGORIES["general"])
            )
        _calendar(company, zh)


def _units() -> None:
    known = {u.code: u for u in Unit.objects.all()}
    Unit.objects.bulk_create(
        Unit(code=code, name=name, name_zh=name_zh, decimals=decimals)
        for code, name, name_zh, decimals in UNITS
        if code not in known
    )
    known = {u.code: u for u in Unit.objects.all()}
    there = set(UnitConversion.objects.filter(product=None).values_list("from_unit_id", "to_unit_id"))
    UnitConversion.objects.bulk_create(
        UnitConversion(from_unit=known[a], to_unit=known[b], numerator=numerator, denominator=denominator)
        for a, b, numerator, denominator in CONVERSIONS
        if (known[a].pk, known[b].pk) not in there
    )


def _currencies(company: Company, zh: bool) -> None:
    locale = Locale("zh") if zh else Locale("en")
    there = set(Currency.objects.values_list("code", flat=True))
    Currency.objects.bulk_create(
        Currency(code=code, name=get_currency_name(code, locale=locale)[:60], decimals=get_currency_precision(code))
        for code in dict.fromkeys((company.currency, *CURRENCIES))
        if code not in there
    )


def _taxes(company: Company, zh: bool) -> None:
    there = set(Tax.objects.values_list("code", flat=True))
    taxes = VAT if company.currency == "CNY" or zh else (("NONE", "No tax", "免税", "0"),)
    Tax.objects.bulk_create(
        Tax(code=code, name=name_zh if zh else en, rate=Decimal(rate))
        for code, en, name_zh, rate in taxes
        if code not in there
    )


def _terms(zh: bool) -> None:
    there = set(PaymentTerm.objects.values_list("code", flat=True))
    PaymentTerm.objects.bulk_create(
        PaymentTerm(code=code, name=name_zh if zh else en, days=days, lines=lines)
        for code, en, name_zh, days, lines in TERMS
        if code not in there
    )


def _calendar(company: Company, zh: bool) -> None:
    if Calendar.objects.exists():
        return
    calendar = Calendar(name="公司日历" if zh else "Company calendar", weekdays=[1, 2, 3, 4, 5], is_default=True)
    calendar.save()
    if company.currency == "CNY" or zh:
        CalendarDay.objects.bulk_create(
            CalendarDay(calendar=calendar, day=day, working=working, note=note)
            for day, working, note in chinese_days(company.today().year)
        )


@cache
def chinese_days(year: int) -> tuple[tuple[date, bool, str], ...]:
    """Days of last, this and next year that differ from their weekday in China: (day, worked?, why). A year whose plan
    the State Council has not published yet is left to the weekdays."""
    found = []
    for y in (year - 1, year, year + 1):
        day = date(y, 1, 1)
        while day.year == y:
            try:
                working = chinese_calendar.is_workday(day)
            except NotImplementedError:
                break
            if working != (day.isoweekday() <= 5):
                _holiday, name = chinese_calendar.get_holiday_detail(day)
                found.append((day, working, f"{name or ''}".replace("_", " ")))
            day += timedelta(days=1)
    return tuple(found)

"""What is open in foreign currency on a day, what it is carried at and what it is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from modules.finance.models import Account, Invoice, JournalLine, Payment
from modules.finance.rules.amounts import round_step
from modules.finance.selectors.open_items import Side, open_items_of
from modules.shared.data.errors import MissingRate
from modules.shared.data.selectors.rates import rates_on
from tenon.money.rounding import currency_step
from tenon.tenancy.context import current

ZERO = Decimal(0)
SIDES: tuple[Side, ...] = ("receivable", "payable")


@dataclass(frozen=True)
class Revalued:
    """`side` empty: a bank or cash account. `gain`: in company currency, a loss negative."""

    side: str
    invoice_id: int | None
    payment_id: int | None
    account_id: int | None
    party_id: int | None
    currency: str
    amount: Decimal
    rate: Decimal
    carried: Decimal
    worth: Decimal

    @property
    def difference(self) -> Decimal:
        return self.worth - self.carried

    @property
    def gain(self) -> Decimal:
        return -self.difference if self.side == "payable" else self.difference


def revalued(day: date) -> list[Revalued]:
    """Every open item and bank balance in foreign currency at the end of a day; monetary items only. Raises
    MissingRate: what has no rate is worth nothing that could be said."""
    base = current().currency
    items = [
        (side, item)
        for side in SIDES
        for item in open_items_of(Invoice.objects.all(), Payment.objects.all(), side, day)
        if item.currency != base
    ]
    banks = list(_banks(day, base))
    rates = _rates({i.currency for _side, i in items} | {currency for _pk, currency, _a, _c in banks}, day)
    step = currency_step(base)
    out = [
        Revalued(
            side, item.id if item.kind != "payment" else None, item.id if item.kind == "payment" else None, None,
            item.party_id, item.currency, item.open_amount, rates[item.currency], item.open_base,
            round_step(item.open_amount * rates[item.currency], step),
        )
        for side, item in items
    ]  # fmt: skip
    out += [
        Revalued("", None, None, pk, None, currency, amount, rates[currency], carried,
                 round_step(amount * rates[currency], step))
        for pk, currency, amount, carried in banks
    ]  # fmt: skip
    return [x for x in out if x.difference]


def _banks(day: date, base: str) -> Iterable[tuple[int, str, Decimal, Decimal]]:
    rows = (
        JournalLine.objects.filter(
            account__control__in=(Account.Control.BANK, Account.Control.CASH), entry_date__lte=day
        )
        .exclude(currency=base)
        .values_list("account_id", "currency")
        .annotate(amount=Sum("amount_currency"), carried=Sum(F("debit") - F("credit")))
        .order_by("account_id", "currency")
    )
    return [(pk, currency, amount, carried) for pk, currency, amount, carried in rows if amount or carried]


def _rates(currencies: set[str], day: date) -> dict[str, Decimal]:
    rates = rates_on(currencies, day)
    for currency in sorted(currencies):
        if currency not in rates:
            raise MissingRate(currency=currency, day=day.isoformat())
    return rates

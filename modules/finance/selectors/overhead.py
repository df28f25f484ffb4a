"""A pool's month before it is posted: what it cost, what was charged, why they differ, who would bear it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum

from modules.finance.models import JournalEntry, JournalLine, OverheadPool
from modules.finance.rules.depreciation import month_end
from modules.finance.rules.overhead import Variances, overhead_variances
from modules.shared.contracts.overhead import OverheadDrivers, OverheadUse
from modules.shared.contracts.refs import RecordRef
from tenon.money.rounding import allocate, currency_step, round_money
from tenon.ports import find
from tenon.tenancy.context import current

ZERO = Decimal(0)
CHARGED = ("production_overhead",)


@dataclass(frozen=True)
class Bears:
    """One production order, or all orders of a product."""

    product_id: int
    order: RecordRef | None
    sales_order_id: int | None
    used: Decimal
    amount: Decimal


@dataclass(frozen=True)
class PoolMonth:
    pool: OverheadPool
    month: date
    actual: Decimal
    absorbed: Decimal
    used: Decimal
    variances: Variances
    shares: list[Bears]

    @property
    def difference(self) -> Decimal:
        return self.actual - self.absorbed


def pool_month(pool: OverheadPool, month: date) -> PoolMonth:
    """Actual: what other entries put on the account of the pool in the month; charged: what production's did. Earlier
    runs of the pool and what took them back are left out, so that looking again says the same. A few queries."""
    since, until = month.replace(day=1), month_end(month)
    absorbed_account = pool.absorbed_account_id or pool.account_id
    lines = JournalLine.objects.filter(entry_date__range=(since, until)).exclude(
        Q(entry__kind=JournalEntry.Kind.OVERHEAD) | Q(entry__event__in=("overhead", "closing"))
    )
    charged = lines.filter(account=absorbed_account, entry__event__in=CHARGED)
    incurred = lines.filter(account=pool.account_id).exclude(entry__event__in=CHARGED)
    absorbed = charged.aggregate(sum=Sum(F("credit") - F("debit")))["sum"] or ZERO
    actual = incurred.aggregate(sum=Sum(F("debit") - F("credit")))["sum"] or ZERO
    provider = find(OverheadDrivers)
    uses = provider.uses(since=since, until=until) if provider else []
    used = sum((_use(pool, x) for x in uses), ZERO)
    currency = current().currency
    variances = overhead_variances(
        actual, absorbed, pool.planned, pool.capacity, used, lambda amount: round_money(amount, currency)
    )
    return PoolMonth(pool, since, actual, absorbed, used, variances, _shares(pool, uses, actual - absorbed))


def _use(pool: OverheadPool, use: OverheadUse) -> Decimal:
    return max(Decimal(getattr(use, pool.driver)), ZERO)


def _shares(pool: OverheadPool, uses: list[OverheadUse], amount: Decimal) -> list[Bears]:
    """In proportion to the driver, to the cent; nobody bears anything where nobody used anything."""
    by_key: dict[tuple[int, RecordRef | None, int | None], Decimal] = defaultdict(lambda: ZERO)
    for use in uses:
        to_order = pool.share == OverheadPool.Share.ORDERS
        key = (use.product_id, use.order if to_order else None, use.sales_order_id if to_order else None)
        by_key[key] += _use(pool, use)
    rows = [(key, used) for key, used in by_key.items() if used]
    if not rows or not amount:
        return []
    parts = allocate(amount, [used for _key, used in rows], currency_step(current().currency))
    return [Bears(*key, used, part) for (key, used), part in zip(rows, parts, strict=True)]

"""Working out the forecast of every product, in the background, and saying otherwise by hand."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from modules.inventory.models import Forecast, ForecastOverride, PastDemand
from modules.inventory.rules.forecast import Foretold, foretell
from modules.inventory.selectors.demand import History, first_of, histories
from tenon.access.actor import Actor, system
from tenon.problems import Conflict, Invalid
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_alone

Tell = Callable[[float, str], None]
AT_ONCE = 500  # products that are worked out and written together
SIX, FOUR = Decimal("0.000001"), Decimal("0.0001")
RULES = "1"  # changed with the methods, so that what they said before is worked out anew


@dataclass(frozen=True)
class Run:
    products: int
    written: int


def forecasts_run(*, actor: Actor, tell: Tell = lambda share, words: None) -> Run:
    """Forecasts of all products with a history, each by the method that would have foretold it best. What is unchanged
    since is neither worked out nor written. In steps, each its own transaction. Raises Forbidden, Conflict when another
    run is under way, and what `tell` raises to stop it."""
    actor.require("inventory.forecast.run")
    with company_alone("forecast", _under_way):
        tell(0.02, _("Reading demand"))
        found, start = histories(), first_of(current().today())
        prints = {pk: _fingerprint(history, start) for pk, history in found.items()}
        known = dict(Forecast.objects.values_list("product_id", "fingerprint"))
        changed = [pk for pk, print_ in prints.items() if known.get(pk) != print_]
        gone = sorted(set(known) - set(found))
        lengths: dict[int, list[int]] = defaultdict(list)
        for pk in changed:
            lengths[len(found[pk].demand)].append(pk)
        done = 0
        for ids in _portions(lengths):
            foretold = foretell(np.array([found[pk].demand for pk in ids]))
            _write(
                actor=actor,
                rows=[_row(pk, found[pk], one, prints[pk], start) for pk, one in zip(ids, foretold, strict=True)],
            )
            done += len(ids)
            tell(
                0.1 + 0.85 * done / len(changed),
                _("%(done)s of %(all)s products") % {"done": done, "all": len(changed)},
            )
        if gone:
            _forget(actor=actor, product_ids=gone)
    return Run(len(found), len(changed))


def _portions(lengths: dict[int, list[int]]) -> Iterator[list[int]]:
    for _length, ids in sorted(lengths.items()):
        for at in range(0, len(ids), AT_ONCE):
            yield sorted(ids)[at : at + AT_ONCE]


def _under_way() -> Conflict:
    return Conflict(_("Forecasts are being worked out already"))


def _fingerprint(history: History, start: date) -> str:
    said = "|".join((RULES, start.isoformat(), *(f"{value:.6f}" for value in history.demand)))
    return hashlib.sha256(said.encode()).hexdigest()


def _row(product_id: int, history: History, one: Foretold, print_: str, start: date) -> Forecast:
    def words(values: Sequence[float]) -> list[str]:
        return [f"{Decimal(repr(value)).quantize(SIX):f}" for value in values]

    def error(value: float | None) -> Decimal | None:
        return None if value is None else Decimal(repr(min(value, 10.0**9))).quantize(FOUR)

    quantities = words(one.quantities)
    return Forecast(
        product_id=product_id, method=one.method, months=len(history.months), mase=error(one.mase),
        wape=error(one.wape), first_month=start, quantities=quantities, lows=words(one.lows), highs=words(one.highs),
        next_quantity=Decimal(quantities[0]), fingerprint=print_, computed_at=timezone.now(),
    )  # fmt: skip


@service("inventory.forecast.run")
def _write(*, actor: Actor, rows: list[Forecast]) -> None:
    fields = [f.name for f in Forecast._meta.concrete_fields if f.name not in ("id", "product")]
    made = Forecast.objects.bulk_create(rows, update_conflicts=True, unique_fields=["product"], update_fields=fields)
    touch_ids(Forecast, "update", {row.pk for row in made if row.pk})


@service("inventory.forecast.run")
def _forget(*, actor: Actor, product_ids: list[int]) -> None:
    """Of products whose history is gone (it was corrected away)."""
    Forecast.objects.filter(product_id__in=product_ids).delete()


def forecasts_nightly() -> int:
    """The night's work. Returns how many were written."""
    return forecasts_run(actor=system("forecast")).written


@service("inventory.past_demand.create")
def past_demand_create(*, actor: Actor, month: date, **values: Any) -> PastDemand:
    """A month of a former system. Raises Invalid."""
    row = PastDemand(month=first_of(month), **values)
    _once(row, PastDemand.objects.filter(product=row.product, month=row.month).exists())
    row.save()
    return row


@service("inventory.past_demand.update")
def past_demand_update(*, actor: Actor, record: PastDemand, **values: Any) -> PastDemand:
    """Raises Invalid."""
    for name, value in values.items():
        setattr(record, name, first_of(value) if name == "month" else value)
    same = PastDemand.objects.filter(product=record.product, month=record.month).exclude(pk=record.pk)
    _once(record, same.exists())
    record.save()
    return record


@service("inventory.forecast.create")
def forecast_override_create(*, actor: Actor, month: date, **values: Any) -> ForecastOverride:
    """What a month's demand will be, and why. Raises Invalid for a month that is over, or that has one already."""
    row = ForecastOverride(month=first_of(month), **values)
    if row.month < first_of(current().today()):
        raise Invalid.field("month", _("This month is over"), "past")
    _once(row, ForecastOverride.objects.filter(product=row.product, month=row.month).exists())
    row.save()
    return row


@service("inventory.forecast.update")
def forecast_override_update(*, actor: Actor, record: ForecastOverride, **values: Any) -> ForecastOverride:
    """Another quantity or reason; product and month stay. Raises Invalid."""
    for name in ("quantity", "reason"):
        if name in values:
            setattr(record, name, values[name])
    record.save()
    return record


def _once(row: PastDemand | ForecastOverride, there: bool) -> None:
    if row.quantity < 0:
        raise Invalid.field("quantity", _("Enter a number that is not negative."), "min_value")
    if there:
        raise Invalid.field("month", _("This month is there already"), "unique")

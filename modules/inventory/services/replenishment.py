"""Replenishment: policies and what they compute, one alert until it is resolved, and acting on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import HOLDING, Location, ReplenishmentAlert, ReplenishmentPolicy, StockBalance
from modules.inventory.rules.reorder import reorder_point
from modules.inventory.selectors.consumption import OUT, start_of
from modules.inventory.selectors.demand import History, histories
from modules.inventory.selectors.lead_times import lead_times
from modules.inventory.selectors.places import home_warehouse
from modules.inventory.selectors.replenishment import Row, board
from modules.inventory.services.entered import entered_key, entered_number
from modules.inventory.services.replenishment_telling import alerts_tell
from modules.shared.data.models import Product
from tenon.access.actor import Actor, system
from tenon.problems import Invalid
from tenon.records.service import service
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_lock

ZERO, SIX = Decimal(0), Decimal("0.000001")
MONTHS = 12  # of demand that count
LEAST = 3  # months below which demand says nothing of its spread
DAYS = 30.4375  # of a month
COMPUTED = (
    "daily_demand", "daily_deviation", "lead_days", "lead_deviation", "lead_receipts", "computed_safety",
    "computed_point",
)  # fmt: skip


@service("inventory.replenishment_policy.create")
def policies_propose(*, actor: Actor) -> int:
    """A policy for every product that is used or has a reorder point, in the warehouses where it lies, else in the
    first one. Those that are there stay. Returns how many were made."""
    home = home_warehouse()
    if home is None:
        return 0
    known = set(ReplenishmentPolicy.objects.values_list("product_id", "warehouse_id"))
    wanted = set(histories(longest=MONTHS)) | set(
        Product.objects.filter(reorder_point__gt=0).values_list("pk", flat=True)
    )
    goods = Product.objects.filter(pk__in=wanted, kind=Product.Kind.GOODS, is_active=True)
    places: dict[int, set[int]] = defaultdict(set)
    lying = StockBalance.objects.filter(product_id__in=wanted, location__kind=Location.Kind.STOCK, on_hand__gt=0)
    for product, warehouse in lying.values_list("product_id", "location__warehouse_id").distinct():
        places[product].add(warehouse)
    made = 0
    for pk in goods.order_by("pk").values_list("pk", flat=True):
        if any((pk, warehouse) in known for warehouse in places.get(pk, {home})):
            continue
        for warehouse in sorted(places.get(pk) or {home}):
            ReplenishmentPolicy(product_id=pk, warehouse_id=warehouse).save()
            made += 1
    return made


@service("inventory.replenishment_policy.update")
def policies_compute(*, actor: Actor) -> int:
    """Demand, lead time, safety stock and reorder point of every policy as the figures are now. Returns how many came
    out differently; the others are not written."""
    policies = list(
        ReplenishmentPolicy.objects.select_for_update(of=("self",)).select_related("product__unit").order_by("pk")
    )
    ids = {policy.product_id for policy in policies}
    past, leads, shares = histories(ids, MONTHS), lead_times(ids), _shares(ids)
    changed = 0
    for policy in policies:
        history, lead = past.get(policy.product_id), leads.get(policy.product_id)
        share = shares.get(policy.product_id, {}).get(policy.warehouse_id, 0.0)
        values: dict[str, Any] = dict.fromkeys(COMPUTED)
        values["lead_receipts"] = lead.receipts if lead else 0
        if lead is not None:
            values["lead_days"], values["lead_deviation"] = _six(lead.days), _six(lead.deviation)
        if history is not None and len(history.demand) >= LEAST:
            daily, deviation = _daily(history)
            # A part of independent demands spreads by the root of its share.
            daily, deviation = daily * share, deviation * sqrt(share)
            values["daily_demand"], values["daily_deviation"] = _six(daily), _six(deviation)
            if lead is not None:
                step = Decimal(1).scaleb(-policy.product.unit.decimals)
                point = reorder_point(daily, deviation, lead.days, lead.deviation, policy.service_level, step)
                values["computed_safety"], values["computed_point"] = point.safety, point.point
        if any(getattr(policy, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(policy, name, value)
            policy.save(update_fields=list(values))
            changed += 1
    return changed


def _daily(history: History) -> tuple[float, float]:
    """Mean and standard deviation of a day's demand from the last months."""
    months = history.demand[-MONTHS:]
    return fmean(months) / DAYS, (stdev(months) / sqrt(DAYS) if len(months) > 1 else 0.0)


def _six(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(SIX)


def _shares(ids: set[int]) -> dict[int, dict[int, float]]:
    """Product → warehouse → its part of what was issued in the last months; all of it the first warehouse's where
    nothing was."""
    home = home_warehouse() or 0
    sums: dict[int, dict[int, float]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            """select m.product_id, f.warehouse_id, sum(m.quantity)::float8 from inventory_stockmove m
                 join inventory_location f on f.id = m.from_location_id and f.kind = any(%s)
                where m.kind = any(%s) and m.moved_at >= %s and m.product_id = any(%s) group by 1, 2""",
            [
                [str(kind) for kind in HOLDING], OUT, start_of(current().today() - relativedelta(months=MONTHS)),
                sorted(ids),
            ],
        )  # fmt: skip
        for product, warehouse, quantity in cursor.fetchall():
            sums[product][warehouse] = quantity
    return {
        pk: {w: q / sum(sums[pk].values()) for w, q in sums[pk].items()} if sums.get(pk) else {home: 1.0} for pk in ids
    }


@service("inventory.replenishment_policy.create")
def policy_create(*, actor: Actor, **values: Any) -> ReplenishmentPolicy:
    """A policy of a product in a warehouse. Raises Invalid."""
    policy = ReplenishmentPolicy(**values)
    _check(policy)
    policy.save()
    return policy


@service("inventory.replenishment_policy.update")
def policy_update(*, actor: Actor, record: ReplenishmentPolicy, **values: Any) -> ReplenishmentPolicy:
    """What is entered by hand; an empty level is computed again. Raises Invalid."""
    for name, value in values.items():
        setattr(record, name, value)
    _check(record)
    record.save()
    return record


def _check(policy: ReplenishmentPolicy) -> None:
    if policy.product.kind != Product.Kind.GOODS:
        raise Invalid.field("product", _("Only goods are kept in stock."), "kind")
    same = ReplenishmentPolicy.objects.filter(product_id=policy.product_id, warehouse_id=policy.warehouse_id)
    if same.exclude(pk=policy.pk).exists():
        raise Invalid.field("product", _("This product has a policy in this warehouse already"), "unique")
    if policy.maximum and policy.minimum and policy.maximum < policy.minimum:
        raise Invalid.field("maximum", _("It is not filled up to less than its reorder point"), "range")
    if not 50 <= policy.service_level <= Decimal("99.99"):
        raise Invalid.field("service_level", _("A service level lies between 50 and 99.99 %."), "range")


@service("inventory.replenishment_policy.update")
def alerts_keep(*, actor: Actor) -> tuple[list[ReplenishmentAlert], int]:
    """Raises an alert for every policy that falls short and has none, and closes those that are fine again. Returns the
    new alerts, and how many were closed."""
    # Two checks at once would raise the same alert.
    company_lock("alerts")
    short = {row.policy.pk: row for row in board() if row.is_short}
    now, closed = timezone.now(), 0
    for alert in ReplenishmentAlert.objects.select_for_update().filter(resolved_at=None).order_by("pk"):
        if short.pop(alert.policy_id, None) is None:
            alert.resolved_at = now
            alert.save()
            closed += 1
    return [_raise(row, now) for row in short.values()], closed


def _raise(row: Row, now: Any) -> ReplenishmentAlert:
    alert = ReplenishmentAlert(policy=row.policy, raised_at=now, projected=row.projected, point=row.point)
    alert.save()
    return alert


def replenishment_nightly() -> int:
    """The morning's work: policies computed anew, alerts raised and closed. Returns how many are new."""
    actor = system("replenishment")
    policies_compute(actor=actor)
    return replenishment_check(actor=actor)


def replenishment_check(*, actor: Actor) -> int:
    """Alerts, and telling whoever can act on them. Returns how many are new."""
    fresh, _closed = alerts_keep(actor=actor)
    alerts_tell(fresh)
    return len(fresh)


def read_rows(given: Sequence[Mapping[str, Any]]) -> list[tuple[Row, Decimal]]:
    """Rows of the board that somebody acts on: `[{"policy", "quantity"}]`, quantity left out as proposed. Raises
    Invalid."""
    wanted = {
        entered_key(row.get("policy"), f"rows.{index}.policy") or 0: (row.get("quantity"), f"rows.{index}.quantity")
        for index, row in enumerate(given)
    }
    found = {row.policy.pk: row for row in board(set(wanted))}
    if set(wanted) - set(found):
        raise Invalid.field("rows", _("There is no such policy"), "unknown")
    out = []
    for pk, (asked, field) in wanted.items():
        quantity = sum(found[pk].sizes, ZERO) if asked is None else entered_number(asked, field)
        if quantity <= 0:
            raise Invalid.field(
                "rows", _("Nothing is missing of %(product)s") % {"product": found[pk].policy.product}, "none"
            )
        out.append((found[pk], quantity))
    return out

"""A what-if becomes the plan: its changes as the ordinary services do them, by who applies it, with their rights and
their trail. All that are chosen together or none, because the comparison held for all of them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.errors import ScenarioConflict
from modules.production.models import Scenario, ScenarioChange
from modules.production.selectors.scenario_seen import seen_now
from modules.production.services.scenario_branch import offer_now, planning_values
from modules.shared.data.models import Product, SalesOrder, SalesOrderLine, SupplierPrice
from modules.shared.data.services.products import product_update
from modules.shared.data.services.sales_changes import sales_order_change
from modules.shared.data.services.sales_orders import sales_order_create
from modules.shared.data.services.supplier_prices import supplier_price_create, supplier_price_update
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.problems import NotFound, Problem, StateRefused
from tenon.records.service import acting, service
from tenon.records.services.record import record_create
from tenon.registry.registry import registry
from tenon.tenancy.context import current

Kind = ScenarioChange.Kind
ORDERS, TIMES = "shared.sales_order", "production.work_time_change"


@dataclass(frozen=True)
class Conflict:
    """Why a change cannot be applied as it was calculated. `fields`: name → (what was there, what is there now)."""

    change: int
    kind: str  # not_calculated | changed | refused
    text: str
    fields: dict[str, tuple[Any, Any]]


class _Undo(Exception):
    """Rolls back what was only tried."""


def scenario_conflicts(*, actor: Actor, scenario: Scenario, changes: Collection[int]) -> list[Conflict]:
    """What stands against applying: what has changed since the branch was calculated, and what the services refuse
    this actor when each change is tried alone; nothing is written. Raises Forbidden, NotFound."""
    actor.require("production.scenario.apply")
    chosen = _chosen(scenario, changes)
    found = [conflict for change in chosen if (conflict := _moved(change)) is not None]
    told = {conflict.change for conflict in found}
    for group in _groups([c for c in chosen if c.pk not in told]):
        if (refusal := _tried(actor, group)) is not None:
            found += [Conflict(change.pk, "refused", refusal, {}) for change in group]
    return sorted(found, key=lambda c: c.change)


@service("production.scenario.apply")
def scenario_apply(*, actor: Actor, scenario: Scenario, changes: Collection[int]) -> Scenario:
    """The chosen changes, all or none: order lines and planning data are changed, overtime and stops are entered, the
    supplier's offer is entered and preferred, an extra order becomes a draft. Raises ScenarioConflict with what has
    changed since it was calculated, NotFound, and whatever the services refuse."""
    scenario = Scenario.objects.select_for_update().get(pk=scenario.pk)
    chosen = _chosen(scenario, changes)
    moved = [conflict for change in chosen if (conflict := _moved(change)) is not None]
    if moved:
        raise ScenarioConflict(conflicts=[told(conflict) for conflict in moved])
    for group in _groups(chosen):
        _DO[group[0].kind](actor, group)
    now = timezone.now()
    for change in chosen:
        change.applied_at = now
        change.save(update_fields=["applied_at"])
    if not scenario.changes.filter(applied_at__isnull=True).exists():
        scenario.state = Scenario.State.APPLIED
    scenario.save()
    return scenario


def told(conflict: Conflict) -> dict[str, Any]:
    return {
        "change": conflict.change, "kind": conflict.kind, "text": conflict.text,
        "fields": [{"name": name, "was": was, "now": now} for name, (was, now) in conflict.fields.items()],
    }  # fmt: skip


def _chosen(scenario: Scenario, changes: Collection[int]) -> list[ScenarioChange]:
    rows = list(
        scenario.changes.filter(pk__in=changes, applied_at__isnull=True)
        .select_related("product", "party", "work_centre").order_by("pk")
    )  # fmt: skip
    if not rows or {row.pk for row in rows} != set(changes):
        raise NotFound
    return rows


def _moved(change: ScenarioChange) -> Conflict | None:
    if change.seen is None:
        words = pgettext_lazy("scenario", "Not calculated yet")
        return Conflict(change.pk, "not_calculated", str(words), {})
    now = seen_now(change)
    fields = {name: (change.seen.get(name), now.get(name)) for name in {**change.seen, **now}}
    other = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
    if not other:
        return None
    words = pgettext_lazy("scenario", "Changed since it was calculated")
    return Conflict(change.pk, "changed", str(words), other)


def _groups(changes: Sequence[ScenarioChange]) -> list[list[ScenarioChange]]:
    """What one service call does: the lines of one order together, everything else by itself; by kind and key, as
    everybody locks."""
    orders = dict(
        SalesOrderLine.objects.filter(pk__in=[c.order_line for c in changes if c.order_line]).values_list("pk", "order")
    )
    found: dict[tuple[int, int, int], list[ScenarioChange]] = defaultdict(list)
    kinds = [Kind.LINE, Kind.ORDER, Kind.SUPPLIER, Kind.PLANNING, Kind.OVERTIME, Kind.STOP]
    for change in changes:
        place = kinds.index(Kind(change.kind))
        if change.kind == Kind.LINE:
            key = (place, orders.get(change.order_line or 0, 0), 0)
        else:
            key = (place, change.product_id or change.work_centre_id or 0, change.pk)
        found[key].append(change)
    return [found[key] for key in sorted(found)]


def _tried(actor: Actor, group: Sequence[ScenarioChange]) -> str | None:
    """What refuses it, in words; done and undone."""
    try:
        with acting(actor), transaction.atomic():
            _DO[group[0].kind](actor, group)
            raise _Undo
    except _Undo:
        return None
    except Problem as problem:
        return "; ".join(
            [str(problem.detail), *(str(e.message) for e in problem.errors if e.message != problem.detail)]
        )
    except IntegrityError:
        return str(_("This contradicts what is already there"))


def _lines(actor: Actor, group: Sequence[ScenarioChange]) -> None:
    order_id = SalesOrderLine.objects.filter(pk=group[0].order_line or 0).values_list("order", flat=True).first()
    orders = visible(actor, registry().entities[ORDERS], SalesOrder.objects.filter(pk=order_id or 0))
    order = orders.first()
    if order is None:
        raise NotFound
    by_line = {change.order_line: change for change in group}
    lines: list[dict[str, Any]] = []
    for pk in order.lines.order_by("position", "id").values_list("pk", flat=True):
        said = by_line.get(pk)
        line: dict[str, Any] = {"id": pk}
        if said is not None and said.quantity == 0:
            continue  # called off
        if said is not None and said.on is not None:
            line["requested_on"] = said.on
        if said is not None and said.quantity is not None:
            line["quantity"] = said.quantity
        lines.append(line)
    sales_order_change(actor=actor, order=order, lines=lines, reason=_reason(group[0]))


def _reason(change: ScenarioChange) -> str:
    return str(pgettext_lazy("scenario", "What-if: %s")) % change.scenario.name


def _order(actor: Actor, group: Sequence[ScenarioChange]) -> None:
    [change] = group
    line: dict[str, Any] = {"product": change.product, "quantity": change.quantity, "requested_on": change.on}
    if change.price is not None:
        line["unit_price"] = change.price
    sales_order_create(
        actor=actor, customer=change.party, lines=[line], requested_on=change.on, note=_reason(change)
    )  # fmt: skip


def _supplier(actor: Actor, group: Sequence[ScenarioChange]) -> None:
    [change] = group
    assert change.product is not None
    assert change.party is not None
    said: dict[str, Any] = {"is_preferred": True}
    if change.lead_days is not None:
        said["lead_time_days"] = change.lead_days
    if change.price is not None:
        said |= {"price": change.price, "currency": current().currency, "unit": change.product.unit}
    offer = offer_now(change)
    if offer is None:
        if change.price is None:
            raise StateRefused(pgettext_lazy("scenario", "This supplier has no price for it yet: say one"))
        offer = supplier_price_create(actor=actor, supplier=change.party, product=change.product, **said)
    else:
        supplier_price_update(actor=actor, row=offer, **said)
    others = SupplierPrice.objects.filter(product=change.product_id, is_preferred=True).exclude(pk=offer.pk)
    for other in others.order_by("pk"):
        supplier_price_update(actor=actor, row=other, is_preferred=False)


def _planning(actor: Actor, group: Sequence[ScenarioChange]) -> None:
    [change] = group
    product = Product.objects.get(pk=change.product_id or 0)
    product_update(actor=actor, product=product, **planning_values(change))


def _time(actor: Actor, group: Sequence[ScenarioChange]) -> None:
    [change] = group
    record_create(
        actor=actor, entity=registry().entities[TIMES],
        data={
            "work_centre": change.work_centre, "kind": change.kind, "starts_at": change.starts_at,
            "ends_at": change.ends_at, "note": change.scenario.name[:160],
        },
    )  # fmt: skip


_DO: dict[str, Callable[[Actor, Sequence[ScenarioChange]], None]] = {
    Kind.LINE: _lines, Kind.ORDER: _order, Kind.SUPPLIER: _supplier, Kind.PLANNING: _planning, Kind.OVERTIME: _time,
    Kind.STOP: _time,
}  # fmt: skip

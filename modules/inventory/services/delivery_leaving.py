"""What leaves the stock with a delivery: from which balances, of whose locks, in which lots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Delivery, DeliveryLine, Location, StockBalance, StockMove
from modules.inventory.selectors.delivery_plan import delivery_plan
from modules.inventory.selectors.near_stock import held_for
from modules.inventory.selectors.picking import Spoken, staged
from modules.inventory.selectors.places import lenient_place, place_of_kind
from modules.inventory.services.lots import check_usable, lots_named, lots_of_line
from modules.inventory.services.moves import Movement, lock_balances, shortage
from modules.inventory.services.progress import SALES_LINE
from modules.inventory.services.reservation import active_of
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from tenon.problems import Invalid

ZERO = Decimal(0)

# Movements, freed by order line, fulfilled by reservation.
Leaving = tuple[list[Movement], dict[int, Decimal], dict[int, Decimal]]


def leaving(delivery: Delivery, goods: Sequence[DeliveryLine]) -> tuple[list[StockBalance], Leaving]:
    """What leaves, and the balances under lock: where stock is locked for the order, and everywhere only of products of
    which that is not enough. Raises InsufficientStock, Invalid."""
    site, consigned = delivery.warehouse_id, delivery.consigned_place_id
    products, dock = {x.product_id for x in goods}, staged(delivery)

    def found(balances: list[StockBalance], *, everything: bool) -> tuple[list[StockBalance], Leaving]:
        here = [b for b in balances if _leaves_from(b, site, consigned)]
        return balances, _movements(goods, here, site, delivery.shipped_on, dock, may_owe=everything)

    held, locked = held_for(goods) if consigned is None else (set(), set())
    if locked:
        with suppress(InsufficientStock), transaction.atomic():
            return found(lock_balances(products - locked, some=held), everything=False)
    return found(lock_balances(products, consigned), everything=True)


def _movements(
    goods: Sequence[DeliveryLine], here: Sequence[StockBalance], site: int | None, on: date, dock: Spoken,
    *, may_owe: bool,
) -> Leaving:  # fmt: skip
    """What leaves which balance. What was picked onto the `dock` for this delivery goes first; what is nowhere leaves a
    place that `may_owe` stock, where there is one."""
    customer = place_of_kind(Location.Kind.CUSTOMER)
    chosen = _chosen_lots(goods)
    _check_chosen(goods, chosen, on)
    locked = active_of(RecordRef(SALES_LINE, x.order_line_id) for x in goods)
    picked_first = sorted(locked, key=lambda r: (r.demand_id, r.location_id, r.lot) not in dock)
    plan = delivery_plan(goods, picked_first, here, on, chosen)
    freed: dict[int, Decimal] = defaultdict(Decimal)
    fulfilled: dict[int, Decimal] = {}
    movements = []
    for t in plan.taken:
        if t.reservation is not None:
            freed[t.line.order_line_id] += t.quantity
            fulfilled[t.reservation.pk] = t.quantity
        movements.append(
            Movement(
                t.line.product_id,
                StockMove.Kind.DELIVERY,
                t.balance.location_id,
                customer.pk,
                t.quantity,
                lot=t.balance.lot,
                freed=t.quantity if t.reservation is not None else ZERO,
                line_id=t.line.pk,
            )
        )
    short = plan.short
    line_of = {x.order_line_id: x for x in goods}
    owing = lenient_place(site) if may_owe and any(short.values()) else None
    if owing is not None:
        for line_id, lacking in short.items():
            line = line_of[line_id]
            if lacking and line.product.tracking == Product.Tracking.NONE:
                kind = StockMove.Kind.DELIVERY
                movements.append(Movement(line.product_id, kind, owing.pk, customer.pk, lacking, line_id=line.pk))
                short[line_id] = ZERO
    if any(short.values()):
        missing: dict[int, tuple[Decimal, Decimal]] = {}
        for line_id, lacking in short.items():
            line = line_of[line_id]
            wanted, there = missing.get(line.product_id, (ZERO, ZERO))
            missing[line.product_id] = (wanted + line.quantity, there + line.quantity - lacking)
        raise shortage({p: (w, t) for p, (w, t) in missing.items() if w > t})
    return movements, freed, fulfilled


def _chosen_lots(lines: Sequence[DeliveryLine]) -> dict[int, dict[str, Decimal]]:
    """Order line → lot → quantity, of the lines for which somebody chose. Raises Invalid."""
    return {
        x.order_line_id: lots_of_line(x.product, x.lots, x.quantity, f"lines.{index}.lots")
        for index, x in enumerate(lines)
        if x.lots.strip()
    }


def _check_chosen(lines: Sequence[DeliveryLine], chosen: Mapping[int, Mapping[str, Decimal]], on: date) -> None:
    """Clear words for a lot that does not exist, is held or has expired; the plan would only find it missing."""
    keys = {(x.product_id, lot) for x in lines for lot in chosen.get(x.order_line_id, ())}
    known = lots_named(keys) if keys else {}
    for index, line in enumerate(lines):
        for lot in chosen.get(line.order_line_id, ()):
            found = known.get((line.product_id, lot))
            if found is None:
                words = {"product": line.product, "lot": lot}
                raise Invalid.field(f"lines.{index}.lots", _("%(product)s has no lot %(lot)s.") % words, "lot")
            check_usable(found, on)


def _leaves_from(balance: StockBalance, site: int | None, consigned: int | None) -> bool:
    if consigned is not None:
        return balance.location_id == consigned
    return site in (None, balance.location.warehouse_id)

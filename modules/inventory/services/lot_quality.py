"""The quality of lots: held, rejected, released (质量状态). What is held serves nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from modules.inventory.models import Lot, Reservation, StockBalance
from modules.inventory.services.progress import SALES_LINE, record_reserved
from modules.inventory.services.reservation import free_all
from modules.inventory.services.reservation_history import Kind, change_of, remember
from modules.shared.contracts.events import PlanningBasisChanged
from modules.shared.contracts.quality import QualityGate
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import publish, service

Quality = Lot.Quality


@service("inventory.lot.quality")
def lot_hold(*, actor: Actor, lot: Lot, reason: str) -> Lot:
    """Held: from now on it can be neither reserved nor picked; what is locked of it is let go. Raises StateRefused."""
    return _changed(actor, [lot], Quality.HELD, (Quality.RELEASED,), reason)[0]


@service("inventory.lot.quality")
def lot_reject(*, actor: Actor, lot: Lot, reason: str) -> Lot:
    """Rejected: what is there of it goes back or is scrapped. Raises StateRefused."""
    return _changed(actor, [lot], Quality.REJECTED, (Quality.RELEASED, Quality.HELD), reason)[0]


@service("inventory.lot.quality")
def lot_release(*, actor: Actor, lot: Lot, reason: str | None = "") -> Lot:
    """Released for use. Raises StateRefused, also while an inspection of the lot has not freed it."""
    gate = ports.find(QualityGate)
    if gate is not None and (waits := gate.waiting_for(lot.product_id, lot.number)):
        raise StateRefused(_("Inspection %(number)s decides about this lot.") % {"number": waits})
    return _changed(actor, [lot], Quality.RELEASED, (Quality.HELD, Quality.REJECTED), reason or "")[0]


@service()
def lots_hold(*, actor: Actor, lots: Sequence[Lot], reason: str) -> list[Lot]:
    """Holds all of these that are not held yet, in one transaction; for services that have checked a permission of
    their own. Raises Invalid without a reason."""
    free = [x for x in lots if x.quality == Quality.RELEASED]
    return _changed(actor, free, Quality.HELD, (Quality.RELEASED,), reason)


@service()
def lots_judge(
    *, actor: Actor, product_id: int, numbers: Sequence[str], to: str, reason: str, replaces: Sequence[str]
) -> list[str]:
    """What an inspection says of lots. What is held or rejected for another reason than those it `replaces` (recall)
    stays as it is. Asked through the port LotQuality by who has checked a permission. Answers which there are."""
    lots = list(Lot.objects.filter(product_id=product_id, number__in=numbers).order_by("pk"))
    known, why = {*replaces, reason}, "" if to == Quality.RELEASED else reason
    free = [x for x in lots if x.quality == Quality.RELEASED or x.quality_reason in known]
    ours = [x for x in free if (x.quality, x.quality_reason) != (to, why)]
    if ours:
        _changed(actor, ours, to, tuple(Quality), why)
    return [x.number for x in lots]


def _changed(actor: Actor, lots: Sequence[Lot], to: str, of: Sequence[str], reason: str) -> list[Lot]:
    if to != Quality.RELEASED and not reason.strip():
        raise Invalid.field("reason", _("Say why the lot is held or rejected."), "required")
    keys = {(x.product_id, x.number) for x in lots}
    if to != Quality.RELEASED:
        _let_go(actor, keys, reason.strip())
    rows = list(Lot.objects.select_for_update().filter(pk__in=[x.pk for x in lots]).order_by("pk"))
    for row in rows:
        if row.quality not in of:
            raise StateRefused(_("The lot is in this state already."))
        row.quality, row.quality_reason = to, reason.strip()[:200]
        row.save(update_fields=["quality", "quality_reason"])
    publish(PlanningBasisChanged(tuple(sorted({row.product_id for row in rows}))))
    return rows


def _let_go(actor: Actor, keys: set[tuple[int, str]], reason: str) -> None:
    of_lots = Q(pk__in=[])
    for product_id, number in sorted(keys):
        of_lots |= Q(product_id=product_id, lot=number)
    held = Reservation.objects.filter(of_lots, state=Reservation.State.ACTIVE)
    lines = list(held.filter(demand_entity=SALES_LINE).values_list("demand_id", flat=True))
    # Documents before stock, as everywhere.
    list(SalesOrder.objects.select_for_update(of=("self",)).filter(lines__in=lines).order_by("pk"))
    # Whoever reserves or ships looks at the quality under the same locks: afterwards nobody has more of it.
    list(StockBalance.objects.select_for_update().filter(of_lots).order_by("pk").values_list("pk"))
    freed = free_all(of_lots)
    deltas: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for row in freed:
        deltas[(row.demand_entity, row.demand_id)] -= row.quantity
    record_reserved(actor, deltas)
    remember(
        [
            change_of(
                Kind.RELEASED, row.product_id, row.quantity, reason=reason,
                giver=RecordRef(row.demand_entity, row.demand_id, row.head_label),
            )
            for row in freed
        ]
    )  # fmt: skip

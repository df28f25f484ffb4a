"""What an inspection does to its lots: held until the verdict, then released or rejected (through LotQuality)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from modules.production.models import Inspection, SubcontractOrder
from modules.production.models.quality import Stage
from modules.shared.contracts.quality import LotQuality
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models.purchase_order import OUTSIDE_WORK
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import StateRefused

Status = Inspection.Status
# What keeps a lot from use: no verdict yet, or refused and not inspected again since.
BLOCKS = Q(status=Status.OPEN) | Q(status=Status.REJECTED, repeat__isnull=True)


def locked_inspection(inspection: Inspection, states: Collection[str], message: Any) -> Inspection:
    """The inspection under its lock, and all others of its lots: their verdicts are one after the other. Raises
    StateRefused."""
    same = Q(pk=inspection.pk)
    if inspection.numbers:
        same |= Q(product_id=inspection.product_id, numbers__overlap=inspection.numbers)
    rows = Inspection.objects.select_for_update(of=("self",)).filter(same).select_related("plan", "product")
    found = next(row for row in rows.order_by("pk") if row.pk == inspection.pk)
    if found.status not in states:
        raise StateRefused(message, state=found.status)
    return found


def hold(actor: Actor, inspection: Inspection) -> list[str]:
    """Holds its lots; the reason is its number. Answers those that there are."""
    return _judge(actor, inspection, inspection.numbers, "held", inspection.number)


def kept_apart(product_ids: Collection[int]) -> dict[int, tuple[Decimal, str]]:
    """Product → how much of it lies in quarantine for inspections, and the first of them."""
    found: dict[int, tuple[Decimal, str]] = {}
    rows = Inspection.objects.filter(product_id__in=product_ids, kept__gt=0).order_by("pk")
    for product_id, kept, number in rows.values_list("product_id", "kept", "number"):
        before, first = found.get(product_id, (Decimal(0), number))
        found[product_id] = (before + kept, first)
    return found


def goods_left(*, source: RecordRef, product_id: int, quantity: Decimal) -> None:
    """So much less of the product lies in quarantine for inspections, those of `source` first."""
    rows = Inspection.objects.select_for_update(of=("self",)).filter(product_id=product_id, kept__gt=0).order_by("pk")
    for found in sorted(rows, key=lambda x: (x.source_entity, x.source_id) != (source.entity, source.id)):
        part = min(found.kept, quantity)
        if part > 0:
            found.kept -= part
            found.save(update_fields=["kept"])
            quantity -= part


def unjudged_from_outside(operation_id: int) -> Decimal:
    """Pieces that came back from outside of an operation of an order and wait for a verdict, or were refused and not
    inspected again. One query."""
    subcontracts = SubcontractOrder.objects.filter(order_operation=operation_id)
    rows = Inspection.objects.filter(BLOCKS, source_entity=OUTSIDE_WORK, source_id__in=subcontracts.values("pk"))
    return rows.aggregate(pieces=Sum("quantity"))["pieces"] or Decimal(0)


def pass_on(actor: Actor, inspection: Inspection) -> None:
    """Its lots become what all their inspections together say: rejected by one, held by one, else released. Goods
    without numbers leave quarantine once they are taken."""
    if inspection.kept and inspection.status in (Status.ACCEPTED, Status.CONCEDED):
        _let_in(actor, inspection)
    if not inspection.numbers or inspection.stage == Stage.IN_PROCESS:
        return
    blocking = Inspection.objects.filter(
        BLOCKS, product_id=inspection.product_id, numbers__overlap=inspection.numbers
    ).exclude(stage=Stage.IN_PROCESS)
    said: dict[str, tuple[str, str]] = dict.fromkeys(inspection.numbers, ("released", inspection.number))
    for status, number, numbers in blocking.order_by("pk").values_list("status", "number", "numbers"):
        for lot in said.keys() & set(numbers):
            if status == Status.REJECTED or said[lot][0] == "released":
                said[lot] = ("rejected" if status == Status.REJECTED else "held", number)
    for to, reason in sorted(set(said.values())):
        _judge(actor, inspection, [lot for lot, is_so in said.items() if is_so == (to, reason)], to, reason)


def _let_in(actor: Actor, inspection: Inspection) -> None:
    port, kept = ports.find(LotQuality), inspection.kept
    inspection.kept = Decimal(0)
    inspection.save()
    if port is not None and inspection.source_id is not None:
        source = RecordRef(inspection.source_entity, inspection.source_id, inspection.source_label)
        port.let_in(
            actor=actor, source=source, product_id=inspection.product_id, quantity=kept, reason=inspection.number
        )


def _judge(actor: Actor, inspection: Inspection, numbers: Collection[str], to: str, reason: str) -> list[str]:
    port = ports.find(LotQuality)
    if port is None or not numbers:
        return []
    others = Inspection.objects.filter(product_id=inspection.product_id, numbers__overlap=list(numbers))
    return port.judge(
        actor=actor, product_id=inspection.product_id, numbers=sorted(numbers), to=to, reason=reason,
        replaces=list(others.values_list("number", flat=True)),
    )  # fmt: skip


def waiting_for(product_id: int, number: str) -> str:
    """The inspection that keeps a lot from use, empty when there is none."""
    blocking = Inspection.objects.filter(BLOCKS, product_id=product_id, numbers__contains=[number])
    return blocking.exclude(stage=Stage.IN_PROCESS).order_by("pk").values_list("number", flat=True).first() or ""

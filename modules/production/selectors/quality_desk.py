"""The quality desk: what waits to be looked at, what is refused and undecided, actions that are due."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from modules.production.models import CorrectiveAction, Inspection, NonConformance
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.registry.registry import registry
from tenon.tenancy.context import current

MOST = 40


def quality_desk(actor: Actor) -> dict[str, Any]:
    """What `actor` may see of it: a list is left out (None) whose records they may not. A constant number of
    queries."""
    today = current().today()
    return {
        "waiting": _of(actor, "production.inspection", _waiting, Inspection.objects.filter(status="open")),
        "refused": _of(
            actor, "production.inspection", _waiting,
            Inspection.objects.filter(status="rejected", repeat__isnull=True).exclude(
                nonconformances__status="closed"
            ),
        ),
        "nonconformances": _of(
            actor, "production.nonconformance", _nonconformance,
            NonConformance.objects.filter(status="open").order_by(F("due_on").asc(nulls_last=True), "id"),
        ),
        "actions": _of(
            actor, "production.corrective_action", _action,
            CorrectiveAction.objects.filter(status__in=("open", "done")).order_by("due_on", "id"),
        ),
        "today": today,
    }  # fmt: skip


def _of(actor: Actor, key: str, row: Any, rows: QuerySet[Any]) -> dict[str, Any] | None:
    entity = registry().entities[key]
    if not actor.can(f"{entity.permission_prefix}.view"):
        return None
    seen = visible(actor, entity, rows)
    relations = {
        "production.inspection": ("product", "supplier"),
        "production.nonconformance": ("product", "owner", "customer"),
        "production.corrective_action": ("owner", "nonconformance"),
    }[key]
    if not seen.query.order_by:
        seen = seen.order_by("id")
    return {"count": seen.count(), "results": [row(one) for one in seen.select_related(*relations)[:MOST]]}


def _waiting(one: Inspection) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": one.number,
        "product": {"id": one.product_id, "label": one.product.code, "name": one.product.name},
        "lot": one.lot,
        "stage": one.stage,
        "quantity": one.quantity,
        "sample_size": one.sample_size,
        "bad": one.bad,
        "since": one.created_at,
        "source": one.source_label,
        "supplier": one.supplier.name if one.supplier else "",
        "severity": one.severity,
        "held": bool(one.numbers) or one.kept > 0,
    }


def _nonconformance(one: NonConformance) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": one.number,
        "title": one.title,
        "product": {"id": one.product_id, "label": one.product.code, "name": one.product.name},
        "lot": one.lot,
        "origin": one.origin,
        "severity": one.severity,
        "left": one.quantity - one.disposed,
        "quantity": one.quantity,
        "owner": one.owner.name if one.owner else "",
        "customer": one.customer.name if one.customer else "",
        "due_on": one.due_on,
    }


def _action(one: CorrectiveAction) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": one.number,
        "title": one.title,
        "kind": one.kind,
        "status": one.status,
        "owner": one.owner.name,
        "due_on": one.due_on,
        "nonconformance": one.nonconformance.number if one.nonconformance else "",
    }

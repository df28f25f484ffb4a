"""Operations of routings by hand: what they lose is planned with."""

from __future__ import annotations

from typing import Any

from modules.production.models import Operation
from modules.production.services.planning_update import planning_changed
from tenon.access.actor import Actor
from tenon.records.service import service
from tenon.records.services.record import record_create, record_delete, record_update
from tenon.registry.registry import registry


@service("production.operation.create")
def operation_create(*, actor: Actor, data: dict[str, Any]) -> Operation:
    """Raises Invalid, IntegrityError."""
    made: Any = record_create(actor=actor, entity=registry().entities["production.operation"], data=data)
    planning_changed([made.product_id])
    return made  # type: ignore[no-any-return]


@service("production.operation.update")
def operation_update(*, actor: Actor, record: Operation, data: dict[str, Any]) -> Operation:
    """Released orders keep theirs. Raises Invalid, IntegrityError."""
    before = record.product_id
    made: Any = record_update(
        actor=actor, entity=registry().entities["production.operation"], record=record, data=data
    )  # fmt: skip
    planning_changed({before, made.product_id})
    return made  # type: ignore[no-any-return]


@service("production.operation.delete")
def operation_delete(*, actor: Actor, record: Operation) -> None:
    """Raises what orders that name it ask for."""
    product = record.product_id
    record_delete(actor=actor, entity=registry().entities["production.operation"], record=record)
    planning_changed([product])

"""Which instruction holds for an operation of an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from modules.production.models import InstructionReading, ProductionOrderOperation, WorkInstruction
from tenon.records.selectors.activity import attachments_of
from tenon.registry.registry import registry
from tenon.tenancy.context import current

FEATURE = "production.esop"


def instructions_for(rows: Collection[ProductionOrderOperation]) -> dict[int, WorkInstruction]:
    """Operation of an order → the approved instruction that holds today: for the version of the bill that the order is
    made by rather than for all, the latest. `rows` come with their orders. One query, none while the function is off
    or without operations."""
    wanted = {row.operation_id for row in rows if row.operation_id is not None}
    if not wanted or not current().has_feature(FEATURE):
        return {}
    found: dict[int, list[WorkInstruction]] = defaultdict(list)
    approved = WorkInstruction.objects.filter(
        operation__in=wanted, status=WorkInstruction.Status.APPROVED, effective_on__lte=current().today()
    )
    for instruction in approved:
        found[instruction.operation_id].append(instruction)
    best = {}
    for row in rows:
        fits = [i for i in found.get(row.operation_id or 0, ()) if i.bom_id in (None, row.order.bom_id)]
        if fits:
            best[row.pk] = max(fits, key=lambda i: (i.bom_id is not None, i.effective_on, i.revision))
    return best


def readers_of(instructions: Collection[WorkInstruction]) -> dict[int, list[int]]:
    """Instruction → who has read it. One query, none without instructions."""
    found: dict[int, list[int]] = defaultdict(list)
    if instructions:
        rows = InstructionReading.objects.filter(instruction__in=list(instructions))
        for instruction, worker in rows.values_list("instruction", "worker"):
            found[instruction].append(worker)
    return found


def instruction_told(instruction: WorkInstruction) -> dict[str, Any]:
    """What a reader shows: its steps in order, each with its picture."""
    entity = registry().entities["production.instruction"]
    files: dict[str, str] = {}
    attached: Sequence[dict[str, Any]] = attachments_of(entity, instruction.pk)
    for file in attached:
        files.setdefault(file["name"], file["url"])
    return {
        "id": instruction.pk, "title": instruction.title, "title_zh": instruction.title_zh or instruction.title,
        "revision": instruction.revision, "effective_on": instruction.effective_on,
        "must_be_read": instruction.must_be_read,
        "steps": [
            {
                "text": step.text, "text_zh": step.text_zh or step.text, "caution": step.caution,
                "picture": files.get(step.picture), "name": step.picture,
            }
            for step in instruction.steps.all()
        ],
    }  # fmt: skip

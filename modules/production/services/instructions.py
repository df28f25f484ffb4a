"""Work instructions: written, approved by another, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.production.models import (
    BillOfMaterials,
    InstructionReading,
    InstructionStep,
    Operation,
    ProductionOrderOperation,
    WorkInstruction,
)
from modules.production.selectors.instructions import instructions_for
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Forbidden, Invalid, NotFound, Problem, StateRefused
from tenon.records.models import Attachment
from tenon.records.service import service
from tenon.records.services.attachment import attachments_copy
from tenon.registry.registry import registry
from tenon.tenancy.context import current

Status = WorkInstruction.Status
STEP = ("position", "text", "text_zh", "caution", "picture")


class NotRead(Problem):
    """`instruction`: which one."""

    type, status, title = "instruction-not-read", 409, gettext_lazy("Read the work instruction before you begin")


@service("production.instruction.create")
def instruction_create(
    *, actor: Actor, operation: Operation, title: str, effective_on: date | None = None,
    bom: BillOfMaterials | None = None, steps: Sequence[Mapping[str, Any]] = (), **values: Any,
) -> WorkInstruction:  # fmt: skip
    """A draft of the next version, in effect from today on when no day is said. Raises Invalid."""
    _check_bom(operation, bom)
    # Versions are counted one after the other.
    Operation.objects.select_for_update().get(pk=operation.pk)
    before = WorkInstruction.objects.filter(operation=operation, bom=bom).aggregate(last=Max("revision"))["last"]
    instruction = WorkInstruction(
        operation=operation, bom=bom, revision=(before or 0) + 1, effective_on=effective_on or current().today(),
        title=title, **values,
    )  # fmt: skip
    instruction.save()
    _write_steps(instruction, steps)
    return instruction


def _check_bom(operation: Operation, bom: BillOfMaterials | None) -> None:
    if bom is not None and bom.product_id != operation.product_id:
        raise Invalid.field("bom", _("This bill of materials makes another product"), "other_product")


def _locked(instruction: WorkInstruction, status: str, message: str) -> WorkInstruction:
    instruction = WorkInstruction.objects.select_for_update().get(pk=instruction.pk)
    if instruction.status != status:
        raise StateRefused(message, state=instruction.status)
    return instruction


@service("production.instruction.update")
def instruction_update(
    *, actor: Actor, instruction: WorkInstruction, steps: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> WorkInstruction:
    """Changes a draft; `steps`, when given, are all of them. Raises StateRefused, Invalid."""
    instruction = _locked(instruction, Status.DRAFT, _("Only a draft can be changed: make a new version"))
    for name, value in values.items():
        setattr(instruction, name, value)
    instruction.save()
    if steps is not None:
        _write_steps(instruction, steps)
    return instruction


def _write_steps(instruction: WorkInstruction, given: Sequence[Mapping[str, Any]]) -> None:
    """In the order given, unless they say their positions."""
    existing = {step.pk: step for step in instruction.steps.select_for_update().order_by("pk")}
    kept = set()
    for index, values in enumerate(given):
        line_id = values.get("id")
        if line_id is not None and int(line_id) not in existing:
            raise NotFound(_("This step is not in the instruction"))
        step = existing[int(line_id)] if line_id is not None else InstructionStep(instruction=instruction)
        for name in STEP:
            if name in values:
                setattr(step, name, values[name] or (0 if name == "position" else ""))
        step.text = step.text.strip() or step.text_zh  # one language is enough
        if not step.text.strip():
            raise Invalid.field(f"steps.{index}.text", _("Say what to do"), "required")
        step.position = values.get("position") or (index + 1) * 10
        step.save()
        kept.add(step.pk)
    for pk, step in existing.items():
        if pk not in kept:
            step.delete()


@service("production.instruction.update")
def instruction_step_create(*, actor: Actor, instruction: WorkInstruction, **values: Any) -> InstructionStep:
    """A step of a draft, the last unless it says its position. Raises StateRefused."""
    instruction = _locked(instruction, Status.DRAFT, _("Only a draft can be changed: make a new version"))
    last = instruction.steps.aggregate(last=Max("position"))["last"] or 0
    step = InstructionStep(instruction=instruction, **{**values, "position": values.get("position") or last + 10})
    step.save()
    return step


@service("production.instruction.update")
def instruction_step_update(*, actor: Actor, step: InstructionStep, **values: Any) -> InstructionStep:
    """Raises StateRefused."""
    _locked(step.instruction, Status.DRAFT, _("Only a draft can be changed: make a new version"))
    for name, value in values.items():
        setattr(step, name, value)
    step.save()
    return step


@service("production.instruction.update")
def instruction_step_delete(*, actor: Actor, step: InstructionStep) -> None:
    """Raises StateRefused."""
    _locked(step.instruction, Status.DRAFT, _("Only a draft can be changed: make a new version"))
    step.delete()


@service("production.instruction.delete")
def instruction_delete(*, actor: Actor, instruction: WorkInstruction) -> None:
    """Removes a draft. Raises StateRefused."""
    _locked(instruction, Status.DRAFT, _("Only a draft can be deleted")).delete()


@service("production.instruction.create")
def instruction_new_version(*, actor: Actor, instruction: WorkInstruction, effective_on: date) -> WorkInstruction:
    """A draft with the same steps and pictures."""
    draft = instruction_create(
        actor=actor, operation=instruction.operation, bom=instruction.bom, effective_on=effective_on,
        title=instruction.title, title_zh=instruction.title_zh, must_be_read=instruction.must_be_read,
        steps=[{name: getattr(step, name) for name in STEP} for step in instruction.steps.all()],
    )  # fmt: skip
    pictures = {step.picture for step in instruction.steps.all() if step.picture}
    attachments_copy(
        actor=actor, entity=registry().entities["production.instruction"], from_id=instruction.pk, to_id=draft.pk,
        names=pictures,
    )  # fmt: skip
    return draft


@service("production.instruction.approve")
def instruction_approve(*, actor: Actor, instruction: WorkInstruction) -> WorkInstruction:
    """By another than who wrote it. Raises StateRefused, Invalid without steps or with a picture that is not attached,
    Forbidden."""
    instruction = _locked(instruction, Status.DRAFT, _("Only a draft can be approved"))
    if actor.member_id is None or actor.member_id == instruction.created_by_id:
        raise Forbidden(_("Somebody else approves it"))
    if not instruction.steps.exists():
        raise Invalid.field("steps", _("It has no steps"), "required")
    named = set(instruction.steps.exclude(picture="").values_list("picture", flat=True))
    attached = Attachment.objects.filter(entity="production.instruction", record_id=instruction.pk, name__in=named)
    if missing := sorted(named - set(attached.values_list("name", flat=True))):
        raise Invalid.field("steps", _("%(picture)s is not attached") % {"picture": missing[0]}, "missing")
    instruction.status, instruction.approved_by_id = Status.APPROVED, actor.member_id
    instruction.save()
    return instruction


@service("production.instruction.approve")
def instruction_withdraw(*, actor: Actor, instruction: WorkInstruction) -> WorkInstruction:
    """It holds no more. Raises StateRefused."""
    instruction = _locked(instruction, Status.APPROVED, _("Only an approved instruction is withdrawn"))
    instruction.status = Status.WITHDRAWN
    instruction.save()
    return instruction


@service("production.order.report")
def instruction_read(*, actor: Actor, instruction: WorkInstruction) -> InstructionReading:
    """The worker confirms having read this version; again changes nothing. Raises StateRefused."""
    if actor.member_id is None:
        raise StateRefused(_("Only people read instructions"))
    if instruction.status != Status.APPROVED:
        raise StateRefused(_("Only an approved instruction is read"), state=instruction.status)
    # Who confirms twice at once waits for themselves.
    worker = Member.objects.select_for_update(no_key=True).get(pk=actor.member_id)
    found = InstructionReading.objects.filter(instruction=instruction, worker=worker).first()
    if found is None:
        found = InstructionReading(instruction=instruction, worker=worker)
        found.save()
    return found


def require_read(operation: ProductionOrderOperation, worker: Member) -> None:
    """Raises NotRead where the instruction that holds must be read and this worker has not."""
    instruction = instructions_for([operation]).get(operation.pk)
    if instruction is None or not instruction.must_be_read:
        return
    if not InstructionReading.objects.filter(instruction=instruction, worker=worker).exists():
        raise NotRead(instruction=instruction.pk)

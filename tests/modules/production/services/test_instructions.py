"""Work instructions: versions, approval by another, which one holds, no start before it was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile

from modules.production.models import BillOfMaterials, InstructionReading, Operation, ProductionOrder, WorkInstruction
from modules.production.selectors.dispatch import dispatch_list
from modules.production.selectors.instructions import instruction_told, instructions_for
from modules.production.services import bom_version_create, operation_start
from modules.production.services.instructions import (
    NotRead,
    instruction_approve,
    instruction_create,
    instruction_delete,
    instruction_new_version,
    instruction_read,
    instruction_step_create,
    instruction_update,
    instruction_withdraw,
)
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.records.services.attachment import attachment_create
from tenon.registry.registry import registry
from tenon.tenancy.context import current, serving
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_operation_reports import wheels

D = Decimal
STEPS = [
    {"text": "Lace the spokes", "text_zh": "穿辐条", "picture": "lacing.png"},
    {"text": "Tension them", "text_zh": "调张力", "caution": "Wear goggles"},
]


def ago(days: int) -> date:
    return current().today() - timedelta(days=days)


@pytest.fixture
def order(factory: Factory) -> ProductionOrder:
    return wheels(factory, 10, "Lace")


@pytest.fixture
def approver(factory: Factory) -> Actor:
    with acting(factory.actor):
        person = Member(person_id=911, name="Engineer", email="e@acme.example", roles=["owner"])
        person.save()
    return replace(factory.actor, member_id=person.pk)


def written(factory: Factory, days: int, **values: Any) -> WorkInstruction:
    operation = Operation.objects.get(product=factory.wheel)
    made = instruction_create(
        actor=factory.actor, operation=operation, effective_on=ago(days), title="Lacing", steps=STEPS, **values
    )  # fmt: skip
    pictured(factory, made)
    return made


def pictured(factory: Factory, instruction: WorkInstruction) -> None:
    attachment_create(
        actor=factory.actor, entity=registry().entities["production.instruction"], record_id=instruction.pk,
        upload=ContentFile(b"\x89PNG", name="lacing.png"),
    )  # fmt: skip


def holds(order: ProductionOrder) -> WorkInstruction | None:
    row = order.operations.select_related("order").get()
    return instructions_for([row]).get(row.pk)


def test_nobody_begins_before_having_read_the_version_that_holds(
    factory: Factory, order: ProductionOrder, approver: Actor
) -> None:
    lace = order.operations.get()
    first = written(factory, 3, must_be_read=True)
    with pytest.raises(Forbidden):  # who wrote it
        instruction_approve(actor=factory.actor, instruction=first)
    first = instruction_approve(actor=approver, instruction=first)
    with pytest.raises(StateRefused):
        instruction_update(actor=factory.actor, instruction=first, steps=[])
    with pytest.raises(StateRefused):
        instruction_step_create(actor=factory.actor, instruction=first, text="One more")
    with pytest.raises(StateRefused):
        instruction_delete(actor=factory.actor, instruction=first)
    with pytest.raises(NotRead) as refused:
        operation_start(actor=factory.actor, operation=lace)
    assert refused.value.extra["instruction"] == first.pk
    assert not lace.sessions.exists()

    reading = instruction_read(actor=factory.actor, instruction=first)
    assert instruction_read(actor=factory.actor, instruction=first).pk == reading.pk
    operation_start(actor=factory.actor, operation=lace)
    with pytest.raises(NotRead):  # another worker has not
        operation_start(actor=approver, operation=lace)
    [row] = dispatch_list(factory.centre)
    assert row["instruction"]["read_by"] == [factory.actor.member_id]

    # A new version is read anew; who is at work goes on.
    second = instruction_new_version(actor=factory.actor, instruction=first, effective_on=ago(0))
    assert (second.revision, [s.text for s in second.steps.all()]) == (2, ["Lace the spokes", "Tension them"])
    assert instruction_told(second)["steps"][0]["picture"] not in (None, instruction_told(first)["steps"][0]["picture"])
    assert holds(order) == first
    second = instruction_approve(actor=approver, instruction=second)
    assert holds(order) == second
    operation_start(actor=factory.actor, operation=lace)
    assert InstructionReading.objects.count() == 1
    instruction_withdraw(actor=approver, instruction=second)
    assert holds(order) == first


def test_the_version_of_the_product_and_the_day_decide(
    factory: Factory, order: ProductionOrder, approver: Actor
) -> None:
    general = instruction_approve(actor=approver, instruction=written(factory, 1))
    instruction_approve(actor=approver, instruction=written(factory, -5))  # from five days on
    assert holds(order) == general
    bom = BillOfMaterials.objects.get(product=factory.wheel)
    other = bom_version_create(actor=factory.actor, bom=bom)
    instruction_approve(actor=approver, instruction=written(factory, 1, bom=other))
    assert holds(order) == general  # the order is made by the first version
    mine = instruction_approve(actor=approver, instruction=written(factory, 9, bom=bom))
    assert holds(order) == mine
    with pytest.raises(Invalid):
        written(factory, 1, bom=BillOfMaterials.objects.get(product=factory.bike))
    company = current()
    with serving(replace(company, features=company.features - {"production.esop"})):
        assert holds(order) is None
        operation_start(actor=factory.actor, operation=order.operations.get())


def test_steps_keep_their_order_in_both_languages(factory: Factory, order: ProductionOrder, approver: Actor) -> None:
    draft = written(factory, 0)
    first, second = draft.steps.all()
    draft = instruction_update(
        actor=factory.actor, instruction=draft, steps=[{"id": second.pk}, {"id": first.pk}, {"text": "Pack"}]
    )
    told = instruction_told(draft)
    assert [s["text"] for s in told["steps"]] == ["Tension them", "Lace the spokes", "Pack"]
    assert [s["text_zh"] for s in told["steps"]] == ["调张力", "穿辐条", "Pack"]
    assert told["steps"][1]["picture"] is not None
    draft = instruction_update(actor=factory.actor, instruction=draft, steps=[{"text": "Pack", "picture": "box.png"}])
    assert instruction_told(draft)["steps"][0]["picture"] is None
    with pytest.raises(Invalid, match=r"box\.png"):  # no such file is attached
        instruction_approve(actor=approver, instruction=draft)
    with pytest.raises(Invalid):
        instruction_update(actor=factory.actor, instruction=draft, steps=[{"text": " "}])
    empty = instruction_update(actor=factory.actor, instruction=draft, steps=[])
    with pytest.raises(Invalid):
        instruction_approve(actor=approver, instruction=empty)

"""Engineering changes: drawn up, asked for, approved by another, in effect on their day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import BillOfMaterials, EngineeringChange, EngineeringChangeLine, ProductionOrder
from modules.production.services.boms import bom_update, one_at_a_time, refuse_cycle
from modules.production.services.orders import copy_bill
from modules.production.services.planning_update import planning_changed
from tenon.access.actor import Actor, system
from tenon.problems import Forbidden, Invalid, NotFound, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

Status = EngineeringChange.Status
HEAD = {"title", "reason", "effective_on", "custom"}


def _locked(change: EngineeringChange, states: Sequence[str], message: Any) -> EngineeringChange:
    change = EngineeringChange.objects.select_for_update().get(pk=change.pk)
    if change.status not in states:
        raise StateRefused(message, state=change.status)
    return change


@service("production.change.create")
def engineering_change_create(
    *, actor: Actor, effective_on: date, lines: Sequence[Mapping[str, Any]] = (), **values: Any
) -> EngineeringChange:
    """A draft. Raises Invalid."""
    change = EngineeringChange(
        number=next_number("EC"), effective_on=effective_on, **{k: v for k, v in values.items() if k in HEAD}
    )
    change.save()
    _replace_lines(change, lines)
    return change


@service("production.change.update")
def engineering_change_update(
    *, actor: Actor, change: EngineeringChange, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> EngineeringChange:
    """Changes a draft. Raises StateRefused, Invalid."""
    change = _locked(change, (Status.DRAFT,), _("Only a draft can be changed"))
    for name, value in values.items():
        if name in HEAD:
            setattr(change, name, value)
    change.save()
    if lines is not None:
        _replace_lines(change, lines)
    return change


@service("production.change.delete")
def engineering_change_delete(*, actor: Actor, change: EngineeringChange) -> None:
    """Removes a draft. Raises StateRefused."""
    _locked(change, (Status.DRAFT,), _("Only a draft can be deleted")).delete()


def _replace_lines(change: EngineeringChange, given: Sequence[Mapping[str, Any]]) -> None:
    existing = {line.pk: line for line in change.lines.select_for_update().order_by("pk")}
    kept, products = set(), set()
    for index, values in enumerate(given):
        line_id = values.get("id")
        if line_id is not None and int(line_id) not in existing:
            raise NotFound(_("This line is not on the change"))
        line = existing[int(line_id)] if line_id is not None else EngineeringChangeLine(change=change)
        line.bom = values.get("bom", line.bom if line.pk else None)
        if line.bom is None or line.bom.is_active:
            raise Invalid.field(f"lines.{index}.bom", _("Name a version that is not active yet"), "active")
        if line.bom.product_id in products:
            raise Invalid.field(f"lines.{index}.bom", _("A change brings one version of a product"), "unique")
        products.add(line.bom.product_id)
        line.save()
        kept.add(line.pk)
    for pk, line in existing.items():
        if pk not in kept:
            line.delete()


@service("production.change.update")
def engineering_change_submit(*, actor: Actor, change: EngineeringChange) -> EngineeringChange:
    """draft → waiting for approval. Raises StateRefused."""
    change = _locked(change, (Status.DRAFT,), _("Approval is asked for a draft"))
    _check(change)
    change.status, change.asked_by_id = Status.WAITING, actor.member_id
    change.save()
    return change


@service("production.change.approve")
def engineering_change_approve(*, actor: Actor, change: EngineeringChange, words: str = "") -> EngineeringChange:
    """waiting → approved, by another than who asked (the owner of a company may be alone): from now on it is planned
    with; in effect at once when its day has come. Raises StateRefused, Forbidden, BomCycle."""
    change = _locked(change, (Status.WAITING,), _("Nobody has asked for approval"))
    if actor.member_id is not None and actor.member_id == change.asked_by_id and "owner" not in actor.roles:
        raise Forbidden(_("Somebody else has to approve what you have asked for"))
    one_at_a_time()
    _check(change)
    change.status, change.decided_by, change.decision = Status.APPROVED, actor.label[:120], words[:500]
    change.save()
    planning_changed(set(change.lines.values_list("bom__product_id", flat=True)))
    for line in change.lines.select_related("bom__product"):
        refuse_cycle(line.bom, list(line.bom.lines.select_related("component", "successor")))
        _switch_drafts(change, line.bom)
    if change.effective_on <= current().today():
        return _take_effect(actor, change)
    return change


def _check(change: EngineeringChange) -> None:
    boms = [line.bom for line in change.lines.select_related("bom")]
    if not boms or any(bom.is_active for bom in boms):
        raise StateRefused(_("A change brings versions that are not active yet, one at least"))


@service("production.change.approve")
def engineering_change_refuse(*, actor: Actor, change: EngineeringChange, words: str = "") -> EngineeringChange:
    """waiting → draft again, with the reason. Raises StateRefused."""
    change = _locked(change, (Status.WAITING,), _("Nobody has asked for approval"))
    change.status, change.decided_by, change.decision = Status.DRAFT, actor.label[:120], words[:500]
    change.save()
    return change


@service("production.change.update")
def engineering_change_cancel(*, actor: Actor, change: EngineeringChange, words: str = "") -> EngineeringChange:
    """Drops a change that is not in effect; drafts of orders go back to the active versions. Raises StateRefused."""
    change = _locked(change, (Status.DRAFT, Status.WAITING, Status.APPROVED), _("It is in effect or dropped already"))
    change.status, change.decision = Status.CANCELLED, words[:500]
    change.save()
    planning_changed(set(change.lines.values_list("bom__product_id", flat=True)))
    for line in change.lines.select_related("bom"):
        active = BillOfMaterials.objects.filter(product=line.bom.product_id, is_active=True).first()
        if active is not None:
            _switch(ProductionOrder.objects.filter(bom=line.bom, status=ProductionOrder.Status.DRAFT), active)
    return change


def engineering_changes_take_effect() -> int:
    """The job: every approved change whose day has come, one a transaction. Returns how many."""
    actor, today = system("engineering changes"), current().today()
    due = EngineeringChange.objects.filter(status=Status.APPROVED, effective_on__lte=today)
    changes = list(due.order_by("effective_on", "pk"))
    for change in changes:
        engineering_change_take_effect(actor=actor, change=change)
    return len(changes)


@service()
def engineering_change_take_effect(*, actor: Actor, change: EngineeringChange) -> EngineeringChange:
    """approved → in effect, on its day or later: its versions are active, those before it are not. Released orders keep
    theirs. Raises StateRefused."""
    change = _locked(change, (Status.APPROVED,), _("Only an approved change takes effect"))
    if change.effective_on > current().today():
        raise StateRefused(_("Its day has not come yet"))
    return _take_effect(actor, change)


def _take_effect(actor: Actor, change: EngineeringChange) -> EngineeringChange:
    one_at_a_time()
    for line in change.lines.select_related("bom__product").order_by("pk"):
        line.replaced = BillOfMaterials.objects.filter(product=line.bom.product_id, is_active=True).first()
        line.save()
        bom_update(actor=actor, bom=line.bom, is_active=True)
    change.status = Status.EFFECTIVE
    change.save()
    return change


def _switch_drafts(change: EngineeringChange, bom: BillOfMaterials) -> None:
    """Drafts that begin on the day of the change or later are made by the new version."""
    drafts = ProductionOrder.objects.filter(
        product=bom.product_id, bom__is_active=True, status=ProductionOrder.Status.DRAFT,
        start_on__gte=change.effective_on,
    )  # fmt: skip
    _switch(drafts, bom)


def _switch(orders: Any, bom: BillOfMaterials) -> None:
    for order in orders.select_for_update(of=("self",)).select_related("product__unit").order_by("pk"):
        order.bom = bom
        order.save()
        copy_bill(order)

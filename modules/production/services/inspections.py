"""Inspections: made when goods come or by hand, filled with what was found, judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import Inspection, InspectionCheck, InspectionPlan, ProductionOrder, SubcontractOrder
from modules.production.models.quality import Severity, Stage
from modules.production.rules import inspection as rules
from modules.production.rules.sampling import Sample, by_aql, fixed, pieces, whole
from modules.production.selectors.inspection_plans import plans_for
from modules.production.selectors.severity import severity_for
from modules.production.services.inspection_holds import hold, locked_inspection, pass_on
from modules.shared.contracts.quality import Arrival
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from modules.shared.data.models.purchase_order import OUTSIDE_WORK
from tenon.access.actor import Actor
from tenon.problems import FieldError, Forbidden, Invalid, StateRefused
from tenon.records.numbering import next_numbers
from tenon.records.service import service
from tenon.tenancy.context import current

Status = Inspection.Status
MOST = 2_000  # readings of one characteristic: the largest sample of the tables


@service()
def goods_came(
    *, actor: Actor, stage: str, source: RecordRef, goods: Sequence[Arrival], supplier_id: int | None = None
) -> list[Inspection]:
    """The inspections of goods that come in, one for each lot; serial numbers of a product together. Their lots are
    held; of goods without numbers `kept` says what belongs into quarantine. Asked through the port: whoever brings the
    goods in has a permission of their own."""
    order_id = source.id if source.entity == "production.order" else None
    plans = plans_for({arrival.product_id for arrival in goods}, stage)
    if order_id is not None and stage == Stage.INCOMING:
        # Finished outside: looked at as it comes in, else as what is finished here.
        plans = {**plans_for({arrival.product_id for arrival in goods}, Stage.FINAL), **plans}
    products = Product.objects.in_bulk(plans)
    parts: dict[tuple[int, str], list[Arrival]] = {}
    for arrival in goods:
        if (product := products.get(arrival.product_id)) is not None and arrival.quantity > 0:
            together = product.tracking == Product.Tracking.SERIAL
            parts.setdefault((product.pk, "" if together else arrival.lot), []).append(arrival)
    made = [
        Inspection(
            plan=plans[pk], stage=plans[pk].stage, product=products[pk], order_id=order_id, source_entity=source.entity,
            source_id=source.id, source_label=source.label[:120], supplier_id=supplier_id,
            numbers=sorted({a.lot for a in part if a.lot}),
            quantity=sum((a.quantity for a in part), Decimal(0)),
            kept=sum((a.quantity for a in part if not a.lot), Decimal(0)),
        )
        for (pk, _lot), part in sorted(parts.items())
    ]  # fmt: skip
    _open(actor, made)
    return made


@service("production.inspection.create")
def inspection_create(
    *,
    actor: Actor,
    product: Product,
    stage: str,
    quantity: Decimal,
    plan: InspectionPlan | None = None,
    order: ProductionOrder | None = None,
    lot: str = "",
    note: str = "",
    custom: dict[str, Any] | None = None,
) -> Inspection:
    """An inspection that somebody asks for, by the plan of the product unless another is named; the lot is held.
    Raises Invalid."""
    plan = plan or plans_for([product.pk], stage).get(product.pk)
    if plan is None:
        raise Invalid.field("plan", _("No plan says how this product is inspected."), "required")
    if plan.stage != stage or plan.product_id not in (None, product.pk):
        raise Invalid.field("plan", _("This plan is for something else."), "other")
    if quantity is None or quantity <= 0:
        raise Invalid.field("quantity", _("Say how many, more than zero"), "min_value")
    if order is not None and order.product_id != product.pk:
        raise Invalid.field("order", _("This order makes another product."), "other_product")
    numbers = [lot.strip()] if lot.strip() else []
    made = Inspection(
        plan=plan, stage=stage, product=product, order=order, quantity=quantity, numbers=numbers, note=note,
        custom=custom or {},
    )  # fmt: skip
    there = _open(actor, [made])
    if numbers and not there and stage != Stage.IN_PROCESS:
        raise Invalid.field("lot", _("There is no such lot of this product."), "unknown")
    return made


def pieces_came_back(actor: Actor, subcontract: SubcontractOrder, pieces: Decimal) -> None:
    """Good pieces that came back from outside between two operations: inspected by the plan of what comes in, and none
    of them goes on before the verdict."""
    operation = subcontract.order_operation
    product = operation.order.product
    plan = plans_for([product.pk], Stage.INCOMING).get(product.pk)
    if plan is None or not pieces or not current().has_feature("production.quality"):
        return
    _open(actor, [
        Inspection(
            plan=plan, stage=plan.stage, product=product, order_id=operation.order_id, quantity=pieces,
            supplier_id=subcontract.supplier_id, source_entity=OUTSIDE_WORK, source_id=subcontract.pk,
            source_label=f"{subcontract.number} · {operation.name}"[:120],
        )
    ])  # fmt: skip


def _open(actor: Actor, made: Sequence[Inspection]) -> list[str]:
    """Numbers, samples and checks of new inspections; their lots are held. Answers the lots that there are."""
    checks: list[InspectionCheck] = []
    there: list[str] = []
    severities: dict[tuple[int, int, int | None], str] = {}
    for inspection, number in zip(made, next_numbers("QI", len(made)) if made else [], strict=True):
        if inspection.repeat_of_id is None:
            key = (inspection.plan_id, inspection.product_id, inspection.supplier_id)
            if key not in severities:
                severities[key] = severity_for(inspection.plan, inspection.product_id, inspection.supplier_id)
            inspection.severity = severities[key]
        sample = sample_of(inspection.plan, inspection.quantity, inspection.severity)
        if sample.size > MOST:
            raise Invalid.field("plan", _("More than 2,000 pieces to look at: let the plan take a sample."), "max")
        inspection.number, inspection.lot = number, _named(inspection.numbers)
        inspection.sample_size, inspection.accept, inspection.letter = sample.size, sample.accept, sample.letter
        characteristics = list(inspection.plan.characteristics.all())
        if not characteristics:
            raise Invalid.field("plan", _("“%(plan)s” has nothing to look at.") % {"plan": inspection.plan}, "empty")
        inspection.save()
        checks += [
            InspectionCheck(
                inspection=inspection, characteristic=c, position=c.position, name=c.name, kind=c.kind, unit=c.unit,
                nominal=c.nominal, lower=c.lower, upper=c.upper,
            )
            for c in characteristics
        ]  # fmt: skip
        if inspection.stage != Stage.IN_PROCESS:
            there += hold(actor, inspection)
    for check in checks:
        check.save()
    return there


def sample_of(plan: InspectionPlan, quantity: Decimal, severity: str = Severity.NORMAL) -> Sample:
    """The sample that a plan takes of so much; the severity matters by AQL only."""
    lot = pieces(quantity)
    if plan.sampling == InspectionPlan.Sampling.AQL:
        return by_aql(lot, plan.aql, plan.level, severity)
    if plan.sampling == InspectionPlan.Sampling.FIXED:
        return fixed(lot, plan.sample_size or 1, plan.accept)
    return whole(lot, plan.accept)


def _named(numbers: Sequence[str]) -> str:
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} … {numbers[-1]}" if numbers else ""


@service("production.inspection.update")
def inspection_record(
    *, actor: Actor, inspection: Inspection, readings: Mapping[str, Mapping[str, Any]]
) -> Inspection:  # fmt: skip
    """Writes down what was found, check id → {"values": [...]} or {"bad_pieces": [...]}; what is not named stays.
    Raises StateRefused once it is judged, Invalid naming each wrong entry."""
    inspection = locked_inspection(inspection, (Status.OPEN,), _("This inspection is judged already."))
    known = {check.pk: check for check in inspection.checks.all()}
    errors: list[FieldError] = []
    if not isinstance(readings, Mapping) or not readings:
        raise Invalid.field("readings", _("Say what was found."), "required")
    for key, found in readings.items():
        check = known.get(int(key)) if str(key).isdecimal() else None
        if check is None or not isinstance(found, Mapping):
            errors.append(FieldError(f"readings.{key}", "unknown", _("This check is not in the inspection.")))
            continue
        try:
            _enter(check, found, inspection.sample_size)
        except Invalid as problem:
            errors += problem.errors
            continue
        check.save()
    if errors:
        raise Invalid(errors=errors)
    inspection.bad = len(rules.bad_pieces(_rule(check) for check in known.values()))
    inspection.save()
    return inspection


def _enter(check: InspectionCheck, found: Mapping[str, Any], size: int) -> None:
    at = f"readings.{check.pk}"
    if check.kind == "measured":
        given = found.get("values")
        if not isinstance(given, Sequence) or isinstance(given, str):
            raise Invalid.field(at, _("Say the readings of this characteristic."), "required")
        if len(given) > size:
            raise Invalid.field(at, _("The sample has only %(size)s pieces.") % {"size": size}, "max")
        check.values = [_reading(value, at) for value in given]
        return
    given = found.get("bad_pieces")
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise Invalid.field(at, _("Say which pieces are bad, or that none is."), "required")
    if any(not isinstance(piece, int) or isinstance(piece, bool) or not 1 <= piece <= size for piece in given):
        raise Invalid.field(at, _("Pieces are numbered from 1 to %(size)s.") % {"size": size}, "range")
    check.bad_pieces = sorted(set(given))


def _reading(value: Any, at: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**12 or number != round(number, 6):
        raise Invalid.field(at, _("“%(value)s” is no reading.") % {"value": str(value)[:40]}, "decimal")
    return number


def _rule(check: InspectionCheck) -> rules.Check:
    return rules.Check(check.kind == "measured", check.lower, check.upper, check.values, check.bad_pieces)


@service("production.inspection.judge")
def inspection_judge(*, actor: Actor, inspection: Inspection) -> Inspection:
    """The verdict, which follows from what was found and the number of bad pieces allowed: the lots are released or
    rejected. Raises StateRefused while something was not looked at and the bad pieces do not decide it yet, or while
    inspection of what this supplier sends is discontinued."""
    inspection = locked_inspection(inspection, (Status.OPEN,), _("This inspection is judged already."))
    if inspection.severity == Severity.STOPPED:
        raise StateRefused(_("Five lots were refused under tightened inspection: resume it once things have changed."))
    checks = [_rule(check) for check in inspection.checks.all()]
    taken = rules.verdict(checks, inspection.sample_size, inspection.accept)
    if taken is None:
        raise StateRefused(_("Not all of the sample was looked at yet."))
    inspection.status = Status.ACCEPTED if taken else Status.REJECTED
    inspection.bad = len(rules.bad_pieces(checks))
    inspection.judged_on, inspection.judged_by_id = current().today(), actor.member_id
    inspection.save()
    pass_on(actor, inspection)
    return inspection


@service("production.inspection.concede")
def inspection_resume(*, actor: Actor, inspection: Inspection, reason: str) -> Inspection:
    """The supplier has done something about it: what waits of this product from them is inspected again, tightened.
    Raises StateRefused, Invalid without words."""
    inspection = locked_inspection(inspection, (Status.OPEN,), _("This inspection is judged already."))
    if inspection.severity != Severity.STOPPED:
        raise StateRefused(_("Inspection is not discontinued."))
    if not (reason or "").strip():
        raise Invalid.field("reason", _("Say what has changed."), "required")
    rows = Inspection.objects.select_for_update(of=("self",)).filter(
        plan=inspection.plan_id, product=inspection.product_id, supplier=inspection.supplier_id, status=Status.OPEN,
        severity=Severity.STOPPED,
    )  # fmt: skip
    for index, row in enumerate(rows.order_by("pk")):
        row.severity = Severity.TIGHTENED
        if not index:
            row.resumed_on, row.note = current().today(), f"{row.note}\n{reason.strip()}".strip()
        row.save()
    return Inspection.objects.get(pk=inspection.pk)


@service("production.inspection.concede")
def inspection_concede(*, actor: Actor, inspection: Inspection, deviation: str) -> Inspection:
    """What was refused is taken all the same (让步接收), by somebody else than who judged it: the lots are released.
    Raises StateRefused, Invalid without words, Forbidden for whoever judged."""
    refused = _("Only what was rejected, and not inspected again since, is accepted with a deviation.")
    inspection = locked_inspection(inspection, (Status.REJECTED,), refused)
    if Inspection.objects.filter(repeat_of=inspection).exists():
        raise StateRefused(refused)
    if not (deviation or "").strip():
        raise Invalid.field("deviation", _("Say what deviates, and why it is acceptable."), "required")
    if actor.member_id is not None and actor.member_id == inspection.judged_by_id:
        raise Forbidden(_("A second person accepts the deviation, not who judged it."))
    inspection.status, inspection.deviation = Status.CONCEDED, deviation.strip()[:255]
    inspection.conceded_by_id = actor.member_id
    inspection.save()
    pass_on(actor, inspection)
    return inspection


@service("production.inspection.create")
def inspection_repeat(*, actor: Actor, inspection: Inspection, quantity: Decimal | None = None) -> Inspection:
    """Goods that were refused are inspected again once they were sorted or reworked; the new verdict counts.
    Raises StateRefused."""
    inspection = locked_inspection(inspection, (Status.REJECTED,), _("Only what was rejected is inspected again."))
    if Inspection.objects.filter(repeat_of=inspection).exists():
        raise StateRefused(_("This was inspected again already."))
    if quantity is not None and not 0 < quantity <= inspection.quantity:
        raise Invalid.field("quantity", _("At most what was inspected before."), "range")
    again = Inspection(
        plan=inspection.plan, stage=inspection.stage, product=inspection.product, order_id=inspection.order_id,
        supplier_id=inspection.supplier_id, severity=inspection.severity,
        source_entity=inspection.source_entity, source_id=inspection.source_id, source_label=inspection.source_label,
        numbers=inspection.numbers, quantity=quantity or inspection.quantity, repeat_of=inspection,
        kept=min(inspection.kept, quantity or inspection.quantity),
    )  # fmt: skip
    inspection.kept -= again.kept
    inspection.save()
    _open(actor, [again])
    return again

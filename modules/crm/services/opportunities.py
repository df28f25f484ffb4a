"""Opportunities and their way through the stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Lead, LossReason, Opportunity, Pipeline, Stage, StageHistory
from modules.shared.data.models import Party
from modules.shared.data.selectors.rates import known_currency
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

REFERENCES = ("party", "contact", "owner", "department")
FIELDS = ("name", "amount", "currency", "probability", "expected_close", "competitor", "note", "category")


@service("crm.opportunity.create")
def opportunity_create(
    *, actor: Actor, party: Party, name: str = "", stage: Stage | None = None, lead: Lead | None = None,
    pipeline: Pipeline | int | None = None, **values: Any,
) -> Opportunity:  # fmt: skip
    """A new opportunity in the first open stage of the pipeline (the first one unless said), or in the stage given,
    with its first row of history. Raises Invalid."""
    stage = stage or _first_open(key_of(pipeline))
    if stage is None or stage.kind != Stage.Kind.OPEN:
        raise Invalid.field("stage", _("An opportunity starts in an open stage"), "not_open")
    now = timezone.now()
    opportunity = Opportunity(
        name=name or str(party), party=party, lead=lead, stage=stage, stage_since=now,
        currency=values.pop("currency", None) or party.currency or current().currency,
        probability=stage.probability,
    )  # fmt: skip
    values["owner"] = values.get("owner") or actor.member_id
    values["department"] = values.get("department") or actor.department_id
    if values.get("probability") is None:
        values.pop("probability", None)
    _set(opportunity, values)
    _check_entry(opportunity, stage)
    opportunity.number = next_number("OP")
    opportunity.save()
    _remember(opportunity, None, now)
    return opportunity


@service("crm.opportunity.update")
def opportunity_update(*, actor: Actor, opportunity: Opportunity, **values: Any) -> Opportunity:
    """Changes an opportunity; a new stage goes through opportunity_move. Raises Invalid, StateRefused."""
    stage = values.pop("stage", None)
    values.pop("pipeline", None)  # the stage says it
    opportunity = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    before = _worth(opportunity)
    _set(opportunity, values)
    opportunity.save()
    if stage is not None and key_of(stage) != opportunity.stage_id:
        return opportunity_move(actor=actor, opportunity=opportunity, stage=stage)
    if before != _worth(opportunity):
        # The forecast of a past day must know what the deal was worth on that day.
        _remember(opportunity, opportunity.stage, timezone.now())
    return opportunity


def _first_open(pipeline: int | None) -> Stage | None:
    stages = Stage.objects.filter(kind=Stage.Kind.OPEN, is_active=True)
    stages = stages.filter(pipeline=pipeline) if pipeline is not None else stages.filter(pipeline__is_active=True)
    return stages.order_by("pipeline__position", "pipeline", "position", "id").first()


def _worth(opportunity: Opportunity) -> tuple[Any, ...]:
    return (
        opportunity.amount, opportunity.currency, opportunity.probability, opportunity.expected_close,
        opportunity.category,
    )  # fmt: skip


@service("crm.opportunity.move")
def opportunity_move(
    *, actor: Actor, opportunity: Opportunity, stage: Stage | int, reason: str = "",
    loss_reason: LossReason | int | None = None,
) -> Opportunity:  # fmt: skip
    """Into another stage; a closing stage closes it, an open one may be of another pipeline. Steps back are allowed and
    marked. Raises StateRefused, Invalid (what a stage wants filled first, or the reason of a loss)."""
    opportunity = Opportunity.objects.select_for_update(of=("self",)).select_related("stage").get(pk=opportunity.pk)
    target = stage if isinstance(stage, Stage) else Stage.objects.filter(pk=key_of(stage) or 0).first()
    if target is None:
        raise Invalid.field("stage", _("There is no such stage"), "unknown")
    if opportunity.state != Opportunity.State.OPEN:
        raise StateRefused(_("This opportunity is closed; reopen it first"))
    if target.pk == opportunity.stage_id:
        return opportunity
    if target.kind != Stage.Kind.OPEN and target.pipeline_id != opportunity.stage.pipeline_id:
        raise Invalid.field("stage", _("An opportunity is closed in its own pipeline"), "other_pipeline")
    why = _loss_reason(loss_reason) if target.kind == Stage.Kind.LOST else None
    reason = reason.strip() or (why.name if why is not None else "")
    if target.kind == Stage.Kind.LOST and not reason:
        raise Invalid.field("reason", _("Say why it is lost"), "required")
    _check_exit(opportunity, target)
    _check_entry(opportunity, target)
    opportunity.loss_reason = why
    _enter(opportunity, target, reason=reason)
    return opportunity


def _loss_reason(given: LossReason | int | None) -> LossReason | None:
    if given is None or isinstance(given, LossReason):
        return given
    found = LossReason.objects.filter(pk=key_of(given) or 0).first()
    if found is None:
        raise Invalid.field("loss_reason", _("There is no such reason"), "unknown")
    return found


@service("crm.opportunity.move")
def opportunity_win(*, actor: Actor, opportunity: Opportunity, reason: str = "") -> Opportunity:
    """Won. Raises StateRefused, Invalid."""
    stage = _closing(opportunity, Stage.Kind.WON)
    return opportunity_move(actor=actor, opportunity=opportunity, stage=stage, reason=reason)


@service("crm.opportunity.move")
def opportunity_lose(
    *, actor: Actor, opportunity: Opportunity, reason: str = "", loss_reason: LossReason | int | None = None,
    competitor: str = "",
) -> Opportunity:  # fmt: skip
    """Lost, with one of the company's reasons or one's own words. Raises StateRefused, Invalid."""
    if competitor:
        opportunity = opportunity_update(actor=actor, opportunity=opportunity, competitor=competitor)
    return opportunity_move(
        actor=actor, opportunity=opportunity, stage=_closing(opportunity, Stage.Kind.LOST), reason=reason,
        loss_reason=loss_reason,
    )  # fmt: skip


@service("crm.opportunity.move")
def opportunity_reopen(*, actor: Actor, opportunity: Opportunity) -> Opportunity:
    """A closed opportunity goes back to the last open stage it stood in. Raises StateRefused."""
    opportunity = Opportunity.objects.select_for_update(of=("self",)).select_related("stage").get(pk=opportunity.pk)
    if opportunity.state == Opportunity.State.OPEN:
        raise StateRefused(_("This opportunity is open"))
    last = opportunity.history.filter(to_stage__kind=Stage.Kind.OPEN).order_by("-at", "-id").first()
    stage = last.to_stage if last else _first_open(opportunity.stage.pipeline_id)
    if stage is None:
        raise StateRefused(_("There is no open stage to go back to"))
    opportunity.loss_reason = None
    _enter(opportunity, stage, reason="")
    return opportunity


def _closing(opportunity: Opportunity, kind: str) -> Stage:
    pipeline = Stage.objects.filter(pk=opportunity.stage_id).values("pipeline")
    stages = Stage.objects.filter(kind=kind, is_active=True, pipeline__in=pipeline)
    stage = stages.order_by("position", "id").first()
    if stage is None:
        raise StateRefused(_("The pipeline has no stage for this"))
    return stage


def _enter(opportunity: Opportunity, stage: Stage, *, reason: str) -> None:
    now, before = timezone.now(), opportunity.stage
    opportunity.stage = stage
    opportunity.state = stage.kind
    opportunity.probability = stage.probability
    opportunity.closed_on = None if stage.kind == Stage.Kind.OPEN else current().today()
    opportunity.reason = reason
    _remember(opportunity, before, now, reason=reason)
    opportunity.stage_since = now
    opportunity.save()


def _remember(opportunity: Opportunity, before: Stage | None, now: Any, *, reason: str = "") -> None:
    seconds = Decimal(str((now - opportunity.stage_since).total_seconds())) if before else None
    StageHistory.objects.create(
        opportunity=opportunity,
        from_stage=before,
        to_stage=opportunity.stage,
        at=now,
        amount=opportunity.amount,
        currency=opportunity.currency,
        probability=opportunity.probability,
        expected_close=opportunity.expected_close,
        days_in_stage=None if seconds is None else (seconds / 86_400).quantize(Decimal("0.001")),
        backward=before is not None and _is_back(before, opportunity.stage),
        category=opportunity.category or opportunity.stage.category,
        reason=reason,
        owner_id=opportunity.owner_id,
    )


def _is_back(before: Stage, now: Stage) -> bool:
    """A step back is one within a pipeline; in another one it starts anew."""
    return before.pipeline_id == now.pipeline_id and now.position < before.position


def _check_entry(opportunity: Opportunity, stage: Stage) -> None:
    """What the stage wants filled before an opportunity enters it."""
    message = _("Needed before the stage “%(stage)s”") % {"stage": stage.name}
    _check_filled(opportunity, stage.required_fields, message)


def _check_exit(opportunity: Opportunity, target: Stage) -> None:
    """What the present stage wants filled before an opportunity goes on from it. A loss, a step back and another
    pipeline are no going on."""
    stage = opportunity.stage
    if target.kind == Stage.Kind.LOST or _is_back(stage, target) or target.pipeline_id != stage.pipeline_id:
        return
    message = _("Needed before it goes on from “%(stage)s”") % {"stage": stage.name}
    _check_filled(opportunity, stage.exit_fields, message)


def _check_filled(opportunity: Opportunity, names: Sequence[str], message: str) -> None:
    known = {f.name for f in Opportunity._meta.concrete_fields}
    errors = []
    for name in names:
        value = getattr(opportunity, name, None) if name in known else opportunity.custom.get(name)
        if value in (None, ""):
            errors.append(FieldError(name, "required", message))
    if errors:
        raise Invalid(errors=errors)


def _set(opportunity: Opportunity, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in REFERENCES:
            setattr(opportunity, f"{name}_id", key_of(value))
        elif name == "custom":
            opportunity.custom = {**opportunity.custom, **(value or {})}
        elif name in FIELDS:
            setattr(opportunity, name, value)
    errors = []
    if opportunity.amount is not None and opportunity.amount < 0:
        errors.append(FieldError("amount", "min_value", _("An amount is not negative")))
    if values.get("currency"):
        known_currency(opportunity.currency)
    if not 0 <= opportunity.probability <= 100:
        errors.append(FieldError("probability", "range", _("A probability lies between 0 and 100 per cent")))
    if errors:
        raise Invalid(errors=errors)

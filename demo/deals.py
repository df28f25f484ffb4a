"""A past of deals for a company that has none: opened, moved, won and lost through a year and a half, as the ledger of
stages would have them. Written down in bulk with their own days: services would date everything today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from demo.histories import Way, ways
from modules.crm.models import (
    Activity,
    ForecastSnapshot,
    LossReason,
    Opportunity,
    Stage,
    StageHistory,
)
from modules.crm.services.forecast import forecast_weekly
from modules.crm.services.win import win_nightly
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.records.numbering import next_number
from tenon.records.service import acting
from tenon.tenancy.context import current

SUBJECTS = ("Touring bikes", "Mountain bikes", "Road bikes", "Helmets and gloves", "Spare parts", "Rental fleet")


def past_of_deals(manager: Actor, rep: Actor, customers: Sequence[Party], say: Callable[[str], None]) -> None:
    """The demo's: its deals, last night's model and predictions, the forecasts of the weeks before."""
    members = [Member.objects.get(pk=actor.member_id or 0) for actor in (rep, manager)]
    count = past_deals(manager, customers, members, seed=11, count=420, days=540)
    win_nightly()
    forecast_weekly()
    weeks = _forecasts_then(manager)
    say(f"{'Past deals':<24}{count:>6} deals, {weeks} weekly forecasts")


def past_deals(
    actor: Actor, parties: Sequence[Party], members: Sequence[Member], *, seed: int, count: int, days: int
) -> int:
    """The ways of `demo.histories`, ending now: what would end later is open. Returns how many."""
    now = current().now().replace(microsecond=0)
    start = now - timedelta(days=days)
    stages = list(Stage.objects.filter(pipeline=Stage.objects.order_by("pk")[0].pipeline_id).order_by("position"))
    reasons = list(LossReason.objects.order_by("pk"))
    drawn = [way for way in ways(seed=seed, count=count, days=days, customers=len(parties)) if way.opened < days]
    random = Random(seed)
    with acting(actor):
        rows = [_deal(way, n, start, now, stages, reasons, parties, members, random) for n, way in enumerate(drawn)]
        Opportunity.objects.bulk_create(rows)
        StageHistory.objects.bulk_create(
            [step for way, row in zip(drawn, rows, strict=True) for step in _steps(way, row, start, now, stages)],
            batch_size=1000,
        )
        Activity.objects.bulk_create(
            [
                Activity(
                    kind="call", subject="Follow-up", status="done", opportunity=row, party_id=row.party_id,
                    owner_id=row.owner_id, done_at=at,
                )
                for way, row in zip(drawn, rows, strict=True)
                for day in way.touches
                if (at := start + timedelta(days=way.opened + day)) < now
            ],
            batch_size=1000,
        )  # fmt: skip
    return len(rows)


def _deal(
    way: Way, n: int, start: datetime, now: datetime, stages: Sequence[Stage], reasons: Sequence[LossReason],
    parties: Sequence[Party], members: Sequence[Member], random: Random,
) -> Opportunity:  # fmt: skip
    opened = start + timedelta(days=way.opened)
    ends = opened + timedelta(days=way.ends)
    party, owner = parties[way.customer], members[way.seller % len(members)]
    closed = ends <= now
    stage, since = _standing(way, opened, now, stages)
    expected = _expected(way, opened, min(now, ends))
    reason = reasons[min(int(random.expovariate(0.6)), len(reasons) - 1)]
    return Opportunity(
        number=next_number("OP"), name=f"{SUBJECTS[n % len(SUBJECTS)]} {n + 1}", party=party, stage=stage,
        state=stage.kind, amount=Decimal(way.amount), currency=current().currency, probability=stage.probability,
        expected_close=expected.date(), closed_on=ends.date() if closed else None, stage_since=since, owner=owner,
        department_id=owner.department_id,
        loss_reason=reason if closed and not way.won else None,
        reason=reason.name if closed and not way.won else "",
    )  # fmt: skip


def _standing(way: Way, opened: datetime, now: datetime, stages: Sequence[Stage]) -> tuple[Stage, datetime]:
    ends = opened + timedelta(days=way.ends)
    if ends <= now:
        return stages[-2 if way.won else -1], ends
    day, index = [(day, index) for day, index in way.moves if opened + timedelta(days=day) <= now][-1]
    return stages[index], opened + timedelta(days=day)


def _expected(way: Way, opened: datetime, moment: datetime) -> datetime:
    planned = [planned for day, planned in way.dates if opened + timedelta(days=day) <= moment][-1]
    return opened + timedelta(days=planned)


def _steps(way: Way, row: Opportunity, start: datetime, now: datetime, stages: Sequence[Stage]) -> list[StageHistory]:
    """The ledger's rows up to now: moves, dates put off, the end."""
    opened = start + timedelta(days=way.opened)
    news = [(day, 0, index) for day, index in way.moves] + [(day, 1, 0) for day, _planned in way.dates[1:]]
    news.append((way.ends, 0, len(stages) - (2 if way.won else 1)))
    out: list[StageHistory] = []
    before, since = None, opened
    for day, kind, index in sorted(news):
        at = opened + timedelta(days=day)
        if at > now:
            break
        stage = stages[index] if kind == 0 else before
        assert stage is not None
        spent = None if before is None else Decimal(str((at - since).total_seconds() / 86_400))
        out.append(
            StageHistory(
                opportunity=row, from_stage=before, to_stage=stage, at=at, amount=row.amount, currency=row.currency,
                probability=stage.probability, expected_close=_expected(way, opened, at).date(),
                days_in_stage=None if spent is None else spent.quantize(Decimal("0.001")),
                backward=before is not None and stage.position < before.position, category=stage.category,
                reason=row.reason if stage.kind == "lost" else "", owner_id=row.owner_id,
            )
        )  # fmt: skip
        if kind == 0:
            before, since = stage, at
    return out


def _forecasts_then(actor: Actor) -> int:
    """What the weeks before would have kept, as the ledger tells it."""
    today = current().today()
    monday = today - timedelta(days=today.weekday())
    ledger: dict[int, list[StageHistory]] = {}
    for step in StageHistory.objects.select_related("to_stage").order_by("at", "id"):
        ledger.setdefault(step.opportunity_id, []).append(step)
    mondays = [day for n in range(26) if (day := monday - timedelta(days=7 * n)) < today]
    rows = []
    for day in mondays:
        for steps in ledger.values():
            past = [step for step in steps if step.at.date() < day]
            if past and past[-1].to_stage.kind == "open":
                last = past[-1]
                rows.append(
                    ForecastSnapshot(
                        taken_on=day, opportunity_id=last.opportunity_id, owner_id=last.owner_id,
                        category=last.category or last.to_stage.category, amount=last.amount,
                        probability=last.probability / 100, expected_close=last.expected_close,
                    )
                )  # fmt: skip
    with acting(actor):
        ForecastSnapshot.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(mondays)

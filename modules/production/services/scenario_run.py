"""Calculating a what-if: planning with its changes and without, in one snapshot, and keeping what came of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.errors import PlanningRuns
from modules.production.models import Scenario, ScenarioChange, ScenarioLine
from modules.production.rules.buckets import Bucket, buckets
from modules.production.selectors.outlook import Exceptional, LineDay, Outlook, outlook
from modules.production.selectors.scenario_seen import seen_now
from modules.production.services.scenario_branch import lay_over, snapshot
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.jobs.models import Job
from tenon.jobs.services import job_start, jobs_of
from tenon.problems import StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

KIND = "modules.production.tasks.run_scenario"
WEEKS = 12
SHOWN = 200  # exceptions kept
ZERO, CENT = Decimal(0), Decimal("0.01")
Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class Compared:
    """What calculating found; `seen`: change → what it stands on."""

    versions: dict[int, int]
    seen: dict[int, dict[str, Any]]
    among: list[Bucket]
    base: Outlook
    branch: Outlook
    extra: Decimal


def scenario_start(*, actor: Actor, scenario: Scenario) -> Job:
    """Starts the job; who asks twice follows the one that is under way. Raises Forbidden, PlanningRuns when somebody
    else's is, StateRefused without changes."""
    actor.require("production.scenario.update")
    if not scenario.changes.exists():
        raise StateRefused(_("Say first what would be otherwise"))
    given = {"scenario": scenario.pk}
    active = Job.objects.filter(kind=KIND, arguments=given, state__in=(Job.State.QUEUED, Job.State.RUNNING)).first()
    if active is None:
        return job_start(
            actor=actor, kind=KIND, title=pgettext_lazy("scenario", "What-if: %s") % scenario.name, arguments=given
        )
    if not jobs_of(actor).filter(pk=active.pk).exists():
        raise PlanningRuns()
    return active


def scenario_calculate(*, actor: Actor, scenario: int, tell: Tell = lambda _share, _words: None) -> Scenario:
    """Plans as of now without the changes and with those that are not applied yet, and keeps the difference with the
    scenario: nothing else is written, and PostgreSQL refuses it while the branch stands. `tell` hears the share that is
    done and what is being done, and may raise to stop it: then nothing is kept.

    Raises Forbidden, StateRefused where a change was made meanwhile."""
    actor.require("production.scenario.update")
    words, branch_words = str(_("Planning without the changes")), str(_("Planning with the changes"))
    among = buckets(current().today(), "week", WEEKS)
    with snapshot():
        changes = list(
            ScenarioChange.objects.filter(scenario=scenario, applied_at__isnull=True)
            .select_related("product", "party", "work_centre").order_by("pk")
        )  # fmt: skip
        seen = {change.pk: seen_now(change) for change in changes}
        base = outlook(among, lambda share: tell(0.45 * share, words))
        lay_over(changes)
        branch = outlook(among, lambda share: tell(0.5 + 0.45 * share, branch_words))
    tell(0.97, str(_("Writing down what was found")))
    found = Compared({c.pk: c.version for c in changes}, seen, among, base, branch, _hours_cost(changes))
    return _scenario_keep(actor=actor, scenario=scenario, found=found)


@service("production.scenario.update")
def _scenario_keep(*, actor: Actor, scenario: int, found: Compared) -> Scenario:
    row = Scenario.objects.select_for_update().get(pk=scenario)
    changes = list(row.changes.select_for_update().filter(applied_at__isnull=True).order_by("pk"))
    if {c.pk: c.version for c in changes} != found.versions:
        raise StateRefused(_("The changes were changed meanwhile; calculate again"))
    for change in changes:
        change.seen = found.seen[change.pk]
        change.save(update_fields=["seen"])
    row.lines.all().delete()
    lines = _lines(row, found)
    ScenarioLine.objects.bulk_create(lines, batch_size=2_000)
    row.earlier = sum(line.verdict == "earlier" for line in lines)
    row.later = sum(line.verdict == "later" for line in lines)
    row.outcome = _outcome(found)
    row.state, row.planned_at = Scenario.State.DONE, timezone.now()
    row.save()
    return row


def _hours_cost(changes: list[ScenarioChange]) -> Decimal:
    """Hours of overtime at what an hour of them costs, all machines of the work centre together."""
    total = ZERO
    for c in changes:
        if c.kind == ScenarioChange.Kind.OVERTIME and c.price and c.starts_at and c.ends_at:
            total += Decimal(int((c.ends_at - c.starts_at).total_seconds())) / 3600 * c.price
    return total.quantize(CENT)


def _lines(row: Scenario, found: Compared) -> list[ScenarioLine]:
    made = []
    for pk in sorted({*found.base.lines, *found.branch.lines}):
        was, now = found.base.lines.get(pk), found.branch.lines.get(pk)
        told = now or was
        assert told is not None
        made.append(
            ScenarioLine(
                scenario=row, order_line=pk, label=told.label, product_id=told.product,
                base_quantity=was.quantity if was else None, quantity=now.quantity if now else None,
                base_needed=was.needed_on if was else None, needed=now.needed_on if now else None,
                base_on=was.on if was else None, on=now.on if now else None, verdict=_verdict(was, now),
            )
        )  # fmt: skip
    return made


def _verdict(was: LineDay | None, now: LineDay | None) -> str:
    if was is None:
        return "new"
    if now is None:
        return "off"
    before, after = was.on or date.max, now.on or date.max
    return "same" if before == after else "earlier" if after < before else "later"


def _outcome(found: Compared) -> dict[str, Any]:
    base, branch = found.base, found.branch
    gone, new = _difference(base.exceptions, branch.exceptions), _difference(branch.exceptions, base.exceptions)
    names = Product.objects.in_bulk({e.product for e in (*gone, *new)})
    return {
        "today": current().today().isoformat(),
        "weeks": [{"since": b.since.isoformat(), "until": b.until.isoformat()} for b in found.among],
        "base": _figures(base, ZERO),
        "branch": _figures(branch, found.extra),
        "exceptions": [_exception(e, "gone", names) for e in gone] + [_exception(e, "new", names) for e in new],
        "centres": [
            {
                "id": pk, "code": centre.code, "name": centre.name,
                "base": _texts(base.centres[pk].asked) if pk in base.centres else [],
                "base_capacity": _texts(base.centres[pk].capacity) if pk in base.centres else [],
                "branch": _texts(centre.asked), "branch_capacity": _texts(centre.capacity),
            }
            for pk, centre in branch.centres.items()
        ],
    }  # fmt: skip


def _difference(of: dict[Hashable, Exceptional], other: dict[Hashable, Exceptional]) -> list[Exceptional]:
    return [e for key, e in of.items() if other.get(key) != e][:SHOWN]


def _exception(e: Exceptional, change: str, names: dict[int, Product]) -> dict[str, Any]:
    product = names[e.product]
    return {
        "change": change, "kind": e.kind, "label": e.label, "quantity": str(e.quantity),
        "product": {"id": e.product, "label": product.code, "name": product.name},
        "due_on": e.due_on and e.due_on.isoformat(), "needed_on": e.needed_on and e.needed_on.isoformat(),
    }  # fmt: skip


def _figures(of: Outlook, extra: Decimal) -> dict[str, Any]:
    late = sum(line.on is None or line.on > line.needed_on for line in of.lines.values())
    purchase, making = of.purchase.quantize(CENT), of.making.quantize(CENT)
    return {
        "lines": len(of.lines), "late": late, "exceptions": len(of.exceptions), "proposals": of.proposals,
        "late_proposals": of.late, "purchase": str(purchase), "making": str(making), "extra": str(extra),
        "cost": str(purchase + making + extra),
        **{name: _texts(of.worth[name]) for name in ("stock", "paid", "received", "cash")},
        "opening": str(of.worth["opening"]),
    }  # fmt: skip


def _texts(values: list[Decimal]) -> list[str]:
    return [str(value) for value in values]

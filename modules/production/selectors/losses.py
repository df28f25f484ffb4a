"""What work centres lost, from what was reported: effectiveness, scrap and downtime by reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from modules.production.models import Downtime, ProductionReport, WorkCentre
from modules.production.rules.oee import NotPlausible, effectiveness
from modules.production.rules.work_time import Span, merged, minutes_of, within, without
from modules.production.selectors.working_time import working_times
from tenon.tenancy.context import current

ZERO = Decimal(0)
FOUR, TWO = Decimal("0.0001"), Decimal("0.01")


def losses(since: date, until: date) -> dict[str, Any]:
    """[since, until] of the company's days, as far as they have passed. Each work centre with its shares, or with what
    contradicts and the record that says so; scrap and downtime by reason, the greatest first."""
    zone = current().now().tzinfo
    start = datetime.combine(since, time(), zone)
    end = min(datetime.combine(until + timedelta(days=1), time(), zone), timezone.now())
    centres = list(WorkCentre.objects.filter(is_active=True).order_by("code"))
    worked = working_times(centres, start, end) if end > start else {c.pk: [] for c in centres}
    reports = ProductionReport.objects.filter(reported_on__range=(since, until), work_centre__isnull=False)
    stood = _downtimes(start, end, worked)
    rows = []
    for centre in centres:
        rows.append(_centre(centre, worked[centre.pk], reports, stood))
    scrap = (
        reports.filter(scrap__gt=0)
        .values(label=F("reason__name"))
        .annotate(quantity=Sum("scrap"))
        .order_by("-quantity")
    )
    by_reason: dict[str, Decimal] = defaultdict(Decimal)
    for (_centre_id, reason), spans in stood.items():
        by_reason[reason] += sum((minutes_of(x) for x in spans), ZERO)
    return {
        "results": rows,
        "scrap": [{"reason": s["label"] or _("No reason"), "quantity": s["quantity"]} for s in scrap],
        "downtime": [
            {"reason": reason, "minutes": minutes.quantize(TWO)}
            for reason, minutes in sorted(by_reason.items(), key=lambda x: (-x[1], x[0]))
            if minutes
        ],
    }


def _downtimes(
    start: datetime, end: datetime, worked: Mapping[int, list[Span]]
) -> dict[tuple[int, str], list[list[Span]]]:
    """(work centre, reason) → spans of each downtime inside planned time: a stop at night is no loss."""
    found: dict[tuple[int, str], list[list[Span]]] = defaultdict(list)
    rows = Downtime.objects.select_related("reason").filter(started_at__lt=end).exclude(ended_at__lte=start)
    for row in rows:
        planned = worked.get(row.work_centre_id)
        if planned:
            span = within([(row.started_at, row.ended_at or end)], start, end)
            found[row.work_centre_id, row.reason.name].append(_both(planned, span))
    return found


def _both(spans: list[Span], others: list[Span]) -> list[Span]:
    return without(spans, without(spans, merged(others)))


def _centre(centre: WorkCentre, worked: list[Span], reports: Any, stood: Mapping[Any, Any]) -> dict[str, Any]:
    mine = reports.filter(work_centre=centre)
    sums = mine.aggregate(run=Sum("machine_minutes"), good=Sum("good"), scrap=Sum("scrap"), rework=Sum("rework"))
    good, run = sums["good"] or ZERO, sums["run"] or ZERO
    total = good + (sums["scrap"] or ZERO) + (sums["rework"] or ZERO)
    planned = minutes_of(worked) * centre.machines
    each = F("order_operation__run_minutes") * (F("good") + F("scrap") + F("rework"))
    ideal = (mine.filter(order_operation__isnull=False).aggregate(x=Sum(each))["x"] or ZERO) * 100 / centre.efficiency
    down = sum((minutes_of(x) for (pk, _r), spans in stood.items() if pk == centre.pk for x in spans), ZERO)
    row: dict[str, Any] = {
        "id": centre.pk, "code": centre.code, "name": centre.name, "planned": planned.quantize(TWO),
        "run": run.quantize(TWO), "down": down.quantize(TWO), "good": good, "total": total,
        "availability": None, "performance": None, "quality": None, "oee": None, "error": None,
    }  # fmt: skip
    try:
        found = effectiveness(planned, run, ideal, total, good)
    except NotPlausible as wrong:
        row["error"] = _named(wrong, mine, planned)
        return row
    if found is not None:
        for name in ("availability", "performance", "quality", "oee"):
            row[name] = getattr(found, name).quantize(FOUR)
    return row


def _named(wrong: NotPlausible, reports: Any, planned: Decimal) -> dict[str, Any]:
    """What contradicts, with the report that contributes most to it."""
    if wrong.share == "availability":
        worst = reports.order_by("-machine_minutes").first()
        text = _(
            "Machines ran longer than they were planned for (%(minutes)s min): shifts are missing, or a time is wrong"
        )
        words = {"minutes": f"{planned.quantize(TWO):f}"}
    else:
        each = F("order_operation__run_minutes") * (F("good") + F("scrap") + F("rework")) - F("machine_minutes")
        worst = reports.filter(order_operation__isnull=False).annotate(over=each).order_by("-over").first()
        worst = worst or reports.order_by("-good").first()
        text, words = (
            _("More was made than the standard times allow: a standard time is too long, or time was not reported"),
            {},
        )
    return {
        "share": wrong.share,
        "text": text % words,
        "record": {
            "entity": "production.report",
            "id": worst.pk,
            "label": f"{worst.order.number} · {worst.reported_on}",
        }
        if worst
        else None,
    }

"""Control charts from the readings of inspections."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q

from modules.production.models import Characteristic, InspectionCheck
from modules.production.rules.control_charts import LARGEST, Chart, attributes, capability, individuals, xbar_r
from tenon.tenancy.context import current

SIX = Decimal("0.000001")
MOST = 200  # points: what a page can show


def chartable() -> list[dict[str, Any]]:
    """Characteristics that something was found of, the last looked at first."""
    rows = (
        Characteristic.objects.select_related("plan__product")
        .annotate(
            found=Count("checks", filter=Q(checks__values__isnull=False) | Q(checks__bad_pieces__isnull=False)),
            last=Max("checks__id"),
        )
        .filter(found__gt=0)
        .order_by("-last")
    )
    return [
        {"id": c.pk, "label": c.name, "plan": c.plan.name, "kind": c.kind, "count": c.found}
        for c in rows[:MOST]
    ]  # fmt: skip


def control_chart(characteristic: Characteristic, since: date, until: date) -> dict[str, Any]:
    """The charts of a characteristic with what is on them: X̄-R where samples are of 2 to 25 pieces, single readings
    with moving ranges where they are of one, means as single readings where they are larger; p or np of what is good or
    bad. Samples of another size than most are left out, and counted. The last 200."""
    zone = current().now().tzinfo
    rows = (
        InspectionCheck.objects.filter(
            characteristic=characteristic,
            inspection__created_at__gte=datetime.combine(since, time(), zone),
            inspection__created_at__lt=datetime.combine(until + timedelta(days=1), time(), zone),
        )
        .select_related("inspection")
        .order_by("-inspection_id", "id")
    )
    if characteristic.kind == Characteristic.Kind.ATTRIBUTE:
        looked = list(rows.filter(bad_pieces__isnull=False)[:MOST])[::-1]
        counts = [(len(c.bad_pieces or ()), c.inspection.sample_size) for c in looked]
        charts = [_out(attributes(counts), looked)] if len(counts) > 1 else []
        return {"charts": charts, "left_out": 0, "readings": None}
    measured = [c for c in rows.filter(values__isnull=False)[:MOST] if c.values][::-1]
    sizes = Counter(len(c.values or ()) for c in measured)
    size = sizes.most_common(1)[0][0] if sizes else 0
    kept = [c for c in measured if len(c.values or ()) == size]
    if len(kept) < 2:
        return {"charts": [], "left_out": len(measured) - len(kept), "readings": None}
    samples = [list(c.values or ()) for c in kept]
    alone = size == 1 or size > LARGEST
    found = individuals([sum(s, Decimal(0)) / size for s in samples]) if alone else xbar_r(samples)
    every = [value for sample in samples for value in sample]
    mean = found.main.points[0].centre
    last = kept[-1]
    cp, cpk = (None, None) if size > LARGEST else capability(mean, found.sigma, last.lower, last.upper)
    return {
        "charts": [_out(found.main, kept), _out(found.spread, kept[1:] if alone else kept)],
        "left_out": len(measured) - len(kept),
        "readings": {
            "count": len(every), "size": size, "mean": mean.quantize(SIX), "sigma": found.sigma.quantize(SIX),
            "low": min(every), "high": max(every), "lower": last.lower, "upper": last.upper, "unit": last.unit,
            "cp": None if cp is None else cp.quantize(Decimal("0.01")),
            "cpk": None if cpk is None else cpk.quantize(Decimal("0.01")),
        },
    }  # fmt: skip


def _out(chart: Chart, checks: list[InspectionCheck]) -> dict[str, Any]:
    return {
        "kind": chart.kind,
        "signals": chart.signals,
        "points": [
            {
                "inspection": {"id": check.inspection_id, "label": check.inspection.number},
                "lot": check.inspection.lot,
                "value": point.value.quantize(SIX),
                "lower": point.lower.quantize(SIX),
                "centre": point.centre.quantize(SIX),
                "upper": point.upper.quantize(SIX),
                "tests": list(point.tests),
            }
            for point, check in zip(chart.points, checks, strict=True)
        ],
    }

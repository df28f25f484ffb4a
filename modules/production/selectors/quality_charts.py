"""Control charts from the readings of inspections."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from modules.production.models import Characteristic, InspectionCheck
from modules.production.rules.control_charts import (
    LARGEST,
    Base,
    Chart,
    Measured,
    attributes,
    capability,
    individuals,
    xbar_r,
)
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
    bad. Samples of another size than most are left out, and counted. The last 200. Limits that were fixed from a base
    period hold for samples of its size (`base`); else they follow what is shown."""
    kept = characteristic.kept_limits or {}
    if characteristic.kind == Characteristic.Kind.ATTRIBUTE:
        looked = _looked(characteristic, since, until)
        counts = _counts(looked)
        base = Base(Decimal(kept["centre"])) if kept else None
        charts = [_out(attributes(counts, base), looked)] if len(counts) > 1 else []
        return {"charts": charts, "left_out": 0, "readings": None, "base": kept or None}
    measured = _measured(characteristic, since, until)
    checks, size = _of_one_size(measured)
    if len(checks) < 2:
        return {"charts": [], "left_out": len(measured) - len(checks), "readings": None, "base": kept or None}
    samples = [list(c.values or ()) for c in checks]
    base = Base(Decimal(kept["centre"]), Decimal(kept["spread"])) if kept.get("size") == size else None
    found, shown = _charted(samples, size, None), _charted(samples, size, base)
    every = [value for sample in samples for value in sample]
    mean = found.main.points[0].centre
    last = checks[-1]
    cp, cpk = (None, None) if size > LARGEST else capability(mean, found.sigma, last.lower, last.upper)
    return {
        "charts": [_out(shown.main, checks), _out(shown.spread, checks[1:] if _alone(size) else checks)],
        "left_out": len(measured) - len(checks),
        "base": kept if base else None,
        "readings": {
            "count": len(every), "size": size, "mean": mean.quantize(SIX), "sigma": found.sigma.quantize(SIX),
            "low": min(every), "high": max(every), "lower": last.lower, "upper": last.upper, "unit": last.unit,
            "cp": None if cp is None else cp.quantize(Decimal("0.01")),
            "cpk": None if cpk is None else cpk.quantize(Decimal("0.01")),
        },
    }  # fmt: skip


def base_of(characteristic: Characteristic, since: date, until: date) -> dict[str, Any] | None:
    """What a base period says: the centre and the spread that limits are worked out from, as they are kept. None with
    fewer than two samples."""
    told = {"since": since.isoformat(), "until": until.isoformat()}
    if characteristic.kind == Characteristic.Kind.ATTRIBUTE:
        counts = _counts(_looked(characteristic, since, until))
        if len(counts) < 2:
            return None
        share = Decimal(sum(bad for bad, _n in counts)) / sum(n for _b, n in counts)
        return {**told, "samples": len(counts), "size": 0, "centre": str(share), "spread": "0"}
    checks, size = _of_one_size(_measured(characteristic, since, until))
    if len(checks) < 2:
        return None
    found = _charted([list(c.values or ()) for c in checks], size, None)
    centre, spread = found.main.points[0].centre, found.spread.points[0].centre
    return {**told, "samples": len(checks), "size": size, "centre": str(centre), "spread": str(spread)}


def _rows(characteristic: Characteristic, since: date, until: date) -> QuerySet[InspectionCheck]:
    zone = current().now().tzinfo
    rows = InspectionCheck.objects.filter(
        characteristic=characteristic,
        inspection__created_at__gte=datetime.combine(since, time(), zone),
        inspection__created_at__lt=datetime.combine(until + timedelta(days=1), time(), zone),
    )
    return rows.select_related("inspection").order_by("-inspection_id", "id")


def _looked(characteristic: Characteristic, since: date, until: date) -> list[InspectionCheck]:
    return list(_rows(characteristic, since, until).filter(bad_pieces__isnull=False)[:MOST])[::-1]


def _counts(looked: list[InspectionCheck]) -> list[tuple[int, int]]:
    return [(len(c.bad_pieces or ()), c.inspection.sample_size) for c in looked]


def _measured(characteristic: Characteristic, since: date, until: date) -> list[InspectionCheck]:
    rows = _rows(characteristic, since, until).filter(values__isnull=False)[:MOST]
    return [c for c in rows if c.values][::-1]


def _of_one_size(measured: list[InspectionCheck]) -> tuple[list[InspectionCheck], int]:
    """Those of the size that most have."""
    sizes = Counter(len(c.values or ()) for c in measured)
    size = sizes.most_common(1)[0][0] if sizes else 0
    return [c for c in measured if len(c.values or ()) == size], size


def _alone(size: int) -> bool:
    return size == 1 or size > LARGEST


def _charted(samples: list[list[Decimal]], size: int, base: Base | None) -> Measured:
    if _alone(size):
        return individuals([sum(s, Decimal(0)) / size for s in samples], base)
    return xbar_r(samples, base)


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

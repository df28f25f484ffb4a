"""Figures of quality (质量统计): first-pass yield by operation and rolled, ppm by supplier and product, causes,
months."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import TruncMonth

from modules.production.models import Inspection, NonConformance, ProductionReport
from modules.production.models.quality import Stage
from modules.production.rules.quality_figures import first_pass, parts_per_million, rolled
from modules.shared.data.models import Product

ZERO = Decimal(0)
JUDGED = (Inspection.Status.ACCEPTED, Inspection.Status.REJECTED, Inspection.Status.CONCEDED)
MOST = 50


def quality_figures(since: date, until: date, *, cost: bool) -> dict[str, Any]:
    """[since, until] of the company's days. A constant number of queries."""
    return {
        "yields": _yields(since, until),
        "suppliers": _ppm(since, until, "supplier", "supplier__name", Stage.INCOMING),
        "products": _ppm(since, until, "product", "product__code", None),
        "causes": _causes(since, until),
        "nonconformances": _by_cause(since, until, cost),
        "months": _months(until, cost),
        "cost": _cost(since, until) if cost else None,
    }


def _first(since: date, until: date) -> QuerySet[ProductionReport]:
    """Reports of pieces that came through for the first time: rework is none."""
    rows = ProductionReport.objects.filter(reported_on__range=(since, until), order_operation__rework_of__isnull=True)
    return rows.filter(Q(good__gt=0) | Q(scrap__gt=0) | Q(rework__gt=0))


def _yields(since: date, until: date) -> list[dict[str, Any]]:
    """Each product with its operations in order, and what they make together."""
    rows = (
        _first(since, until)
        .values("order__product_id", "order_operation__position", "order_operation__name")
        .annotate(ok=Sum("good"), lost=Sum("scrap"), again=Sum("rework"))
        .order_by("order__product_id", "order_operation__position", "order_operation__name")
    )
    steps: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        entered = row["ok"] + row["lost"] + row["again"]
        steps[row["order__product_id"]].append(
            {
                "operation": row["order_operation__name"] or "",
                "entered": entered,
                "good": row["ok"],
                "scrap": row["lost"],
                "rework": row["again"],
                "first_pass": first_pass(row["ok"], entered),
            }
        )
    products = Product.objects.in_bulk(steps)
    found: list[dict[str, Any]] = [
        {
            "product": {"id": pk, "label": products[pk].code, "name": products[pk].name},
            "operations": operations,
            "rolled": rolled([step["first_pass"] for step in operations]),
        }
        for pk, operations in steps.items()
    ]
    return sorted(found, key=lambda row: (row["rolled"], row["product"]["label"]))[:MOST]


def _judged(since: date, until: date) -> QuerySet[Inspection]:
    """Verdicts of a period; an inspection of the same goods again does not count twice."""
    return Inspection.objects.filter(judged_on__range=(since, until), status__in=JUDGED, repeat_of__isnull=True)


# Refused at first sight: conceded lots were refused, too.
_REFUSED = Sum(Case(When(status=Inspection.Status.ACCEPTED, then=0), default=1))


def _ppm(since: date, until: date, key: str, label: str, stage: str | None) -> list[dict[str, Any]]:
    rows = _judged(since, until).filter(**{f"{key}__isnull": False})
    if stage is not None:
        rows = rows.filter(stage=stage)
    sums = rows.values(f"{key}_id", label).annotate(
        lots=Count("pk"), refused=_REFUSED, looked=Sum("sample_size"), bad_pieces=Sum("bad")
    )
    found = [
        {
            key: {"id": row[f"{key}_id"], "label": row[label]},
            "lots": row["lots"],
            "refused": row["refused"],
            "looked": row["looked"],
            "bad": row["bad_pieces"],
            "ppm": parts_per_million(row["bad_pieces"], row["looked"]),
        }
        for row in sums.order_by(label)
    ]
    return sorted(found, key=lambda row: (-row["ppm"], row[key]["label"]))[:MOST]


def _causes(since: date, until: date) -> list[dict[str, Any]]:
    """Pieces that were scrapped or sent to rework, by the reason that the floor gave."""
    rows = (
        ProductionReport.objects.filter(reported_on__range=(since, until))
        .filter(Q(scrap__gt=0) | Q(rework__gt=0))
        .values(label=F("reason__name"))
        .annotate(quantity=Sum(F("scrap") + F("rework")))
        .order_by("-quantity", "label")
    )
    return [{"cause": row["label"], "quantity": row["quantity"]} for row in rows]


def _found(since: date, until: date) -> QuerySet[NonConformance]:
    rows = NonConformance.objects.filter(found_on__range=(since, until))
    return rows.exclude(status=NonConformance.Status.CANCELLED)


def _by_cause(since: date, until: date, cost: bool) -> list[dict[str, Any]]:
    rows = _found(since, until).values(label=F("cause__name")).annotate(count=Count("pk"), lost=Sum("cost"))
    return [
        {"cause": row["label"], "count": row["count"], "cost": row["lost"] if cost else None}
        for row in rows.order_by("-lost" if cost else "-count", "-count", "label")
    ]


def _cost(since: date, until: date) -> Decimal:
    return _found(since, until).aggregate(sum=Sum("cost"))["sum"] or ZERO


def _months(until: date, cost: bool) -> list[dict[str, Any]]:
    """The last twelve months to `until`, those without anything too."""
    first = date(until.year - 1, until.month, 1)
    first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    starts = [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(12)]
    looked = {
        row["month"]: (row["looked"], row["bad_pieces"])
        for row in _judged(first, until)
        .filter(stage=Stage.INCOMING)
        .annotate(month=TruncMonth("judged_on"))
        .values("month")
        .annotate(looked=Sum("sample_size"), bad_pieces=Sum("bad"))
        .order_by()
    }
    made = {
        row["month"]: (row["ok"], row["ok"] + row["lost"] + row["again"])
        for row in _first(first, until)
        .annotate(month=TruncMonth("reported_on"))
        .values("month")
        .annotate(ok=Sum("good"), lost=Sum("scrap"), again=Sum("rework"))
        .order_by()
    }
    found = {
        row["month"]: (row["count"], row["lost"])
        for row in _found(first, until)
        .annotate(month=TruncMonth("found_on"))
        .values("month")
        .annotate(count=Count("pk"), lost=Sum("cost"))
        .order_by()
    }
    out = []
    for month in starts:
        good, entered = made.get(month, (ZERO, ZERO))
        pieces, bad = looked.get(month, (0, 0))
        count, lost = found.get(month, (0, ZERO))
        out.append(
            {
                "month": month,
                "ppm": parts_per_million(bad, pieces) if pieces else None,
                "first_pass": first_pass(good, entered) if entered else None,
                "count": count,
                "cost": lost if cost else None,
            }
        )
    return out

"""The months of the overhead pools, before and after they are posted."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.api.serializers import money
from modules.finance.models import OverheadPool, OverheadRun
from modules.finance.selectors.overhead import PoolMonth, pool_month
from modules.shared.data.models import Product
from tenon.api.authentication import actor_of
from tenon.tenancy.context import current


class MonthQuery(serializers.Serializer):
    """Any day of the month; left out, the present one."""

    month = serializers.DateField(required=False)


class OverheadMonthView(APIView):
    """What each pool cost in a month, what was charged, the variances, and who bears the difference or would."""

    @extend_schema(operation_id="v1_finance_overhead_month", parameters=[MonthQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.overhead_run.view")
        asked = MonthQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        month = (asked.validated_data.get("month") or current().today()).replace(day=1)
        runs = {
            run.pool_id: run
            for run in OverheadRun.objects.filter(month=month, status=OverheadRun.Status.POSTED).select_related("entry")
        }
        found = [
            pool_month(pool, month)
            for pool in OverheadPool.objects.filter(is_active=True)
            .select_related("account", "absorbed_account", "target_account")
            .order_by("name")
        ]
        names = dict(
            Product.objects.filter(pk__in={s.product_id for x in found for s in x.shares}).values_list("pk", "code")
        )
        rows: list[dict[str, Any]] = []
        for x in found:
            run = runs.get(x.pool.pk)
            rows.append(
                {
                    "pool": {"id": x.pool.pk, "label": x.pool.name}, "driver": x.pool.get_driver_display(),
                    "target": str(x.pool.target_account),
                    "used": f"{round(x.used, 2):f}", "capacity": f"{x.pool.capacity:f}",
                    "planned": money(x.pool.planned),
                    "actual": money(x.actual), "absorbed": money(x.absorbed), "difference": money(x.difference),
                    "spending": money(x.variances.spending), "volume": money(x.variances.volume),
                    "efficiency": money(x.variances.efficiency),
                    "run": run and _run(run, x),
                    "shares": [
                        {
                            "product": {"id": s.product_id, "label": names[s.product_id]},
                            "order": s.order and {"entity": s.order.entity, "id": s.order.id, "label": s.order.label},
                            "used": f"{round(s.used, 2):f}", "amount": money(s.amount),
                        }
                        for s in x.shares
                    ],
                }
            )  # fmt: skip
        return Response({"currency": current().currency, "month": month, "results": rows})


def _run(run: OverheadRun, found: PoolMonth) -> dict[str, Any]:
    """`changed`: since it was posted more was collected or charged."""
    return {
        "id": run.pk, "label": str(run), "entry": run.entry and {"id": run.entry.pk, "label": run.entry.number},
        "changed": (run.actual, run.absorbed) != (found.actual, found.absorbed),
    }  # fmt: skip

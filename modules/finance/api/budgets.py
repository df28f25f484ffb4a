"""The table of a budget, budget and actual, and where a document stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.api.serializers import money
from modules.finance.models import Account, Budget
from modules.finance.models.account import CONTROLLED
from modules.finance.rules.depreciation import month_end
from modules.finance.selectors.budget_lines import row_commitments, row_months, row_postings
from modules.finance.selectors.budgets import BudgetRow, budget_rows, budget_standing, months_of, order_item
from modules.finance.services.budget_control import document_standing
from modules.finance.services.budgets import budget_fill
from modules.shared.contracts.budget import BudgetItem, OpenRequests
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine
from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.ports import find_all
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current

KEY: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
ZERO = Decimal(0)


class CellIn(serializers.Serializer):
    account = serializers.IntegerField(**KEY)
    department = serializers.IntegerField(required=False, allow_null=True, default=None, **KEY)
    month = serializers.DateField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)


class CellsIn(serializers.Serializer):
    """Cells of the table that changed; no amount empties a cell."""

    cells = CellIn(many=True, max_length=5000)  # type: ignore[call-arg]  # a keyword of its list


class ActualQuery(serializers.Serializer):
    """Which budget (left out: the one in force), up to which month."""

    budget = serializers.IntegerField(required=False, **KEY)
    until = serializers.DateField(required=False)


class LinesQuery(serializers.Serializer):
    """Behind a figure: a row of the budget over some months."""

    account = serializers.IntegerField(**KEY)
    department = serializers.IntegerField(required=False, **KEY)
    since = serializers.DateField()
    to = serializers.DateField()


class RowQuery(serializers.Serializer):
    """A row of a budget."""

    account = serializers.IntegerField(**KEY)
    department = serializers.IntegerField(required=False, **KEY)


class DocumentQuery(serializers.Serializer):
    """A purchase order or requisition."""

    entity = serializers.CharField(max_length=80)
    id = serializers.IntegerField(**KEY)


def _query(serializer: Any, request: Request) -> dict[str, Any]:
    asked = serializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _budget(pk: int) -> Budget:
    budget = Budget.objects.select_related("year").filter(pk=pk).first()
    if budget is None:
        raise NotFound
    return budget


def _actor(request: Request, permission: str = "finance.budget.view") -> Actor:
    actor = actor_of(request)
    actor.require(permission)
    return actor


def _head(budget: Budget) -> dict[str, Any]:
    return {
        "id": budget.pk, "label": str(budget), "status": budget.status, "version": budget.version,
        "control": budget.get_control_display(), "reach": budget.get_reach_display(),
        "year": {"id": budget.year_id, "label": budget.year.name},
    }  # fmt: skip


def _place(row: BudgetRow) -> dict[str, Any]:
    account = row.account
    return {
        "account": {"id": account.pk, "label": str(account), "type": account.type},
        "department": row.department_id and {"id": row.department_id, "label": row.department},
    }


class BudgetGridView(APIView):
    """The table: a row per account and department, a column per month."""

    @extend_schema(operation_id="v1_finance_budget_grid", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, budget_id: int) -> Response:
        _actor(request)
        return Response(self._grid(_budget(budget_id)))

    @extend_schema(operation_id="v1_finance_budget_fill", request=CellsIn, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, budget_id: int) -> Response:
        actor = _actor(request, "finance.budget.update")
        budget = _budget(budget_id)
        given = CellsIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(self._grid(budget_fill(actor=actor, budget=budget, cells=given.validated_data["cells"])))

    @staticmethod
    def _grid(budget: Budget) -> dict[str, Any]:
        months = months_of(budget)
        groups = set(Account.objects.exclude(parent=None).values_list("parent_id", flat=True))
        planned = [
            a for a in Account.objects.filter(is_active=True).order_by("code")
            if a.type in ("revenue", "expense", "cost") or a.control == Account.Control.STOCK or a.control == ""
            if a.control not in CONTROLLED - {"stock"}
        ]  # fmt: skip
        return {
            "budget": _head(budget),
            "currency": current().currency,
            "months": months,
            "rows": [
                {**_place(row), "amounts": [money(row.planned.get(m)) for m in months]} for row in budget_rows(budget)
            ],
            "accounts": [
                {"id": a.pk, "code": a.code, "label": str(a), "type": a.type, "group": a.pk in groups} for a in planned
            ],
            "departments": [{"id": d.pk, "label": str(d)} for d in Department.objects.order_by("name")],
        }  # fmt: skip


class BudgetLastYearView(APIView):
    """What a row came to in the year before, month by month: to plan from."""

    @extend_schema(parameters=[RowQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, budget_id: int) -> Response:
        _actor(request)
        budget, asked = _budget(budget_id), _query(RowQuery, request)
        before = [date(m.year - 1, m.month, 1) for m in months_of(budget)]
        sums = row_months(asked["account"], asked.get("department"), before[0], month_end(before[-1]))
        return Response({"amounts": [money(sums.get(m, ZERO)) for m in before]})


class BudgetActualView(APIView):
    """Budget, actual and committed, up to a month and over the year."""

    @extend_schema(operation_id="v1_finance_budget_actual", parameters=[ActualQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        _actor(request)
        asked = _query(ActualQuery, request)
        budgets = list(Budget.objects.select_related("year").order_by("-year__starts_on", "-number"))
        today = current().today()
        budget = next(
            (
                b for b in budgets
                if (b.pk == asked["budget"] if "budget" in asked
                    else b.status == "in_force" and b.year.starts_on <= today <= b.year.ends_on)
            ),
            None,
        )  # fmt: skip
        if budget is None and "budget" in asked:
            raise NotFound
        out: dict[str, Any] = {
            "currency": current().currency, "budgets": [_head(b) for b in budgets], "budget": None, "rows": [],
            "months": [],
        }  # fmt: skip
        if budget is None:
            return Response(out)
        months = months_of(budget)
        until = asked.get("until") or min(max(today, months[0]), budget.year.ends_on)
        so_far = [m for m in months if m <= until]
        rows = []
        for row in budget_standing(budget):
            planned, actual, committed = (_sum(x, so_far) for x in (row.planned, row.actual, row.committed))
            rows.append(
                {
                    **_place(row), "budget": money(planned), "actual": money(actual), "committed": money(committed),
                    "left": money(planned - actual - committed), "year": money(_sum(row.planned, months)),
                    "year_left": money(_sum(row.planned, months) - actual - _sum(row.committed, months)),
                    "planned": [money(row.planned.get(m, ZERO)) for m in months],
                    "posted": [money(row.actual.get(m, ZERO)) for m in months],
                }
            )  # fmt: skip
        out |= {"budget": _head(budget), "months": months, "until": so_far[-1] if so_far else None, "rows": rows}
        return Response(out)


def _sum(amounts: dict[date, Decimal], months: list[date]) -> Decimal:
    return sum((amounts.get(m, ZERO) for m in months), ZERO)


class BudgetLinesView(APIView):
    """Behind a figure: the postings of a row over some months, and what is ordered or asked for."""

    @extend_schema(operation_id="v1_finance_budget_lines", parameters=[LinesQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = _actor(request)
        actor.require("finance.report.view")
        asked = _query(LinesQuery, request)
        place = (asked["account"], asked.get("department"), asked["since"], month_end(asked["to"]))
        postings = [
            {
                "id": x.pk, "entry": {"id": x.entry_id, "label": x.entry.number}, "entry_date": x.entry_date,
                "account": str(x.account), "narration": x.narration or x.entry.narration, "amount": money(amount),
                "source": x.entry.source_id and {
                    "entity": x.entry.source_entity, "id": x.entry.source_id, "label": x.entry.source_number,
                },
            }
            for x, amount in row_postings(*place)
        ]  # fmt: skip
        committed = [
            {
                "document": {"entity": x.document.entity, "id": x.document.id, "label": x.document.label},
                "month": x.month, "amount": money(x.amount),
            }
            for x in row_commitments(*place)
        ]  # fmt: skip
        return Response({"currency": current().currency, "postings": postings, "committed": committed})


class BudgetDocumentView(APIView):
    """Where a purchase order or requisition stands against the budgets in force."""

    @extend_schema(operation_id="v1_finance_budget_document", parameters=[DocumentQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = _actor(request)
        asked = _query(DocumentQuery, request)
        document = RecordRef(asked["entity"], asked["id"], "")
        rows = [
            {
                **_place(x.row), "month": x.month, "budget": money(x.planned), "actual": money(x.actual),
                "committed": money(x.committed), "wanted": money(x.wanted), "left": money(x.left),
                "control": x.budget.control, "reach": x.budget.get_reach_display(), "of": str(x.budget),
            }
            for x in document_standing(document, _items(actor, document))
        ]  # fmt: skip
        return Response({"currency": current().currency, "results": rows})


def _items(actor: Actor, document: RecordRef) -> list[BudgetItem]:
    if document.entity == "shared.purchase_order":
        seen = visible(actor, registry().entities[document.entity], PurchaseOrder.objects.all())
        if not seen.filter(pk=document.id).exists():
            raise NotFound
        lines = PurchaseOrderLine.objects.filter(order=document.id).select_related("order", "product")
        return [order_item(x) for x in lines]
    return [x for provider in find_all(OpenRequests) for x in provider.items(actor=actor, document=document)]

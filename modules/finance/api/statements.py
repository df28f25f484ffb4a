"""Financial statements: on the page, as XLSX, as PDF, and down to the accounts behind a figure."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import formats
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.api.serializers import money
from modules.finance.rules.layout import KINDS, LAYOUTS, LayoutRow
from modules.finance.rules.statement_paper import PaperRow, StatementPaper, statement_pdf
from modules.finance.selectors.ratios import ratios
from modules.finance.selectors.statements import Column, Statement, cash_lines, statement, statement_parts
from tenon.api.authentication import actor_of
from tenon.api.xlsx import write_xlsx
from tenon.tenancy.context import current

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StatementQuery(serializers.Serializer):
    """Which statement, of which days (the present month unless said), beside the year before or not."""

    kind = serializers.ChoiceField(choices=KINDS, default="balance_sheet")
    layout = serializers.ChoiceField(choices=[*LAYOUTS, ""], default="", required=False)
    since = serializers.DateField(required=False)
    to = serializers.DateField(required=False)
    compare = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        until: date = attrs.get("to") or current().today()
        since: date = attrs.get("since") or until.replace(day=1)
        if since > until:
            raise serializers.ValidationError({"since": "after the last day"})
        if since.year < 1900:
            raise serializers.ValidationError({"since": "too long ago"})
        return {**{k: attrs[k] for k in ("kind", "layout", "compare")}, "since": since, "until": until}


class PartsQuery(StatementQuery):
    """`key`: the row; `column`: the column, as the statement names them."""

    key = serializers.CharField(max_length=20)
    column = serializers.CharField(max_length=40)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**super().validate(attrs), "key": attrs["key"], "column": attrs["column"]}


class CashQuery(serializers.Serializer):
    since = serializers.DateField()
    to = serializers.DateField()


def _asked(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """What is asked, of who may ask."""
    actor_of(request).require("finance.report.view")
    query = serializer(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


def label_of(row: LayoutRow) -> str:
    return row.label_zh if chinese() else row.label


def title_of(kind: str) -> str:
    return {
        "balance_sheet": _("Balance sheet"), "income": _("Income statement"), "cash_flow": _("Cash flow statement"),
        "cash_flow_indirect": _("Cash flow statement (indirect)"),
    }[kind]  # fmt: skip


def column_label(column: Column) -> str:
    return {
        "end": _("End of period"), "year_start": _("Start of the year"), "previous_year": _("A year ago"),
        "year_to_date": _("Year to date"), "period": _("This period"),
        "previous_year_to_date": _("Year to date, a year ago"), "previous_period": _("Same period a year ago"),
    }[column.key]  # fmt: skip


class StatementView(APIView):
    """Balance sheet, income or cash flow."""

    @extend_schema(parameters=[StatementQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        found = statement(actor=actor_of(request), **_asked(StatementQuery, request))
        return Response(_out(found))


def _out(found: Statement) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "title": title_of(found.kind),
        "layout": found.layout,
        "layouts": found.layouts,
        "currency": current().currency,
        "columns": [
            {"key": c.key, "label": column_label(c), "since": c.since, "until": c.until} for c in found.columns
        ],
        "rows": [
            {
                "key": row.key, "kind": row.kind, "line": row.line, "label": label_of(row),
                "amounts": [money(figures[n].amount) for figures in found.figures],
                "opens": any(figures[n].parts for figures in found.figures),
            }
            for n, row in enumerate(found.rows)
        ],
        "difference": money(found.difference),
    }  # fmt: skip


class StatementPartsView(APIView):
    """The accounts behind a figure."""

    @extend_schema(parameters=[PartsQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        asked = _asked(PartsQuery, request)
        asked.pop("compare")
        column, parts = statement_parts(actor=actor_of(request), **asked)
        return Response(
            {
                "since": column.since,
                "until": column.until,
                "results": [
                    {
                        "account": {"id": p.account.pk, "code": p.account.code, "label": p.account.title},
                        "amount": money(p.amount),
                    }
                    for p in parts
                ],
            }
        )


class CashLinesView(APIView):
    """The entries that moved money for an account: behind a row of the cash flow."""

    @extend_schema(parameters=[CashQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, account_id: int) -> Response:
        asked = _asked(CashQuery, request)
        lines, more = cash_lines(
            actor=actor_of(request), since=asked["since"], until=asked["to"], account_id=account_id
        )
        return Response(
            {
                "results": [
                    {
                        "id": x.pk, "entry": {"id": x.entry_id, "label": x.entry.number}, "entry_date": x.entry_date,
                        "narration": x.narration or x.entry.narration, "debit": money(x.debit),
                        "credit": money(x.credit), "party": x.party.name if x.party else "",
                    }
                    for x in lines
                ],
                "more": more,
            }
        )  # fmt: skip


class StatementSheetView(APIView):
    """The statement as XLSX."""

    @extend_schema(parameters=[StatementQuery], responses={(200, XLSX): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        found = statement(actor=actor_of(request), **_asked(StatementQuery, request))
        heads = [title_of(found.kind), pgettext("statement", "Line"), *(_head(c) for c in found.columns)]
        rows = [
            [label_of(row), row.line, *([f[n].amount for f in found.figures] if row.kind != "section" else [])]
            for n, row in enumerate(found.rows)
        ]
        out = io.BytesIO()
        write_xlsx(out, heads, rows)
        return _file(out.getvalue(), XLSX, f"{found.kind}-{found.columns[0].until}.xlsx")


class StatementPaperView(APIView):
    """The statement as PDF."""

    @extend_schema(parameters=[StatementQuery], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        found = statement(actor=actor_of(request), **_asked(StatementQuery, request))
        form = {"balance_sheet": "会小企01表", "income": "会小企02表", "cash_flow": "会小企03表"}.get(found.kind, "")
        paper = StatementPaper(
            current().name, title_of(found.kind), form if found.layout == "statutory" and chinese() else "",
            _days(found), _("Unit: %(currency)s") % {"currency": current().currency},
            (pgettext("statement", "Item"), pgettext("statement", "Line"), *(column_label(c) for c in found.columns)),
            [_paper_row(found, n, row) for n, row in enumerate(found.rows)], chinese(),
        )  # fmt: skip
        return _file(statement_pdf(paper), "application/pdf", f"{found.kind}-{found.columns[0].until}.pdf")


def _head(column: Column) -> str:
    return f"{column_label(column)} {column.until}"


def _days(found: Statement) -> str:
    last = found.columns[0].until
    shown = formats.date_format(last, "Y年n月j日" if chinese() else "j F Y")
    return shown if found.kind == "balance_sheet" else f"{found.columns[0].since} – {last}"


def _paper_row(found: Statement, n: int, row: LayoutRow) -> PaperRow:
    section = row.kind == "section"
    amounts = tuple("" if section else _printed(figures[n].amount) for figures in found.figures)
    indent = {"detail": 2, "line": 1}.get(row.kind, 0)
    return PaperRow(label_of(row), row.line, amounts, row.kind in ("section", "total"), indent)


def _printed(amount: Decimal) -> str:
    return f"{amount:,.2f}" if amount else "—"


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class RatiosView(APIView):
    """Days of stock, receivable and payable, and the cash conversion cycle of some days."""

    @extend_schema(parameters=[StatementQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        asked = _asked(StatementQuery, request)
        found = ratios(actor=actor_of(request), since=asked["since"], until=asked["until"])
        return Response({key: None if value is None else str(value) for key, value in found.items()})

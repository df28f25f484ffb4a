"""Shapes of requests and answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from modules.finance.models import Account
from modules.finance.rules.profit import REVENUE
from modules.finance.selectors.account_ledger import AccountLedger
from modules.finance.selectors.balances import BalanceRow, TrialBalance
from modules.finance.selectors.open_items import AgeingRow, OpenItem
from modules.finance.selectors.profit import OrderProfitReport
from tenon.money.rounding import currency_step
from tenon.tenancy.context import current


class DaysQuery(serializers.Serializer):
    """`as_of` is the same as `to`; without any the present month."""

    as_of = serializers.DateField(required=False)
    since = serializers.DateField(required=False)
    to = serializers.DateField(required=False)
    zero = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        until: date = attrs.get("to") or attrs.get("as_of") or current().today()
        since: date = attrs.get("since") or until.replace(day=1)
        if since > until:
            raise serializers.ValidationError({"since": "after the last day"})
        return {"since": since, "until": until, "with_zero": attrs["zero"]}


class SideQuery(serializers.Serializer):
    """Receivable or payable, as of a day, of one party or all."""

    side = serializers.ChoiceField(choices=["receivable", "payable"], default="receivable")
    as_of = serializers.DateField(required=False)
    party = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class AccountQuery(serializers.Serializer):
    """Which account; without one, all of them."""

    account = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class OrdersQuery(serializers.Serializer):
    """Which orders: by customer; the latest first."""

    customer = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    search = serializers.CharField(required=False, max_length=80)
    limit = serializers.IntegerField(default=50, min_value=1, max_value=500)
    offset = serializers.IntegerField(default=0, min_value=0, max_value=1_000_000)


class QuantitiesField(serializers.DictField):
    """Order line id → quantity in the stock unit."""

    child = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=Decimal(0))

    def to_internal_value(self, data: Any) -> dict[int, Decimal]:
        found: Mapping[str, Decimal] = super().to_internal_value(data)
        if not all(key.isascii() and key.isdigit() and len(key) < 19 for key in found):
            raise serializers.ValidationError("keys are ids of order lines")
        return {int(key): value for key, value in found.items()}


class FromSalesOrder(serializers.Serializer):
    sales_order = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    basis = serializers.ChoiceField(choices=["delivered", "ordered"], default="delivered")
    quantities = QuantitiesField(required=False, allow_null=True, default=None)
    seconds = QuantitiesField(
        required=False, allow_null=True, default=None, help_text="Order line id → what these pieces weighed."
    )
    issued_on = serializers.DateField(required=False, allow_null=True, default=None)


class FromPurchaseOrder(serializers.Serializer):
    purchase_order = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    quantities = QuantitiesField(required=False, allow_null=True, default=None)
    seconds = QuantitiesField(
        required=False, allow_null=True, default=None, help_text="Order line id → what these pieces weighed."
    )
    reference = serializers.CharField(required=False, allow_blank=True, max_length=80, default="")
    issued_on = serializers.DateField(required=False, allow_null=True, default=None)


class SupplierLine(serializers.Serializer):
    """A line of a supplier's invoice: of an order line (`purchase_order_line`), or by hand."""

    purchase_order_line = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit_price = serializers.DecimalField(required=False, allow_null=True, max_digits=20, decimal_places=8)
    tax = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    product = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    account = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    description = serializers.CharField(required=False, allow_blank=True, max_length=500)


class SupplierQuery(serializers.Serializer):
    """`supplier`: whose invoice it is."""

    supplier = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class FromSupplier(serializers.Serializer):
    """A supplier's invoice as it came."""

    party = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    reference = serializers.CharField(max_length=80)
    issued_on = serializers.DateField(required=False, allow_null=True, default=None)
    freight = serializers.DecimalField(required=False, allow_null=True, max_digits=18, decimal_places=4, default=None)
    note = serializers.CharField(required=False, allow_blank=True, default="")
    lines = SupplierLine(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]


# --- answers


def money(amount: Decimal | None) -> str | None:
    """In the company's currency, with its decimals."""
    return None if amount is None else f"{amount.quantize(currency_step(current().currency)):f}"


def _account(account: Account) -> dict[str, Any]:
    return {"id": account.pk, "code": account.code, "label": account.title}


def _figures(row: BalanceRow | TrialBalance) -> dict[str, Any]:
    return {name: money(getattr(row, name)) for name in ("opening", "debit", "credit", "closing")}


def trial_balance_out(table: TrialBalance, period: Any) -> dict[str, Any]:
    labels = dict(Account.Type.choices)
    return {
        "since": table.since,
        "until": table.until,
        "currency": current().currency,
        "period": {"id": period.pk, "label": period.name, "status": period.status} if period else None,
        "groups": [{"type": key, "label": str(labels[key]), **_figures(row)} for key, row in table.by_type.items()],
        "rows": [
            {
                "account": _account(r.account), "parent": r.account.parent_id, "type": r.account.type, "level": r.level,
                "is_group": r.is_group, **_figures(r),
            }
            for r in table.rows
        ],
        "total": _figures(table),
    }  # fmt: skip


def account_ledger_out(ledger: AccountLedger) -> dict[str, Any]:
    return {
        "account": _account(ledger.account),
        "opening": money(ledger.opening),
        "closing": money(ledger.closing),
        "results": [
            {
                "id": x.pk, "entry": {"id": x.entry_id, "label": x.entry.number}, "entry_date": x.entry_date,
                "account": _account(x.account), "party": {"id": x.party.pk, "label": x.party.name} if x.party else None,
                "product": {"id": x.product.pk, "label": str(x.product)} if x.product else None,
                "source": _source(x.entry.source_entity, x.entry.source_id, x.entry.source_number),
                "narration": x.narration or x.entry.narration, "debit": money(x.debit), "credit": money(x.credit),
                "balance": money(balance),
            }
            for x, balance in ledger.lines
        ],
        "more": ledger.more,
    }  # fmt: skip


def _source(entity: str, pk: int | None, label: str) -> dict[str, Any] | None:
    return {"entity": entity, "id": pk, "label": label} if entity else None


def open_item_out(item: OpenItem) -> dict[str, Any]:
    entity = "finance.payment" if item.kind == "payment" else "finance.invoice"
    return {
        "entity": entity, "id": item.id, "kind": item.kind, "number": item.number,
        "party": {"id": item.party_id, "label": item.party}, "dated": item.dated, "due_on": item.due_on,
        "reference": item.reference, "currency": item.currency,
        "total": f"{item.total.quantize(currency_step(item.currency)):f}",
        "open": f"{item.open_amount.quantize(currency_step(item.currency)):f}", "open_base": money(item.open_base),
    }  # fmt: skip


def ageing_out(rows: list[AgeingRow]) -> dict[str, Any]:
    total = AgeingRow(0, "")
    for row in rows:
        total.unapplied += row.unapplied
        for key, amount in row.buckets.items():
            total.buckets[key] += amount

    def figures(row: AgeingRow) -> dict[str, Any]:
        return {
            **{k: money(v) for k, v in row.buckets.items()},
            "unapplied": money(row.unapplied),
            "total": money(row.total),
        }

    return {
        "currency": current().currency,
        "results": [{"party": {"id": r.party_id, "label": r.party}, **figures(r)} for r in rows],
        "totals": figures(total),
    }


REASONS = {
    "not_invoiced": _("Not invoiced yet"), "not_delivered": _("Not delivered yet"),
    "returned": _("Returned or credited"), "price": _("Invoiced at other prices or rates"),
    "variance": _("Variances booked"), "cost": _("Stock cost other than estimated"),
    "unplanned": _("Not in the estimate"), "rework": _("Work done again"), "made_price": _("Material paid otherwise"),
    "made_usage": _("More or less material used"), "made_scrap": _("Pieces scrapped"),
    "made_rate": _("Rate of the hour"), "made_efficiency": _("Time needed"), "made_cost": _("Cost of by-products"),
}  # fmt: skip


def order_profit_out(report: OrderProfitReport) -> dict[str, Any]:
    labels = dict(Account.Component.choices)
    order = report.order
    return {
        "order": {"id": order.pk, "label": order.number},
        "customer": {"id": order.customer_id, "label": order.customer.name},
        "currency": current().currency,
        "lines": [
            {
                "key": x.key, "label": str(labels[x.key]), "sign": 1 if x.key == REVENUE else -1,
                "estimate": money(x.estimate), "actual": money(x.actual),
                "difference": None if x.estimate is None else money(x.actual - x.estimate),
                "returned": money(x.returned),
                "reasons": [
                    {"key": key, "label": str(REASONS[key]), "amount": money(amount)} for key, amount in x.reasons
                ],
                "postings": [posting_out(p) for p in report.postings.get(x.key, [])],
            }
            for x in report.lines
        ],
        "profit": {
            "estimate": money(report.estimate), "actual": money(report.actual),
            "difference": None if report.estimate is None else money(report.actual - report.estimate),
        },
        "margin": {
            "estimate": None if report.estimated_margin is None else str(report.estimated_margin),
            "actual": None if report.margin is None else str(report.margin),
        },
    }  # fmt: skip


def posting_out(p: Any) -> dict[str, Any]:
    out = dataclasses.asdict(p)
    return {
        "id": p.line_id, "entry": {"id": p.entry_id, "label": p.number}, "entry_date": p.entry_date,
        "account": {"id": p.account_id, "label": p.account}, "product": p.product, "amount": money(p.amount),
        "narration": p.narration, "source": _source(out["source_entity"], out["source_id"], out["source_number"]),
    }  # fmt: skip

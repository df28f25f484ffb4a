"""Reports of finance, and invoices from orders."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.api.serializers import (
    AccountQuery,
    DaysQuery,
    FromPurchaseOrder,
    FromSalesOrder,
    FromSupplier,
    OrdersQuery,
    SideQuery,
    SupplierQuery,
    account_ledger_out,
    ageing_out,
    money,
    open_item_out,
    order_profit_out,
    posting_out,
    trial_balance_out,
)
from modules.finance.models import Account
from modules.finance.rules.profit import COMPONENTS, REVENUE, margin
from modules.finance.selectors.account_ledger import account_ledger
from modules.finance.selectors.balances import period_of, trial_balance
from modules.finance.selectors.open_items import ageing, open_items
from modules.finance.selectors.profit import (
    order_profit,
    orders_profit,
    profit_tie,
    unallocated_accounts,
    unallocated_postings,
)
from modules.finance.selectors.proof import check
from modules.finance.selectors.to_invoice import open_receipts
from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoices import invoice_create_from_order, purchase_invoice_from_receipts
from modules.shared.data.models import Party, PurchaseOrder, SalesOrder
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current


def _query(serializer: Any, request: Request) -> dict[str, Any]:
    asked = serializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _body(serializer: Any, request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _order(actor: Actor, entity: str, rows: QuerySet[Any], pk: int) -> Any:
    """The order, if the actor may see it."""
    order = visible(actor, registry().entities[entity], rows).filter(pk=pk).first()
    if order is None:
        raise NotFound
    return order


class TrialBalanceView(APIView):
    """Opening, debit, credit and closing of every account, as of any day."""

    @extend_schema(operation_id="v1_finance_trial_balance_list", parameters=[DaysQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        days = _query(DaysQuery, request)
        table = trial_balance(actor=actor_of(request), **days)
        return Response(trial_balance_out(table, period_of(table.until)))


class AccountLedgerView(APIView):
    """The lines behind a figure of the trial balance."""

    @extend_schema(parameters=[DaysQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, account_id: int) -> Response:
        days = _query(DaysQuery, request)
        ledger = account_ledger(
            actor=actor_of(request), account_id=account_id, since=days["since"], until=days["until"]
        )
        return Response(account_ledger_out(ledger))


class CheckView(APIView):
    """Does the ledger tie? An empty list is good news."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor_of(request).require("finance.report.view")
        return Response({"findings": check(current())})


class AgeingView(APIView):
    """Receivable or payable by days overdue, today or as of a past day."""

    @extend_schema(parameters=[SideQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        asked = _query(SideQuery, request)
        actor = actor_of(request)
        actor.require(f"finance.{asked['side']}.view")
        day = asked.get("as_of") or current().today()
        rows = ageing(actor=actor, side=asked["side"], as_of=day, party_id=asked.get("party"))
        return Response({"side": asked["side"], "as_of": day, **ageing_out(rows)})


class OpenItemsView(APIView):
    """Invoices, credit notes and payments that are not settled, today or as of a past day."""

    @extend_schema(parameters=[SideQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        asked = _query(SideQuery, request)
        actor = actor_of(request)
        actor.require(f"finance.{asked['side']}.view")
        items = open_items(actor=actor, side=asked["side"], as_of=asked.get("as_of"), party_id=asked.get("party"))
        return Response({"results": [open_item_out(i) for i in items]})


class OrdersProfitView(APIView):
    """Profit of orders side by side, and what ties them to the ledger's gross margin."""

    @extend_schema(operation_id="v1_finance_order_profit_list", parameters=[OrdersQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor, asked = actor_of(request), _query(OrdersQuery, request)
        actor.require("finance.order_profit.view")
        rows = visible(actor, registry().entities["shared.sales_order"], SalesOrder.objects.all())
        rows = rows.exclude(status__in=("draft", "cancelled")).filter(is_migrated=False)
        if "customer" in asked:
            rows = rows.filter(customer_id=asked["customer"])
        if "search" in asked:
            rows = rows.filter(number__icontains=asked["search"])
        start, limit = asked["offset"], asked["limit"]
        orders = list(rows.select_related("customer").order_by("-ordered_on", "-id")[start : start + limit + 1])
        figures = orders_profit(actor=actor, order_ids=[o.pk for o in orders[:limit]])
        out: dict[str, Any] = {
            "currency": current().currency,
            "results": [_profit_row(o, figures.get(o.pk, {})) for o in orders[:limit]],
            "next": start + limit if len(orders) > limit else None,
        }
        if actor.can("finance.report.view"):
            tie = profit_tie()
            out |= {"gross_margin": money(tie.gross_margin), "unallocated": money(tie.unallocated)}
        return Response(out)


def _profit_row(order: SalesOrder, amounts: dict[str, Any]) -> dict[str, Any]:
    zero = amounts.get(REVENUE, order.total * 0)
    gained = margin(zero, amounts["profit"]) if amounts else None
    return {
        "order": {"id": order.pk, "label": order.number},
        "customer": {"id": order.customer_id, "label": order.customer.name},
        "ordered_on": order.ordered_on,
        "status": order.status,
        **{key: money(amounts.get(key, zero * 0)) for key in (*COMPONENTS, "profit", "returned")},
        "margin": None if gained is None else str(gained),
    }


class OrderProfitView(APIView):
    """One order: estimate and actual per component, down to the postings."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, sales_order_id: int) -> Response:
        return Response(order_profit_out(order_profit(actor=actor_of(request), sales_order_id=sales_order_id)))


class UnallocatedProfitView(APIView):
    """What belongs to the gross margin and to no order, by account; of one account its postings, the latest first."""

    @extend_schema(
        operation_id="v1_finance_order_profit_unallocated", parameters=[AccountQuery], responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.order_profit.view")
        actor.require("finance.report.view")
        asked = _query(AccountQuery, request)
        if "account" in asked:
            return Response({"results": [posting_out(p) for p in unallocated_postings(asked["account"])]})
        labels = dict(Account.Component.choices)
        rows = [
            {
                "account": {"id": account.pk, "label": str(account)}, "component": str(labels[component]),
                "amount": money(amount), "lines": lines,
            }
            for account, component, amount, lines in unallocated_accounts()
        ]  # fmt: skip
        return Response({"currency": current().currency, "results": rows})


def _made(invoice: Any) -> dict[str, Any]:
    return {
        "entity": "finance.invoice",
        "id": invoice.pk,
        "label": str(invoice),
        "route": f"/finance/invoices/{invoice.pk}",
    }


class InvoiceFromOrderView(APIView):
    """A draft invoice for what was delivered (or ordered) and not invoiced."""

    @extend_schema(request=FromSalesOrder, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.receivable.view")
        given = _body(FromSalesOrder, request)
        order = _order(actor, "shared.sales_order", SalesOrder.objects.all(), given.pop("sales_order"))
        return Response(_made(invoice_create_from_order(actor=actor, order=order, **given)), status=201)


class InvoiceFromPurchaseOrderView(APIView):
    """A draft of the supplier's invoice for what was accepted and not invoiced."""

    @extend_schema(request=FromPurchaseOrder, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.payable.view")
        given = _body(FromPurchaseOrder, request)
        order = _order(actor, "shared.purchase_order", PurchaseOrder.objects.all(), given.pop("purchase_order"))
        return Response(_made(purchase_invoice_from_receipts(actor=actor, order=order, **given)), status=201)


class OpenReceiptsView(APIView):
    """What a supplier has delivered and not invoiced, over all its orders."""

    @extend_schema(parameters=[SupplierQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.payable.view")
        asked = SupplierQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        supplier = _order(actor, "shared.party", Party.objects.all(), asked.validated_data["supplier"])
        rows = [
            {
                "line": row.line.pk, "product": row.line.product.code, "name": row.line.product.name,
                "order": {"entity": "shared.purchase_order", "id": row.line.order_id, "label": row.line.order.number},
                "ordered_on": row.line.order.ordered_on, "currency": row.line.order.currency,
                "quantity": row.quantity, "unit": row.line.unit.code,
                "unit_price": row.line.unit_price * (100 - row.line.discount) / 100,
                "tax_rate": row.line.tax_rate,
                "drafts": [{"id": x.invoice_id, "reference": x.reference, "quantity": x.quantity} for x in row.drafts],
            }
            for row in open_receipts(supplier)
        ]  # fmt: skip
        return Response({"results": rows})


class InvoiceFromSupplierView(APIView):
    """A supplier's invoice as it came, over one or several of its orders, compared with them at once."""

    @extend_schema(request=FromSupplier, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        actor.require("finance.payable.view")
        given = _body(FromSupplier, request)
        invoice = purchase_invoice_enter(actor=actor, **given)
        return Response({**_made(invoice), "match": invoice.match, "findings": invoice.findings}, status=201)

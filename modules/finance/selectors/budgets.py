"""A budget as a table, and what became of it: actual from the ledger, committed from what is ordered and asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import F, Q

from modules.finance.models import Account, Budget, BudgetLine, Event
from modules.finance.rules.budget import Cell, Covered, months_between
from modules.finance.selectors.rules import Rules
from modules.shared.contracts.budget import BudgetItem, OpenRequests
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import PurchaseOrderLine
from tenon.money.rounding import round_money
from tenon.ports import find_all
from tenon.tenancy.context import current

ZERO = Decimal(0)
# What a stock account spends is what comes in; what is made of it or goes out is no expense of the buyer.
BOUGHT = ("goods_receipt", "goods_receipt_return", "price_difference", "landed_cost")
OPEN = ("confirmed", "part_received", "received")


@dataclass(frozen=True)
class Commitment:
    """Ordered or asked for, and not in the ledger yet."""

    document: RecordRef
    account_id: int
    department_id: int | None
    month: date
    amount: Decimal


@dataclass
class BudgetRow:
    """A line of the table: twelve months as planned, as posted and as committed."""

    account: Account
    department_id: int | None
    department: str
    planned: dict[date, Decimal] = field(default_factory=dict)
    actual: dict[date, Decimal] = field(default_factory=dict)
    committed: dict[date, Decimal] = field(default_factory=dict)


def months_of(budget: Budget) -> list[date]:
    return months_between(budget.year.starts_on, budget.year.ends_on)


def budget_rows(budget: Budget) -> list[BudgetRow]:
    """As planned, by code and department. Two queries."""
    rows: dict[tuple[int, int | None], BudgetRow] = {}
    lines = BudgetLine.objects.filter(budget=budget).select_related("account", "department")
    for line in lines.order_by("account__code", "department__name", "month"):
        key = (line.account_id, line.department_id)
        if key not in rows:
            rows[key] = BudgetRow(line.account, line.department_id, str(line.department or ""))
        rows[key].planned[line.month] = line.amount
    return list(rows.values())


def budget_standing(budget: Budget) -> list[BudgetRow]:
    """The same with what was posted and what is committed, each line of the ledger under every row that covers it."""
    rows = budget_rows(budget)
    covered = Covered(account_parents(), [(r.account.pk, r.department_id) for r in rows])
    for cell in actuals(budget, covered.accounts):
        for index in covered.rows(cell.account_id, cell.department_id):
            _add(rows[index].actual, cell.month, cell.amount)
    for one in commitments(covered.accounts):
        for index in covered.rows(one.account_id, one.department_id):
            _add(rows[index].committed, one.month, one.amount)
    return rows


def _add(into: dict[date, Decimal], month: date, amount: Decimal) -> None:
    into[month] = into.get(month, ZERO) + amount


def account_parents() -> dict[int, int | None]:
    return dict(Account.objects.values_list("pk", "parent_id"))


def actuals(budget: Budget, accounts: Collection[int]) -> list[Cell]:
    """What was posted in the year, by account, department and month: revenue positive as earned, the rest as spent.
    Receipts belong to the department of their purchase order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select l.account_id, coalesce(l.department_id, o.department_id),
                      date_trunc('month', l.entry_date)::date,
                      sum(case when a.type = 'revenue' then l.credit - l.debit else l.debit - l.credit end)
                 from finance_journalline l
                 join finance_journalentry e on e.id = l.entry_id and e.event <> 'closing'
                 join finance_account a on a.id = l.account_id
                 left join data_purchaseorderline p on p.id = l.purchase_order_line_id
                 left join data_purchaseorder o on o.id = p.order_id
                where l.account_id = any(%s) and l.entry_date between %s and %s
                  and (a.control <> 'stock' or e.event = any(%s))
                group by 1, 2, 3""",
            [list(accounts), budget.year.starts_on, budget.year.ends_on, list(BOUGHT)],
        )
        return [Cell(*row) for row in cursor.fetchall()]


def commitments(accounts: Collection[int] | None = None, *, but: RecordRef | None = None) -> list[Commitment]:
    """What orders and approved requisitions will still cost, in base currency; `but` one document. Goods are committed
    until they are received, everything else until it is invoiced."""
    items = [
        *_ordered(),
        *((r.document, r.item) for provider in find_all(OpenRequests) for r in provider.open_requests()),
    ]
    found = [
        Commitment(document, account_id, item.department_id, item.on.replace(day=1), item.amount)
        for document, item, account_id in accounts_of(items)
    ]
    return [
        x for x in found
        if (accounts is None or x.account_id in accounts)
        and (but is None or (x.document.entity, x.document.id) != (but.entity, but.id))
    ]  # fmt: skip


def accounts_of(items: Sequence[tuple[RecordRef, BudgetItem]]) -> Iterable[tuple[RecordRef, BudgetItem, int]]:
    """With the account that will bear each, as the posting rules say; what no rule is for is left out."""
    rules = Rules([Event.GOODS_RECEIPT, Event.PURCHASE_EXPENSE], {item.product_id for _ref, item in items})
    for document, item in items:
        event = Event.GOODS_RECEIPT if _is_stock(rules, item.product_id) else Event.PURCHASE_EXPENSE
        accounts = rules.find(event, item.product_id)
        if accounts is not None and item.amount:
            yield document, item, accounts.debit_id


def _is_stock(rules: Rules, product_id: int) -> bool:
    return rules.kind(product_id) == "goods" and current().has_module("inventory")


def _ordered() -> list[tuple[RecordRef, BudgetItem]]:
    rows = (
        PurchaseOrderLine.objects.filter(order__status__in=OPEN, order__is_migrated=False)
        .filter(Q(product__kind="goods") | Q(invoiced__lt=F("base_quantity") - F("cancelled")))
        .select_related("order", "product")
        .order_by("order_id", "position")
    )
    out = []
    for line in rows:
        item = order_item(line)
        if item.amount > 0:
            out.append((RecordRef("shared.purchase_order", line.order_id, line.order.number), item))
    return out


def order_item(line: PurchaseOrderLine) -> BudgetItem:
    """What is still to come of a line of a purchase order, at its price, in base currency."""
    order = line.order
    stock = line.product.kind == "goods" and current().has_module("inventory")
    came = line.received if stock else line.invoiced
    left = max(line.base_quantity - line.cancelled - came, ZERO)
    amount = round_money(line.subtotal * order.exchange_rate * left / line.base_quantity, current().currency)
    return BudgetItem(line.product_id, line.due_on or order.due_on or order.ordered_on, amount, order.department_id)

"""Collection plan (回款): what is to come of invoices and of what is ordered and not invoiced, by the terms, what came
of it, and what is late; by salesperson. Only of documents the actor sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from modules.finance.models import Invoice
from modules.finance.rules.amounts import round_step
from modules.finance.rules.due import read_plan
from modules.finance.selectors.documents import visible_invoices
from modules.shared.data.models import SalesOrder, SalesOrderLine
from modules.shared.data.rules.terms import instalments
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.scope import visible
from tenon.money.rounding import currency_step
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ZERO = Decimal(0)
S = SalesOrder.Status


@dataclass(frozen=True)
class Receipt:
    """One payment to come: an instalment of an invoice, or of what an order still has to invoice. Amounts in the
    document's currency; `open_base` in the company's at the document's rate. `planned = settled + open`."""

    entity: str  # finance.invoice | shared.sales_order
    id: int
    number: str
    order: str
    party_id: int
    party: str
    owner_id: int | None
    due_on: date
    currency: str
    planned: Decimal
    settled: Decimal
    open: Decimal
    planned_base: Decimal
    open_base: Decimal

    def late(self, today: date) -> int:
        """Days overdue; an order that nobody invoiced is not late, it is not owed yet."""
        return max((today - self.due_on).days, 0) if self.open and self.entity == "finance.invoice" else 0


@dataclass
class OwnerRow:
    """In company currency: what falls due in the days asked for."""

    owner_id: int | None
    owner: str
    planned: Decimal = ZERO
    settled: Decimal = ZERO
    open: Decimal = ZERO
    late: Decimal = ZERO


@dataclass(frozen=True)
class CollectionPlan:
    rows: list[Receipt]
    owners: list[OwnerRow]
    total: OwnerRow


def collection_plan(
    *,
    actor: Actor,
    since: date,
    until: date,
    owner_id: int | None = None,
    party_id: int | None = None,
    state: str = "",
) -> CollectionPlan:
    """Receipts due from `since` to `until`, and all that is late at any time before; `state`: late | open | settled.
    Raises Forbidden. Queries do not grow with the rows (five)."""
    actor.require("finance.receivable.view")
    only: dict[str, Any] = {"owner_id": owner_id} if owner_id else {}
    today = current().today()
    rows = list(_invoices(actor, since, until, {**only, **({"party_id": party_id} if party_id else {})}))
    if actor.can("shared.sales_order.view"):
        rows += _orders(actor, since, until, {**only, **({"customer_id": party_id} if party_id else {})})
    wanted = {
        "late": lambda r: r.late(today) > 0, "open": lambda r: r.open > 0, "settled": lambda r: r.open == 0,
    }.get(state)  # fmt: skip
    rows = sorted((r for r in rows if wanted is None or wanted(r)), key=lambda r: (r.due_on, r.entity, r.id))
    names = {
        m.pk: str(m) for m in Member.objects.filter(pk__in={r.owner_id for r in rows if r.owner_id})
    }  # fmt: skip
    owners: dict[int | None, OwnerRow] = {}
    total = OwnerRow(None, "")
    for r in rows:
        for row in (owners.setdefault(r.owner_id, OwnerRow(r.owner_id, names.get(r.owner_id or 0, ""))), total):
            row.planned += r.planned_base
            row.open += r.open_base
            row.settled += r.planned_base - r.open_base
            row.late += r.open_base if r.late(today) else ZERO
    return CollectionPlan(rows, sorted(owners.values(), key=lambda o: (-o.late, -o.open, o.owner)), total)


def _invoices(actor: Actor, since: date, until: date, only: dict[str, Any]) -> Iterator[Receipt]:
    """What is open and due by the last day, and what was settled of instalments that fall into the days."""
    base_step = currency_step(current().currency)
    rows = (
        visible_invoices(actor)
        .filter(kind=Invoice.Kind.SALES_INVOICE, **only)
        .exclude(status__in=(Invoice.Status.DRAFT, Invoice.Status.REVERSED))
        .filter(Q(open_amount__gt=0) | Q(due_on__gte=since))
        .filter(issued_on__lte=until)
    )
    for i in rows.values(
        "id", "number", "party_id", "party__name", "owner_id", "currency", "total", "open_amount", "base_total",
        "instalments", "sales_order__number",
    ):  # fmt: skip
        if not i["total"]:
            continue
        plan = read_plan(i["instalments"])
        settled = i["total"] - i["open_amount"]
        rate = i["base_total"] / i["total"]
        for part in plan:
            used = min(settled, part.amount)
            settled -= used
            left = part.amount - used
            if part.due_on > until or (part.due_on < since and not left):
                continue
            yield Receipt(
                "finance.invoice", i["id"], i["number"] or "", i["sales_order__number"] or "", i["party_id"],
                i["party__name"], i["owner_id"], part.due_on, i["currency"], part.amount, used, left,
                round_step(part.amount * rate, base_step), round_step(left * rate, base_step),
            )  # fmt: skip


def _orders(actor: Actor, since: date, until: date, only: dict[str, Any]) -> Iterator[Receipt]:
    """What orders will still be invoiced, due by their terms from the day on which the goods are expected, and from
    today where that day is over."""
    today, base_step = current().today(), currency_step(current().currency)
    orders = {
        o.pk: o
        for o in visible(actor, registry().entities["shared.sales_order"], SalesOrder.objects.all())
        .filter(status__in=(S.CONFIRMED, S.PART_DELIVERED, S.DELIVERED), is_migrated=False, **only)
        .exclude(invoice_status=SalesOrder.InvoiceStatus.FULL)
        .select_related("payment_term", "customer")
    }
    to_come: dict[tuple[int, date], Decimal] = defaultdict(lambda: ZERO)
    lines = SalesOrderLine.objects.filter(order__in=list(orders), base_quantity__gt=F("cancelled") + F("invoiced"))
    for line in lines.only(
        "order_id", "base_quantity", "cancelled", "invoiced", "total", "expected_on", "promised_on"
    ):  # fmt: skip
        share = (line.base_quantity - line.cancelled - line.invoiced) / line.base_quantity
        on = max(line.expected_on or line.promised_on or orders[line.order_id].requested_on or today, today)
        to_come[line.order_id, on] += line.total * share
    for (key, on), exact in sorted(to_come.items()):
        order = orders[key]
        step = currency_step(order.currency)
        term = order.payment_term
        shares = [(Decimal(str(x["percent"])), int(x["days"])) for x in (term.lines if term else ())]
        amount = round_step(exact, step)
        for due_on, part in instalments(amount, on, days=term.days if term else 0, lines=shares, step=step):
            if not part or not since <= due_on <= until:
                continue
            base = round_step(part * order.exchange_rate, base_step)
            yield Receipt(
                "shared.sales_order", key, order.number, order.number, order.customer_id, order.customer.name,
                order.owner_id, due_on, order.currency, part, ZERO, part, base, base,
            )  # fmt: skip

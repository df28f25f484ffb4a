"""Asking whoever keeps the receivables whether a customer may owe more: when an order is confirmed, re-opened or grows,
and when its goods leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from modules.shared.contracts.posting import CreditCheck
from modules.shared.data.errors import CreditExceeded
from modules.shared.data.models import SalesOrder, SalesOrderLine
from tenon.money.rounding import round_money
from tenon.ports import find
from tenon.tenancy.context import current

ZERO = Decimal(0)


def still_owed(lines: Iterable[SalesOrderLine]) -> Decimal:
    """What of the lines is not invoiced and will be, in the order's currency."""
    found = ZERO
    for x in lines:
        quantity = max(x.base_quantity - x.cancelled, x.delivered - x.returned) - x.invoiced
        found += max(quantity, ZERO) * x.total / x.base_quantity
    return found


def check_credit(order: SalesOrder, more: Decimal, *, shipping: bool = False) -> None:
    """`more`, in the order's currency, under lock of the customer. Raises CreditExceeded."""
    checker = find(CreditCheck)
    if checker is None:
        return
    currency = current().currency
    additional = round_money(more * order.exchange_rate, currency)
    answer = checker.check(
        party_id=order.customer_id, additional=additional, order_id=order.pk,
        order_total=round_money(order.total * order.exchange_rate, currency), shipping=shipping,
    )  # fmt: skip
    if not answer.allowed:
        raise CreditExceeded(
            answer.reason,
            limit=None if answer.limit is None else str(answer.limit),
            exposure=str(answer.exposure),
            additional=str(additional),
            overdue_days=answer.overdue_days,
            group=answer.group,
            group_limit=None if answer.group_limit is None else str(answer.group_limit),
            group_exposure=str(answer.group_exposure),
        )


def check_credit_of_shipment(order: SalesOrder, quantities: Mapping[int, Decimal]) -> None:
    """Before goods leave: quantities by order line, stock unit. Raises CreditExceeded."""
    if find(CreditCheck) is None:
        return
    rows = SalesOrderLine.objects.filter(pk__in=quantities).values_list("pk", "total", "base_quantity")
    value = sum((total * quantities[pk] / base for pk, total, base in rows), ZERO)
    check_credit(order, value, shipping=True)

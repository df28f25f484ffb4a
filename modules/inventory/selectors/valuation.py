"""What stock is and was worth: layers by age, and value on any day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import (
    Case,
    DecimalField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract, NullIf

from modules.inventory.models import VALUED, StockLayer
from modules.inventory.selectors.stock import valued_unit
from tenon.access.actor import Actor
from tenon.tenancy.context import current

ZERO = Decimal(0)
_HOLDS = [str(kind) for kind in VALUED]


def layer_list(*, actor: Actor) -> QuerySet[StockLayer]:
    """Layers with their age in days and what is left of them is worth: of FIFO their own value, else the product's."""
    money = DecimalField(max_digits=18, decimal_places=4)
    cost = F("product__stock_cost__value") / NullIf(F("product__stock_cost__quantity"), Value(ZERO))
    worth = Case(
        When(product__stock_cost__method="fifo", then=F("worth")),
        default=Coalesce(cost, Value(ZERO)) * F("remaining"),
        output_field=money,
    )
    days = Extract(ExpressionWrapper(current().now() - F("received_at"), output_field=DurationField()), "day")
    return StockLayer.objects.annotate(
        left_value=Cast(worth, money), age=Cast(days, IntegerField()), unit=valued_unit()
    )


@dataclass(frozen=True)
class Worth:
    quantity: Decimal
    value: Decimal


def stock_on(day: date, product_ids: Collection[int] | None = None) -> dict[int, Worth]:
    """Quantity and value at the end of a day, as it was computed then and with the corrections that count from then
    (domain rule 5). Two sums over the ledgers of moves and changes."""
    until = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(current().time_zone))
    with connection.cursor() as cursor:
        cursor.execute(
            """select product_id, sum(quantity), sum(value) from (
                 select m.product_id, s.sign * coalesce(m.second_quantity, m.quantity) as quantity,
                        s.sign * m.value as value
                   from inventory_stockmove m
                   join inventory_location f on f.id = m.from_location_id
                   join inventory_location t on t.id = m.to_location_id
                  cross join lateral (select (t.kind = any(%s))::int - (f.kind = any(%s))::int as sign) s
                  where m.moved_at < %s and s.sign <> 0 and (%s::bigint[] is null or m.product_id = any(%s::bigint[]))
                 union all
                 select c.product_id, 0, c.amount from inventory_stockvaluechange c
                  where c.changed_at < %s and (%s::bigint[] is null or c.product_id = any(%s::bigint[]))) x
                group by product_id""",
            [_HOLDS, _HOLDS, until, *[list(product_ids) if product_ids is not None else None] * 2, until,
             *[list(product_ids) if product_ids is not None else None] * 2],
        )  # fmt: skip
        return {pk: Worth(quantity, value) for pk, quantity, value in cursor.fetchall()}

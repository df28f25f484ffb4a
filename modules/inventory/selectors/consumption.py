"""What is used: goods that went to customers and into production, less what came back."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db import connection

from modules.inventory.models import StockMove
from modules.inventory.rules.abc import classes
from tenon.tenancy.context import current

Kind = StockMove.Kind
OUT = [str(Kind.DELIVERY), str(Kind.PRODUCTION_ISSUE)]
BACK = [str(Kind.DELIVERY_RETURN)]


def start_of(day: date) -> datetime:
    """The first moment of a business day."""
    return datetime.combine(day, time(0), ZoneInfo(current().time_zone))


def consumption_values(since: date) -> dict[int, Decimal]:
    """Product → what its consumption since that day was worth. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select product_id, sum(case when kind = any(%s) then value else -value end) from inventory_stockmove
                where kind = any(%s) and moved_at >= %s group by 1""",
            [OUT, [*OUT, *BACK], start_of(since)],
        )
        return dict(cursor.fetchall())


def abc_classes() -> dict[int, str]:
    """Product → A, B or C by the consumption value of the last twelve months. Products that nobody used are left out:
    they are C."""
    return classes(consumption_values(current().today() - relativedelta(months=12)))

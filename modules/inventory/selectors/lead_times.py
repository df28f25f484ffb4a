"""How long goods really take: from the order to each receipt of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import connection

from modules.shared.data.models import Product
from modules.shared.data.selectors.prices import supplier_offers
from tenon.tenancy.context import current

LEAST = 3  # receipts from which on their spread says something
WEEK = 7 / 5  # agreed lead times are in working days


@dataclass(frozen=True)
class LeadTime:
    """In calendar days. `receipts`: how many it was seen on; none: as agreed or as the product says, and certain."""

    days: float
    deviation: float
    receipts: int


def lead_times(product_ids: Collection[int], since: date | None = None) -> dict[int, LeadTime]:
    """Of products of which anything is known. Receipts of the last two years count, each order line's by its own."""
    start = since or current().today() - relativedelta(months=24)
    with connection.cursor() as cursor:
        cursor.execute(
            """select x.product_id, avg(r.received_on - o.ordered_on)::float8,
                      coalesce(stddev_samp(r.received_on - o.ordered_on), 0)::float8, count(*)
                 from inventory_receiptline x
                 join inventory_receipt r on r.id = x.receipt_id and r.status = 'posted' and r.kind = 'receipt'
                 join data_purchaseorder o on o.id = r.order_id
                where x.product_id = any(%s) and r.received_on >= %s and r.received_on >= o.ordered_on group by 1""",
            [sorted(product_ids), start],
        )
        found = {
            product: LeadTime(days, spread if count >= LEAST else 0.0, count)
            for product, days, spread, count in cursor.fetchall()
        }
    unknown = set(product_ids) - set(found)
    if unknown:
        offers = supplier_offers(unknown)
        for pk, own in Product.objects.filter(pk__in=unknown).values_list("pk", "lead_time_days"):
            offer = offers.get(pk)
            days = (offer.lead_time_days if offer is not None else 0) or own
            if days:
                found[pk] = LeadTime(days * WEEK, 0.0, 0)
    return found

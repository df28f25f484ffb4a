"""What is due for counting, what the book said at a moment, and sheets as whoever counts sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, DecimalField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from modules.inventory.models import CountLine, CountPlan, CountSheet, StockBalance
from modules.inventory.selectors.consumption import abc_classes
from modules.shared.data.models import Product, ProductCategory
from tenon.access.actor import Actor
from tenon.tenancy.context import current

Key = tuple[int, int, str]  # product, place, lot
JUDGES = "inventory.count_sheet.approve"


@dataclass(frozen=True)
class Due:
    """A balance whose turn it is."""

    product_id: int
    location_id: int
    lot: str
    warehouse_id: int
    abc: str


def due_balances(plan: CountPlan) -> list[Due]:
    """What the plan has to count today, in the order of its urgency: better classes first, then what was not counted
    longest. What stands on a sheet that is not posted yet is left out. Four queries."""
    days = {"A": plan.days_a, "B": plan.days_b, "C": plan.days_c}
    classes, now = abc_classes(), current().now()
    last = _last_counts()
    waiting = set(
        CountLine.objects.filter(sheet__status__in=("open", "review", "ready")).values_list(
            "product_id", "location_id", "lot"
        )
    )
    found: list[tuple[str, float, str, Due]] = []
    for product_id, location_id, lot, warehouse_id, path in _balances(plan):
        abc = classes.get(product_id, "C")
        every = days[abc]
        counted = last.get((product_id, location_id, lot))
        age = (now - counted).total_seconds() / 86400 if counted is not None else float("inf")
        # Counted in the morning of its day, it is due again in the morning.
        if every is None or age < every - 0.5 or (product_id, location_id, lot) in waiting:
            continue
        found.append((abc, -age, path, Due(product_id, location_id, lot, warehouse_id, abc)))
    return [due for *_order, due in sorted(found, key=lambda row: row[:3])]


def _balances(plan: CountPlan) -> QuerySet[StockBalance, tuple[int, int, str, int, str]]:
    rows = StockBalance.objects.filter(location__kind="stock", location__is_active=True).exclude(on_hand=0)
    if plan.warehouse_id:
        rows = rows.filter(location__warehouse_id=plan.warehouse_id)
    if plan.place is not None:
        rows = rows.filter(location__path__startswith=plan.place.path)
    if plan.category_id:
        rows = rows.filter(product__category_id__in=_with_below(plan.category_id))
    return rows.values_list("product_id", "location_id", "lot", "location__warehouse_id", "location__path")


def _with_below(category_id: int) -> set[int]:
    """A category and all below it."""
    below: dict[int | None, list[int]] = {}
    for pk, parent in ProductCategory.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    found, open_ = {category_id}, [category_id]
    while open_:
        children = below.get(open_.pop(), [])
        open_ += [pk for pk in children if pk not in found]
        found.update(children)
    return found


def _last_counts() -> dict[Key, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(
            """select l.product_id, l.location_id, l.lot, max(l.counted_at) from inventory_countline l
                 join inventory_countsheet s on s.id = l.sheet_id and s.status = 'posted' group by 1, 2, 3"""
        )
        return {(product, place, lot): at for product, place, lot, at in cursor.fetchall()}


def book_at(keys: Collection[Key], moments: Sequence[datetime], *, second: bool = False) -> list[Decimal]:
    """What the book said of each key at its moment, of goods in two quantities also of the `second`: what is there now
    less what was posted since. One statement, so that balance and moves are of one instant."""
    there, moved = ("second_on_hand", "second_quantity") if second else ("on_hand", "quantity")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select coalesce((select b.{there} from inventory_stockbalance b
                                 where b.product_id = k.product_id and b.location_id = k.location_id
                                   and b.lot = k.lot), 0)
                    - coalesce((select sum(case when m.to_location_id = k.location_id then m.{moved}
                                                else -m.{moved} end)
                                  from inventory_stockmove m
                                 where m.product_id = k.product_id and m.lot = k.lot and m.posted_at > k.at
                                   and k.location_id in (m.from_location_id, m.to_location_id)), 0)
                 from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[]) with ordinality
                      as k(product_id, location_id, lot, at, n) order by k.n""",
            [[k[0] for k in keys], [k[1] for k in keys], [k[2] for k in keys], list(moments)],
        )
        return [row[0] for row in cursor.fetchall()]


def line_list(*, actor: Actor) -> QuerySet[CountLine]:
    """Count lines; on a blind sheet that is still counted, what the book says is shown to those alone who decide."""
    money, quantity = (DecimalField(max_digits=18, decimal_places=places) for places in (4, 6))
    shown: dict[str, Any] = {
        "shown_book": Cast(F("book"), quantity),
        "difference": Cast(F("counted") - F("book"), quantity),
        "shown_value": Cast(F("value"), money),
        "shown_second_book": Cast(F("second_book"), quantity),
        "second_difference": Cast(F("second_counted") - F("second_book"), quantity),
    }
    if not actor.can(JUDGES):
        hidden = Q(sheet__is_blind=True, sheet__status=CountSheet.Status.OPEN)
        shown = {key: Case(When(hidden, then=Value(None)), default=value) for key, value in shown.items()}
    return CountLine.objects.annotate(**shown)


def product_by_code(code: str) -> Product | None:
    """The product that a scanner names: by barcode, else by code."""
    text = code.strip()
    goods = Product.objects.filter(kind=Product.Kind.GOODS).select_related("unit")
    return goods.filter(barcode=text).exclude(barcode="").first() or goods.filter(code__iexact=text).first()

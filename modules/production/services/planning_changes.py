"""Remembering which products are to be planned again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from modules.production.models import PlanningChange, PlanningRun

Marks = dict[int, datetime]  # product → when it was marked last


def mark(products: Collection[int]) -> bool:
    """Marks products whose demand, supply, stock or structure has changed. Says whether there is a plan that could be
    brought up to date."""
    if not products or not PlanningRun.objects.filter(state=PlanningRun.State.DONE).exists():
        return False
    with connection.cursor() as cursor:
        # A mark that is there already is made younger: who has read it before does not take it away.
        cursor.execute(
            "insert into production_planningchange (product_id, at) "
            "select id, clock_timestamp() from data_product where id = any(%s) order by id "
            "on conflict (product_id) do update set at = excluded.at",
            [sorted(products)],
        )
    return True


def marks() -> Marks:
    return dict(PlanningChange.objects.values_list("product_id", "at"))


def unmark(seen: Marks) -> None:
    """What was planned with these changes known; what changed since stays marked."""
    for at in set(seen.values()):
        PlanningChange.objects.filter(at=at, product_id__in=[p for p, when in seen.items() if when == at]).delete()

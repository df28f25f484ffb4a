"""The pool of the demo's sales team: customers to claim, some claimed today, one that is never taken back."""

from __future__ import annotations

from collections.abc import Callable

from modules.crm.models import Pool
from modules.crm.services import pool_claim, pool_customer_create, pool_release
from modules.crm.services.pool_nightly import pools_nightly
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.records.service import acting

REASONS = ("Owner left", "No answer", "Budget next year", "Region has changed")


def customers_of_the_pool(manager: Actor, rep: Actor, say: Callable[[str], None]) -> None:
    with acting(manager):
        team = Department.objects.filter(name="Sales").first()
        pool = Pool(name="Dealers", department=team, holding_ceiling=50, deal_days=90)
        pool.save()
    rows = []
    parties = Party.objects.filter(is_customer=True, is_active=True).order_by("pk")[100:124]
    for index, party in enumerate(parties):
        row = pool_customer_create(actor=manager, party=party, pool=pool, key_account=index == 3)
        if party.owner_id is not None:
            row = pool_release(actor=manager, customer=row, reason=REASONS[index % len(REASONS)])
        rows.append(row)
    for row in rows[:4]:
        pool_claim(actor=rep, customer=row)
    pools_nightly()
    say(f"{'Pool':<24}{len(rows):>6} customers, 4 of them claimed")

"""The night's work on pools: customers enrolled, owners warned, the neglected taken back."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from modules.crm.models import OwnershipChange, Pool, PoolCustomer
from modules.crm.rules.pool import Due, Terms, due, warning
from modules.crm.selectors.pool import Idle, facts_of
from modules.crm.services.pool import Kind, change_noted, locked, noted, passed
from modules.shared.data.models import Party
from modules.shared.data.selectors.calendars import work_calendar
from tenon.access.actor import Actor, system
from tenon.access.models import Member
from tenon.notifications.services import notify
from tenon.records.service import service
from tenon.tenancy.context import current

ENTITY = "crm.pool_customer"


def pools_nightly() -> dict[str, int]:
    """Every active pool. Run twice on a day, the second run finds nothing to do: a customer is taken back only on a day
    that its owner was told before. Each customer is a transaction of its own. Returns how many were enrolled, warned
    of and taken back."""
    actor, done = system("pool"), {"enrolled": 0, "warned": 0, "recycled": 0}
    idle = Idle(work_calendar())
    for pool in Pool.objects.filter(is_active=True).order_by("pk"):
        done["enrolled"] += _enrol(actor=actor, pool=pool) if pool.enrols else 0
        rows = list(
            PoolCustomer.objects.filter(pool=pool, party__merged_into__isnull=True)
            .select_related("party")
            .order_by("pk")
        )
        facts = facts_of([row.party_id for row in rows if row.party.owner_id], today=current().today())
        last = dict(
            OwnershipChange.objects.filter(party__in=[r.party_id for r in rows])
            .order_by("party", "-id").distinct("party").values_list("party", "to_member")
        )  # fmt: skip
        terms = Terms(pool.protection_days, pool.follow_up_days, pool.deal_days)
        for row in rows:
            owner, today = row.party.owner_id, current().today()
            if last.get(row.party_id) == owner:
                fact = facts.get(row.party_id)
                if owner is None or fact is None:
                    continue
                when = None if fact.kept or row.key_account else due(
                    terms, since=row.since, followed=fact.followed, dealt=fact.dealt, idle=idle.of(owner)
                )  # fmt: skip
                if _nothing_new(row, when, today):
                    continue  # most nights, most customers
            outcome = _look(actor=actor, customer=row, terms=terms, idle=idle)
            if outcome:
                done[outcome] += 1
    return done


def _nothing_new(row: PoolCustomer, when: Due | None, today: date) -> bool:
    if when is None:
        return row.recycle_on is None
    return today < when.on == row.recycle_on and warning(today=today, on=when.on, warned=row.warned) is None


@service("crm.pool_customer.assign")
def _look(*, actor: Actor, customer: PoolCustomer, terms: Terms, idle: Idle) -> str:
    """One customer, under its locks: all is read again, for somebody may have worked on it meanwhile."""
    row, _pool = locked(customer)
    noted(row)
    today, owner = current().today(), row.party.owner_id
    if owner is None:
        return ""
    fact = facts_of([row.party_id], today=today)[row.party_id]
    when = due(terms, since=row.since, followed=fact.followed, dealt=fact.dealt, idle=idle.of(owner))
    if when is None or fact.kept or row.key_account:
        if row.recycle_on is not None or row.warned is not None:
            row.recycle_on = row.warned = None
            row.save()
        return ""
    if when.on <= today and row.warned is not None and row.recycle_on is not None and row.recycle_on <= today:
        passed(actor, row, Kind.NO_FOLLOW_UP if when.why == "follow_up" else Kind.NO_DEAL, None)
        return "recycled"
    # At the earliest tomorrow: nobody loses a customer untold, where a night was missed or a rule made stricter.
    on = max(when.on, today + timedelta(days=1))
    warned = None if row.recycle_on is None or on > row.recycle_on else row.warned
    stage = warning(today=today, on=on, warned=warned)
    if (on, stage or warned) != (row.recycle_on, row.warned):
        row.recycle_on, row.warned = on, stage or warned
        row.save()
    if stage is None:
        return ""
    member = Member.objects.select_related("department").filter(pk=owner, is_active=True).first()
    if member is not None:
        notify(
            member=member, kind="due", entity=ENTITY, record_id=row.pk, label=row.party.name, author=row.pool.name,
            excerpt=on.isoformat(),
        )  # fmt: skip
    return "warned"


@service("crm.pool_customer.create")
def _enrol(*, actor: Actor, pool: Pool) -> int:
    """The team's customers that are in no pool; a pool without a team takes those of no department."""
    known = PoolCustomer.objects.filter(party=OuterRef("pk"))
    parties = Party.objects.filter(~Exists(known), is_customer=True, is_active=True, department=pool.department_id)
    made = 0
    for party in parties.select_for_update().order_by("pk"):
        row = PoolCustomer(party=party, pool=pool, since=current().today())
        row.save()
        change_noted(row, Kind.ENTERED, None, party.owner_id)
        made += 1
    return made

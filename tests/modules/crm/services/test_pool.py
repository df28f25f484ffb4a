"""The pool: claims and their limits, letting go, the night's work, and several people at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from modules.crm.errors import ClaimRefused
from modules.crm.models import Activity, OwnershipChange, Pool, PoolCustomer, PoolPause
from modules.crm.selectors.pool import ownership_list, pool_customer_list
from modules.crm.services import pool_assign, pool_claim, pool_customer_create, pool_release
from modules.crm.services.pool_nightly import pools_nightly
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.services import party_create, party_update
from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.access.services.departments import department_create
from tenon.api.metadata import Resource
from tenon.api.writing import act
from tenon.notifications.models import Notification
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy import context
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of

people_made = count(7_100)
SALES = frozenset(
    {"shared.party.view", "shared.party.update", "crm.pool_customer.view", "crm.pool_customer.claim",
     "crm.pool_customer.release", "crm.ownership.view"}
)  # fmt: skip


def seller(owner: Actor, name: str, department: Department | None = None) -> Actor:
    with acting(owner):
        member = Member.objects.create(
            person_id=next(people_made), email=f"{name}@pool.example", name=name, department=department, roles=["sales"]
        )
    return Actor(
        kind="member", label=name, member_id=member.pk, permissions=SALES, scopes={"": "own"}, roles=("sales",),
        department_id=department.pk if department else None, department_path=department.path if department else "",
    )  # fmt: skip


def member_of(actor: Actor) -> Member:
    return Member.objects.get(name=actor.label)


def make_pool(owner: Actor, **values: Any) -> Pool:
    with acting(owner):
        return Pool.objects.create(**{"name": "Sea", "claims_per_day": None, **values})


def free(owner: Actor, pool: Pool, name: str = "Proseware", **values: Any) -> PoolCustomer:
    party = party_create(actor=owner, name=name, is_customer=True)
    party = party_update(actor=owner, party=party, owner=None)
    return pool_customer_create(actor=owner, party=party, pool=pool, **values)


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the company's day."""

    def to(on: date) -> None:
        monkeypatch.setattr(context.Company, "today", lambda self: on)

    return to


def kinds(row: PoolCustomer) -> list[str]:
    return list(OwnershipChange.objects.filter(party=row.party_id).order_by("id").values_list("kind", flat=True))


def why(problem: pytest.ExceptionInfo[ClaimRefused]) -> str:
    return str(problem.value.extra["why"])


def test_claimed_let_go_and_claimed_by_a_friend_shows(serving_acme: Company, actor: Actor) -> None:
    ana, ben = seller(actor, "ana"), seller(actor, "ben")
    row = free(actor, make_pool(actor, cool_down_days=7))
    pool_claim(actor=ana, customer=row)
    assert Party.objects.get(pk=row.party_id).owner_id == ana.member_id
    with pytest.raises(ClaimRefused) as refused:
        pool_claim(actor=ben, customer=row)
    assert why(refused) == "taken"
    with pytest.raises(Invalid):
        pool_release(actor=ana, customer=row, reason=" ")
    pool_release(actor=ana, customer=row, reason="No budget")
    with pytest.raises(StateRefused):
        pool_release(actor=ana, customer=row, reason="No budget")
    with pytest.raises(ClaimRefused) as refused:
        pool_claim(actor=ana, customer=row)
    assert why(refused) == "cool_down"
    pool_claim(actor=ben, customer=row)
    changes = OwnershipChange.objects.filter(party=row.party_id).order_by("id")
    assert list(changes.values_list("kind", "from_member", "to_member")) == [
        ("entered", None, None), ("claimed", None, ana.member_id), ("released", ana.member_id, None),
        ("claimed", None, ben.member_id),
    ]  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        changes.update(reason="forged")


def test_actions_of_the_page_follow_the_owner(serving_acme: Company, actor: Actor) -> None:
    """As the API offers them: a free one is claimed and not let go, a held one the other way round."""
    ana = seller(actor, "ana")
    row = free(actor, make_pool(actor))
    resource = Resource(ana, registry().entities["crm.pool_customer"])
    for refused, done in (("release", "claim"), ("claim", "release")):
        with pytest.raises(StateRefused):
            act(resource, row.pk, refused, None, {"reason": "Moved"} if refused == "release" else {})
        act(resource, row.pk, done, None, {"reason": "Moved"} if done == "release" else {})
    assert kinds(row) == ["entered", "claimed", "released"]


def test_cool_down_ends_on_its_day(serving_acme: Company, actor: Actor, day: Callable[[date], None]) -> None:
    ana = seller(actor, "ana")
    day(date(2026, 9, 1))
    row = free(actor, make_pool(actor, cool_down_days=7))
    pool_claim(actor=ana, customer=row)
    pool_release(actor=ana, customer=row, reason="No budget")
    row.refresh_from_db()
    day(date(2026, 9, 7))
    with pytest.raises(ClaimRefused):
        pool_claim(actor=ana, customer=row)
    day(date(2026, 9, 8))
    pool_claim(actor=ana, customer=row)


def test_limits_of_a_day_and_of_holding(serving_acme: Company, actor: Actor, day: Callable[[date], None]) -> None:
    """Two a day, three at once; who has bought does not count against the three."""
    ana = seller(actor, "ana")
    pool = make_pool(actor, claims_per_day=2, holding_ceiling=3)
    rows = [free(actor, pool, f"Customer {n}") for n in range(6)]
    day(date(2026, 9, 1))
    for row in rows[:2]:
        pool_claim(actor=ana, customer=row)
    with pytest.raises(ClaimRefused) as refused:
        pool_claim(actor=ana, customer=rows[2])
    assert why(refused) == "claims_per_day"
    day(date(2026, 9, 2))
    pool_claim(actor=ana, customer=rows[2])
    with pytest.raises(ClaimRefused) as refused:
        pool_claim(actor=ana, customer=rows[3])
    assert why(refused) == "holding_ceiling"
    with acting(actor):
        SalesOrder.objects.create(
            number="POOL-1", customer_id=rows[0].party_id, status="closed", currency="CNY", ordered_on=date(2026, 9, 2)
        )
    pool_claim(actor=ana, customer=rows[3])
    # A manager's word goes beyond the limits.
    pool_assign(actor=actor, customer=rows[4], member=member_of(ana))
    assert Party.objects.filter(owner=ana.member_id).count() == 5


def test_each_team_has_its_pool(serving_acme: Company, actor: Actor) -> None:
    """Free customers show to the pool's team and those below it; held ones to who sees them as customers."""
    north = department_create(actor=actor, data={"name": "North"})
    below = department_create(actor=actor, data={"name": "North 1", "parent": north})
    south = department_create(actor=actor, data={"name": "South"})
    ana, ben = seller(actor, "ana", below), seller(actor, "ben", south)
    row = free(actor, make_pool(actor, department=north))
    assert list(pool_customer_list(actor=ana)) == [row]
    assert not pool_customer_list(actor=ben).exists()
    assert not ownership_list(actor=ben).exists()
    with pytest.raises(ClaimRefused) as refused:
        pool_claim(actor=ben, customer=row)
    assert why(refused) == "other_team"
    pool_claim(actor=ana, customer=row)
    assert pool_customer_list(actor=ana).get().state == "held"
    assert ownership_list(actor=ana).count() == 2
    assert Party.objects.get(pk=row.party_id).department_id == below.pk
    with pytest.raises(Forbidden):
        pool_assign(actor=ana, customer=row, member=member_of(ben))


def test_neglected_for_long_enough_it_goes_back(
    serving_acme: Company, actor: Actor, day: Callable[[date], None]
) -> None:
    """Ten days without follow-up from 1 September: told on the 8th and the 10th, taken back on the 11th, once each."""
    ana = seller(actor, "ana")
    pool = make_pool(actor, follow_up_days=10, protection_days=3)
    day(date(2026, 9, 1))
    row = free(actor, pool)
    pool_claim(actor=ana, customer=row)
    told = []
    for number in range(2, 15):
        day(date(2026, 9, number))
        for _again in range(2):
            done = pools_nightly()
            told += [(number, what) for what in ("warned", "recycled") if done[what]]
    assert told == [(8, "warned"), (10, "warned"), (11, "recycled")]
    assert kinds(row) == ["entered", "claimed", "untouched"]
    assert Notification.objects.filter(member=ana.member_id, kind="due", record_id=row.pk).count() == 2
    row.refresh_from_db()
    assert (row.former_owner_id, row.since) == (ana.member_id, date(2026, 9, 11))


def test_nobody_loses_a_customer_untold(serving_acme: Company, actor: Actor, day: Callable[[date], None]) -> None:
    """Nights were missed for a year: the owner is told first, and loses it a day later."""
    ana = seller(actor, "ana")
    pool = make_pool(actor, follow_up_days=10)
    day(date(2025, 9, 1))
    row = free(actor, pool)
    pool_claim(actor=ana, customer=row)
    day(date(2026, 9, 1))
    assert [pools_nightly()["recycled"] for _ in range(2)] == [0, 0]
    day(date(2026, 9, 2))
    assert pools_nightly()["recycled"] == 1


@pytest.mark.parametrize("kept_by", ["order", "key_account", "pause", "follow_up"])
def test_what_keeps_a_customer(serving_acme: Company, actor: Actor, day: Callable[[date], None], kept_by: str) -> None:
    ana = seller(actor, "ana")
    pool = make_pool(actor, follow_up_days=10)
    day(timezone.now().date() - timedelta(days=20))
    row = free(actor, pool, key_account=kept_by == "key_account")
    pool_claim(actor=ana, customer=row)
    today = timezone.now().date()
    with acting(actor):
        if kept_by == "order":
            SalesOrder.objects.create(
                number="POOL-2", customer_id=row.party_id, status="draft", currency="CNY", ordered_on=today
            )
        elif kept_by == "pause":
            PoolPause.objects.create(member=member_of(ana), since=today - timedelta(days=19), until=today)
        elif kept_by == "follow_up":
            Activity.objects.create(
                subject="Called", party_id=row.party_id, status="done", done_at=timezone.now() - timedelta(days=2)
            )
    for ago in range(9, -1, -1):
        day(today - timedelta(days=ago))
        if kept_by != "follow_up" or ago < 2:
            assert pools_nightly()["recycled"] == 0
    assert Party.objects.get(pk=row.party_id).owner_id == ana.member_id


def test_changed_elsewhere_is_written_down_and_enrolled_by_itself(serving_acme: Company, actor: Actor) -> None:
    ana = seller(actor, "ana")
    team = department_create(actor=actor, data={"name": "Team"})
    pool = make_pool(actor, enrols=True, department=team)
    party = party_create(actor=actor, name="Lucerne", is_customer=True, department=team.pk)
    assert [pools_nightly()["enrolled"] for _ in range(2)] == [1, 0]
    row = PoolCustomer.objects.get(party=party, pool=pool)
    with acting(actor):
        Party.objects.filter(pk=party.pk).update(owner=ana.member_id)  # as an import or a handover does
    pools_nightly()
    pools_nightly()
    assert kinds(row) == ["entered", "elsewhere"]
    row.refresh_from_db()
    assert (row.former_owner_id, row.since) == (actor.member_id, current().today())


def together(company: Company, actors: list[Actor], work: Callable[[Actor, int], Any]) -> list[Any]:
    barrier = Barrier(len(actors))

    def run(index: int) -> Any:
        try:
            with serving(company):
                barrier.wait(timeout=20)
                return work(actors[index], index)
        except Exception as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actors)) as threads:
        return list(threads.map(run, range(len(actors))))


def test_of_claims_at_once_one_wins_and_limits_hold(fresh_company: Callable[..., Company]) -> None:
    own = fresh_company()
    owner = owner_of(own)
    with serving(own):
        pool = make_pool(owner, claims_per_day=2)
        row = free(owner, pool)
        more = [free(owner, pool, f"Customer {n}") for n in range(6)]
        people = [seller(owner, f"seller{n}") for n in range(6)]
    results = together(own, people, lambda who, _n: pool_claim(actor=who, customer=row))
    assert sum(isinstance(r, PoolCustomer) for r in results) == 1
    assert [r.extra["why"] for r in results if isinstance(r, ClaimRefused)] == ["taken"] * 5
    with serving(own):
        assert kinds(row) == ["entered", "claimed"]
    winner = next(n for n, r in enumerate(results) if isinstance(r, PoolCustomer))
    # One person in six windows: one claim is left of the two of the day.
    results = together(own, [people[winner]] * 6, lambda who, n: pool_claim(actor=who, customer=more[n]))
    assert sum(isinstance(r, PoolCustomer) for r in results) == 1
    assert [r.extra["why"] for r in results if isinstance(r, ClaimRefused)] == ["claims_per_day"] * 5
    # A manager assigns while somebody claims: whoever comes last, one owner is left, and the ledger ends with them.
    with serving(own):
        ana = member_of(people[0])
        left = next(r for r in more if Party.objects.get(pk=r.party_id).owner_id is None)
        ben = next(p for n, p in enumerate(people) if n not in (0, winner))

    def assign_or_claim(who: Actor, n: int) -> Any:
        return pool_assign(actor=who, customer=left, member=ana) if n == 0 else pool_claim(actor=who, customer=left)

    together(own, [owner, ben], assign_or_claim)
    with serving(own):
        last = OwnershipChange.objects.filter(party=left.party_id).order_by("id").last()
        assert last is not None
        assert (last.kind, last.to_member_id) == ("assigned", ana.pk)
        assert Party.objects.get(pk=left.party_id).owner_id == ana.pk

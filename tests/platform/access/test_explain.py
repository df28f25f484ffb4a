"""Why somebody sees a record: the answer is the list's own, and the reason named is the one that let it through."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from tenon.access.actor import Actor
from tenon.access.models import Member, Role
from tenon.access.selectors.duties import duties_now, member_clashes, role_clashes
from tenon.access.selectors.explain import Explanation, explain
from tenon.access.services.departments import department_create
from tenon.access.services.grants import grant_create
from tenon.access.services.roles import role_create, template_codes
from tenon.problems import Forbidden, NotFound
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, serving
from tests.platform.access.conftest import Join
from tests.platform.api.client import Api

PARTY = registry().entities.get("shared.party")


@pytest.fixture
def world(join: Join, actor: Actor) -> dict[str, Any]:
    """Boss leads middle leads low; low owns a customer in the harbour, below the north."""
    from modules.shared.data.models import Party

    north = department_create(actor=actor, data={"name": "North"})
    harbour = department_create(actor=actor, data={"name": "Harbour", "parent": north})
    south = department_create(actor=actor, data={"name": "South"})
    boss, _1 = join("sales_manager", department=south)
    middle, _2 = join("sales_manager", manager=boss, department=south)
    low, _3 = join("sales", manager=middle, department=harbour)
    north_boss, _4 = join("sales_manager", department=north)
    stranger, _5 = join("sales", department=south)
    with acting(actor):
        party = Party.objects.create(code="EX-1", name="Harbour Bikes", owner=low, department=harbour, is_customer=True)
    return {"boss": boss, "middle": middle, "low": low, "north": north_boss, "stranger": stranger, "party": party}


def ask(actor: Actor, member: Member, pk: int | None) -> Explanation:
    assert PARTY is not None
    return explain(actor=actor, member=member, entity=PARTY, record_id=pk)


def last(found: Explanation) -> str:
    return found.reasons[-1].text


def test_each_way_to_a_record_is_named(world: dict[str, Any], actor: Actor) -> None:
    pk = world["party"].pk
    assert last(ask(actor, world["low"], pk)) == f"It belongs to {world['low'].name}"
    chain = f"{world['low'].name} → {world['middle'].name} → {world['boss'].name}"
    assert last(ask(actor, world["boss"], pk)) == f"It belongs to somebody {world['boss'].name} leads: {chain}"
    assert last(ask(actor, world["north"], pk)).endswith("below that of " + world["north"].name + ": Harbour")
    refused = ask(actor, world["stranger"], pk)
    assert not refused.allowed
    assert last(refused) == f"It belongs to {world['low'].name}, out of reach of {world['stranger'].name}"
    assert ask(actor, world["boss"], pk).reasons[0].text.startswith("The role Sales manager shows Customers")


def test_the_answer_is_what_the_api_answers(world: dict[str, Any], actor: Actor, join: Join) -> None:
    from tenon.access.selectors.actors import actor_of

    others = [join(*roles)[0] for roles in ((), ("viewer",), ("accountant",), ("shop_floor",), ("sales", "buyer"))]
    pk = world["party"].pk
    for member in [*(world[k] for k in ("boss", "middle", "low", "north", "stranger")), *others]:
        there = Api(actor_of(member)).get(f"/api/v1/shared/parties/{pk}/").status == 200
        assert ask(actor, member, pk).allowed is there, member.roles
        assert ask(actor, member, pk).reasons
        assert (
            Api(actor).get(f"/api/v1/access/explain/?member={member.pk}&entity=shared.party&id={pk}").json["allowed"]
            is there
        )


def test_no_role_a_lent_one_a_hidden_field_and_a_former_member(
    world: dict[str, Any], actor: Actor, join: Join, serving_acme: Company
) -> None:
    nobody, _rights = join("shop_floor")
    found = ask(actor, nobody, None)
    codes = {r.name for r in Role.objects.all() if {"shared.party.view", "*"} & set(r.permissions)}
    if not found.allowed:
        assert set(found.would) == codes
    bare, _rights = join()
    assert set(ask(actor, bare, None).would) == codes
    grant_create(
        actor=actor, data={"member": bare, "role": "viewer", "reason": "Audit", "until": timezone.now() + timedelta(1)}
    )
    bare.refresh_from_db()
    assert ask(actor, bare, world["party"].pk).allowed
    assert "lent until" in last(ask(actor, bare, world["party"].pk))
    role_create(actor=actor, data={"name": "Blind", "permissions": ["shared.party.view"], "scope": "all",
                                   "field_rules": {"shared.party": {"credit_limit": "hidden"}}})  # fmt: skip
    blind, _rights = join("blind")
    assert last(ask(actor, blind, world["party"].pk)).lower() == "not these fields: credit limit"
    with translation.override("zh-hans"):
        assert "角色「Blind」" in ask(actor, blind, world["party"].pk).reasons[0].text
    blind.is_active = False
    assert not ask(actor, blind, None).allowed
    crm = registry().entities["crm.lead"]
    with serving(replace(serving_acme, features=frozenset())):
        off = explain(actor=actor, member=nobody, entity=crm)
    assert (off.allowed, off.reasons[0].kind) == (False, "feature")


def test_who_may_not_see_it_is_not_told_about_it(world: dict[str, Any], actor: Actor, join: Join) -> None:
    pk = world["party"].pk
    _clerk, sales = join("sales")
    with pytest.raises(Forbidden):
        ask(sales, world["low"], pk)
    narrow = replace(actor, member_id=world["stranger"].pk, scopes={"": "own"})
    with pytest.raises(NotFound):
        ask(narrow, world["low"], pk)
    api = Api(actor)
    assert api.get("/api/v1/access/explain/?member=1&entity=no.such").status == 400
    assert api.get("/api/v1/access/explain/?member=x&entity=shared.party").status == 400
    assert api.get("/api/v1/access/explain/?member=987654&entity=shared.party").type == "not-found"


# --- duties


def test_duties_held_together_are_named_for_roles_and_for_members(join: Join, actor: Actor) -> None:
    both = ["shared.party.create", "finance.payment.create"]
    role_create(actor=actor, data={"name": "Both", "permissions": both, "scope": "all"})
    role_create(actor=actor, data={"name": "Left", "permissions": both[:1], "scope": "all"})
    role_create(actor=actor, data={"name": "Right", "permissions": both[1:], "scope": "all"})
    two, _rights = join("left", "right")
    one, _rights = join("left")
    named = {role.key: {c.duty.key for c in found} for role, found in role_clashes()}
    assert "finance.supplier_and_payment" in named["both"]
    assert not {"left", "right", "owner"} & set(named)
    members = {m.pk: found for m, found in member_clashes()}
    clash = next(c for c in members[two.pk] if c.duty.key == "finance.supplier_and_payment")
    assert (clash.left_from, clash.right_from) == (("left",), ("right",))
    assert one.pk not in members
    assert actor.member_id not in members, "owners hold everything, and that is known"
    grant_create(
        actor=actor, data={"member": one, "role": "right", "reason": "x", "until": timezone.now() + timedelta(1)}
    )
    assert one.pk in {m.pk for m, _found in member_clashes()}, "what is lent counts"
    api = Api(actor)
    answer = api.get(f"/api/v1/access/duties/?member={two.pk}").json
    assert [m["id"] for m in answer["members"]] == [two.pk]
    assert answer["members"][0]["clashes"][0]["left_from"] == ["Left"]
    assert {d["key"] for d in api.get("/api/v1/access/duties/").json["duties"]} == {d.key for d in duties_now()}
    assert api.get("/api/v1/access/duties/?member=abc").type == "not-found"


def test_a_duty_whose_side_is_off_is_no_duty(serving_acme: Company) -> None:
    with serving(replace(serving_acme, features=frozenset({"crm.leads"}))):
        assert [d for d in duties_now() if d.key.startswith("finance.")] == []


def test_shipped_roles_that_join_what_should_be_apart_are_few_and_known(serving_acme: Company) -> None:
    joined = {role.key: {c.duty.key for c in found} for role, found in role_clashes() if role.key != "admin"}
    assert joined == {"accountant": {"finance.journal_and_period"}}


def test_shipped_roles_are_told_as_they_are(actor: Actor, serving_acme: Company) -> None:
    shipped = {r["key"]: r for r in Api(actor).get("/api/v1/access/roles/shipped/").json["results"]}
    assert set(shipped) == set(registry().roles)
    for key, template in registry().roles.items():
        assert shipped[key]["permissions"] == template_codes(template)

"""Shipped roles, scopes; nobody grants what they do not hold; the last owner stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Department, Member, Role
from tenon.access.scope import scope_filter
from tenon.access.selectors.actors import actor_by_ref, actor_of, member_of_person
from tenon.access.services.api_keys import api_key_create, api_key_revoke, api_key_update
from tenon.access.services.departments import department_create, department_delete, department_update
from tenon.access.services.members import member_deactivate, member_hand_over, member_reactivate, member_update
from tenon.access.services.roles import role_create, role_delete, role_update, roles_seed, template_codes
from tenon.problems import Conflict, Forbidden, Invalid, Unauthenticated
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.registry.types import Entity
from tenon.tenancy.context import Company
from tests.platform.access.conftest import Join

# --- shipped roles


def test_shipped_roles_hold_what_permissions_say(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        roles_seed(actor=actor)
    codes = registry().permissions
    by_key = {t.key: set(template_codes(t)) for t in registry().roles.values()}
    assert by_key["owner"] == {"*"}
    assert by_key["admin"] == set(codes)
    assert by_key["viewer"] >= {c for c in codes if c.endswith(".view")}
    assert all("viewer" in codes[c].roles for c in by_key["viewer"] if not c.endswith(".view"))
    for code, permission in codes.items():
        for role in permission.roles:
            assert code in by_key[role], f"{code} names the role {role}"
    assert {"owner", "sales", "accountant"} <= set(Role.objects.values_list("key", flat=True))
    assert Role.objects.get(key="sales").scope == "own"


def test_later_codes_reach_shipped_roles_and_removed_ones_stay_removed(serving_acme: Company, actor: Actor) -> None:
    roles_seed(actor=actor)
    viewer = Role.objects.get(key="viewer")
    taken, new = viewer.permissions[0], viewer.permissions[1]
    with acting(actor):
        Role.objects.filter(pk=viewer.pk).update(
            permissions=[p for p in viewer.permissions if p not in (taken, new)],
            offered=[p for p in viewer.offered if p != new],
        )
    roles_seed(actor=actor)
    viewer.refresh_from_db()
    assert new in viewer.permissions, "a later release's code"
    assert taken not in viewer.permissions, "the admin took it away"


# --- granting


def test_nobody_grants_what_they_do_not_hold(join: Join, actor: Actor) -> None:
    _member, admin = join("admin")
    clerk, _rights = join("viewer")
    own = role_create(actor=admin, data={"name": "Clerk", "permissions": ["access.member.view"]})
    assert own.key == "clerk"
    weak = role_create(actor=actor, data={"name": "HR", "permissions": ["access.role.create", "access.role.update",
                       "access.member.update", "access.member.view"]})  # fmt: skip
    _hr_member, hr = join(weak.key)
    with pytest.raises(Forbidden):
        role_create(actor=hr, data={"name": "Thief", "permissions": ["access.api_key.create"]})
    with pytest.raises(Forbidden):
        role_update(actor=hr, record=own, data={"permissions": ["access.member.view", "access.api_key.create"]})
    with pytest.raises(Forbidden):
        member_update(actor=hr, record=clerk, data={"roles": ["admin"]})
    with pytest.raises(Forbidden):
        member_update(actor=admin, record=clerk, data={"roles": ["owner"]})
    assert member_update(actor=hr, record=clerk, data={"name": "Renamed"}).name == "Renamed"
    assert member_update(actor=admin, record=clerk, data={"roles": ["viewer", "clerk"]}).roles == ["viewer", "clerk"]


def test_the_mighty_are_not_brought_down_by_the_weak(join: Join, actor: Actor, serving_acme: Company) -> None:
    _member, admin = join("admin")
    owner = Member.objects.get(pk=actor.member_id or 0)
    join("owner")
    for attempt in (
        lambda: member_update(actor=admin, record=owner, data={"roles": ["viewer"]}),
        lambda: member_deactivate(actor=admin, member=owner),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_the_last_owner_stays(join: Join, actor: Actor, serving_acme: Company) -> None:
    owner = Member.objects.get(pk=actor.member_id or 0)
    with pytest.raises(Conflict):
        member_update(actor=actor, record=owner, data={"roles": ["admin"]})
    second, second_rights = join("owner")
    assert member_update(actor=actor, record=owner, data={"roles": ["admin"]}).roles == ["admin"]
    with pytest.raises(Conflict):
        member_update(actor=second_rights, record=second, data={"roles": []})
    with pytest.raises(Conflict):
        role_update(actor=second_rights, record=Role.objects.get(key="owner"), data={"permissions": []})


def test_roles_say_what_is_wrong_with_them(actor: Actor, join: Join) -> None:
    for data, field in (
        ({"name": "x", "permissions": ["no.such.code"]}, "permissions"),
        ({"name": "x", "permissions": ["*"]}, "permissions"),
        ({"name": "x", "scopes": {"no.entity": "all"}}, "scopes.no.entity"),
        ({"name": "x", "scopes": {"access.member": "galaxy"}}, "scopes.access.member"),
        (
            {"name": "x", "field_rules": {"access.member": {"shoe_size": "hidden"}}},
            "field_rules.access.member.shoe_size",
        ),
        ({"name": "x", "field_rules": {"access.member": {"email": "blurred"}}}, "field_rules.access.member.email"),
        ({"name": "x", "key": "owner"}, "key"),
    ):
        with pytest.raises(Invalid) as refused:
            role_create(actor=actor, data=data)
        assert refused.value.errors[0].field == field
    used = role_create(actor=actor, data={"name": "Used"})
    join("used")
    with pytest.raises(Conflict):
        role_delete(actor=actor, record=used)


# --- leaving and handing over


def test_leaving_ends_keys_and_coming_back_does_not_revive_sessions(join: Join, actor: Actor) -> None:
    member, rights = join("admin")
    key = api_key_create(actor=rights, data={"name": "robot", "permissions": ["access.member.view"]})
    with pytest.raises(Forbidden):
        member_deactivate(actor=rights, member=member)
    member_deactivate(actor=actor, member=member)
    assert member_of_person(member.person_id) is None
    assert actor_by_ref(f"member:{member.pk}") is None
    assert actor_by_ref(f"api_key:{key.pk}") is None
    back = member_reactivate(actor=actor, member=member)
    assert back.is_active
    assert back.signed_out_before is not None
    assert not ApiKey.objects.get(pk=key.pk).is_active


def test_everything_owned_is_handed_over_in_one_audited_step(join: Join, actor: Actor) -> None:
    from modules.shared.data.models import Party
    from tenon.records.models import AuditEntry

    boss, _boss_rights = join("sales_manager")
    leaver, _rights = join("sales", manager=boss)
    report, _r = join("sales", manager=leaver)
    with acting(actor):
        parties = [
            Party.objects.create(code=f"HO-{n}", name=f"Customer {n}", owner=leaver, is_customer=True) for n in range(3)
        ]
        other = Party.objects.create(code="HO-9", name="Other", owner_id=actor.member_id, is_customer=True)
    result = member_hand_over(actor=actor, member=leaver)
    assert {"entity": "shared.party", "count": 3} in [
        {k: m[k] for k in ("entity", "count")} for m in result["moved"]
    ]  # fmt: skip
    assert result["to"]["id"] == boss.pk
    assert set(Party.objects.filter(owner=boss).values_list("pk", flat=True)) == {p.pk for p in parties}
    assert Party.objects.get(pk=other.pk).owner_id == actor.member_id
    assert Party.objects.get(pk=parties[0].pk).version == 2
    report.refresh_from_db()
    assert report.manager_id == boss.pk
    entry = AuditEntry.objects.filter(table_name="data_party", row_id=parties[0].pk, op="update").get()
    assert entry.changes["owner_id"] == [leaver.pk, boss.pk]
    with pytest.raises(Invalid):
        member_hand_over(actor=actor, member=boss)


# --- departments and scope


def test_a_department_moves_with_all_below_and_makes_no_circle(serving_acme: Company, actor: Actor) -> None:
    a = department_create(actor=actor, data={"name": "A"})
    b = department_create(actor=actor, data={"name": "B", "parent": a})
    c = department_create(actor=actor, data={"name": "C", "parent": b})
    d = department_create(actor=actor, data={"name": "D"})
    assert c.path == f"{a.pk}/{b.pk}/{c.pk}/"
    department_update(actor=actor, record=b, data={"parent": d})
    c.refresh_from_db()
    assert c.path == f"{d.pk}/{b.pk}/{c.pk}/"
    for parent in (b, c):
        with pytest.raises(Invalid):
            department_update(actor=actor, record=b, data={"parent": parent})
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        department_delete(actor=actor, record=d)
    department_delete(actor=actor, record=c)
    assert not Department.objects.filter(pk=c.pk).exists()


def test_reporting_makes_no_circle(join: Join, actor: Actor) -> None:
    boss, _b = join("viewer")
    middle, _m = join("viewer", manager=boss)
    low, _l = join("viewer", manager=middle)
    with pytest.raises(Invalid):
        member_update(actor=actor, record=boss, data={"manager": low})
    with pytest.raises(Invalid):
        member_update(actor=actor, record=boss, data={"manager": boss})
    assert member_update(actor=actor, record=low, data={"manager": boss}).manager_id == boss.pk


def test_scope_over_owner_department_and_reports(join: Join, actor: Actor) -> None:
    from modules.shared.data.models import Party

    north = department_create(actor=actor, data={"name": "North"})
    harbour = department_create(actor=actor, data={"name": "Harbour", "parent": north})
    south = department_create(actor=actor, data={"name": "South"})
    boss, _b = join("viewer", department=north)
    me, _m = join("viewer", department=north, manager=boss)
    colleague, _c = join("viewer", department=south)
    rows = {
        "mine": (me, south), "north": (colleague, north), "harbour": (colleague, harbour), "south": (colleague, south),
    }  # fmt: skip
    with acting(actor):
        for code, (owner, department) in rows.items():
            Party.objects.create(code=code, name=code, owner=owner, department=department)
    entity = Entity("shared.party", "data.Party", "parties", (), owner_field="owner", department_field="department")

    def seen(member: Member, scope: str) -> set[str]:
        who = Actor(
            kind="member", label="x", member_id=member.pk, department_id=member.department_id, scopes={"": scope},
            department_path=member.department.path if member.department else "",
        )  # fmt: skip
        return set(Party.objects.filter(scope_filter(who, entity), code__in=rows).values_list("code", flat=True))

    assert seen(me, "own") == {"mine"}
    assert seen(me, "department") == {"mine", "north"}
    assert seen(me, "subtree") == {"mine", "north", "harbour"}
    assert seen(me, "all") == set(rows)
    assert seen(boss, "subtree") == {"mine", "north", "harbour"}, "and what those who report to me own"
    assert seen(boss, "own") == set()


# --- keys and the actor


def test_a_key_is_within_its_owners_rights(join: Join, actor: Actor) -> None:
    _member, admin = join("viewer")
    with pytest.raises(Forbidden):
        api_key_create(actor=admin, data={"name": "x", "permissions": []})
    strong = Actor(**{**admin.__dict__, "permissions": admin.permissions | {"access.api_key.create"}})
    with pytest.raises(Forbidden):
        api_key_create(actor=strong, data={"name": "x", "permissions": ["access.role.create"]})
    key = api_key_create(actor=actor, data={"name": "x", "permissions": ["access.role.view"]})
    assert key.token.startswith("tn_")
    assert key.token.split("_", 3)[3] not in key.secret_hash
    assert ApiKey.objects.get(pk=key.pk).token == ""
    for bad in ({"name": "x", "expires_at": "2020-01-01T00:00Z"}, {"name": "x", "permissions": ["no.such"]}):
        with pytest.raises((Invalid, TypeError)):
            api_key_create(actor=actor, data=bad)
    api_key_update(actor=actor, record=key, data={"name": "y"})
    assert not api_key_revoke(actor=actor, key=key).is_active
    from tenon.access.selectors.actors import key_by_secret

    with pytest.raises(Unauthenticated):
        key_by_secret(key.pk, "wrong")


def test_an_actor_costs_two_queries(join: Join, actor: Actor) -> None:
    member, _rights = join("sales", "accountant")
    with CaptureQueriesContext(connection) as queries:
        found = member_of_person(member.person_id)
        assert found is not None
        rights = actor_of(found)
        rights.can("access.member.view")
    assert len(queries) == 2, [q["sql"] for q in queries]


def test_unknown_and_ungranted_codes_are_refused(join: Join) -> None:
    _member, nobody = join()
    assert not nobody.can("access.member.view")
    assert not nobody.can("no.such.code")
    with pytest.raises(Forbidden):
        nobody.require("access.member.view")


def test_an_unused_parameter_is_not_swallowed(actor: Actor, serving_acme: Company) -> None:
    data: dict[str, Any] = {"name": ""}
    with pytest.raises(Exception, match="name"):
        department_create(actor=actor, data=data)


def test_nobody_hands_out_sight_beyond_their_own(join: Join, actor: Actor) -> None:
    """Wider rows and shown fields are grants like any other."""
    codes = ["access.role.create", "access.role.update", "access.member.update", "access.member.view",
             "shared.party.view"]  # fmt: skip
    narrow = {"scope": "own", "field_rules": {"shared.party": {"credit_limit": "hidden"}}}
    role_create(actor=actor, data={"name": "Clerk", "permissions": codes, **narrow})
    wide = role_create(actor=actor, data={"name": "Wide", "permissions": ["shared.party.view"], "scope": "all"})
    clerk, rights = join("clerk")
    for data in (
        {"permissions": ["shared.party.view"], "scope": "all", "field_rules": narrow["field_rules"]},
        {"permissions": ["shared.party.view"], "scope": "own"},
    ):
        with pytest.raises(Forbidden):
            role_create(actor=rights, data={"name": "More", **data})
    with pytest.raises(Forbidden):
        member_update(actor=rights, record=clerk, data={"roles": ["clerk", wide.key]})
    with pytest.raises(Forbidden):
        role_update(actor=rights, record=Role.objects.get(key="clerk"), data={"scope": "all"})
    assert role_create(actor=rights, data={"name": "Less", "permissions": ["shared.party.view"], **narrow})


def test_a_manager_hands_over_what_their_own_people_had(join: Join, actor: Actor) -> None:
    boss, boss_rights = join("sales_manager")
    mine, _rights = join("sales", manager=boss)
    stranger, _more = join("sales")
    assert member_hand_over(actor=boss_rights, member=mine, to=boss)["to"]["id"] == boss.pk
    with pytest.raises(Forbidden):
        member_hand_over(actor=boss_rights, member=stranger, to=boss)


def test_the_audit_trail_names_who_acted_and_nobody_else(serving_acme: Company, actor: Actor) -> None:
    """A long name does not stop the writing, and one with our separator in it forges nothing."""
    from tenon.access.selectors.actors import actor_of_key
    from tenon.records.models import AuditEntry

    Member.objects.get(pk=actor.member_id or 0)
    member_update(actor=actor, record=Member.objects.get(pk=actor.member_id or 0), data={"name": "O'Neil|x|forged" * 8})
    key = api_key_create(actor=actor, data={"name": "k" * 120, "permissions": ["access.department.create"]})
    made = department_create(actor=actor_of_key(key, request_id="request-1"), data={"name": "By key"})
    entry = AuditEntry.objects.filter(table_name="access_department", row_id=made.pk).first()
    assert entry is not None
    assert (entry.actor, entry.request_id) == (f"api_key:{key.pk}", "request-1")
    assert entry.actor_label.startswith("k" * 120 + " (O'Neil/x/forged")


def test_a_links_permission_is_worth_something_while_all_it_joins_is_on(
    serving_acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from tenon.access.actor import system
    from tenon.registry.types import Feature, ModuleManifest, Permission
    from tenon.tenancy.context import serving

    known = registry()
    for key in ("left", "right"):
        monkeypatch.setitem(known.modules, key, ModuleManifest(key, key, features=(Feature(f"{key}.core", core=True),)))
    monkeypatch.setitem(known.modules, "left_right", ModuleManifest("left_right", "x", bridges=("left", "right")))
    monkeypatch.setitem(known.permissions, "left_right.thing.view", Permission("left_right.thing.view"))
    for on, worth in (({"left.core"}, False), ({"left.core", "right.core"}, True)):
        with serving(replace(serving_acme, features=frozenset(on))):
            assert system("test").can("left_right.thing.view") is worth

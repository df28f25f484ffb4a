"""The menu: three levels, sparse patches, nothing that cannot be opened, nothing that breaks it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tenon.access.actor import Actor
from tenon.access.models import MenuPatch
from tenon.access.services.menu import menu_update
from tenon.problems import Forbidden, Invalid, StaleVersion
from tenon.records.service import acting
from tenon.registry import menus
from tenon.registry.registry import registry
from tenon.tenancy.context import Company


def ids(nodes: Any) -> list[str]:
    return [i for n in nodes for i in (n.id, *ids(n.children))]


def node(nodes: Any, wanted: str) -> menus.Node | None:
    for n in nodes:
        found = n if n.id == wanted else node(n.children, wanted)
        if found:
            return found  # type: ignore[no-any-return]
    return None


@pytest.fixture
def resolve(serving_acme: Company, actor: Actor) -> Any:
    def run(nodes: Any = None, added: Any = None, who: Actor | None = None, company: Company | None = None) -> Any:
        return menus.resolve(company or serving_acme, who or actor, menus.Layer(nodes or {}, added or []))

    return run


def test_the_default_menu_has_three_levels_and_no_empty_groups(resolve: Any) -> None:
    roots = resolve().roots

    def depth(n: menus.Node) -> int:
        return 1 + max((depth(c) for c in n.children), default=0)

    assert max(map(depth, roots)) <= 3
    for n in (node(roots, i) for i in ids(roots)):
        assert n is not None
        assert n.is_page or n.children
    assert node(roots, "admin.people.members").route == "/access/members"  # type: ignore[union-attr]


def test_no_group_of_the_default_menu_is_long(resolve: Any) -> None:
    """Nine pages is what one looks over; more of them need a group of their own."""
    long = {
        group.id: len(group.children) for area in resolve().roots for group in area.children if len(group.children) > 9
    }
    assert long == {}


def test_rename_hide_move_reorder(resolve: Any) -> None:
    patch = {
        "admin.people": {"title": {"en": "Team", "zh-hans": "团队"}, "order": 1},
        "admin.people.roles": {"hidden": True},
        "admin.people.departments": {"parent": "admin.company"},
        "admin.company": {"order": 99},
    }
    resolved = resolve(patch)
    admin = node(resolved.roots, "admin")
    assert admin is not None
    assert admin.children[0].id == "admin.people"
    assert node(resolved.roots, "admin.people").title == "Team"  # type: ignore[union-attr]
    assert node(resolved.roots, "admin.people.roles") is None
    assert "admin.people.departments" in ids([node(resolved.roots, "admin.company")])
    assert resolved.ignored == []
    with translation.override("zh-hans"):
        assert node(resolve(patch).roots, "admin.people").title == "团队"  # type: ignore[union-attr]


def test_a_group_that_is_gone_stands_where_a_company_shaped_it(resolve: Any) -> None:
    """The lots had a group of their own once. Nobody sees it; who renamed or hid it finds it as it was left, and what
    was put there or moved there stays."""
    plain = resolve().roots
    assert node(plain, "stock.lots") is None
    assert "stock.lots.trace" in ids([node(plain, "stock.stock")])
    renamed = resolve({"stock.lots": {"title": {"en": "Batches"}, "order": 1}, "stock.lots.expiry": {"hidden": True}})
    group = node(renamed.roots, "stock.lots")
    assert group is not None
    assert (group.title, ids(group.children)) == (
        "Batches",
        ["stock.lots.lots", "stock.lots.lives", "stock.lots.trace"],
    )
    assert node(renamed.roots, "stock").children[0].id == "stock.lots"  # type: ignore[union-attr]
    assert "stock.lots.trace" not in ids([node(renamed.roots, "stock.stock")])
    assert renamed.ignored == []
    hidden = resolve({"stock.lots": {"hidden": True}, "stock.lots.trace": {"parent": "stock.work"}})
    assert node(hidden.roots, "stock.lots.lots") is None
    assert "stock.lots.trace" in ids([node(hidden.roots, "stock.work")])
    own = resolve(
        added=[{"id": "own.dhl", "parent": "stock.logistics", "title": {"en": "DHL"}, "url": "https://x.test"}]
    )
    kept = node(own.roots, "stock.logistics")
    assert kept is not None
    assert ids(kept.children) == ["stock.logistics.services", "stock.logistics.shipments", "own.dhl"]


def test_own_groups_links_and_views(resolve: Any) -> None:
    added = [
        {"id": "own.desk", "title": {"en": "My desk"}, "order": 1},
        {"id": "own.handbook", "parent": "own.desk", "title": {"en": "Handbook"}, "url": "https://example.com/h"},
        {"id": "own.left", "parent": "own.desk", "title": {"en": "Former"}, "entity": "access.member", "view": "left"},
        {"id": "own.empty", "title": {"en": "Empty group"}},
    ]
    resolved = resolve({}, added)
    desk = node(resolved.roots, "own.desk")
    assert desk is not None
    assert [c.url or c.route for c in desk.children] == ["https://example.com/h", "/access/members?view=left"]
    assert node(resolved.roots, "own.empty") is None
    assert resolved.roots[0].id == "own.desk"


def test_what_a_patch_names_in_vain_is_reported_and_harmless(resolve: Any) -> None:
    whole = ids(resolve().roots)
    resolved = resolve(
        {
            "gone.since.last.release": {"hidden": True},
            "admin.people.members": {"parent": "gone.group"},
            "admin.people": {"parent": "admin.people"},
            "admin": {"parent": "admin.people"},
            "admin.people.roles": "not a change",
        },
        [{"id": "no-prefix", "title": {"en": "x"}, "url": "https://x"}, {"id": "own.ghost", "entity": "no.such"}],
    )
    assert {"gone.since.last.release", "admin.people.members", "no-prefix", "own.ghost"} <= set(resolved.ignored)
    assert sorted(ids(resolved.roots)) == sorted(whole), "everything stands where it stood"


def test_the_menu_never_grants(resolve: Any, serving_acme: Company) -> None:
    from dataclasses import replace

    nobody = Actor(kind="member", label="x", roles=("viewer",))
    assert ids(resolve(who=nobody).roots) == []
    added = [{"id": "own.members", "title": {"en": "Members"}, "entity": "access.member"}]
    assert ids(resolve({}, added, who=nobody).roots) == []
    some = replace(nobody, permissions=frozenset({"access.member.view"}))
    assert ids(resolve({}, added, who=some).roots) == ["own.members", "admin", "admin.people", "admin.people.members"]
    only_sales = {"admin.people.members": {"roles": ["sales"]}}
    assert "admin.people.members" not in ids(resolve(only_sales, who=some).roots)


def test_switched_off_features_leave_no_dead_entry(resolve: Any, serving_acme: Company) -> None:
    from dataclasses import replace

    bare = replace(serving_acme, features=frozenset())
    known = registry()
    for node_id in ids(resolve(company=bare).roots):
        entity = known.entities.get(known.menus[node_id].entity)
        assert entity is None or not entity.features


def test_the_server_refuses_a_bad_patch_and_says_where(serving_acme: Company, actor: Actor) -> None:
    page = "admin.people.members"
    cases: list[tuple[dict[str, Any], list[Any], str]] = [
        ({"no.such": {"hidden": True}}, [], "nodes.no.such"),
        ({"admin.people": {"colour": "red"}}, [], "nodes.admin.people"),
        ({"admin.people": {"parent": "admin.people"}}, [], "nodes.admin.people.parent"),
        ({"admin.people.roles": {"parent": page}}, [], "nodes.admin.people.roles.parent"),
        ({"admin.people": {"parent": "admin.company"}}, [], "nodes.admin.people"),
        ({"admin.company.menu": {"hidden": True}}, [], "nodes.admin.company.menu"),
        ({"admin.company": {"hidden": True}}, [], "nodes.admin.company"),
        ({"admin": {"roles": ["sales"]}}, [], "nodes.admin"),
        ({"admin.people": {"order": "first"}}, [], "nodes.admin.people.order"),
        ({"admin.people": {"title": {"en": "x" * 61}}}, [], "nodes.admin.people.title"),
        ({"admin.people": {"roles": ["no-role"]}}, [], "nodes.admin.people.roles"),
        ({}, [{"id": "bad", "title": {"en": "x"}}], "added.0.id"),
        ({}, [{"id": "own.a", "title": {}}], "added.0.title"),
        ({}, [{"id": "own.a", "title": {"en": "x"}, "url": "javascript:alert(1)"}], "added.0.url"),
        ({}, [{"id": "own.a", "title": {"en": "x"}, "route": "//evil.example"}], "added.0.route"),
        ({}, [{"id": "own.a", "title": {"en": "x"}, "entity": "no.such"}], "added.0.entity"),
        ({}, [{"id": "own.a", "title": {"en": "x"}, "entity": ["access.member"]}], "added.0.entity"),
        ({}, [{"id": "own.a", "title": {"en": "x"}, "entity": "access.member", "query": 5}], "added.0.query"),
        ({}, [{"id": "own.a", "title": {"en": "x"}, "url": "https://x", "route": "/x"}], "added.0"),
        ({}, [{"id": "own.a", "title": {"en": "x"}, "url": "https://x", "parent": page}], "added.0.parent"),
    ]
    for nodes, added, field in cases:
        with pytest.raises(Invalid) as refused:
            menu_update(actor=actor, nodes=nodes, added=added)
        assert any(e.field.startswith(field) for e in refused.value.errors), (field, refused.value.errors)
    assert not MenuPatch.objects.exists()
    with pytest.raises(Forbidden):
        menu_update(actor=Actor(kind="member", label="x"), nodes={}, added=[])


def test_two_editors_do_not_overwrite_each_other(serving_acme: Company, actor: Actor) -> None:
    first = menu_update(actor=actor, nodes={"admin": {"order": 5}}, added=[], version=0)
    menu_update(actor=actor, nodes={"admin": {"order": 6}}, added=[], version=first.version)
    with pytest.raises(StaleVersion):
        menu_update(actor=actor, nodes={}, added=[], version=first.version)


def test_a_patch_that_names_a_page_of_an_older_release_can_still_be_saved(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        MenuPatch.objects.create(nodes={"old.page": {"hidden": True}})
    saved = menu_update(actor=actor, nodes={"old.page": {"hidden": True}, "admin": {"order": 5}}, added=[])
    assert set(saved.nodes) == {"old.page", "admin"}

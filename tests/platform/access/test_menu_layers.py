"""The menu in layers: the company's, a role's, one's own; drafts, versions, and two who are first at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tenon.access.actor import Actor
from tenon.access.models import MenuPatch, MenuVersion
from tenon.access.selectors.menu import menu_of, menu_patch, menu_versions
from tenon.access.services.menu import menu_draft, menu_restore, menu_update, my_menu_update
from tenon.problems import FeatureOff, Forbidden, Invalid, NotFound, StaleVersion
from tenon.registry import menus
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of
from tests.platform.access.conftest import Join
from tests.platform.api.client import Api
from tests.platform.registry.test_menus import ids, node

GROUP, PAGE, OTHER = "admin.people", "admin.people.departments", "admin.people.members"


def seen(actor: Actor) -> list[str]:
    return ids(menu_of(actor).roots)


def titled(actor: Actor, wanted: str) -> str:
    found = node(menu_of(actor).roots, wanted)
    assert found is not None
    return found.title


def test_a_roles_layer_is_for_that_role_alone(join: Join, actor: Actor) -> None:
    _clerk, clerk = join("viewer")
    menu_update(actor=actor, nodes={PAGE: {"title": {"en": "Teams"}}}, added=[])
    menu_update(actor=actor, role="viewer", nodes={PAGE: {"title": {"en": "Where"}}, OTHER: {"hidden": True}}, added=[])
    assert titled(actor, PAGE) == "Teams"
    assert titled(clerk, PAGE) == "Where"
    assert OTHER in seen(actor)
    assert OTHER not in seen(clerk)
    menu_update(actor=actor, role="viewer", nodes={}, added=[])
    assert titled(clerk, PAGE) == "Teams", "reset to what lies below"
    with pytest.raises(Invalid):
        menu_update(actor=actor, role="no-such-role", nodes={}, added=[])


def test_a_roles_layer_stands_on_the_companys(join: Join, actor: Actor) -> None:
    """What the company added can be moved by the role; taken away again it leaves nothing behind."""
    _clerk, clerk = join("viewer")
    own = {"id": "own.help", "parent": GROUP, "title": {"en": "Help"}, "url": "https://help.example"}
    menu_update(actor=actor, nodes={}, added=[own])
    menu_update(actor=actor, role="viewer", nodes={"own.help": {"title": {"en": "Rescue"}, "order": 1}}, added=[])
    assert titled(clerk, "own.help") == "Rescue"
    with pytest.raises(Invalid):
        menu_update(actor=actor, role="viewer", nodes={}, added=[own])  # the same id twice
    menu_update(actor=actor, nodes={}, added=[])
    assert "own.help" not in seen(clerk)


@pytest.mark.parametrize("role", ["", "viewer"])
@pytest.mark.parametrize(
    ("nodes", "added"),
    [
        ({GROUP: {"parent": "admin.company"}}, []),
        ({"admin": {"parent": GROUP}}, []),
        ({PAGE: {"parent": "no.such"}}, []),
        ({PAGE: {"parent": OTHER}}, []),
        ({}, [{"id": "own.x", "parent": "own.gone", "title": {"en": "X"}, "url": "https://x.example"}]),
        ({}, [{"id": "own.x", "parent": OTHER, "title": {"en": "X"}, "url": "https://x.example"}]),
        ({}, [{"id": "own.x", "parent": GROUP, "title": {"en": "X"}, "route": "/no/such/page"}]),
        (
            {},
            [
                {"id": "own.a", "parent": "own.b", "title": {"en": "A"}},
                {"id": "own.b", "parent": "own.a", "title": {"en": "B"}},
            ],
        ),
    ],
)
def test_a_fourth_level_circles_and_orphans_are_refused(
    serving_acme: Company, actor: Actor, role: str, nodes: Any, added: Any
) -> None:
    with pytest.raises(Invalid):
        menu_update(actor=actor, nodes=nodes, added=added, role=role)
    assert not MenuPatch.objects.exists()


def test_a_link_to_a_page_shows_to_who_may_open_it_and_goes_with_it(
    join: Join, actor: Actor, serving_acme: Company
) -> None:
    added = [
        {"id": "own.roles", "parent": GROUP, "title": {"en": "Rights"}, "route": "/access/roles?view=all"},
        {"id": "own.plan", "parent": GROUP, "title": {"en": "Plan"}, "route": "/production/orders"},
        {"id": "own.one", "parent": GROUP, "title": {"en": "That order"}, "route": "/production/orders/12"},
        {"id": "own.day", "parent": GROUP, "title": {"en": "Day"}, "route": "/"},
    ]
    menu_update(actor=actor, nodes={}, added=added)
    _clerk, clerk = join("shop_floor")
    assert {"own.roles", "own.plan", "own.one", "own.day"} <= set(seen(actor))
    assert "own.roles" not in seen(clerk)
    from dataclasses import replace

    with serving(replace(serving_acme, features=frozenset({"crm.leads"}))):
        found = seen(actor)
    assert "own.roles" in found
    assert not {"own.plan", "own.one"} & set(found), "no dead entry"


def test_a_group_that_is_gone_takes_its_pages_along(serving_acme: Company, actor: Actor) -> None:
    """A release that drops a group must not send a company's own links up to the top of its menu."""
    layer = menus.Layer(
        {}, [{"id": "own.x", "parent": "dropped.group", "title": {"en": "X"}, "url": "https://x.example"}]
    )
    resolved = menus.resolve(serving_acme, actor, layer)
    assert "own.x" not in ids(resolved.roots)
    assert "own.x" in resolved.ignored


def test_any_version_can_be_published_again(serving_acme: Company, actor: Actor) -> None:
    for name in ("One", "Two", "Three"):
        menu_update(actor=actor, nodes={PAGE: {"title": {"en": name}}}, added=[])
    menu_update(actor=actor, nodes={}, added=[])
    assert titled(actor, PAGE) == "Departments"
    menu_restore(actor=actor, number=2)
    assert titled(actor, PAGE) == "Two"
    rows = list(menu_versions())
    assert [(r.number, r.restored) for r in rows] == [(5, 2), (4, None), (3, None), (2, None), (1, None)]
    assert all(r.created_by_id == actor.member_id for r in rows)
    with pytest.raises(NotFound):
        menu_restore(actor=actor, number=77)
    api = Api(actor)
    first = api.get("/api/v1/access/menu/versions/").json["results"][0]
    assert (first["number"], first["by"], first["restored"], first["current"]) == (5, "Owner", 2, True)
    assert api.post("/api/v1/access/menu/versions/1/actions/restore/").json["nodes"] == {PAGE: {"title": {"en": "One"}}}


def test_a_version_of_an_older_release_is_restored_without_what_is_gone(serving_acme: Company, actor: Actor) -> None:
    patch = menu_update(actor=actor, nodes={PAGE: {"title": {"en": "One"}}}, added=[])
    version = patch.versions.get()
    from tenon.records.service import acting

    with acting(actor):
        version.nodes = {**version.nodes, "old.page": {"hidden": True}}
        version.added = [{"id": "own.x", "parent": "old.group", "title": {"en": "X"}, "url": "https://x.example"}]
        version.save()
    menu_restore(actor=actor, number=1)
    assert menu_patch().nodes == {PAGE: {"title": {"en": "One"}}}  # type: ignore[union-attr]
    assert menu_patch().added == []  # type: ignore[union-attr]


def test_a_draft_is_kept_and_shows_to_nobody(serving_acme: Company, actor: Actor) -> None:
    half = {
        "nodes": {PAGE: {"title": {"en": "Draft"}}},
        "added": [{"id": "own.x", "parent": GROUP, "title": {}, "url": "https://"}],
    }
    api = Api(actor)
    assert api("PUT", "/api/v1/access/menu/draft/", half).status == 204
    assert titled(actor, PAGE) == "Departments"
    read = api.get("/api/v1/access/menu/").json
    assert read["draft"] == half
    assert api("PUT", "/api/v1/access/menu/", {"nodes": half["nodes"], "version": 0}).status == 200, "the first publish"
    assert titled(actor, PAGE) == "Draft"
    assert api.get("/api/v1/access/menu/").json["draft"] is None
    assert api("PUT", "/api/v1/access/menu/draft/", {"nodes": {"x": 1}}).status == 400
    version = menu_patch().version  # type: ignore[union-attr]
    menu_draft(actor=actor, draft=half)
    assert menu_patch().version == version, "a draft is no change of the menu"  # type: ignore[union-attr]
    assert api("DELETE", "/api/v1/access/menu/draft/").status == 204
    assert menu_patch().draft is None  # type: ignore[union-attr]


def test_ones_own_menu_pins_hides_and_orders(join: Join, actor: Actor) -> None:
    member, clerk = join("viewer")
    assert my_menu_update(actor=clerk, nodes={}) is None
    my_menu_update(actor=clerk, nodes={PAGE: {"pinned": True, "order": 1}, OTHER: {"hidden": True}})
    found = node(menu_of(clerk).roots, PAGE)
    assert found is not None
    assert found.pinned
    assert found.as_json()["pinned"] is True
    assert OTHER not in seen(clerk)
    assert OTHER in seen(actor), "nobody else's"
    mine = Api(clerk).get("/api/v1/access/menu/mine/").json
    assert mine["nodes"][OTHER] == {"hidden": True}
    assert OTHER in str(mine["menu"]), "what is hidden can be brought back"
    my_menu_update(actor=clerk, nodes={})
    assert OTHER in seen(clerk)
    refused: tuple[Any, ...] = (
        {PAGE: {"title": {"en": "X"}}},
        {PAGE: {"hidden": 1}},
        {PAGE: {"order": True}},
        {PAGE: []},
        {"x" * 200: {}},
    )
    for bad in refused:
        with pytest.raises(Invalid):
            my_menu_update(actor=clerk, nodes=bad)
    assert "admin.company.menu" not in seen(clerk)
    my_menu_update(actor=clerk, nodes={"admin.company.menu": {"pinned": True, "hidden": False}})
    assert "admin.company.menu" not in seen(clerk), "one's own menu never grants"
    assert MenuPatch.objects.filter(member=member).count() == 1
    assert Api(clerk)("PUT", "/api/v1/access/menu/", {"nodes": {}}).type == "forbidden"
    with pytest.raises((Forbidden, FeatureOff)):
        menu_draft(actor=clerk, draft=None)


def test_a_role_is_previewed_with_the_layer_that_is_edited(serving_acme: Company, actor: Actor) -> None:
    api = Api(actor)
    menu_update(actor=actor, nodes={PAGE: {"title": {"en": "Teams"}}}, added=[])
    edited = {"nodes": {OTHER: {"hidden": True}}, "added": []}
    shown = str(api.post("/api/v1/access/menu/preview/?role=viewer&layer=viewer", edited).json["menu"])
    assert "Teams" in shown
    assert OTHER not in shown
    other = str(api.post("/api/v1/access/menu/preview/?role=buyer&layer=viewer", edited).json["menu"])
    assert OTHER in other


def test_two_who_publish_the_first_menu_at_once_make_one(fresh_company: Callable[..., Company]) -> None:
    """With real connections: both look, both find nothing, one of them is told that it came too late."""
    company = fresh_company("Menus")
    actor = owner_of(company)
    together, outcomes = threading.Barrier(2), []

    def publish(name: str) -> None:
        try:
            with serving(company):
                assert menu_patch() is None
                together.wait(20)
                menu_update(actor=actor, nodes={PAGE: {"title": {"en": name}}}, added=[], version=0)
            outcomes.append(name)
        except StaleVersion:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(n,)) for n in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with serving(company):
        patches = list(MenuPatch.objects.all())
        assert len(patches) == 1
        won = patches[0].nodes[PAGE]["title"]["en"]
        assert sorted(outcomes) == sorted([won, "too late"])
        assert MenuVersion.objects.count() == 1

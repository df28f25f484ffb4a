"""Switching modules and features: what comes along, what is seeded, caught up with, refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from tenants import selectors
from tenants.models import CompanyLog, Entitlement, Tenant
from tenants.rules.features import FeatureGraph
from tenants.services import features
from tenon.problems import Forbidden
from tenon.registry.registry import registry
from tenon.registry.types import Feature, ModuleManifest
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of
from tests.tenants.conftest import Web
from tests.tenants.test_door import problem


def graph() -> FeatureGraph:
    modules = {
        "base": ModuleManifest("base", "Base", features=(Feature("base.core", core=True), Feature("base.extra"))),
        "top": ModuleManifest(
            "top", "Top", requires=("base",),
            features=(
                Feature("top.core", core=True), Feature("top.deep", requires=("base.extra",)), Feature("top.more"),
            ),
        ),
    }  # fmt: skip
    return FeatureGraph(modules, {f.key: f for m in modules.values() for f in m.features})


def test_enabling_pulls_what_is_needed() -> None:
    assert graph().with_needs(["top.more"]) == {"top.more", "top.core", "base.core"}
    assert graph().with_needs(["top.deep"]) == {"top.deep", "top.core", "base.core", "base.extra"}


def test_disabling_takes_along_what_cannot_do_without() -> None:
    everything = frozenset(graph().order)
    assert graph().after_disabling("base.extra", everything) == everything - {"base.extra", "top.deep"}
    assert graph().after_disabling("top.core", everything) == {"base.core", "base.extra"}, "the core is the module"
    assert graph().after_disabling("base.core", everything) == frozenset()
    assert graph().sorted({"top.more", "base.core"}) == ["base.core", "top.more"]


def core_of(module: str) -> str:
    return next(f.key for f in registry().modules[module].features if f.core)


def switchable() -> str:
    found = [m.key for m in registry().modules.values() if m.features and not m.always_on]
    if not found:
        pytest.skip("needs a business module")
    return "inventory" if "inventory" in found else found[0]


def test_a_module_goes_off_everywhere_and_comes_back_as_it_was(acme_web: Web, acme: Company) -> None:
    module = switchable()
    key = core_of(module)
    before = acme_web.get("/api/v1/bootstrap/").json()
    assert acme_web.get("/api/v1/modules/").json()["modules"]
    effect = acme_web.get(f"/api/v1/modules/features/{key}/effect/").json()
    assert key in effect["disables"]
    assert effect["menu"]
    assert not effect["enables"]

    answer = acme_web.post(f"/api/v1/modules/features/{key}/actions/disable/")
    assert answer.status_code == 200, answer.content
    state = {m["key"]: m for m in answer.json()["modules"]}[module]
    assert not state["enabled"]
    assert not any(f["enabled"] for f in state["features"])
    assert all(f["entitled"] for f in state["features"])
    during = acme_web.get("/api/v1/bootstrap/").json()
    assert not [f for f in during["features"] if f.startswith(f"{module}.")]
    assert not [e for e in during["entities"] if e.startswith(f"{module}.")]
    assert not [p for p in during["permissions"] if p.startswith(f"{module}.")]
    assert during["revision"] != before["revision"]
    entity = next(e for e in before["entities"].values() if e["module"] == module)
    problem(acme_web.get(entity["endpoint"]), 403, "feature-off")

    back = acme_web.get(f"/api/v1/modules/features/{key}/effect/").json()
    assert key in back["enables"]
    lost = sorted(set(before["features"]) - set(during["features"]))
    for feature in lost:
        answer = acme_web.post(f"/api/v1/modules/features/{feature}/actions/enable/")
        assert answer.status_code == 200, answer.content
    after = acme_web.get("/api/v1/bootstrap/").json()
    for part in ("features", "permissions", "menu", "entities"):
        assert after[part] == before[part]
    what = CompanyLog.objects.filter(tenant_id=acme.id, what="features").order_by("id").first()
    assert what is not None
    assert set(what.detail["off"]) == set(lost)


def test_unknown_unentitled_and_unpermitted_switches_are_refused(acme_web: Web, acme: Company) -> None:
    key = core_of(switchable())
    problem(acme_web.post("/api/v1/modules/features/no.such/actions/enable/"), 404, "not-found")
    problem(acme_web.post(f"/api/v1/modules/features/{key}/actions/explode/"), 404, "not-found")
    Tenant.objects.filter(pk=acme.id).update(entitled=[], switched_on=[])
    body = problem(acme_web.post(f"/api/v1/modules/features/{key}/actions/enable/"), 403, "not-entitled")
    assert key in body["features"]
    with serving(acme), pytest.raises(Forbidden):
        features.feature_disable(actor=owner_of_without(acme, "access.feature.switch"), key=key)


def owner_of_without(company: Company, code: str) -> Any:
    from dataclasses import replace

    actor = owner_of(company)
    return replace(actor, permissions=actor.permissions - {code})


def test_a_failing_on_enable_leaves_the_switch_as_it_was(
    acme_web: Web, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = core_of(switchable())
    acme_web.post(f"/api/v1/modules/features/{key}/actions/disable/")
    before = Tenant.objects.get(pk=acme.id).switched_on

    def broken(*_: Any, **__: Any) -> bool:
        raise RuntimeError("cannot catch up")

    monkeypatch.setattr(features.hooks, "on_enable", broken)
    problem(acme_web.post(f"/api/v1/modules/features/{key}/actions/enable/"), 409, "switch-failed")
    assert Tenant.objects.get(pk=acme.id).switched_on == before


def test_seeds_and_on_enable_run_for_modules_that_were_off_only(
    acme_web: Web, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = switchable()
    key = core_of(module)
    calls: list[tuple[str, str]] = []
    monkeypatch.setattr(features.hooks, "seed", lambda k, **_: calls.append(("seed", k)))
    monkeypatch.setattr(features.hooks, "on_enable", lambda k, **_: calls.append(("on_enable", k)))
    acme_web.post(f"/api/v1/modules/features/{key}/actions/enable/")
    assert calls == []
    acme_web.post(f"/api/v1/modules/features/{key}/actions/disable/")
    acme_web.post(f"/api/v1/modules/features/{key}/actions/enable/")
    assert ("seed", module) in calls
    assert ("on_enable", module) in calls
    assert calls.index(("seed", module)) < calls.index(("on_enable", module))


def test_every_feature_can_be_switched_and_the_graph_holds(acme_web: Web) -> None:
    """No feature needs one that does not exist, and each set the switches reach is complete."""
    needs = selectors.feature_graph().needs
    for key in registry().features:
        assert needs[key] <= set(registry().features)
        whole = selectors.feature_graph().with_needs([key])
        assert all(needs[k] <= whole for k in whole)


def test_a_failed_switching_takes_back_its_own_only(acme_web: Web, acme: Company) -> None:
    """Meanwhile another admin has switched something else on."""
    needs = selectors.feature_graph().with_needs
    cores = [core_of(m.key) for m in registry().modules.values() if m.features and not m.always_on]
    pairs = [(a, b) for a in cores for b in cores if a not in needs([b]) and b not in needs([a]) and a != b]
    if not pairs:
        pytest.skip("needs two business modules")
    mine, other = pairs[0]
    actor = owner_of(acme)
    with serving(acme):
        for key in (mine, other):
            before = features._flip(actor, key, False)
        opened = features._flip(actor, mine, True)
        features._flip(actor, other, True)
        features._flip(actor, mine, False, undo=opened.features - before.features)
    on = Tenant.objects.get(pk=acme.id).switched_on
    assert other in on
    assert mine not in on


def test_where_a_right_comes_from_and_what_was_switched_is_told(acme_web: Web, acme: Company) -> None:
    key = core_of(switchable())
    now = timezone.now()
    Entitlement.objects.create(
        tenant_id=acme.id, feature=key, source="grant", since=now, until=now + timedelta(days=9), reason="A pilot",
        granted_by="staff",
    )  # fmt: skip
    Entitlement.objects.create(tenant_id=acme.id, feature=key, source="trial", since=now, until=now)
    told = {f["key"]: f for m in acme_web.get("/api/v1/modules/").json()["modules"] for f in m["features"]}[key]
    assert [(r["source"], r["reason"], r["by"]) for r in told["rights"]] == [("grant", "A pilot", "staff")]
    acme_web.post(f"/api/v1/modules/features/{key}/actions/disable/")
    last = acme_web.get("/api/v1/modules/history/").json()["results"][0]
    assert (last["by"], last["on"]) == ("Owner", [])
    assert str(registry().features[key].title) in last["off"]


def test_exceptions_stand_in_the_history_with_their_reason_and_limits_beside_the_modules(
    acme_web: Web, acme: Company
) -> None:
    key = core_of(switchable())
    said = {"reason": "A pilot", "feature": key, "until": "2026-12-01T00:00:00+00:00"}
    made = CompanyLog.objects.create(
        tenant_id=acme.id, actor="staff:1", actor_label="Support", what="feature_granted", detail=said
    )
    told = acme_web.get("/api/v1/modules/history/").json()["results"][0]
    title = str(registry().features[key].title)
    assert (told["what"], told["by"], told["reason"], told["on"], told["off"]) == (
        "feature_granted", "Support", "A pilot", [title], [],
    )  # fmt: skip
    assert told["until"].startswith("2026-12-01")
    assert not told["by_system"]
    made.delete()

    assert acme_web.get("/api/v1/modules/").json()["limits"] == []
    Tenant.objects.filter(pk=acme.id).update(limits={"access.members": 3}, revision=F("revision") + 1)
    people = acme_web.get("/api/v1/modules/").json()["limits"]
    assert [(one["key"], one["most"]) for one in people] == [("access.members", 3)]
    assert people[0]["used"] >= 1


def test_what_was_dropped_tells_what_it_was_had_by(acme_web: Web, acme: Company) -> None:
    key = core_of(switchable())
    now = timezone.now()
    ended = {"since": now - timedelta(days=40), "until": now - timedelta(days=2)}
    Entitlement.objects.create(tenant_id=acme.id, feature=key, source="plan", granted_by="subscription", **ended)
    Entitlement.objects.create(tenant_id=acme.id, feature=key, source="trial", **ended)

    def rights() -> list[str]:
        modules = acme_web.get("/api/v1/modules/").json()["modules"]
        return [r["source"] for m in modules for f in m["features"] if f["key"] == key for r in f["rights"]]

    assert rights() == []
    Tenant.objects.filter(pk=acme.id).update(read_only_features=[key], revision=F("revision") + 1)
    assert rights() == ["plan"]

"""Every installed module keeps to the conformance suite, and the suite notices those that do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _

from tenon.registry.errors import ManifestError
from tenon.registry.registry import Registry, registry
from tenon.registry.types import Entity, Feature, MenuNode, ModuleManifest, Permission
from tests.platform.registry.conformance import Conformance, bilingual

for _key, _manifest in registry().modules.items():
    _name = f"Test{_key.title().replace('_', '')}"
    globals()[_name] = type(_name, (Conformance,), {"manifest": _manifest, "__module__": __name__})


def suite(manifest: ModuleManifest) -> Conformance:
    return type("Planted", (Conformance,), {"manifest": manifest})()


def planted(**changes: Any) -> Conformance:
    return suite(replace(registry().modules["access"], **changes))


def test_the_suite_notices_planted_faults() -> None:
    access = registry().modules["access"]
    member = access.entities[0]
    entities, services, menu = (
        "test_entities_have_models_fields_and_permissions",
        "test_services_exist_and_are_services",
        "test_pages_of_the_menu_lead_somewhere",
    )
    cases: list[tuple[Conformance, str]] = [
        (planted(features=(Feature("other.x"),)), "test_names_are_well_formed"),
        (planted(features=(Feature("access.x"),)), "test_a_module_with_features_has_a_core"),
        (planted(title="Plain"), "test_titles_are_in_both_languages"),
        (planted(entities=(replace(member, list=("shoe_size",)),)), entities),
        (planted(entities=(replace(member, permission="access.no"),)), entities),
        (planted(entities=(replace(member, update="tests.companies.owner_of"),)), services),
        (planted(menus=(MenuNode("admin.people.x", parent="admin.people"),)), menu),
        (planted(menus=(MenuNode("elsewhere", _("Role"), parent="admin", route="/x"),)),
         menu),
        (planted(permissions=(Permission("access.x.view", roles=("king",)),)), "test_roles_named_in_permissions_exist"),
    ]  # fmt: skip
    for conformance, test in cases:
        with pytest.raises(AssertionError):
            getattr(conformance, test)()


def test_bilingual_means_really_translated() -> None:
    assert bilingual(_("Role"))
    assert not bilingual("Role")
    assert not bilingual(_("No such words anywhere in a catalogue"))


@pytest.mark.parametrize(
    ("manifests", "said"),
    [
        ([ModuleManifest("a", "A"), ModuleManifest("a", "A")], "twice"),
        ([ModuleManifest("a", "A", requires=("b",))], "unknown module 'b'"),
        ([ModuleManifest("a", "A", features=(Feature("b.x"),))], "must start with"),
        ([ModuleManifest("a", "A", features=(Feature("a.x", requires=("a.y",)),))], "requires unknown"),
        ([ModuleManifest("a", "A", permissions=(Permission("a.x.view", features=("a.y",)),))], "unknown feature"),
        ([ModuleManifest("a", "A", entities=(Entity("a.x", "a.X", "xs", (), features=("a.y",)),))], "unknown feature"),
        ([ModuleManifest("a", "A", menus=(MenuNode("m", parent="n"),))], "unknown parent"),
        ([ModuleManifest("a", "A", menus=(MenuNode("m", entity="a.x"),))], "unknown entity"),
        ([ModuleManifest("a", "A", menus=(MenuNode("m", parent="m"),))], "own ancestor"),
        ([ModuleManifest("a", "A", menus=(MenuNode("1"), MenuNode("2", parent="1"), MenuNode("3", parent="2"),
                                          MenuNode("4", parent="3")))], "three levels"),
        ([ModuleManifest("a", "A", menus=(MenuNode("m", route="/a"),)),
          ModuleManifest("b", "B", menus=(MenuNode("m", route="/b"),))], "twice"),
    ],
)  # fmt: skip
def test_manifests_that_contradict_themselves_do_not_start(manifests: list[ModuleManifest], said: str) -> None:
    with pytest.raises(ManifestError, match=said):
        Registry(manifests)

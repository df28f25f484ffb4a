"""Roles are read by name, in the reader's language, by everybody who may see members: no key is shown to people."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from tenon.access.actor import Actor
from tenon.access.models import Role
from tenon.access.selectors.roles import role_titles, roles_titled
from tenon.access.services.roles import role_create, role_update, roles_seed
from tenon.api.metadata import entity_meta
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company
from tests.platform.access.conftest import Join


def named(actor: Actor, key: str) -> str:
    role: Any = roles_titled(actor=actor).get(key=key)
    return str(role.title)


def test_a_shipped_role_follows_the_reader_until_it_is_renamed(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        roles_seed(actor=actor)
        mine = role_create(actor=actor, data={"name": "夜班", "permissions": []})
    for language, wanted in (("en", "Sales"), ("zh-hans", "销售")):
        with translation.override(language):
            assert role_titles()["sales"] == named(actor, "sales") == wanted
            assert role_titles()[mine.key] == named(actor, mine.key) == "夜班"
    with acting(actor):
        role_update(actor=actor, record=Role.objects.get(key="sales"), data={"name": "Field force"})
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert role_titles()["sales"] == named(actor, "sales") == "Field force"


def test_who_sees_members_reads_their_roles(join: Join) -> None:
    _member, viewer = join("sales")
    assert not viewer.can("access.role.view")
    with translation.override("zh-hans"):
        fields = {f["key"]: f for f in entity_meta(viewer, registry().entities["access.member"])["fields"]}
    assert fields["roles"]["type"] == "multichoice"
    assert {"value": "accountant", "label": "会计"} in fields["roles"]["choices"]

"""Parties: numbering, duplicates, contacts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modules.shared.data.errors import Duplicate
from modules.shared.data.models import Contact, Party
from modules.shared.data.selectors.duplicates import duplicate_groups, party_duplicates
from modules.shared.data.services import contact_add, party_create, party_update
from modules.shared.data.services.parties import party_report
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.tenancy.context import Company


def test_numbers_by_role(actor: Actor, serving_acme: Company) -> None:
    made = [
        party_create(actor=actor, name="X", is_customer=True),
        party_create(actor=actor, name="X", is_supplier=True),
        party_create(actor=actor, name="X"),
    ]
    codes = [party.code[:2] for party in made]
    assert codes == ["C-", "S-", "P-"]


def test_look_alikes_are_reported_not_barred(actor: Actor, serving_acme: Company) -> None:
    first = party_create(actor=actor, name="Advanced Bike Components", phone="279-555-0130", is_customer=True)
    second = party_create(actor=actor, name="ADVANCED BIKE COMPONENTS, Inc.", is_customer=True)
    assert [(h["id"], h["reason"]) for h in party_report(actor, second)] == [(first.pk, "name")]
    similar = party_duplicates(actor=actor, name="Advanced Bike Component")
    assert [(h.id, h.reason) for h in similar] == [(first.pk, "similar_name"), (second.pk, "similar_name")]
    assert [h.reason for h in party_duplicates(actor=actor, phone="+1 (279) 555-0130")] == []
    assert [h.reason for h in party_duplicates(actor=actor, phone="279.555.0130")] == ["phone"]
    assert party_duplicates(actor=actor, name="Bicycle Warehouse") == []
    ((_key, rows),) = duplicate_groups(actor=actor)
    assert [pk for pk, _code, _name in rows] == [first.pk, second.pk]


def test_the_same_tax_number_is_barred(actor: Actor, serving_acme: Company) -> None:
    party_create(actor=actor, name="上海自行车有限公司", tax_id="91310000MA1FL0XX0X")
    with pytest.raises(Duplicate):
        party_create(actor=actor, name="Shanghai Bicycle", tax_id=" 91310000ma1fl0xx0x ")
    other = party_create(actor=actor, name="北京自行车有限公司")
    with pytest.raises(Duplicate):
        party_update(actor=actor, party=other, tax_id="91310000MA1FL0XX0X")


def test_chinese_names_meet(actor: Actor, serving_acme: Company) -> None:
    first = party_create(actor=actor, name="上海华为技术有限公司", is_customer=True)
    hits = party_duplicates(actor=actor, name="华为技术（上海）有限公司")
    assert [(h.id, h.reason) for h in hits] == [(first.pk, "name")]


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("上海华为技术有限公司", "上海華為技術有限公司"),
        ("台灣積體電路製造股份有限公司", "台湾积体电路制造股份有限公司"),
        ("海尔集团公司", "海爾集團公司"),
        ("永久自行车有限公司", "Yongjiu Zixingche Co., Ltd."),
        ("凤凰自行车", "Feng Huang Zi Xing Che"),
        ("Blue Bike Ltd", "BlueBike"),
    ],
)
def test_names_meet_that_read_the_same(actor: Actor, serving_acme: Company, kept: str, asked: str) -> None:
    first = party_create(actor=actor, name=kept, is_customer=True)
    assert [(h.id, h.reason, h.band) for h in party_duplicates(actor=actor, name=asked)] == [
        (first.pk, "sound", "warn")
    ]


def test_a_letter_amiss_in_a_chinese_name(actor: Actor, serving_acme: Company) -> None:
    first = party_create(actor=actor, name="苏州永久自行车有限公司", is_customer=True)
    party_create(actor=actor, name="宁波远东钢管有限公司", is_customer=True)
    hits = party_duplicates(actor=actor, name="苏州永久自行平有限公司")
    assert [(h.id, h.reason) for h in hits] == [(first.pk, "similar_name")]


def test_a_domain_of_their_own_tells(actor: Actor, serving_acme: Company) -> None:
    first = party_create(actor=actor, name="Giant Bicycles", website="https://www.giant.example/cn", is_customer=True)
    party_create(actor=actor, name="Somebody else", email="somebody@gmail.com", is_customer=True)
    hits = party_duplicates(actor=actor, name="捷安特", email="buyer@GIANT.example")
    assert [(h.id, h.reason) for h in hits] == [(first.pk, "domain")]
    assert party_duplicates(actor=actor, email="another@gmail.com") == []


def test_a_second_name_is_a_name(actor: Actor, serving_acme: Company) -> None:
    """Entered as Giant with 捷安特 beside it, met again by either, exactly or nearly; alike twice is told once."""
    first = party_create(actor=actor, name="Giant China Co., Ltd.", name_zh="捷安特（中国）有限公司", is_customer=True)
    for name, second in (("中国捷安特", ""), ("Jie An Te", "捷安特（中国）有限公司")):
        hits = party_duplicates(actor=actor, name=name, name_zh=second)
        assert [(h.id, h.reason) for h in hits] == [(first.pk, "name")], name
    (near,) = party_duplicates(actor=actor, name="中国捷安特车")
    assert (near.id, near.reason) == (first.pk, "similar_name")
    party_update(actor=actor, party=first, name_zh="")
    assert party_duplicates(actor=actor, name="中国捷安特") == []
    party_update(actor=actor, party=first, name_zh="捷安特（中国）有限公司")
    twin = party_create(actor=actor, name="GIANT CHINA", name_zh="中国捷安特", is_customer=True)
    other = party_create(actor=actor, name="中国捷安特有限公司", is_customer=True)
    groups = {tuple(pk for pk, _code, _name in rows) for _key, rows in duplicate_groups(actor=actor)}
    assert groups == {(first.pk, twin.pk), (first.pk, twin.pk, other.pk)}


def test_records_of_others_show_that_they_are_there(actor: Actor, serving_acme: Company) -> None:
    party_create(actor=actor, name="Trey Research", is_customer=True)
    rep = Actor(kind="member", label="rep", member_id=-1, scopes={"": "own"})
    (hit,) = party_duplicates(actor=rep, name="Trey Research LLC")
    assert (hit.id, "Trey" in hit.label) == (None, False)


def test_contacts_are_joined_by_mail_address(actor: Actor, serving_acme: Company) -> None:
    first = party_create(actor=actor, name="A", contact_name="Orlando Gee", email="orlando0@adventure-works.com")
    second = party_create(actor=actor, name="B")
    contact_add(actor=actor, party=second, name="Orlando Gee", email="Orlando0@adventure-works.com", role="Buyer")
    contact_add(actor=actor, party=second, name="Orlando Gee", email="orlando0@adventure-works.com")
    assert Contact.objects.count() == 1
    assert list(Contact.objects.get().parties.order_by("pk")) == [first, second]


def test_a_name_is_needed(actor: Actor, serving_acme: Company) -> None:
    with pytest.raises(Invalid):
        party_create(actor=actor, name="  ")
    assert not Party.objects.exists()


def test_looking_for_others_asks_once_whom_one_may_see(
    actor: Actor, serving_acme: Company, django_assert_num_queries: Callable[..., Any]
) -> None:
    """However many look alike: who is exactly the same, and which of them may be seen."""
    for _ in range(12):
        party_create(actor=actor, name="Advanced Bike Components", is_customer=True, owner=None)
    stranger = replace(actor, scopes={"": "own"})
    with django_assert_num_queries(2):
        hits = party_duplicates(actor=stranger, name="Advanced Bike Components", limit=10)
    assert len(hits) == 10


def test_an_unknown_currency_is_named(actor: Actor, serving_acme: Company) -> None:
    with pytest.raises(Invalid) as caught:
        party_create(actor=actor, name="Somebody", currency="ZZZ")
    assert [e.field for e in caught.value.errors] == ["currency"]

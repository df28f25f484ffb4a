"""Sign-up: once, however often it is asked for; ready from the pool; failures leave nothing behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from tenants import selectors
from tenants.errors import SetupFailed
from tenants.models import Domain, Entitlement, Membership, Person, Tenant
from tenants.rules import slugs
from tenants.services import provisioning
from tenants.services.companies import MOST_A_DAY, company_create
from tenon.access.models import Member, Role
from tenon.access.selectors.actors import actor_of
from tenon.problems import Conflict, Invalid, TooManyRequests
from tenon.registry.registry import registry
from tenon.tenancy.context import serving
from tenon.tenancy.models import Slot
from tests.committed import committing


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create_user("founder@example.com", name="Founder", language="zh-hans")


@pytest.fixture
def committed_person(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[], Person]]:
    with committing(django_db_blocker):
        made: list[Person] = []

        def make() -> Person:
            made.append(Person.objects.create_user(f"founder-{time.monotonic_ns()}@example.com", name="Founder"))
            return made[-1]

        yield make


def test_a_company_is_ready_with_owner_roles_and_trial(person: Person) -> None:
    tenant = company_create(
        person=person, name="Nord Tools", slug="nord-tools", industry="manufacturing", language="zh-hans",
        currency="EUR", time_zone="Europe/Berlin",
    )  # fmt: skip
    assert tenant.state == Tenant.State.READY
    assert tenant.slot.state == Slot.State.CLAIMED
    assert Domain.objects.get(tenant=tenant).domain == "nord-tools.localhost"
    assert Membership.objects.filter(person=person, tenant=tenant, is_active=True).exists()
    assert set(tenant.entitled) == set(registry().features)
    assert Entitlement.objects.filter(tenant=tenant, source="trial").count() == len(registry().features)
    assert tenant.trial_until is not None
    with serving(tenant.company()):
        member = Member.objects.select_related("department").get(person_id=person.pk)
        assert (member.name, member.roles, member.language) == ("Founder", ["owner"], "zh-hans")
        assert actor_of(member).permissions == frozenset(registry().permissions)
        assert set(registry().roles) <= set(Role.objects.values_list("key", flat=True))


def test_modules_picked_bring_all_their_features_and_what_they_need(person: Person) -> None:
    if "production" not in registry().modules:
        pytest.skip("needs the production module")
    tenant = company_create(person=person, name="Nord", slug="nord-works", modules=["production"])
    on = set(tenant.switched_on)
    assert {f.key for f in registry().modules["production"].features} <= on
    for key in on:
        assert selectors.feature_graph().needs[key] <= on
    assert not any(k.startswith("finance.") for k in on) or "finance" in registry().modules["production"].requires


def test_the_same_request_again_is_the_same_company(person: Person) -> None:
    first = company_create(person=person, name="Nord", slug="nord-tools", idempotency_key="k1")
    again = company_create(person=person, name="Nord", slug="nord-tools", idempotency_key="k1")
    assert again.pk == first.pk
    assert Tenant.objects.filter(created_by=person).count() == 1
    with pytest.raises(Conflict):
        company_create(person=person, name="Other", slug="nord-other", idempotency_key="k1")
    with pytest.raises(Invalid):
        company_create(person=person, name="Nord 2", slug="nord-tools", idempotency_key="k2")


def test_every_wrong_field_is_named_and_nothing_is_made(person: Person) -> None:
    before = (Tenant.objects.count(), Slot.objects.filter(state=Slot.State.CLAIMED).count())
    with pytest.raises(Invalid) as refused:
        company_create(
            person=person, name=" ", slug="admin", industry="piracy", language="fr", currency="XXX", time_zone="Mars",
            modules=["nope"],
        )  # fmt: skip
    assert {e.field for e in refused.value.errors} == {
        "name", "slug", "industry", "language", "currency", "time_zone", "modules",
    }  # fmt: skip
    assert (Tenant.objects.count(), Slot.objects.filter(state=Slot.State.CLAIMED).count()) == before


@pytest.mark.parametrize(
    ("slug", "fault"),
    [
        ("ab", "length"), ("a" * 41, "length"), ("Acme", "pattern"), ("1acme", "pattern"), ("acme-", "pattern"),
        ("ac--me", "pattern"), ("ac_me", "pattern"), ("acmé", "pattern"), ("www", "reserved"), ("adm1n", "reserved"),
        ("smtp-2", "reserved"), ("xn--80ak6aa92e", "pattern"), ("t-12", "reserved"), ("acme", "taken"),
        ("acrne-tools", None), ("a-c-m-e", "look_alike"), ("g1obex", "look_alike"), ("gl0bex", "look_alike"),
        ("nord-tools", None),
    ],
)  # fmt: skip
def test_addresses(acme: Any, slug: str, fault: str | None) -> None:
    assert selectors.slug_fault(slug) == fault


def test_suggestions_are_free_and_well_formed(acme: Any) -> None:
    for typed in ("acme", "Acme GmbH & Co.", "1", "管理", "admin", "x" * 80):
        found = selectors.slug_suggestions(typed)
        assert len(found) == 3, typed
        assert all(selectors.slug_fault(s) is None for s in found)


def test_skeletons_make_look_alikes_equal() -> None:
    assert slugs.skeleton("vvalter-5ons") == slugs.skeleton("walter-sons")
    assert slugs.skeleton("bill") == slugs.skeleton("b1l1")


def test_a_failing_seed_leaves_an_empty_schema_and_can_be_tried_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = provisioning.hooks.seed

    def broken(key: str, **rest: Any) -> bool:
        done = whole(key, **rest)
        raise RuntimeError("the seed broke after it had written")
        return done

    monkeypatch.setattr(provisioning.hooks, "seed", broken)
    with pytest.raises(SetupFailed):
        company_create(person=person, name="Nord", slug="nord-tools", idempotency_key="k")
    tenant = Tenant.objects.get(slug="nord-tools")
    assert tenant.state == Tenant.State.FAILED
    assert "the seed broke" in tenant.error
    with serving(tenant.company()):
        assert not Role.objects.exists()
        assert not Member.objects.exists()

    monkeypatch.setattr(provisioning.hooks, "seed", whole)
    tenant = company_create(person=person, name="Nord", slug="nord-tools", idempotency_key="k")
    assert (tenant.state, tenant.attempts) == (Tenant.State.READY, 2)
    with serving(tenant.company()):
        assert Member.objects.count() == 1


def test_one_person_founds_so_many_companies_a_day(person: Person, acme: Any) -> None:
    for n in range(MOST_A_DAY):
        slot = Slot.objects.create(state=Slot.State.CLAIMED)
        Tenant.objects.create(
            name="x", slug=f"many-{n}{'x' * n}", slot=slot, schema_name=slot.schema, created_by=person
        )
    with pytest.raises(TooManyRequests):
        company_create(person=person, name="One more", slug="one-more-co")


def test_a_double_submit_makes_one_company(committed_person: Callable[[], Person]) -> None:
    person = committed_person()
    slug = f"double-{person.pk}"
    found: list[Any] = []
    start = threading.Barrier(4)

    def submit() -> None:
        start.wait()
        try:
            found.append(company_create(person=person, name="Double", slug=slug, idempotency_key="once").pk)
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1, found
    tenant = Tenant.objects.get(pk=found[0])
    assert tenant.state == Tenant.State.READY
    assert tenant.attempts == 1
    with serving(tenant.company()):
        assert Member.objects.count() == 1


def test_companies_that_never_became_ready_are_cleared_away(
    committed_person: Callable[[], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = committed_person()
    slug = f"never-{person.pk}"
    monkeypatch.setattr(provisioning.hooks, "seed", lambda *a, **k: 1 / 0)
    with pytest.raises(SetupFailed):
        company_create(person=person, name="Never", slug=slug)
    tenant = Tenant.objects.get(slug=slug)
    slot_id = tenant.slot_id
    assert provisioning.clear_failed() == 0, "it may still be tried again"
    Tenant.objects.filter(pk=tenant.pk).update(state_at="2020-01-01T00:00Z")
    assert provisioning.clear_failed() == 1
    assert not Slot.objects.filter(pk=slot_id).exists()
    assert selectors.slug_fault(slug) is None


def test_sample_data_comes_from_modules_that_have_some_and_are_on(person: Person, monkeypatch: Any) -> None:
    from tenants.services.companies import hooks as offered

    called: list[str] = []
    with monkeypatch.context() as nothing, pytest.raises(Invalid) as refused:
        nothing.setattr(offered, "has_samples", lambda: False)
        company_create(person=person, name="Nord", slug="nord-tools", sample_data=True)
    assert [e.field for e in refused.value.errors] == ["sample_data"]
    monkeypatch.setattr(offered, "sample", lambda key, **_: called.append(key))
    company_create(person=person, name="Nord", slug="nord-tools", sample_data=True, modules=["crm"])
    assert "shared" in called
    assert "finance" not in called


def test_a_company_from_the_command_line(acme: Any) -> None:
    from io import StringIO

    from django.core.management import CommandError, call_command

    said = StringIO()
    call_command("tenants", "create", "nord-tools", "--name", "Nord", "--owner", "Chief@Nord.example", stdout=said)
    assert said.getvalue().strip() == "http://nord-tools.localhost:8000"
    tenant = Tenant.objects.get(slug="nord-tools")
    with serving(tenant.company()):
        assert Member.objects.get().email == "chief@nord.example"
    with pytest.raises(CommandError, match="already taken"):
        call_command("tenants", "create", "nord-tools", "--name", "Other", "--owner", "x@nord.example")
    assert not Person.objects.filter(email="x@nord.example").exists()


def test_who_was_overtaken_does_not_shut_a_company_that_is_open(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow seeding was taken for dead, another one has opened the company; then the slow one fails."""
    whole = provisioning.seed_company

    def slow(company: Any, owner: Any, **rest: Any) -> None:
        monkeypatch.setattr(provisioning, "seed_company", whole)
        Tenant.objects.filter(pk=company.id).update(state_at="2020-01-01T00:00Z")
        assert provisioning.provision(Tenant.objects.get(pk=company.id))
        raise RuntimeError("too late")

    monkeypatch.setattr(provisioning, "seed_company", slow)
    tenant = company_create(person=person, name="Nord", slug="nord-tools")
    assert (tenant.state, tenant.attempts, tenant.error) == (Tenant.State.READY, 2, "")


def test_a_company_that_became_ready_meanwhile_is_not_cleared_away(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[Any] = []
    monkeypatch.setattr(provisioning.schemas, "drop_slot", dropped.append)
    looked_at = Tenant.objects.get(slug="acme")
    looked_at.state = Tenant.State.FAILED  # as it was when it was looked at
    assert provisioning.discard(looked_at) is False
    assert dropped == []
    assert Tenant.objects.filter(slug="acme").exists()


@pytest.mark.parametrize("key", ["k" * 121, "tab\there"])
def test_a_key_that_cannot_be_kept_whole_is_refused(person: Person, key: str) -> None:
    from tests.tenants.conftest import Web

    body = {"name": "Nord", "slug": "nord-tools"}
    answer = Web("localhost", person).post("/api/v1/companies/", body, **{"Idempotency-Key": key})
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert not Tenant.objects.filter(slug="nord-tools").exists()


def test_a_refused_sign_up_with_an_empty_pool_leaves_no_schema_that_nobody_knows(
    committed_person: Callable[[], Person],
) -> None:
    """Two people ask for one address while the pool is empty: the slower one's schema stays in the pool."""
    people = [committed_person(), committed_person()]
    slug = f"wanted-{people[0].pk}"
    Slot.objects.filter(state=Slot.State.READY).update(state=Slot.State.FAILED)
    found: list[Any] = []
    start = threading.Barrier(2)

    def submit(person: Person) -> None:
        start.wait()
        try:
            found.append(company_create(person=person, name="Wanted", slug=slug).slot_id)
        except Invalid as refused:
            found.append(refused.errors[0].code)
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(f).__name__ for f in found) == ["int", "str"], found
    with connections["owner"].cursor() as cursor:
        cursor.execute("select nspname from pg_namespace where nspname ~ '^t_[0-9]+$'")
        schemas_there = {name for (name,) in cursor.fetchall()}
    assert schemas_there <= {slot.schema for slot in Slot.objects.all()}


def test_a_double_that_is_faster_between_two_questions_is_found(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look finds nothing; before the address is checked, the same request has founded the company."""
    from tenants.services import companies

    asked_before = companies._asked_before
    doubles: list[int] = []

    def late(*given: Any) -> Tenant | None:
        if doubles:
            return asked_before(*given)
        doubles.append(1)
        doubles.append(company_create(person=person, name="Nord", slug="nord-tools", idempotency_key="k").pk)
        return None

    monkeypatch.setattr(companies, "_asked_before", late)
    assert company_create(person=person, name="Nord", slug="nord-tools", idempotency_key="k").pk == doubles[1]


@pytest.mark.parametrize(
    ("name", "fits"), [("A\nB", False), ("A\u2028B", False), ("A\u202eB", False), ("株式会社　例", True)]
)
def test_a_companys_name_is_one_line(person: Person, name: str, fits: bool) -> None:
    from tenants.services.companies import Request, check

    if fits:
        check(Request(name, "nord-tools"))
        return
    with pytest.raises(Invalid) as refused:
        check(Request(name, "nord-tools"))
    assert [e.field for e in refused.value.errors] == ["name"]

"""The service frame: permission first, one transaction, the actor in the audit trail, events with the commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from tenon.access.actor import Actor
from tenon.access.models import Department, Role
from tenon.problems import Forbidden
from tenon.records.models import AuditEntry
from tenon.records.numbering import next_number, next_numbers
from tenon.records.service import acting, service
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of


def test_the_audit_trail_names_actor_and_change(serving_acme: Company, actor: Actor) -> None:
    with acting(replace(actor, request_id="r-1")):
        department = Department.objects.create(name="Sales")
        department.name = "Domestic sales"
        department.save()
        department.delete()
    rows = AuditEntry.objects.filter(table_name="access_department").order_by("id")
    assert [(r.op, r.actor, r.request_id) for r in rows] == [
        ("insert", actor.ref, "r-1"),
        ("update", actor.ref, "r-1"),
        ("delete", actor.ref, "r-1"),
    ]
    assert rows[1].changes == {"name": ["Sales", "Domestic sales"]}


def test_bulk_writes_are_audited_too(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        Department.objects.bulk_create([Department(name=str(n)) for n in range(3)])
        Department.objects.update(name="All")
    assert AuditEntry.objects.filter(table_name="access_department").count() == 6


def test_the_audit_trail_cannot_be_changed(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        Department.objects.create(name="Sales")
    for statement in ("update records_audit set actor = 'nobody'", "delete from records_audit"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_versions_grow_and_creators_are_kept(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        department = Department.objects.create(name="Sales")
        department.save(update_fields=["name"])
    department.refresh_from_db()
    assert (department.version, department.created_by_id, department.changed_by_id) == (
        2,
        actor.member_id,
        actor.member_id,
    )


def test_no_permission_no_effect(serving_acme: Company, actor: Actor) -> None:
    ran = []

    @service("access.role.create")
    def role_make(*, actor: Actor) -> None:
        ran.append(1)

    with pytest.raises(Forbidden):
        role_make(actor=replace(actor, permissions=frozenset()))
    assert ran == []


def test_an_error_rolls_everything_back(serving_acme: Company, actor: Actor) -> None:
    with pytest.raises(RuntimeError), acting(actor):
        Department.objects.create(name="Sales")
        raise RuntimeError
    assert Department.objects.count() == 0
    assert AuditEntry.objects.filter(table_name="access_department").count() == 0


def test_outside_a_service_nothing_is_written(serving_acme: Company) -> None:
    with pytest.raises(RuntimeError, match="inside a service"):
        Department.objects.create(name="Sales")


def test_a_deadlock_is_tried_again(fresh_company: Callable[[], Company]) -> None:
    company = fresh_company()
    attempts = []

    @service()
    def work(*, actor: Actor) -> None:
        attempts.append(1)
        if len(attempts) < 3:
            raise OperationalError from psycopg.errors.DeadlockDetected()

    with serving(company):
        work(actor=owner_of(company))
    assert len(attempts) == 3


def test_numbers_are_gapless_under_parallel_use(fresh_company: Callable[[], Company]) -> None:
    company = fresh_company()
    actor = owner_of(company)
    numbers: list[str] = []

    def take(fail: bool) -> None:
        with serving(company):
            try:
                with acting(actor):
                    number = next_number("SO")
                    if fail:
                        raise RuntimeError  # a rolled-back document gives its number back
                numbers.append(number)
            except RuntimeError:
                pass
        connection.close()

    threads = [threading.Thread(target=take, args=(n % 3 == 0,)) for n in range(15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    year = f"{company.today():%y}"
    assert sorted(numbers) == [f"SO-{year}-{n:05d}" for n in range(1, 11)]
    with serving(company), acting(actor):
        assert next_numbers("SO", 2) == [f"SO-{year}-00011", f"SO-{year}-00012"]


def test_two_roles_of_one_name_are_refused(serving_acme: Company, actor: Actor) -> None:
    with acting(actor), pytest.raises(Exception, match="unique"), transaction.atomic():
        Role.objects.create(key="owner", name="Second owner")

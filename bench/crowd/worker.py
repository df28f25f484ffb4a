"""Builds companies in a process of its own, which is spawned: Django is set up before a model is imported."""

from __future__ import annotations

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from modules.shared.data.models import Party  # noqa: E402
from tenants.models import Domain, Membership, Person, Tenant  # noqa: E402
from tenon.access.actor import system  # noqa: E402
from tenon.access.models import Member, Role  # noqa: E402
from tenon.records.service import acting  # noqa: E402
from tenon.registry.registry import registry  # noqa: E402
from tenon.tenancy import schemas  # noqa: E402
from tenon.tenancy.context import outside, serving  # noqa: E402
from tenon.tenancy.models import Slot  # noqa: E402

CUSTOMERS = 60


def slug_of(number: int) -> str:
    return f"crowd-{number:05d}"


def build_some(numbers: list[int]) -> int:
    """In a process of its own: companies of these numbers."""
    try:
        with outside():
            person = Person.objects.get(email="everywhere@bench.example")
            for number in numbers:
                build_one(number, person)
    finally:
        connections.close_all()
    return len(numbers)


def build_one(number: int, person: Person) -> None:
    slot = schemas.build_slot()
    Slot.objects.filter(pk=slot.pk).update(state=Slot.State.CLAIMED)
    features, slug = list(registry().features), slug_of(number)
    tenant = Tenant.objects.create(
        name=f"Company {number}", slug=slug, slot=slot, schema_name=slot.schema, state=Tenant.State.READY,
        entitled=features, switched_on=features,
    )  # fmt: skip
    Domain.objects.create(tenant=tenant, domain=f"{slug}.{settings.BASE_DOMAIN}")
    Membership.objects.create(person=person, tenant=tenant)
    with serving(tenant.company()), acting(system("bench")):
        Role.objects.create(key="owner", name="Owner", permissions=["*"], scope="all")
        Member.objects.create(person_id=person.pk, name="Owner", email=person.email, roles=["owner"])
        Party.objects.bulk_create(
            Party(code=f"C{n:03d}", name=f"Customer {n:03d} of {slug}", is_customer=True) for n in range(CUSTOMERS)
        )

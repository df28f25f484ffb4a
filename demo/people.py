"""Who works at the demo company: one login for each role, named by the role."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress

from tenants.models import Membership, Person, Tenant
from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.access.services.departments import department_create
from tenon.access.services.members import member_add, member_update
from tenon.tenancy.context import outside

DOMAIN = "demo.tenon.example"


@dataclass(frozen=True)
class Login:
    mailbox: str
    name: str
    roles: tuple[str, ...]
    department: str = ""

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{DOMAIN}"


OWNER = Login("owner", "Owner", ("owner",), "Management")
STAFF: tuple[Login, ...] = (
    Login("admin", "Administrator", ("admin",), "Management"),
    Login("sales.manager", "Sales manager", ("sales_manager",), "Sales"),
    Login("sales", "Sales", ("sales",), "Sales"),
    Login("buyer", "Buyer", ("buyer",), "Purchasing"),
    Login("warehouse", "Warehouse", ("warehouse",), "Warehouse"),
    Login("planner", "Planner", ("planner",), "Production"),
    Login("worker", "Worker", ("shop_floor",), "Production"),
    Login("temporary", "Temporary worker", ("shop_floor",), "Production"),
    Login("accountant", "Accountant", ("accountant",), "Finance"),
)
ALL = (OWNER, *STAFF)


def password() -> str:
    """From TENON_DEMO_PASSWORD, else the file named by TENON_DEMO_PASSWORD_FILE (made when missing), else made up for
    this run. Empty never."""
    given = os.environ.get("TENON_DEMO_PASSWORD", "")
    if given:
        return given
    name = os.environ.get("TENON_DEMO_PASSWORD_FILE", "")
    path = Path(name) if name else None
    if path is not None and path.exists() and (kept := path.read_text().strip()):
        return kept
    made = f"tenon-{secrets.token_urlsafe(9)}"
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"{made}\n")
    return made


def person_of(login: Login, secret: str) -> Person:
    """The person with a confirmed address and this password; made when missing."""
    with outside():
        person = Person.objects.filter(email=login.email).first()
        if person is None:
            person = Person.objects.create_user(login.email, secret, name=login.name)
        elif not person.check_password(secret):
            person.set_password(secret)
            person.save()
        EmailAddress.objects.update_or_create(
            user=person, email=login.email, defaults={"verified": True, "primary": True}
        )
        return person


def employ(*, actor: Actor, tenant: Tenant, secret: str) -> None:
    """Departments, and a member for each login. Idempotent; inside the company."""
    departments = {d.name: d for d in Department.objects.filter(parent=None)}
    for login in ALL:
        if login.department not in departments:
            departments[login.department] = department_create(actor=actor, data={"name": login.department})
    boss = Member.objects.get(pk=actor.member_id or 0)
    if boss.department_id is None or boss.name != OWNER.name:
        member_update(actor=actor, record=boss, data={"department": departments[OWNER.department], "name": OWNER.name})
    for login in STAFF:
        person = person_of(login, secret)
        with outside():
            Membership.objects.get_or_create(person=person, tenant=tenant)
        if not Member.objects.filter(person_id=person.pk, is_active=True).exists():
            member_add(
                actor=actor, person_id=person.pk, name=login.name, email=login.email, roles=login.roles,
                department=departments[login.department], manager=boss,
            )  # fmt: skip

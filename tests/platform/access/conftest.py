"""Members with roles in acme."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.access.selectors.actors import actor_of
from tenon.records.service import acting
from tenon.tenancy.context import Company

_serial = count(1000)
Join = Callable[..., tuple[Member, Actor]]


@pytest.fixture
def join(serving_acme: Company, actor: Actor) -> Join:
    """A member with roles, and its actor as the door would make it."""

    def make(*roles: str, department: Department | None = None, manager: Member | None = None) -> tuple[Member, Actor]:
        serial = next(_serial)
        with acting(actor):
            member = Member.objects.create(
                person_id=serial, name=f"{roles[0] if roles else 'nobody'} {serial}", email=f"m{serial}@acme.example",
                roles=list(roles), department=department, manager=manager,
            )  # fmt: skip
        return member, actor_of(member)

    return make

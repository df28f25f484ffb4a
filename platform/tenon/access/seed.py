"""What a new company gets: the shipped roles."""

from __future__ import annotations

from tenon.access.actor import Actor
from tenon.access.services.roles import roles_seed
from tenon.tenancy.context import Company


def seed(*, actor: Actor, company: Company, pack: str) -> None:
    roles_seed(actor=actor)

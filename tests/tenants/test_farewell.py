"""Owners of a company that leaves hear of it: at once, and before its data goes for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from tenants.models import CompanyDeletion
from tenants.services.deletion import deletion_ask, deletion_undo
from tenants.services.farewell import tell_closing, tell_purges
from tenon.access.actor import Actor
from tenon.tenancy.context import Company, outside, serving


@pytest.fixture(autouse=True)
def kept_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_at_closing_and_once_before_the_end(acme: Company, actor: Actor) -> None:
    with serving(acme):
        asked = deletion_ask(actor=actor, confirm="acme", reason="Moved on")
    assert tell_closing(asked.pk) == 1
    [letter] = mail.outbox
    assert letter.to == ["owner@acme.example"]
    assert letter.subject == "Acme Bicycles is closed"
    assert f"{asked.purge_at:%Y-%m-%d}" in str(letter.body)
    assert "/admin/data" in str(letter.body)

    assert tell_purges() == 0, "there is time yet"
    with outside():
        CompanyDeletion.objects.filter(pk=asked.pk).update(purge_at=timezone.now() + timedelta(days=2))
    assert (tell_purges(), tell_purges()) == (1, 0), "once"
    assert mail.outbox[-1].subject == "The data of Acme Bicycles is about to be deleted"


def test_nobody_is_told_of_what_was_taken_back(acme: Company, actor: Actor) -> None:
    with serving(acme):
        asked = deletion_ask(actor=actor, confirm="acme", reason="Moved on")
        deletion_undo(actor=actor)
    assert tell_closing(asked.pk) == 0
    with outside():
        CompanyDeletion.objects.filter(pk=asked.pk).update(purge_at=timezone.now() + timedelta(days=2))
    assert tell_purges() == 0
    assert mail.outbox == []

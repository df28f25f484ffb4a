"""Two people convert the same lead, accept the same quote, at the same moment, over connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from modules.crm.errors import AlreadyConverted
from modules.crm.services import lead_convert, lead_create, quote_accept, quote_create
from modules.shared.data.models import Party, SalesOrder, Unit
from modules.shared.data.services import party_create, product_create
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of


def together(company: Company, count: int, work: Callable[[Actor], Any]) -> list[Any]:
    """Runs `work` in `count` threads that start at once; answers results or the problems they raised."""
    barrier, actor = Barrier(count), owner_of(company)

    def run(_index: int) -> Any:
        try:
            with serving(company):
                barrier.wait(timeout=20)
                return work(actor)
        except Exception as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def own(fresh_company: Callable[..., Company]) -> Company:
    return fresh_company()


def test_one_conversion_wins(own: Company) -> None:
    actor = owner_of(own)
    with serving(own):
        lead = lead_create(actor=actor, name="Trey Research")
    results = together(own, 6, lambda a: lead_convert(actor=a, lead=lead))
    assert sum(isinstance(r, dict) for r in results) == 1
    assert sum(isinstance(r, AlreadyConverted) for r in results) == 5
    with serving(own):
        assert Party.objects.filter(name="Trey Research").count() == 1


def test_one_acceptance_wins(own: Company) -> None:
    actor = owner_of(own)
    with serving(own):
        party = party_create(actor=actor, name="Litware", is_customer=True)
        product = product_create(
            actor=actor, name="Fitting", kind="service", list_price=Decimal(10), unit=Unit.objects.first()
        )
        quote = quote_create(actor=actor, party=party, lines=[{"product": product, "quantity": 1}])
    results = together(own, 6, lambda a: quote_accept(actor=a, quote=quote))
    assert sum(isinstance(r, SalesOrder) for r in results) == 1
    assert sum(isinstance(r, StateRefused) for r in results) == 5
    with serving(own):
        assert SalesOrder.objects.count() == 1

"""Several people decide about one order at the same moment, over connections of their own: one of them does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier

from django.db import connections

from modules.shared.data.models import PurchaseOrder, PurchaseOrderChange, Unit
from modules.shared.data.services import (
    party_create,
    product_create,
    purchase_order_approve,
    purchase_order_change,
    purchase_order_confirm,
    purchase_order_create,
    purchase_order_reject,
    purchase_order_request,
)
from tenon.access.models import Member
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of

PEOPLE = 6


def test_six_decide_and_one_does_then_six_change_and_none_is_lost(fresh_company: Callable[..., Company]) -> None:
    company = fresh_company()
    owner = owner_of(company)
    with serving(company):
        with acting(owner):
            asker = Member.objects.create(person_id=77, name="Buyer", email="buyer@own.example", roles=["buyer"])
        buyer = replace(owner, member_id=asker.pk, label="Buyer", roles=("buyer",))
        supplier = party_create(actor=owner, name="Litware", is_supplier=True)
        product = product_create(actor=owner, name="Part", unit=Unit.objects.get(code="EA"))
        order = purchase_order_create(
            actor=buyer, supplier=supplier, lines=[{"product": product, "quantity": 10, "unit_price": 5}]
        )
        order = purchase_order_request(actor=buyer, order=order)

    def at_once(work: Callable[[int], None]) -> list[str]:
        barrier = Barrier(PEOPLE)

        def one(number: int) -> str:
            try:
                with serving(company):
                    barrier.wait(timeout=30)
                    work(number)
                    return "ok"
            except StateRefused:
                return "refused"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(PEOPLE) as pool:
            return list(pool.map(one, range(PEOPLE)))

    def decide(number: int) -> None:
        if number % 2:
            purchase_order_approve(actor=owner, order=order)
        else:
            purchase_order_reject(actor=owner, order=order, reason="No")

    assert sorted(at_once(decide)) == ["ok"] + ["refused"] * (PEOPLE - 1)
    with serving(company):
        decisions = PurchaseOrderChange.objects.filter(order=order, kind__in=("approval", "rejection"))
        found = PurchaseOrder.objects.get(pk=order.pk)
        assert [x.kind for x in decisions] == ["approval" if found.approval == "approved" else "rejection"]
        order = purchase_order_confirm(actor=owner, order=found)
        line = order.lines.get()

    def change(number: int) -> None:
        purchase_order_change(actor=owner, order=order, lines=[{"id": line.pk, "quantity": 11 + number}])

    assert at_once(change) == ["ok"] * PEOPLE
    with serving(company):
        changes = list(PurchaseOrderChange.objects.filter(order=order, kind="change").order_by("id"))
        assert [x.revision for x in changes] == list(range(2, 2 + PEOPLE))
        # each change begins where the one before has ended
        steps = [(x.differences[0]["old"], x.differences[0]["new"]) for x in changes]
        assert [old for old, _new in steps] == ["10", *(new for _old, new in steps[:-1])]
        line.refresh_from_db()
        found = PurchaseOrder.objects.get(pk=order.pk)
        assert (f"{line.quantity.normalize():f}", found.total) == (steps[-1][1], line.quantity * Decimal(5))

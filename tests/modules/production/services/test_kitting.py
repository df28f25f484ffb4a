"""Clear to build by choice, the list to pick by, and orders cut into batches."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.production.checks import check
from modules.production.models import ProductionOrder
from modules.production.selectors.kitting import clearances, kitting_list
from modules.production.services import production_order_batch, production_order_issue
from modules.production.services.planning_parameters import planning_rule_create
from tenon.problems import Invalid, StateRefused
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_operation_reports import routed
from tests.modules.production.services.test_orders import stocked

D = Decimal


def test_who_is_chosen_first_is_served_first(factory: Factory) -> None:
    """320 spokes are enough for ten wheels. Of two orders for eight the first by start gets 256, the second lacks 192
    of its 256; chosen first, the second has all and the first lacks 192."""
    stocked(factory, (factory.spoke, 320, "0.50"))
    first, second = (factory.order(8, product=factory.wheel, release=False) for _ in range(2))
    everything = ProductionOrder.objects.all()

    def short(*chosen: int) -> dict[int, list[Decimal]]:
        return {row["order"]["id"]: [m["quantity"] for m in row["missing"]] for row in clearances(everything, chosen)}

    assert short() == {first.pk: [], second.pk: [192]}
    assert short(second.pk, first.pk) == {second.pk: [], first.pk: [192]}
    assert [row["order"]["id"] for row in clearances(everything, [second.pk])] == [second.pk, first.pk]


def test_what_is_asked_does_not_grow_with_the_orders(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 320, "0.50"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            clearances(ProductionOrder.objects.all())
        return len(caught)

    factory.order(1, product=factory.wheel)
    one = queries()
    for _ in range(5):
        factory.order(1, product=factory.wheel)
    assert queries() == one


def test_the_list_to_pick_by(factory: Factory) -> None:
    """Four wheels and two: 192 spokes in one line, for which orders, from where they lie; what is not there is said.
    What was issued is not picked again."""
    stocked(factory, (factory.spoke, 150, "0.50"))
    planning_rule_create(actor=factory.actor, locks_material=False)
    four, two = (factory.order(n, product=factory.wheel) for n in (4, 2))
    [line] = kitting_list([four, two])
    assert (line["quantity"], line["short"]) == (192, 42)
    assert [place["quantity"] for place in line["places"]] == [150]
    assert [one["quantity"] for one in line["orders"]] == [128, 64]
    production_order_issue(actor=factory.actor, order=two)
    [line] = kitting_list([four, two])
    assert (line["quantity"], line["short"]) == (128, 42)


def test_an_order_in_batches(factory: Factory) -> None:
    """Ten in fours: four, four and two; pieces and material are kept."""
    stocked(factory, (factory.spoke, 320, "0.50"))
    routed(factory, "Lace")
    order = factory.order(10, product=factory.wheel)
    made = production_order_batch(actor=factory.actor, order=order, size=D(4))
    assert sorted(o.quantity for o in ProductionOrder.objects.all()) == [2, 4, 4]
    assert made[0].number == order.number
    material = [c.required for o in ProductionOrder.objects.all() for c in o.components.all()]
    assert sum(material) == 320
    assert {o.status for o in ProductionOrder.objects.all()} == {"released"}
    with pytest.raises(Invalid):
        production_order_batch(actor=factory.actor, order=made[0], size=D(4))
    production_order_issue(actor=factory.actor, order=made[0], items={factory.spoke.pk: D(1)})
    with pytest.raises(StateRefused):
        production_order_batch(actor=factory.actor, order=made[0], size=D(2))
    assert check(current()) == []

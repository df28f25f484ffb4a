"""On-time delivery and plan attainment, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from modules.inventory.models import Delivery, DeliveryLine, Location
from modules.production.models import ProductionReport
from modules.production.rules.delivery import Made, attainment, complete_on, on_time
from modules.production.selectors.delivery import delivery_figures
from modules.shared.data.models import Party, SalesOrder, SalesOrderLine
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.platform.api.client import Api

D = Decimal


def day(n: int) -> date:
    return date(2026, 3, n)


def test_complete_is_when_the_last_piece_has_gone() -> None:
    parts = [(day(5), D(4)), (day(3), D(5)), (day(9), D(1))]
    assert [complete_on(D(n), parts) for n in (5, 9, 10, 11)] == [day(3), day(5), day(9), None]


def test_two_of_three_lines_are_on_time() -> None:
    assert on_time([(day(5), day(5)), (day(5), day(3)), (day(5), day(6))]) == D("0.6667")
    assert on_time([(day(5), None)]) == 0
    assert on_time([]) is None


def test_too_much_of_one_makes_up_for_no_other() -> None:
    """(10 of 10, though 14 came, and 6 of 20): 16 ÷ 30."""
    assert attainment([Made(D(10), D(14)), Made(D(20), D(6))]) == D("0.5333")
    assert attainment([]) is None


def _line(factory: Factory, n: int, quantity: int, promised: int, asked: int, shipped: dict[int, int]) -> None:
    """Days before today; what is negative lies ahead."""
    today = current().today()
    with acting(factory.actor):
        customer, _made = Party.objects.get_or_create(code="C-1", defaults={"name": "Customer", "is_customer": True})
        order = SalesOrder.objects.create(
            number=f"SO-{n}", customer=customer, status="part_delivered", ordered_on=today - timedelta(days=60),
            currency="CNY", requested_on=today - timedelta(days=asked),
        )  # fmt: skip
        line = SalesOrderLine.objects.create(
            order=order, product=factory.bike, quantity=D(quantity), unit=factory.bike.unit,
            base_quantity=D(quantity), unit_price=D(1), promised_on=today - timedelta(days=promised),
        )  # fmt: skip
        for before, pieces in shipped.items():
            delivery = Delivery.objects.create(
                number=f"D-{n}-{before}", order=order, customer=customer, status="posted",
                shipped_on=today - timedelta(days=before), location=Location.objects.first(),
            )  # fmt: skip
            DeliveryLine.objects.create(
                delivery=delivery, order_line=line, product=factory.bike, quantity=D(pieces), position=1
            )


def test_lines_of_a_period(factory: Factory, django_assert_max_num_queries: Callable) -> None:
    """Within 30 days four lines were promised: one complete on its day, one in two parts a day late, one not complete,
    one early but asked for sooner still. 2 of 4 as promised. Asked for in that time: all four, and the fifth, which is
    promised for tomorrow and gone: on time are the first and the fifth: 2 of 5."""
    _line(factory, 1, 5, 10, 10, {10: 5})
    _line(factory, 2, 5, 10, 10, {12: 3, 9: 2})
    _line(factory, 3, 5, 4, 4, {5: 4})
    _line(factory, 4, 5, 3, 8, {4: 5})
    _line(factory, 5, 5, -1, 0, {2: 5})
    today = current().today()
    with django_assert_max_num_queries(8):
        found = delivery_figures(today - timedelta(days=29), today)
    assert (found["promised"], found["lines_promised"]) == (D("0.5"), 4)
    assert (found["requested"], found["lines_requested"]) == (D("0.4"), 5)
    assert [row["late"] for row in found["lines"]] == [True, True, False, False]


def test_the_first_promise_counts_and_today_is_not_over(factory: Factory) -> None:
    """Promised first for 9 days ago, now for 4: complete 5 days ago it kept what it is promised now, not what it was
    promised first. Another one is due today and not complete: nobody can say yet. A third one, due today, is."""
    _line(factory, 1, 5, 4, 4, {5: 5})
    _line(factory, 2, 5, 0, 0, {1: 2})
    _line(factory, 3, 5, 0, 0, {0: 5})
    today = current().today()
    with acting(factory.actor):
        SalesOrderLine.objects.filter(order__number="SO-1").update(first_promised_on=today - timedelta(days=9))
    found = delivery_figures(today - timedelta(days=29), today)
    assert (found["first"], found["lines_first"]) == (D("0.5"), 2)
    assert (found["promised"], found["lines_promised"]) == (1, 2)
    with acting(factory.actor):
        order = factory.order(3)
        order.start_on = order.due_on = today
        order.save()
    assert delivery_figures(today - timedelta(days=29), today)["orders_due"] == 0


def test_orders_of_a_period(factory: Factory) -> None:
    """Due yesterday: 10, of which 4 were good by then and 6 today; and 2, of which 3 were: 4 + 2 of 12."""
    today = current().today()
    with acting(factory.actor):
        for quantity, told in ((10, {1: 4, 0: 6}), (2, {1: 3})):
            order = factory.order(quantity)
            order.start_on = order.due_on = today - timedelta(days=1)
            order.save()
            for before, good in told.items():
                ProductionReport(
                    order=order, good=D(good), reported_on=today - timedelta(days=before), work_centre=factory.centre
                ).save()
    found = delivery_figures(today - timedelta(days=29), today)
    assert (found["attainment"], found["orders_due"]) == (D("0.5"), 2)
    assert [row["quantity"] for row in found["orders"]] == [10, 2]


def test_over_http(factory: Factory) -> None:
    api = Api(factory.actor)
    path = "/api/v1/production/delivery-figures/"
    assert api.get(f"{path}?since=2026-01-01&until=2026-02-01").json["promised"] is None
    assert api.get(f"{path}?since=2026-03-01&until=2026-02-01").status == 400

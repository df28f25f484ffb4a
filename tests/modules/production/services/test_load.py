"""Load of work centres, and what the plan is worth, from orders and proposals; worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from modules.production.models import Operation, Shift, WorkTimeChange
from modules.production.rules.buckets import buckets, place
from modules.production.selectors.load import load_page
from modules.production.selectors.projection import projection_page
from modules.production.services import planning_run, production_order_update
from modules.shared.contracts.valuation import StockValuation
from modules.shared.data.models import Calendar, Party, PaymentTerm
from modules.shared.data.selectors.calendars import work_calendar
from tenon import ports
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked
from tests.modules.production.services.test_planning import next_friday, sold
from tests.platform.api.client import Api

D = Decimal


@pytest.fixture
def floor(factory: Factory) -> Factory:
    """Assembling a bicycle: 30 minutes to set up, 60 each, at 80 % efficiency; two machines, Monday to Friday from 8 to
    16, and a holiday is one."""
    with acting(factory.actor):
        calendar = Calendar.objects.filter(is_default=True).first() or Calendar(name="Works", is_default=True)
        calendar.save()
        for weekday in range(1, 6):
            Shift(calendar=calendar, weekday=weekday, name="Day", starts="08:00", ends="16:00").save()
        factory.centre.machines, factory.centre.efficiency = 2, D(80)
        factory.centre.save()
        Operation(
            product=factory.bike, position=10, name="Assemble", work_centre=factory.centre, setup_minutes=D(30),
            run_minutes=D(60), yield_percent=D(50),
        ).save()  # fmt: skip
    return factory


def test_released_orders_drafts_and_proposals_make_the_load(floor: Factory) -> None:
    """Three orders of weeks 7: 4 good released (begins with 8: 510 standard minutes, 637.50 at 80 %), a draft of 2
    (4 begun: 270, 337.50), and 10 sold of which 6 are proposed for the Friday (12 begun: 750, 937.50)."""
    among = buckets(current().today(), "week", 9)
    friday = next_friday(7)
    for quantity, release in ((4, True), (2, False)):
        order = floor.order(quantity, release=release)
        production_order_update(
            actor=floor.actor, order=order, start_on=friday - timedelta(days=3), due_on=friday - timedelta(days=1)
        )
    sold(floor, 12, friday)
    planning_run(actor=floor.actor)
    week = place(friday, among)
    assert week is not None
    [row] = load_page("week", 9)["centres"]
    assert row["firm"][week] == D("637.50")
    assert sum(row["proposed"], D(0)) == D("337.50") + D("937.50")
    days = work_calendar().count(among[week].since, among[week].until + timedelta(days=1))
    assert row["capacity"][week] == days * 480 * 2
    assert row["over"] == 0
    assert row["over_at"] is None
    pieces = load_page("week", 9, floor.centre.pk)["pieces"]
    assert [(p["entity"], sum(p["minutes"])) for p in pieces] == [
        ("production.planned_order", D("937.50")), ("production.order", D("637.50")),
        ("production.order", D("337.50")),
    ]  # fmt: skip


def test_stops_take_capacity_and_overloads_come_first(floor: Factory) -> None:
    """All of that week but two hours on each machine is a planned stop: 240 minutes are there, 637.50 are asked."""
    among = buckets(current().today(), "week", 9)
    friday = next_friday(7)
    order = floor.order(4)
    production_order_update(actor=floor.actor, order=order, start_on=friday, due_on=friday)
    week = place(friday, among) or 0
    if not work_calendar().is_working(friday):
        pytest.skip("a holiday")
    zone = current().now().tzinfo
    with acting(floor.actor):
        WorkTimeChange(
            work_centre=floor.centre, kind="stop", starts_at=datetime.combine(among[week].since, time(), zone),
            ends_at=datetime.combine(friday, time(14), zone),
        ).save()  # fmt: skip
    row = load_page("week", 9)["centres"][0]
    assert row["capacity"][week] == 240
    assert (row["over"], row["over_at"]) == (D("397.50"), week)


def test_what_the_plan_is_worth(factory: Factory) -> None:
    """10 bicycles sold at 2,000 for a Friday, 4 in stock at 900 and locked for it, spokes and frames to buy: 6 frames
    at 300 and 384 spokes at 0.50. The stock before is the ledger's 3,600. At the end: nothing is left of bicycles,
    frames or spokes, at plan cost: 3,600 + 6 × 332 made + 12 × 16 wheels + 1,800 + 192 bought − as much taken − 10 ×
    the cost of a bicycle."""
    term = _terms(factory)
    stocked(factory, (factory.bike, 4, "900"))
    order = sold(factory, 10, next_friday(6))
    with acting(factory.actor):
        order.payment_term = term
        order.save()
    planning_run(actor=factory.actor)
    found = projection_page("week", 20)
    provider = ports.find(StockValuation)
    assert provider is not None
    assert found["opening"] == sum(provider.values().values()) == 3600
    # 300 + 2 × 16 = 332 for a bicycle: frames and wheels at plan cost; made and taken on the way.
    came = 6 * 332 + 12 * 16 + 1800 + 192
    assert sum(found["comes"]) == came
    assert sum(found["goes"]) == 10 * 332 + 6 * 300 + 12 * 16 + 384 * D("0.50")
    assert found["stock"][-1] == 3600 + came - sum(found["goes"])
    assert sum(found["paid"]) == 1992
    # Frames come in the week of the bicycles' release; a third of what they cost is paid then, the rest 30 days later.
    assert sorted(q for q in found["paid"] if q)[-1] < 1992
    assert sum(found["received"]) == order.total
    assert found["cash"][-1] == order.total - 1992


def _terms(factory: Factory) -> PaymentTerm:
    with acting(factory.actor):
        term = PaymentTerm(
            code="THIRD", name="Part now", lines=[{"percent": "40", "days": 0}, {"percent": "60", "days": 30}]
        )
        term.save()
        supplier = Party.objects.get(pk=factory.supplier.pk)
        supplier.payment_term = term
        supplier.save()
    return term


def test_over_http_in_so_many_queries(floor: Factory, django_assert_max_num_queries: Callable) -> None:
    stocked(floor, (floor.bike, 4, "900"))
    sold(floor, 10, next_friday(6))
    for n in range(3):
        floor.order(n + 2, release=n > 0)
    planning_run(actor=floor.actor)
    api = Api(floor.actor)
    with django_assert_max_num_queries(32):
        shown = api.get(f"/api/v1/production/load/?size=month&count=4&centre={floor.centre.pk}")
    assert shown.status == 200
    assert len(shown.json["pieces"]) == 3
    with django_assert_max_num_queries(60):
        assert api.get("/api/v1/production/projection/").status == 200
    assert api.get("/api/v1/production/load/?count=0").status == 400


def test_no_holiday_hides_a_bucket(floor: Factory) -> None:
    """Months that begin in the past count what is left of them only."""
    row = load_page("month", 2)["centres"][0]
    today = current().today()
    left = buckets(today, "month", 1)[0].until
    assert row["capacity"][0] == work_calendar().count(today, left + timedelta(days=1)) * 960
    assert left >= date(today.year, today.month, 28)

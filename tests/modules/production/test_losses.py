"""Effectiveness and losses from what was reported, worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from modules.production.models import Downtime, ProductionReport, Shift, WorkTimeChange
from modules.production.rules.oee import NotPlausible, effectiveness
from modules.production.selectors.losses import losses
from modules.shared.data.models import Calendar
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_operation_reports import reason, wheels

D = Decimal


def test_the_shares_multiply() -> None:
    """Planned 420 minutes, ran 373; 271 pieces of an ideal minute, 260 good: 0.8881 × 0.7265 × 0.9594 = 0.6190, which
    is 260 ÷ 420."""
    found = effectiveness(D(420), D(373), D(271), D(271), D(260))
    assert found is not None
    assert found.oee.quantize(D("0.000001")) == (D(260) / 420).quantize(D("0.000001"))


@pytest.mark.parametrize(
    ("figures", "share"),
    [
        ((100, 101, 50, 10, 10), "availability"),
        ((100, 50, 51, 10, 10), "performance"),
        ((100, 50, 50, 10, 11), "quality"),
        ((0, 5, 5, 1, 1), "availability"),
        ((100, 0, 5, 1, 1), "performance"),
    ],
)
def test_what_cannot_be_is_an_error_and_is_not_clipped(figures: tuple[int, ...], share: str) -> None:
    with pytest.raises(NotPlausible) as caught:
        effectiveness(*map(D, figures))
    assert caught.value.share == share


def test_nothing_made_is_no_figure() -> None:
    assert effectiveness(D(100), D(0), D(0), D(0), D(0)) is None


def _report(factory: Factory, order, good: str, scrap: str, machine: str, why=None) -> None:  # type: ignore[no-untyped-def]
    with acting(factory.actor):
        ProductionReport(
            order=order, order_operation=order.operations.get(), work_centre=factory.centre, good=D(good),
            scrap=D(scrap), machine_minutes=D(machine), reported_on=current().today() - timedelta(days=1), reason=why,
        ).save()  # fmt: skip


def test_a_day_of_a_work_centre(factory: Factory) -> None:
    """Yesterday, a shift of eight hours less a planned stop of one: 420 minutes. The machine ran 300, stood 45 of them
    in the shift (and an hour at night, which is no loss). 40 pieces of six minutes, 38 good: availability 300 ÷ 420,
    performance 240 ÷ 300, quality 38 ÷ 40; OEE 0.5429."""
    order = wheels(factory, 100, "Lace")
    yesterday = current().today() - timedelta(days=1)
    zone = current().now().tzinfo
    at = lambda hour, minute=0: datetime(  # noqa: E731
        yesterday.year, yesterday.month, yesterday.day, hour, minute, tzinfo=zone
    )
    with acting(factory.actor):
        calendar = Calendar(name="Plant", weekdays=[1, 2, 3, 4, 5, 6, 7])
        calendar.save()
        Shift(calendar=calendar, weekday=yesterday.isoweekday(), name="Early", starts="08:00", ends="16:00").save()
        factory.centre.calendar = calendar
        factory.centre.save()
        stop = {"work_centre": factory.centre, "starts_at": at(12), "ends_at": at(13)}
        WorkTimeChange(kind="stop", note="Maintenance", **stop).save()
        down = {"work_centre": factory.centre, "reason": reason("downtime")}
        Downtime(started_at=at(9), ended_at=at(9, 45), **down).save()
        Downtime(started_at=at(2), ended_at=at(3), **down).save()
    _report(factory, order, "38", "2", "300", reason())
    found = losses(yesterday, yesterday)
    (row,) = [r for r in found["results"] if r["id"] == factory.centre.pk]
    assert (row["planned"], row["run"], row["down"]) == (D(420), D(300), D(45))
    assert (row["availability"], row["performance"], row["quality"]) == (D("0.7143"), D("0.8000"), D("0.9500"))
    assert (row["oee"], row["error"]) == (D("0.5429"), None)
    assert found["scrap"] == [{"reason": reason().name, "quantity": D(2)}]
    assert found["downtime"] == [{"reason": reason("downtime").name, "minutes": D(45)}]
    # 26 pieces more without any time: 66 × 6 = 396 > 300. No figure, but the report that says so.
    _report(factory, order, "26", "0", "0")
    (row,) = [r for r in losses(yesterday, yesterday)["results"] if r["id"] == factory.centre.pk]
    assert (row["oee"], row["error"]["share"]) == (None, "performance")
    assert row["error"]["record"]["id"] == ProductionReport.objects.latest("id").pk
    # And 121 minutes more than the 420 that were planned.
    _report(factory, order, "0", "0", "241")
    (row,) = [r for r in losses(yesterday, yesterday)["results"] if r["id"] == factory.centre.pk]
    assert row["error"]["share"] == "availability"

"""The insight page's figures by hand, what one may see of them, and the night's fit."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.crm.models import LifetimeModel
from modules.crm.services.insight import lifetimes_nightly
from modules.shared.data.models import Party, Product, SalesOrder, SalesOrderLine
from modules.shared.data.services import party_create
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.platform.api.client import Api

PATH = "/api/v1/crm/insight/"
CDNOW = Path(__file__).parents[1] / "rules" / "cdnow.csv"
D = Decimal


@pytest.fixture
def bought(serving_acme: Company, actor: Actor, make_product: Callable[..., Product]) -> Callable[..., SalesOrderLine]:
    product, numbers = make_product(), iter(range(1, 10_000))

    def make(customer: Party, days: int, value: str, **line: Any) -> SalesOrderLine:
        """So many days ago, two pieces for `value` net."""
        with acting(actor):
            order = SalesOrder.objects.create(
                number=f"IN-{next(numbers)}", customer=customer, status=line.pop("status", "delivered"),
                ordered_on=current().today() - timedelta(days=days), currency=line.pop("currency", "CNY"),
                exchange_rate=line.pop("rate", D(1)),
            )  # fmt: skip
            return SalesOrderLine.objects.create(
                order=order, product=product, quantity=D(2), unit=product.unit, base_quantity=D(2),
                unit_price=D(value) / 2, subtotal=D(value), total=D(value), delivered=D(2), **line,
            )  # fmt: skip

    return make


def test_scores_segments_and_cohorts(actor: Actor, bought: Callable[..., SalesOrderLine]) -> None:
    """A: 10 and 200 days ago, 300 + 100. B: 100 days ago, 50 USD at 7, half of it returned: 175. C: 400 days ago only:
    nothing in the window. D: a draft and a cancelled order: no customer of this page. Days 10, 100, 400: recency 4
    (1 + ⌊5 × 2/3⌋), 2, 1; orders 2, 1, 0: 4, 2, 1; value 400, 175, 0: 4, 2, 1."""
    a, b, c, d = (party_create(actor=actor, name=f"Customer {n}", is_customer=True) for n in "ABCD")
    bought(a, 10, "300")
    bought(a, 200, "100")
    bought(b, 100, "50", currency="USD", rate=D(7), returned=D(1))
    bought(c, 400, "900")
    bought(d, 5, "900", status="draft")
    bought(d, 5, "900", status="cancelled")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = Api(actor).get(PATH)
    assert answer.status == 200, answer.content
    assert len(asked) <= 12
    got = answer.json
    assert [(t["customer"]["id"], t["value"], t["orders"], t["days"]) for t in got["top"]] == [
        (a.pk, "400.00", 2, 10), (b.pk, "175.00", 1, 100), (c.pk, "0.00", 0, 400),
    ]  # fmt: skip
    assert [(t["recency"], t["frequency"], t["monetary"], t["segment"]) for t in got["top"]] == [
        (4, 4, 4, "champions"), (2, 2, 2, "hibernating"), (1, 1, 1, "hibernating"),
    ]  # fmt: skip
    assert {s["segment"]: (s["count"], s["value"]) for s in got["segments"] if s["count"]} == {
        "champions": (1, "400.00"), "hibernating": (2, "175.00"),
    }  # fmt: skip
    assert (got["customers"], sum(map(sum, got["map"])), got["map"][1][3]) == (3, 3, 1)
    assert (got["model"], got["top"][0]["alive"]) == (None, None)
    first = (current().today() - timedelta(days=100)).replace(day=1)
    cohort = next(row for row in got["cohorts"] if row["month"] == first.isoformat())
    assert cohort["kept"][0] >= 1
    only = Api(actor).get(f"{PATH}?segment=champions").json
    assert ([t["customer"]["id"] for t in only["top"]], only["customers"]) == ([a.pk], 3)
    assert Api(actor).get(f"{PATH}?segment=nobody").status == 400


def test_one_sees_ones_own_customers(actor: Actor, bought: Callable[..., SalesOrderLine]) -> None:
    bought(party_create(actor=actor, name="Ours", is_customer=True), 3, "10")
    can = frozenset({"crm.insight.view", "shared.party.view"})
    own = Actor(kind="member", label="x", member_id=999_999, permissions=can, scopes={"": "own"})
    assert Api(own).get(PATH).json["customers"] == 0
    blind = Actor(kind="member", label="x", member_id=1, permissions=frozenset(), scopes={"": "all"})
    assert Api(blind).get(PATH).status == 403


def test_the_night_fits_what_is_still_to_come(
    actor: Actor, serving_acme: Company, make_product: Callable[..., Product]
) -> None:
    """The first 150 customers of CDNOW, their orders between the first and the last spread evenly: a model, and of two
    with as many orders who ordered lately is likelier to be alive."""
    assert lifetimes_nightly() == {"customers": 0}
    assert not LifetimeModel.objects.exists()
    today, product = current().today(), make_product()
    with acting(actor), CDNOW.open() as file:
        rows = [row for row in csv.DictReader(file) if int(row["x"]) > 0][:150]
        parties = Party.objects.bulk_create(
            [Party(code=f"CD-{n}", name=f"Customer {n}", is_customer=True) for n in range(len(rows))]
        )
        worth = [
            (party, round(float(row["T"]) * 7 - float(row["t_x"]) * 7 * k / int(row["x"])), row["zbar"])
            for party, row in zip(parties, rows, strict=True)
            for k in range(int(row["x"]) + 1)
        ]
        orders = SalesOrder.objects.bulk_create(
            [
                SalesOrder(number=f"CD-{n}", customer=party, status="delivered", currency="CNY",
                           ordered_on=today - timedelta(days=days))
                for n, (party, days, _value) in enumerate(worth)
            ]
        )  # fmt: skip
        SalesOrderLine.objects.bulk_create(
            [
                SalesOrderLine(order=order, product=product, quantity=D(1), unit=product.unit, base_quantity=D(1),
                               unit_price=D(value), subtotal=D(value), total=D(value))
                for order, (_party, _days, value) in zip(orders, worth, strict=True)
            ]
        )  # fmt: skip
    assert lifetimes_nightly() == {"customers": 150}
    model = LifetimeModel.objects.get()
    assert (model.came_again, model.fitted_on, model.spending is not None) == (150, today, True)
    got = Api(actor).get(PATH).json
    assert got["model"] == {"fitted_on": today.isoformat(), "customers": 150, "came_again": 150}
    twice = {t["days"]: D(t["alive"]) for t in got["top"] if t["orders"] == 2}
    assert len(twice) > 3
    assert [twice[days] for days in sorted(twice)] == sorted(twice.values(), reverse=True)
    assert sum(D(s["ahead"]) for s in got["segments"]) > 0

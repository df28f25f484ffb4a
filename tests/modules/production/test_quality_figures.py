"""The desk and the figures of quality, by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.production.models import Characteristic
from modules.production.rules.quality_figures import first_pass, parts_per_million, rolled
from modules.production.selectors.certificates import certificates, certificates_of
from modules.production.services import production_order_report
from modules.production.services.inspections import inspection_judge
from modules.production.services.nonconformances import inspection_report_nonconformance
from tenon.access.actor import Actor
from tenon.tenancy.context import Company
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_inspections import bought, found, plan_of
from tests.modules.production.services.test_operation_reports import reason, wheels
from tests.platform.api.client import Api

D = Decimal
PATH = "/api/v1/production/quality/"


@pytest.fixture
def world(serving_acme: Company, actor: Actor) -> World:
    return World(actor)


def test_yields_multiply_and_rates_are_of_what_was_looked_at() -> None:
    assert first_pass(D(8), D(10)) == D("0.8")
    assert rolled([D("0.8"), D("0.9"), D(1)]) == D("0.72")
    assert rolled([]) == 1
    assert parts_per_million(3, 2_000) == 1_500
    assert parts_per_million(1, 3) == 333_333
    assert parts_per_million(0, 0) == 0


def test_first_pass_yield_of_two_operations(factory: Factory) -> None:
    """Lacing: of 10, 7 good, 1 scrap, 2 rework (both saved): 0.7. Truing: of 9, 8 good, 1 scrap: 0.8889. Together
    0.6222: what rework saves is not good at the first time."""
    order = wheels(factory, 10, "Lace", "True")
    lace, true = order.operations.all()
    size, surface = reason(), reason()
    actor = factory.actor
    production_order_report(actor=actor, order=order, operation=lace, good=D(7), scrap=D(1), rework=D(2), reason=size)
    again = order.operations.get(rework_of=lace)
    production_order_report(actor=actor, order=order, operation=again, good=D(2))
    production_order_report(actor=actor, order=order, operation=true, good=D(8), scrap=D(1), reason=surface)
    answer = Api(actor).get(f"{PATH}figures/")
    assert answer.status == 200, answer.content
    (row,) = answer.json["yields"]
    assert row["product"]["label"] == "WHEEL"
    assert [(s["operation"], D(s["entered"]), D(s["first_pass"])) for s in row["operations"]] == [
        ("Lace", D(10), D("0.7")), ("True", D(9), D("0.8889")),
    ]  # fmt: skip
    assert D(row["rolled"]) == D("0.6222")
    assert [D(c["quantity"]) for c in answer.json["causes"]] == [D(4)]
    month = answer.json["months"][-1]
    assert (len(answer.json["months"]), D(month["first_pass"]), month["ppm"]) == (12, D("0.7895"), None)


def test_the_desk_charts_and_ppm_of_three_lots(world: World) -> None:
    """Three lots, three pieces each, limits 9.95 to 10.05: 2 bad, 3 bad, not judged: 5 of 6 are 833,333 ppm.
    Means 10, 10.1, 9.9 and ranges 0.2, 0.4, 0.0: 10 ± 1.023 × 0.2."""
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    lots = [bought(world, steel, f"L-{n}", 10) for n in (1, 2, 3)]
    found(world, lots[0], ["9.9", "10", "10.1"], [])
    found(world, lots[1], ["9.9", "10.1", "10.3"], [])
    found(world, lots[2], ["9.9", "9.9", "9.9"], [])
    for lot in lots[:2]:
        inspection_judge(actor=world.actor, inspection=lot)
    api = Api(world.actor)
    desk = api.get(f"{PATH}desk/").json
    assert [(x["lot"], x["held"]) for x in desk["waiting"]["results"]] == [("L-3", True)]
    refused = desk["refused"]["results"]
    assert {x["lot"] for x in refused} == {"L-1", "L-2"}  # 9.9 is below 9.95
    inspection_report_nonconformance(actor=world.actor, inspection=lots[1], title="Too wide")
    desk = api.get(f"{PATH}desk/").json
    assert [(x["title"], x["lot"], D(x["left"])) for x in desk["nonconformances"]["results"]] == [
        ("Too wide", "L-2", D(10))
    ]
    figures = api.get(f"{PATH}figures/").json
    (supplier,) = figures["suppliers"]
    assert (supplier["lots"], supplier["refused"], supplier["looked"], supplier["bad"]) == (2, 2, 6, 5)
    assert supplier["ppm"] == 833_333
    width = Characteristic.objects.get(name="Width")
    assert [c["id"] for c in api.get(f"{PATH}charts/").json["characteristics"]][-1:]
    chart = api.get(f"{PATH}charts/?characteristic={width.pk}").json
    xbar, spread = chart["charts"]
    assert (xbar["kind"], [D(p["value"]) for p in xbar["points"]]) == ("xbar", [D(10), D("10.1"), D("9.9")])
    assert (D(xbar["points"][0]["upper"]), D(xbar["points"][0]["lower"])) == (D("10.2046"), D("9.7954"))
    assert [D(p["value"]) for p in spread["points"]] == [D("0.2"), D("0.4"), D(0)]
    assert (chart["readings"]["count"], chart["left_out"]) == (9, 0)
    scratches = Characteristic.objects.get(name="No scratches")
    assert api.get(f"{PATH}charts/?characteristic={scratches.pk}").json["charts"][0]["kind"] == "np"
    assert api.get(f"{PATH}charts/?since=2031-01-02&until=2031-01-01").status == 400


@pytest.mark.parametrize(("language", "words"), [("en", "Certificate of analysis"), ("zh-hans", "质检报告")])
def test_the_certificate_shows_values_against_limits(world: World, language: str, words: str) -> None:
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    inspection = bought(world, steel, "L-1", 10)
    api, path = Api(world.actor), f"/api/v1/production/inspections/{inspection.pk}/certificate.pdf?language={language}"
    assert api.get(path).status == 409
    found(world, inspection, ["9.98", "10", "10.02"], [])
    judged = inspection_judge(actor=world.actor, inspection=inspection)
    assert api.get(f"{path}&lot=L-2").status == 400
    answer = api.get(f"{path}&lot=L-1")
    assert answer.content.startswith(b"%PDF-")
    (page,) = certificates([judged], language)
    assert (page.title, [x.limits for x in page.lines]) == (words, ["9.95 – 10.05 mm", ""])
    assert page.lines[0].found == "9.98  10  10.02"
    assert [x.good for x in page.lines] == [True, True]
    sale = world.sale((steel, 4))
    delivery = delivery_create(actor=world.actor, order=sale)
    path = f"/api/v1/production/deliveries/{delivery.pk}/certificates.pdf"
    assert api.get(path).content.startswith(b"%PDF-")  # what it will take
    delivery_post(actor=world.actor, delivery=delivery)
    assert api.get(path).content.startswith(b"%PDF-")
    assert [c.facts[1][1] for c in certificates_of([(steel.pk, "L-1"), (steel.pk, "L-9")], language)] == ["L-1"]
    blind = Api(replace(world.actor, permissions=world.actor.permissions - {"inventory.delivery.view"}))
    assert blind.get(path).status == 404

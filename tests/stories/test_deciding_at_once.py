"""Quality under several hands, on real connections: receipts at the same moment share one quarantine place, and no
piece is decided about twice."""

from __future__ import annotations

from decimal import Decimal as D

from modules.inventory.checks import check
from modules.inventory.models import Location, StockBalance
from modules.production.models import Inspection, NonConformance
from modules.production.services.dispositions import nonconformance_dispose
from modules.production.services.inspection_plans import inspection_plan_create
from modules.production.services.inspections import inspection_judge, inspection_record
from modules.production.services.nonconformances import inspection_report_nonconformance
from tenon.problems import Invalid
from tenon.tenancy.context import serving
from tests.companies import owner_of
from tests.modules.inventory.stock_world import World
from tests.stories.test_oversell import at_once


def test_one_quarantine_and_no_piece_twice(fresh_company):
    company = fresh_company("Deciding")
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        bolt = world.product()
        inspection_plan_create(
            actor=actor, name="Bolts", stage="incoming", product=bolt, sampling="fixed", sample_size=1,
            characteristics=[{"name": "Straight", "kind": "attribute"}],
        )  # fmt: skip
        orders = [world.purchase((bolt, 10, 10)) for _ in range(4)]
    answers = at_once(company, [lambda order=order: world.receive(order) for order in orders])
    assert [a for a in answers if isinstance(a, Exception)] == []
    with serving(company):
        assert Location.objects.filter(kind="quarantine").count() == 1
        lying = StockBalance.objects.get(product=bolt, on_hand__gt=0)
        assert (lying.location.kind, lying.on_hand) == ("quarantine", D(40))
        inspection = Inspection.objects.order_by("pk")[0]
        found = {str(inspection.checks.get().pk): {"bad_pieces": [1]}}
        inspection_judge(actor=actor, inspection=inspection_record(actor=actor, inspection=inspection, readings=found))
        nc = inspection_report_nonconformance(actor=actor, inspection=inspection, title="Bent")

    def decide(kind):
        return lambda: nonconformance_dispose(actor=actor, nonconformance=nc, kind=kind, quantity=D(6), reason="Bent")

    answers = at_once(company, [decide(kind) for kind in ("scrap", "return", "scrap", "return")])
    refused = [a for a in answers if isinstance(a, Exception)]
    assert [type(a) for a in refused] == [Invalid] * 3
    with serving(company):
        nc = NonConformance.objects.get(pk=nc.pk)
        assert (nc.disposed, nc.dispositions.count()) == (D(6), 1)
        inspection.refresh_from_db()
        assert inspection.kept == D(4)
        assert StockBalance.objects.get(product=bolt, on_hand__gt=0).on_hand == D(34)
        assert check(company) == []

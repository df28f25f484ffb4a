"""The paper of a wage slip: in both languages, only for whom it concerns."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest

from modules.production.models import Operation, WageSlip
from modules.production.rules.wage_paper import wage_pdf
from modules.production.selectors.wage_papers import wage_paper
from modules.production.services import production_order_report
from modules.production.services.wages import pay_rate_create, wage_slip_create
from tenon.access.models import Member
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked
from tests.platform.api.client import Api

D = Decimal


@pytest.fixture
def slip(factory: Factory) -> WageSlip:
    """Seven wheels at 1.20 and three of rework that nobody pays: 8.40."""
    actor = factory.actor
    with acting(actor):
        worker = Member(person_id=931, name="张三", email="z@acme.example", roles=["shop_floor"])
        worker.save()
        Operation(product=factory.wheel, position=10, name="Lace", work_centre=factory.centre).save()
    stocked(factory, (factory.spoke, 320, "0.50"))
    pay_rate_create(actor=actor, rate=D("1.20"), product=factory.wheel, valid_from=current().today())
    order = factory.order(10, product=factory.wheel)
    production_order_report(
        actor=actor, order=order, operation=order.operations.get(), good=D(7), minutes=D(30), worker=worker
    )
    return wage_slip_create(actor=actor, worker=worker, since=current().today(), until=current().today())


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_it_says_what_is_paid_and_why_in_both_languages(slip: WageSlip) -> None:
    english = words(wage_pdf(wage_paper(slip, "en")))
    for text in ("Wage slip", slip.number, "Lace", "1.2", "8.40", "To be paid", "CNY 8.40"):
        assert text in english
    chinese = wage_paper(slip, "zh-hans")
    assert (chinese.title, chinese.heads[0], chinese.total) == ("工资结算单", "日期", ("应付合计", "CNY 8.40"))
    assert dict(chinese.facts)["操作员"] == "张三"
    assert wage_pdf(chinese).startswith(b"%PDF")


def test_workers_get_their_own(factory: Factory, slip: WageSlip) -> None:
    sees = replace(factory.actor, permissions=frozenset({"production.wage_slip.view"}))
    path = f"/api/v1/production/wage-slips/{slip.pk}/paper.pdf"
    own = Api(replace(sees, member_id=slip.worker_id)).get(f"{path}?language=zh-hans")
    assert own.status == 200
    assert own.content.startswith(b"%PDF")
    assert Api(replace(sees, member_id=factory.actor.member_id)).get(path).status == 404
    assert Api(replace(sees, permissions=frozenset())).get(path).status == 403

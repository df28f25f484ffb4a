"""One open item wanted by a payment, a discount, a write-off and a netting at the same moment, over connections of
their own: what is closed is never more than what was owed, and the books hold."""

from __future__ import annotations

from decimal import Decimal

from modules.finance.models import Invoice, Settlement, SettlementPolicy
from modules.finance.selectors.proof import check
from modules.finance.services.allocation import payment_allocate
from modules.finance.services.settlement_posting import settlement_reverse
from modules.finance.services.settlements import settlement_approve, settlement_create
from tenon.problems import Problem
from tenon.records.service import acting
from tenon.tenancy.context import current, serving
from tests.companies import owner_of
from tests.modules.finance.books import Books
from tests.modules.finance.test_at_once import at_once

D = Decimal


def test_an_item_is_closed_once(fresh_company):
    """30 owed; a payment of 30, four small differences of 10 within a limit of 20 and two nettings of 30 at once."""
    company = fresh_company("Settling")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        with acting(actor):
            SettlementPolicy(currency=current().currency, small_limit=D(20)).save()
        both = books.party(is_supplier=True)
        owed = books.charge("30", party=both)
        books.charge("30", party=both, kind="purchase_invoice")
        payment = books.pay("30", party=both)

    def small():
        return settlement_create(actor=actor, kind="small", invoice=owed, amount="10", reason="rounding")

    def net():
        return settlement_create(actor=actor, kind="netting", party=both, amount="30")

    answers = at_once(
        company,
        [lambda: payment_allocate(actor=actor, payment=payment, invoice=owed, amount="30"), *[small] * 4, net, net],
    )
    assert any(not isinstance(a, Problem) for a in answers)
    with serving(company):
        owed.refresh_from_db()
        closed = sum((a.amount for a in owed.allocations.filter(undone_on__isnull=True)), D(0))
        assert owed.open_amount == D(30) - closed >= 0
        smalls = Settlement.objects.filter(kind="small", status__in=("posted", "proposed"))
        assert sum(s.amount for s in smalls if s.status == "posted") <= D(20), "more is asked for, not taken"
        assert Settlement.objects.filter(kind="netting", status="posted").count() <= 1
        assert check(company) == []


def test_one_decides_and_one_takes_back(fresh_company):
    """A bad debt that three approve at once is posted once; taken back by three at once, it is open once."""
    company = fresh_company("Deciding")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        owed = books.charge("100")
        debt = settlement_create(actor=actor, kind="bad_debt", invoice=owed, reason="insolvent")
    answers = at_once(company, [lambda: settlement_approve(actor=actor, settlement=debt)] * 3)
    assert sum(isinstance(a, Settlement) for a in answers) == 1
    with serving(company):
        assert Invoice.objects.get(pk=owed.pk).open_amount == 0
    answers = at_once(company, [lambda: settlement_reverse(actor=actor, settlement=debt)] * 3)
    assert sum(isinstance(a, Settlement) for a in answers) == 1
    with serving(company):
        assert Invoice.objects.get(pk=owed.pk).open_amount == D(100)
        assert check(company) == []

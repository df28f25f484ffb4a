"""Open items settled without money: cash discount, small difference, bad debt, netting; taken back, recovered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from modules.finance.errors import OverAllocated, PeriodClosed
from modules.finance.models import Event, Invoice, PostingRule, Settlement, SettlementPolicy
from modules.finance.selectors.balances import control_balance
from modules.finance.selectors.open_items import open_items, open_total
from modules.finance.services.allocation import allocation_undo, payment_allocate
from modules.finance.services.settlement_posting import settlement_recover, settlement_reverse
from modules.finance.services.settlements import settlement_approve, settlement_create, settlement_reject
from modules.shared.data.models import PaymentTerm
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


@pytest.fixture
def policy(books):
    with acting(books.actor):
        row = SettlementPolicy(currency=current().currency, small_limit=D(5), grace_days=2, discount_tolerance=D("0.5"))
        row.save()
    return row


def term(books, percent="2", days=10):
    with acting(books.actor):
        row = PaymentTerm(
            code="T-2-10", name="2 % within 10 days, 30 net", days=30, discount_percent=D(percent), discount_days=days
        )
        row.save()
    return row


def settle(books, kind, invoice=None, **values):
    return settlement_create(actor=books.actor, kind=kind, invoice=invoice, **values)


def with_tax_rule(books):
    """A country whose cash discount takes its share of the tax back."""
    with acting(books.actor):
        PostingRule(
            event=Event.SALES_DISCOUNT_TAX, debit_account=books.account("2221.01.03"),
            credit_account=books.account("1122"),
        ).save()  # fmt: skip


def test_a_discount_within_its_days_is_posted_with_its_share_of_the_tax(books, policy):
    with_tax_rule(books)
    invoice = books.charge("1000", tax=books.vat(), payment_term=term(books))
    today = current().today()
    assert (invoice.total, invoice.discount_until) == (D(1130), today + timedelta(days=10))
    found = settle(books, "discount", invoice)
    # 2 % of 1130 is 22.60, of it 22.60 × 130 / 1130 = 2.60 tax.
    assert (found.status, found.amount, found.tax_amount) == ("posted", D("22.60"), D("2.60"))
    assert books.lines(found.entry) == [
        ("5603.04", D("20.00"), D(0)), ("2221.01.03", D("2.60"), D(0)), ("1122", D(0), D("22.60")),
    ]  # fmt: skip
    payment_allocate(actor=books.actor, payment=books.pay("1107.40"), invoice=invoice)
    invoice.refresh_from_db()
    assert (invoice.status, invoice.open_amount, invoice.open_base) == ("paid", D(0), D(0))
    assert books.balance("1122") == D(0)
    books.prove()


def test_without_a_rule_for_tax_all_of_the_discount_is_cost(books):
    invoice = books.charge("1000", tax=books.vat(), payment_term=term(books))
    found = settle(books, "discount", invoice)
    assert (found.tax_amount, books.lines(found.entry)) == (
        D(0), [("5603.04", D("22.60"), D(0)), ("1122", D(0), D("22.60"))],
    )  # fmt: skip
    books.prove()


def test_a_discount_that_is_late_or_too_much_waits_for_approval(books, policy):
    today = current().today()
    agreed = term(books)
    in_grace = books.charge("100", payment_term=agreed, issued_on=today - timedelta(days=12))
    late = books.charge("100", payment_term=agreed, issued_on=today - timedelta(days=13))
    assert settle(books, "discount", in_grace).status == "posted"
    waits = settle(books, "discount", late)
    assert (waits.status, waits.exceeds, waits.entry) == ("proposed", "late", None)
    fresh = books.charge("100", payment_term=agreed)
    assert settle(books, "discount", fresh, amount="2.50").status == "posted"  # 2.00 and half a unit of tolerance
    again = settle(books, "discount", fresh, amount="0.01")
    assert (again.status, again.exceeds) == ("proposed", "discount")
    assert settle(books, "discount", books.charge("100"), amount="1").exceeds == "late"  # none was agreed
    with pytest.raises(Invalid):
        settle(books, "discount", books.charge("100"))
    books.prove()


def test_small_differences_have_a_limit_for_all_of_them_together(books, policy):
    invoice = books.charge("100")
    payment_allocate(actor=books.actor, payment=books.pay("94"), invoice=invoice)
    first = settle(books, "small", invoice, amount="4")
    assert (first.status, books.lines(first.entry)) == ("posted", [("5711.03", D(4), D(0)), ("1122", D(0), D(4))])
    second = settle(books, "small", invoice)
    assert (second.status, second.amount, second.exceeds) == ("proposed", D(2), "limit")
    with pytest.raises(OverAllocated):
        settle(books, "small", invoice, amount="2.01")
    settlement_approve(actor=books.actor, settlement=second)
    invoice.refresh_from_db()
    assert invoice.status == "paid"
    books.prove()


def test_a_supplier_is_settled_on_the_other_side(books, policy):
    bill = books.charge("200", kind="purchase_invoice", payment_term=term(books))
    discount, rest = settle(books, "discount", bill), settle(books, "small", bill, amount="1")
    assert books.lines(discount.entry) == [("5603.04", D(0), D(4)), ("2202.02", D(4), D(0))]
    assert books.lines(rest.entry) == [("5711.03", D(0), D(1)), ("2202.02", D(1), D(0))]
    with pytest.raises(Invalid):
        settle(books, "bad_debt", bill)
    bill.refresh_from_db()
    assert bill.open_amount == D(195)
    books.prove()


def test_a_bad_debt_is_approved_by_right_and_recovered_in_part(books, stranger):
    invoice = books.charge("1000")
    found = settle(books, "bad_debt", invoice, reason="insolvent")
    assert (found.status, found.exceeds) == ("proposed", "bad_debt")
    assert books.balance("1122") == D(1000)
    with pytest.raises(Forbidden):
        settlement_approve(actor=stranger, settlement=found)
    found = settlement_approve(actor=books.actor, settlement=found)
    assert (books.balance("1122"), books.balance("5711.02")) == (D(0), D(1000))
    found = settlement_recover(actor=books.actor, settlement=found, amount="300")
    invoice.refresh_from_db()
    assert (invoice.open_amount, found.recovered) == (D(300), D(300))
    assert (books.balance("1122"), books.balance("5301.02"), books.balance("5711.02")) == (D(300), D(-300), D(1000))
    with pytest.raises(StateRefused):
        settlement_reverse(actor=books.actor, settlement=found)
    with pytest.raises(Invalid):
        settlement_recover(actor=books.actor, settlement=found, amount="700.01")
    payment_allocate(actor=books.actor, payment=books.pay("300"), invoice=invoice)
    settlement_recover(actor=books.actor, settlement=found)
    invoice.refresh_from_db()
    assert (invoice.open_amount, books.balance("1122")) == (D(700), D(700))
    with pytest.raises(StateRefused):
        settlement_recover(actor=books.actor, settlement=found)
    books.prove()


def test_a_rejected_proposal_posts_nothing_and_is_decided_once(books):
    invoice = books.charge("50")
    found = settlement_reject(actor=books.actor, settlement=settle(books, "bad_debt", invoice), reason="sue them")
    assert (found.status, found.entry, found.reason) == ("rejected", None, "sue them")
    for again in (settlement_approve, settlement_reject):
        with pytest.raises(StateRefused):
            again(actor=books.actor, settlement=found)
    assert books.balance("1122") == D(50)


def test_approval_finds_that_it_was_paid_meanwhile(books):
    invoice = books.charge("50")
    found = settle(books, "bad_debt", invoice)
    payment_allocate(actor=books.actor, payment=books.pay("10"), invoice=invoice)
    with pytest.raises(OverAllocated):
        settlement_approve(actor=books.actor, settlement=found)
    assert Settlement.objects.get(pk=found.pk).status == "proposed"


def test_netting_settles_both_sides_oldest_first(books):
    today = current().today()
    both = books.party("customer", is_supplier=True)
    old = books.charge("300", party=both, issued_on=today - timedelta(days=9))
    new = books.charge("500", party=both)
    bill = books.charge("450", party=both, kind="purchase_invoice")
    found = settle(books, "netting", party=both)
    assert (found.amount, found.status) == (D(450), "posted")
    assert books.lines(found.entry) == [("2202.02", D(450), D(0)), ("1122", D(0), D(450))]
    for row in (old, new, bill):
        row.refresh_from_db()
    assert (old.open_amount, new.open_amount, bill.open_amount) == (D(0), D(350), D(0))
    with pytest.raises(StateRefused):
        settle(books, "netting", party=both)
    with pytest.raises(StateRefused):
        allocation_undo(actor=books.actor, allocation=found.allocations.first())
    books.prove()
    found = settlement_reverse(actor=books.actor, settlement=found)
    bill.refresh_from_db()
    assert (found.status, bill.open_amount, books.balance("2202.02")) == ("reversed", D(450), D(-450))
    with pytest.raises(StateRefused):
        settlement_reverse(actor=books.actor, settlement=found)
    books.prove()


def test_netting_in_foreign_currency_books_what_both_were_carried_at(books):
    both = books.party("customer", is_supplier=True)
    books.charge("100", party=both, currency="USD", exchange_rate="7")
    books.charge("100", party=both, currency="USD", exchange_rate="7.2", kind="purchase_invoice")
    found = settle(books, "netting", party=both, currency="USD")
    # 720 owed is given up for 700 that was to come: a gain of 20.
    assert books.lines(found.entry) == [
        ("2202.02", D(720), D(0)), ("1122", D(0), D(700)), ("5603.03", D(0), D(20)),
    ]  # fmt: skip
    books.prove()


def test_items_of_past_days_stay_what_they_were(books):
    today = current().today()
    invoice = books.charge("100", issued_on=today - timedelta(days=20))
    found = settlement_approve(
        actor=books.actor, settlement=settle(books, "bad_debt", invoice, settled_on=today - timedelta(days=10))
    )
    found = settlement_reverse(actor=books.actor, settlement=found, on=today - timedelta(days=5))
    open_on = {
        n: sum(i.open_amount for i in open_items(actor=books.actor, side="receivable", as_of=today - timedelta(days=n)))
        for n in (11, 10, 6, 5, 0)
    }
    assert open_on == {11: D(100), 10: D(0), 6: D(0), 5: D(100), 0: D(100)}
    for n in open_on:
        day = today - timedelta(days=n)
        assert control_balance(["receivable"], day) == open_total("receivable", day)
    with pytest.raises(Invalid):
        settle(books, "small", invoice, amount="1", settled_on=today + timedelta(days=1))
    with pytest.raises(Invalid):
        settle(books, "small", invoice, amount="1", settled_on=today - timedelta(days=21))
    books.prove()


def test_a_closed_period_takes_no_settlement(books, policy, closed):
    today = current().today()
    before = today.replace(day=1) - timedelta(days=1)
    invoice = books.charge("3", issued_on=before)
    closed(before.strftime("%Y-%m"))
    with pytest.raises(PeriodClosed):
        settle(books, "small", invoice, settled_on=before)
    assert Invoice.objects.get(pk=invoice.pk).open_amount == D(3)


@pytest.mark.parametrize("values", [
    {"kind": "gift"}, {"amount": "0"}, {"amount": "-1"}, {"amount": "1.001"}, {"amount": "x"}, {"invoice": 10**12},
    {"invoice": "x"},
])  # fmt: skip
def test_bad_input_is_refused(books, values):
    invoice = books.charge("100")
    with pytest.raises(Invalid):
        settlement_create(actor=books.actor, **{"kind": "small", "invoice": invoice, "amount": "1", **values})
    assert not Settlement.objects.exists()


def test_who_may_not_is_refused(books, stranger):
    invoice = books.charge("100")
    with pytest.raises(Forbidden):
        settlement_create(actor=stranger, kind="small", invoice=invoice, amount="1")

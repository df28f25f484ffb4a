"""Invoices: from orders and receipts, posted, reversed, with numbers by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from modules.finance.errors import MissingRule, OverInvoiced, PeriodClosed
from modules.finance.models import Invoice, JournalEntry, PaymentAllocation, PostingRule
from modules.finance.services.invoice_posting import invoice_credit, invoice_post, invoice_reverse
from modules.finance.services.invoices import (
    invoice_create,
    invoice_create_from_delivery,
    invoice_create_from_order,
    invoice_delete,
    invoice_update,
    purchase_invoice_from_receipts,
)
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import ExchangeRate, PaymentTerm
from tenon.problems import Conflict, Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current, serving
from tests.modules.finance.books import Books

D = Decimal


def test_a_delivery_with_13_per_cent_vat_is_invoiced(books, audited):
    """10 pieces at 100.00 net, VAT 13 %: receivable 1,130.00, revenue 1,000.00, output tax 130.00."""
    order = books.sale((books.product(), 10, "100", books.vat()))
    books.deliver(order, ["600.00"])
    draft = invoice_create_from_order(actor=books.actor, order=order)
    assert (draft.number, draft.status, draft.total) == (None, "draft", D(1130))
    invoice = invoice_post(actor=books.actor, invoice=draft)
    assert books.lines(invoice.entry) == [
        ("1122", D(1130), D(0)),
        ("5001", D(0), D(1000)),
        ("2221.01.03", D(0), D(130)),
    ]
    assert (invoice.status, invoice.open_amount, invoice.open_base) == ("posted", D(1130), D(1130))
    assert (invoice.number or "").startswith("INV-")
    order.refresh_from_db()
    assert order.invoice_status == "full"
    assert order.lines.get().invoiced == D(10)
    assert audited(invoice) == ["insert", "update"]
    books.prove()


def test_receipt_accrual_and_the_suppliers_invoice(books):
    """Receipt of 10 at 50.00 accrues 500.00; the supplier charges 520.00 net: 20.00 price variance."""
    order = books.purchase((books.product(), 10, "50", books.vat()))
    books.receive(order)
    assert books.balance("2202.01") == D(-500)
    draft = purchase_invoice_from_receipts(actor=books.actor, order=order, reference="S-4711")
    assert draft.total == D(565)
    line = draft.lines.get()
    # The supplier's price differs: the draft is corrected to what is on paper.
    with acting(books.actor):
        line.unit_price, line.subtotal, line.tax_amount, line.total = D(52), D(520), D("67.60"), D("587.60")
        line.save()
        draft.subtotal, draft.tax_amount, draft.total = D(520), D("67.60"), D("587.60")
        draft.save()
    bill = invoice_post(actor=books.actor, invoice=draft)
    assert books.lines(bill.entry) == [
        ("2202.02", D(0), D("587.60")),
        ("2202.01", D(500), D(0)),
        ("5401.02", D(20), D(0)),
        ("2221.01.01", D("67.60"), D(0)),
    ]
    assert books.balance("2202.01") == 0
    assert order.lines.get().invoiced == D(10)
    books.prove()


def test_a_partial_receipt_is_invoiced_in_parts_and_nothing_stays_accrued(books):
    """3 pieces for 100.00 in all, received 1 + 2, invoiced 1 + 2: accrued 33.33 + 66.67, cleared to zero."""
    order = books.purchase((books.product(), 3, "33.3333"))
    assert order.lines.get().subtotal == D(100)
    books.receive(order, [1])
    books.bill(order)
    assert books.balance("2202.01") == 0
    books.receive(order, [2])
    with pytest.raises(OverInvoiced):
        purchase_invoice_from_receipts(actor=books.actor, order=order, quantities={order.lines.get().pk: D(3)})
    bill = books.bill(order)
    assert bill.total == D("66.67")
    assert books.balance("2202.01") == 0
    assert books.balance("2202.02") == D(-100)
    books.prove()


def test_partial_invoices_add_up_to_the_order_to_the_cent(books):
    order = books.sale((books.product(), 3, "33.3333", books.vat()))
    books.deliver(order, ["10"])
    line = order.lines.get()
    totals = []
    for _ in range(3):
        draft = invoice_create_from_order(actor=books.actor, order=order, quantities={line.pk: D(1)})
        totals.append(invoice_post(actor=books.actor, invoice=draft).total)
    assert sum(totals) == order.total
    with pytest.raises(StateRefused):
        invoice_create_from_order(actor=books.actor, order=order)


def test_only_what_was_delivered_is_invoiced_unless_as_ordered(books):
    order = books.sale((books.product(), 10, "100"))
    with pytest.raises(StateRefused):
        invoice_create_from_order(actor=books.actor, order=order)
    books.deliver(order, ["240"], [4])
    draft = invoice_create_from_delivery(
        actor=books.actor, order=order, delivery=RecordRef("inventory.delivery", 7, "DN-7"),
        quantities={order.lines.get().pk: D(4)},
    )  # fmt: skip
    assert (draft.total, draft.source_number) == (D(400), "DN-7")
    with pytest.raises(Conflict):
        invoice_create_from_order(actor=books.actor, order=order)
    invoice_delete(actor=books.actor, invoice=draft)
    assert books.invoice(order, basis="ordered").total == D(1000)


def test_two_drafts_cannot_invoice_the_same_goods(books):
    """The second is made while the first is posted: the check under the order's lock refuses it."""
    order = books.sale((books.product(), 5, "10"))
    books.deliver(order, ["20"])
    first = invoice_create_from_order(actor=books.actor, order=order)
    with acting(books.actor):  # as if made at the same moment
        second = Invoice.objects.get(pk=first.pk)
        lines = list(second.lines.all())
        second.pk, second._state.adding = None, True
        second.save()
        for line in lines:
            line.pk, line._state.adding, line.invoice = None, True, second
            line.save()
    invoice_post(actor=books.actor, invoice=first)
    with pytest.raises(OverInvoiced):
        invoice_post(actor=books.actor, invoice=second)


def test_freight_is_invoiced_once(books):
    order = books.sale((books.product(), 2, "100"), freight=D("25.00"))
    books.deliver(order, ["50"], [1])
    first = books.invoice(order)
    assert first.total == D(125)
    books.deliver(order, ["50"], [1])
    assert books.invoice(order).total == D(100)
    assert books.balance("5051") == D(-25)


def test_yen_has_no_decimals(books):
    """JPY 1,005 × 3 at 10 %: 3,015 + 302 = 3,317 yen; at 0.0485 CNY that is 160.87, of which revenue 146.23."""
    with acting(books.actor):
        from modules.shared.data.models import Currency

        yen = Currency.objects.get(code="JPY")
        ExchangeRate(currency=yen, day=current().today() - timedelta(days=1), rate=D("0.0485")).save()
        from modules.shared.data.models import Tax

        tax = Tax(code="JCT10", name="Consumption tax", rate=D(10))
        tax.save()
    order = books.sale((books.product(), 3, "1005", tax), currency="JPY")
    books.deliver(order, ["90"])
    invoice = books.invoice(order)
    assert (invoice.subtotal, invoice.tax_amount, invoice.total) == (D(3015), D(302), D(3317))
    assert books.lines(invoice.entry) == [
        ("1122", D("160.87"), D(0)),
        ("5001", D(0), D("146.22")),
        ("2221.01.03", D(0), D("14.65")),
    ]
    assert {x.currency for x in invoice.entry.lines.all()} == {"JPY"}
    assert sum(x.amount_currency for x in invoice.entry.lines.all()) == 0
    books.prove()


def test_no_rate_is_an_error_and_never_one(books):
    from modules.shared.data.errors import MissingRate

    with pytest.raises(MissingRate):
        invoice_create(actor=books.actor, kind="sales_invoice", party=books.party(), currency="USD")


def test_due_dates_follow_the_payment_term(books):
    today = current().today()
    terms = PaymentTerm.objects.get(code="30-70")
    invoice = books.charge("1000", payment_term=terms)
    assert [(i["due_on"], i["amount"]) for i in invoice.instalments] == [
        (today.isoformat(), "300.00"),
        ((today + timedelta(days=30)).isoformat(), "700.00"),
    ]
    assert (invoice.next_due_on, invoice.due_on) == (today, today + timedelta(days=30))
    books.pay("300", allocations=[{"invoice": invoice.pk, "amount": "300"}])
    invoice.refresh_from_db()
    assert (invoice.status, invoice.next_due_on) == ("part_paid", today + timedelta(days=30))
    own = books.charge("10", payment_term=terms, due_on=today + timedelta(days=5))
    assert [i["due_on"] for i in own.instalments] == [(today + timedelta(days=5)).isoformat()]


def test_reversing_restores_quantities_and_the_ledger(books):
    order = books.sale((books.product(), 2, "100", books.vat()))
    books.deliver(order, ["80"])
    invoice = books.invoice(order)
    reversed_ = invoice_reverse(actor=books.actor, invoice=invoice)
    assert (reversed_.status, reversed_.open_amount) == ("reversed", D(0))
    assert JournalEntry.objects.get(reversal_of=invoice.entry).entry_date == invoice.issued_on
    assert books.balance("1122") == 0
    assert order.lines.get().invoiced == 0
    with pytest.raises(StateRefused):
        invoice_reverse(actor=books.actor, invoice=reversed_)
    again = books.invoice(order)
    assert again.total == D(226)
    books.prove()


def test_nothing_settled_can_be_reversed(books):
    invoice = books.charge("100")
    books.pay("40", allocations=[{"invoice": invoice.pk, "amount": "40"}])
    invoice.refresh_from_db()
    with pytest.raises(StateRefused):
        invoice_reverse(actor=books.actor, invoice=invoice)


def test_a_closed_period_refuses_posting_and_reversing_and_changes_nothing(books, closed):
    last = current().today().replace(day=1) - timedelta(days=1)
    invoice = books.charge("100", issued_on=last)
    draft = invoice_create(
        actor=books.actor, kind="sales_invoice", party=books.party(), issued_on=last,
        lines=[{"description": "x", "unit_price": "1"}],
    )  # fmt: skip
    closed(f"{last:%Y-%m}")
    with pytest.raises(PeriodClosed):
        invoice_reverse(actor=books.actor, invoice=invoice)
    with pytest.raises(PeriodClosed):
        invoice_post(actor=books.actor, invoice=draft)
    draft.refresh_from_db()
    assert (draft.status, draft.number) == ("draft", None)
    assert invoice_post(actor=books.actor, invoice=draft, on=current().today()).number == _next(invoice.number)
    books.prove()


def _next(number: str) -> str:
    head, _, tail = number.rpartition("-")
    return f"{head}-{int(tail) + 1:05d}"


def test_numbers_follow_one_another_over_refusals(books):
    """A number that a refused posting had taken is given again."""
    first = books.charge("1")
    broken = invoice_create(
        actor=books.actor, kind="sales_invoice", party=books.party(), lines=[{"description": "x", "unit_price": "1"}]
    )
    with acting(books.actor):
        PostingRule.objects.filter(event="sales_revenue").delete()
    with pytest.raises(MissingRule):
        from django.db import transaction

        with transaction.atomic():
            invoice_post(actor=books.actor, invoice=broken)
    with acting(books.actor):
        PostingRule(
            event="sales_revenue", debit_account=books.account("1122"), credit_account=books.account("5001")
        ).save()
    assert invoice_post(actor=books.actor, invoice=broken).number == _next(first.number)


def test_a_posted_invoice_is_not_edited(books):
    invoice = books.charge("100")
    changes: list[dict[str, Any]] = [{"issued_on": date(2026, 1, 1)}, {"lines": []}, {"reference": "x"}]
    for values in changes:
        with pytest.raises(StateRefused):
            invoice_update(actor=books.actor, invoice=invoice, data=values)
    assert invoice_update(actor=books.actor, invoice=invoice, data={"note": "seen"}).note == "seen"
    with pytest.raises(StateRefused):
        invoice_delete(actor=books.actor, invoice=invoice)


def test_lines_of_a_draft_are_changed_added_and_left_out(books):
    draft = invoice_create(
        actor=books.actor, kind="sales_invoice", party=books.party(),
        lines=[{"description": x, "unit_price": "10", "quantity": "2"} for x in "abc"],
    )  # fmt: skip
    a, b, _c = draft.lines.order_by("position")
    lines = [{"id": b.pk, "quantity": "5"}, {"id": a.pk}, {"description": "new", "unit_price": "1"}]
    invoice_update(actor=books.actor, invoice=draft, data={"lines": lines})
    rows = [(x.pk, x.description, x.total) for x in draft.lines.order_by("position")]
    assert rows[:2] == [(b.pk, "b", D(50)), (a.pk, "a", D(20))]
    assert rows[2][1:] == ("new", D(1))
    draft.refresh_from_db()
    assert draft.total == D(71)
    with pytest.raises(Invalid):
        invoice_update(actor=books.actor, invoice=draft, data={"lines": [{"id": 10**9}]})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "sales_credit_note"}, "kind"),
        ({"party": 10**9}, "party"),
        ({"lines": [{"description": "x", "quantity": "0"}]}, "lines.0.quantity"),
        ({"lines": [{"description": "x", "unit_price": "-3"}]}, "lines.0.unit_price"),
        ({"lines": [{"description": "x", "unit_price": "abc"}]}, "lines.0.unit_price"),
        ({"lines": [{"unit_price": "3"}]}, "lines.0.description"),
        ({"lines": [{"description": "x", "tax": 10**9}]}, "lines.0.tax"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
    ],
)
def test_bad_input_names_the_field(books, values, field):
    with pytest.raises(Invalid) as refused:
        invoice_create(actor=books.actor, **{"kind": "sales_invoice", "party": books.party(), **values})
    assert [e.field for e in refused.value.errors] == [field]
    assert not Invoice.objects.exists()


def test_a_supplier_is_no_customer(books):
    with pytest.raises(Invalid):
        invoice_create(actor=books.actor, kind="sales_invoice", party=books.party("supplier"))


def test_services_ask_for_their_permission(books, stranger):
    invoice = books.charge("100")
    for call in (
        lambda: invoice_credit(actor=stranger, invoice=invoice),
        lambda: invoice_reverse(actor=stranger, invoice=invoice),
        lambda: Books(stranger).charge("1", party=books.party()),
    ):
        with pytest.raises(Forbidden):
            call()
    assert not PaymentAllocation.objects.exists()


def test_statements_do_not_grow_with_the_lines(books, django_assert_max_num_queries):
    product = books.product()
    for size in (2, 60):
        order = books.sale(*((product, 1, "10", books.vat()) for _ in range(size)))
        books.deliver(order, ["4"] * size)
        with django_assert_max_num_queries(70):
            books.invoice(order)


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        ({"discount": "150"}, "discount", "range"),
        ({"account": "1122"}, "account", "control"),
        ({"account": "2202.02"}, "account", "control"),
        ({"account": "1405"}, "account", "control"),
        ({"account": "2221"}, "account", "group"),
        ({"account": 0}, "account", "unknown"),
        ({"unit": 999_999}, "unit", "unknown"),
        ({"cost_order": 999_999}, "cost_order", "unknown"),
    ],
)
def test_a_line_by_hand_parts_no_sub_ledger_from_its_account(books, line, field, code):
    """An account that documents keep, a group, something that is not there: named, not posted."""
    if isinstance(line.get("account"), str):
        line = {"account": books.account(line["account"])}
    elif "account" in line:
        line = {"account": 999_999}
    with pytest.raises(Invalid) as caught:
        invoice_create(
            actor=books.actor, kind="purchase_invoice", party=books.party("supplier"),
            lines=[{"description": "Rent", "quantity": 1, "unit_price": "100", **line}],
        )  # fmt: skip
    assert [(e.field, e.code) for e in caught.value.errors] == [(f"lines.0.{field}", code)]
    books.prove()


def test_goods_received_with_inventory_on_are_cleared_with_it_off(books):
    """What stands accrued is cleared by the supplier's invoice, whatever is switched on by then."""
    order = books.purchase((books.product(), 10, "50"))
    books.receive(order)
    company = current()
    with serving(replace(company, features=frozenset(f for f in company.features if not f.startswith("inventory.")))):
        books.bill(order)
    assert books.balance("2202.01") == 0
    books.prove()

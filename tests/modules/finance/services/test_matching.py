"""Three-way match with its figures: several receipts and invoices, freight, blocked, released, ahead of the goods."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.finance.handlers import goods_received
from modules.finance.models import Invoice
from modules.finance.services.invoice_matching import invoice_match, invoice_release, purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_post, invoice_reverse
from modules.finance.services.invoices import invoice_delete, invoice_update
from modules.finance.services.payments import payment_record
from modules.shared.contracts.events import GoodsReceived, LineFact
from modules.shared.contracts.posting import PostingLine
from modules.shared.data.models import PurchaseOrder, PurchaseTolerance
from modules.shared.data.services import purchase_order_confirm, purchase_order_create
from modules.shared.data.services.line_progress import purchase_order_lines_record
from tenon.access.actor import Actor
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.platform.api.client import Api

D = Decimal


def ordered(books: Books, *rows: tuple[Any, Any, Any], freight: Any = 0) -> PurchaseOrder:
    lines = [{"product": p, "quantity": D(str(q)), "unit_price": D(str(c)), "tax": None} for p, q, c in rows]
    order = purchase_order_create(
        actor=books.actor, supplier=books.party("supplier"), lines=lines, freight=D(str(freight))
    )
    return purchase_order_confirm(actor=books.actor, order=order)


def receive(books: Books, order: PurchaseOrder, *quantities: Any, rejected: Any = 0) -> None:
    """Of each line so many; of the last, `rejected` are refused."""
    rows = list(order.lines.order_by("position"))
    with acting(books.actor):
        for index, (row, quantity) in enumerate(zip(rows, quantities, strict=True)):
            refused = D(rejected) if index == len(rows) - 1 else D(0)
            if not quantity:
                continue
            purchase_order_lines_record(
                actor=books.actor, deltas={row.pk: {"received": D(quantity), "rejected": refused}}
            )
            value = (row.subtotal * (D(quantity) - refused) / row.base_quantity).quantize(D("0.01"))
            books.post(
                "goods_receipt", PostingLine(value, row.product_id, order.supplier_id, purchase_order_line_id=row.pk)
            )


def entered(books: Books, *rows: tuple[Any, Any, Any], reference: str, freight: Any = None) -> Invoice:
    return purchase_invoice_enter(
        actor=books.actor, party=books.party("supplier"), reference=reference, freight=freight,
        lines=[{"purchase_order_line": row.pk, "quantity": str(q), "unit_price": p} for row, q, p in rows],
    )  # fmt: skip


def codes(invoice: Invoice) -> list[str]:
    return [found["code"] for found in invoice.findings]


@pytest.fixture
def tolerances(books: Books, actor: Actor) -> None:
    with acting(actor):
        PurchaseTolerance(price_percent=D(2), freight_amount=D(5)).save()


def test_two_receipts_two_invoices_and_one_that_is_too_dear(books: Books, actor: Actor, tolerances: None) -> None:
    """Rule 19.
    A 100 × 10.00, B 50 × 4.00, freight 20.00. Came: A 60, B 50 of which 5 are refused; then A 40. The first invoice
    (A 60 × 10.10, B 45 × 4.00, freight 20.00) is 806.00 and matches: 1 % is inside 2 %. The second (A 40 × 10.50) is
    420.00 and 5 % too dear: it is owed, and not paid before somebody says so."""
    order = ordered(books, (books.product(), 100, 10), (books.product(), 50, 4), freight=20)
    a, b = order.lines.order_by("position")
    receive(books, order, 60, 50, rejected=5)
    assert books.balance("2202.01") == D("-780.00")
    first = entered(books, (a, 60, "10.10"), (b, 45, 4), reference="S-1", freight=20)
    assert (first.total, first.match, first.findings) == (D("806.00"), "matched", [])
    first = invoice_post(actor=actor, invoice=first)
    assert (books.balance("2202.01"), books.balance("2202.02")) == (D(0), D("-806.00"))
    receive(books, order, 40, 0)
    second = entered(books, (a, 40, "10.50"), reference="S-2")
    assert second.match == "blocked"
    assert second.findings == [
        {"line": a.pk, "label": a.product.code, "code": "price", "expected": "10", "found": "10.5", "allowed": "10.2"}
    ]
    second = invoice_post(actor=actor, invoice=second)
    assert (second.status, second.match, books.balance("2202.01")) == ("posted", "blocked", D(0))
    assert books.balance("2202.02") == D("-1226.00")
    books.prove()
    party = books.party("supplier")
    with pytest.raises(StateRefused):
        payment_record(
            actor=actor, direction="out", party=party, amount="420",
            allocations=[{"invoice": second.pk, "amount": "420"}],
        )  # fmt: skip
    # paid on account, oldest first: the blocked one is passed over
    paid = payment_record(actor=actor, direction="out", party=party, amount="1226")
    api = Api(actor)
    assert api.post(f"/api/v1/finance/payments/{paid.pk}/actions/allocate/").status == 200
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("paid", "posted")
    with pytest.raises(Invalid):
        invoice_release(actor=actor, invoice=second)
    weak = replace(actor, permissions=actor.permissions - {"finance.invoice.release"})
    with pytest.raises(Forbidden):
        invoice_release(actor=weak, invoice=second, reason="Price rise agreed")
    second = invoice_release(actor=actor, invoice=second, reason="Price rise agreed")
    assert (second.match, second.released_by) == ("released", actor.label)
    with pytest.raises(StateRefused):
        invoice_release(actor=actor, invoice=second, reason="Again")
    assert api.post(f"/api/v1/finance/payments/{paid.pk}/actions/allocate/").status == 200
    second.refresh_from_db()
    assert (second.status, books.balance("2202.02")) == ("paid", D(0))
    books.prove()
    order.refresh_from_db()
    assert order.invoice_status == "full"


def test_ahead_of_its_goods_it_waits_for_them(books: Books, actor: Actor) -> None:
    """Rule 19.
    10 × 7.00 ordered, 4 came: 28.00 accrued. Invoiced are all 10: 70.00 are owed, 42.00 stand for goods to come.
    With the other 6 nothing is left, and the invoice matches by itself."""
    order = ordered(books, (books.product(), 10, 7))
    (line,) = order.lines.all()
    receive(books, order, 4)
    bill = invoice_post(actor=actor, invoice=entered(books, (line, 10, 7), reference="S-9"))
    assert (bill.match, codes(bill)) == ("blocked", ["quantity"])
    assert (books.balance("2202.01"), books.balance("2202.02")) == (D("42.00"), D("-70.00"))
    books.prove()
    with pytest.raises(StateRefused):
        books.pay(70, direction="out", allocations=[{"invoice": bill.pk, "amount": "70"}])
    assert invoice_match(actor=actor, invoice=bill).match == "blocked"
    receive(books, order, 6)
    assert books.balance("2202.01") == D(0)
    fact = LineFact(line.pk, line.product_id, D(6))
    for _twice in range(2):
        goods_received(GoodsReceived(1, "GR-1", order.pk, current().today(), (fact,)))
    bill.refresh_from_db()
    assert (bill.match, bill.findings) == ("matched", [])
    books.pay(70, direction="out", allocations=[{"invoice": bill.pk, "amount": "70"}])
    assert books.balance("2202.02") == D(0)
    books.prove()


def test_taken_back_it_leaves_nothing(books: Books, actor: Actor) -> None:
    """The same, and the invoice was wrong: reversed, 28.00 are accrued as before."""
    order = ordered(books, (books.product(), 10, 7))
    (line,) = order.lines.all()
    receive(books, order, 4)
    bill = invoice_post(actor=actor, invoice=entered(books, (line, 10, "7.50"), reference="S-9"))
    invoice_reverse(actor=actor, invoice=bill)
    assert (books.balance("2202.01"), books.balance("2202.02")) == (D("-28.00"), D(0))
    books.prove()
    again = entered(books, (line, 4, 7), reference="S-9")
    assert (again.match, invoice_post(actor=actor, invoice=again).status) == ("matched", "posted")
    assert books.balance("2202.01") == D(0)


def test_one_invoice_over_two_orders(books: Books, actor: Actor, tolerances: None) -> None:
    """Rule 19: Freight 10.00 and 15.00 are agreed: 30.00 fit within 5.00; another 0.01 later does not."""
    product = books.product()
    one, two = ordered(books, (product, 5, 8), freight=10), ordered(books, (product, 3, 9), freight=15)
    a, b = one.lines.get(), two.lines.get()
    receive(books, one, 5)
    receive(books, two, 3)
    bill = invoice_post(actor=actor, invoice=entered(books, (a, 5, 8), (b, 2, 9), reference="S-20", freight=30))
    assert (bill.purchase_order_id, bill.total, bill.match) == (None, D("88.00"), "matched")
    late = entered(books, (b, 1, 9), reference="S-21", freight="0.01")
    assert (late.match, codes(late), late.findings[0]["allowed"]) == ("blocked", ["freight"], "30")
    with pytest.raises(StateRefused):
        invoice_update(actor=actor, invoice=late, data={"lines": []})
    books.prove()


def test_what_cannot_stand_on_it_is_named(books: Books, actor: Actor) -> None:
    order = ordered(books, (books.product(), 10, 7))
    (line,) = order.lines.all()
    other = books.party("supplier", currency="USD")
    for party, lines, code in (
        (other, [{"purchase_order_line": line.pk, "quantity": 1}], "unknown"),
        (books.party("supplier"), [{"purchase_order_line": line.pk, "quantity": 1}] * 2, "unique"),
        (books.party("supplier"), [{"description": "x", "quantity": 1, "unit_price": 1}], "required"),
        (books.party("supplier"), [{"purchase_order_line": line.pk, "quantity": 0}], "invalid"),
    ):
        with pytest.raises(Invalid) as refused:
            purchase_invoice_enter(actor=actor, party=party, lines=lines, reference="S-30")
        assert refused.value.errors[0].code == code
    api = Api(actor)
    body = {
        "party": order.supplier_id,
        "reference": "S-31",
        "lines": [{"purchase_order_line": line.pk, "quantity": "2"}],
    }
    made = api.post("/api/v1/finance/invoices/from-supplier/", body)
    assert (made.status, made.json["match"]) == (201, "blocked"), made.json
    shown = api.get(f"/api/v1/finance/invoices/{made.json['id']}/").json
    assert (shown["match"], shown["findings"][0]["code"]) == ("blocked", "quantity")


def test_what_a_supplier_may_invoice_over_all_its_orders(books: Books, actor: Actor) -> None:
    """Of 10, 6 came and 1 was refused: 5. Of the second order 4 came and 1 is invoiced already: 3. The third came whole
    and was invoiced whole. A question costs the same for one order and for three."""
    first, second, third = (ordered(books, (books.product(), 10, price)) for price in (7, 8, 9))
    receive(books, first, 6, rejected=1)
    receive(books, second, 4)
    receive(books, third, 10)
    entered_now = entered(books, (second.lines.get(), 1, None), reference="S-40")
    invoice_post(actor=actor, invoice=entered_now)
    invoice_post(actor=actor, invoice=entered(books, (third.lines.get(), 10, None), reference="S-41"))
    api, path = Api(actor), f"/api/v1/finance/invoices/open-receipts/?supplier={first.supplier_id}"
    with CaptureQueriesContext(connection) as queries:
        rows = api.get(path).json["results"]
    assert [(row["order"]["label"], D(row["quantity"]), D(row["unit_price"])) for row in rows] == [
        (first.number, D(5), D(7)), (second.number, D(3), D(8)),
    ]  # fmt: skip
    assert len(queries) <= 6
    other = books.party("supplier", currency="USD")
    assert api.get(f"/api/v1/finance/invoices/open-receipts/?supplier={other.pk}").json["results"] == []
    weak = replace(actor, permissions=actor.permissions - {"finance.payable.view"})
    assert Api(weak).get(path).type == "forbidden"


def test_what_a_draft_holds_is_not_offered_again(books: Books, actor: Actor) -> None:
    """Of 10 that came a draft holds 4: 6 are offered, and the draft is named. A draft of the rest leaves nothing;
    deleted it is offered again. Whoever enters it all the same is told by the match when it is posted."""
    order = ordered(books, (books.product(), 10, 7))
    receive(books, order, 10)
    line = order.lines.get()

    def offered() -> list[tuple[Decimal, list[tuple[str, Decimal]]]]:
        path = f"/api/v1/finance/invoices/open-receipts/?supplier={order.supplier_id}"
        rows = Api(actor).get(path).json["results"]
        return [(D(x["quantity"]), [(d["reference"], D(d["quantity"])) for d in x["drafts"]]) for x in rows]

    first = entered(books, (line, 4, None), reference="S-50")
    assert offered() == [(D(6), [("S-50", D(4))])]
    rest = entered(books, (line, 6, None), reference="S-51")
    assert offered() == [(D(0), [("S-50", D(4)), ("S-51", D(6))])]
    invoice_delete(actor=actor, invoice=rest)
    assert offered() == [(D(6), [("S-50", D(4))])]
    twice = entered(books, (line, 10, None), reference="S-52")
    invoice_post(actor=actor, invoice=first)
    posted = invoice_post(actor=actor, invoice=twice)
    assert (posted.match, posted.findings[0]["code"]) == ("blocked", "quantity")

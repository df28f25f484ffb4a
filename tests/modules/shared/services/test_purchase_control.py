"""Purchase orders under control: approval by amount, changes as revisions, tolerances, the supplier's dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from modules.shared.data.errors import ApprovalNeeded, OverDelivery
from modules.shared.data.models import (
    Party,
    Product,
    PurchaseLimit,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseTolerance,
    Unit,
)
from modules.shared.data.providers import PurchaseOrderSupply
from modules.shared.data.rules.tolerance import Tolerance, exceeds, price_differs, quantity_allowed
from modules.shared.data.services import (
    purchase_order_approve,
    purchase_order_change,
    purchase_order_close,
    purchase_order_confirm,
    purchase_order_create,
    purchase_order_dates,
    purchase_order_edit,
    purchase_order_line_close,
    purchase_order_line_record,
    purchase_order_lines_record,
    purchase_order_reject,
    purchase_order_request,
    purchase_order_update,
)
from tenon.access.actor import Actor
from tenon.access.models import Department, Member, Role
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company

Make = Callable[..., Product]
D = Decimal


def person(owner: Actor, name: str, role: str) -> Actor:
    """A member with every permission, but only this role, so that limits bind."""
    with acting(owner):
        Role.objects.get_or_create(key=role, defaults={"name": role})
        serial = 9000 + Member.objects.count()
        member = Member.objects.create(person_id=serial, name=name, email=f"{name}@acme.example", roles=[role])
    return replace(owner, member_id=member.pk, label=name, roles=(role,))


@pytest.fixture
def buyer(serving_acme: Company, actor: Actor) -> Actor:
    return person(actor, "buyer", "buyer")


@pytest.fixture
def head(serving_acme: Company, actor: Actor) -> Actor:
    """The head of purchasing may decide on up to 50,000, a buyer on up to 10,000."""
    found = person(actor, "head", "purchasing_head")
    with acting(actor):
        for key, amount in (("buyer", 10_000), ("purchasing_head", 50_000)):
            role, _made = Role.objects.get_or_create(key=key, defaults={"name": key})
            PurchaseLimit(role=role, amount=D(amount)).save()
    return found


def order_of(actor: Actor, supplier: Party, *rows: tuple[Product, Any, Any], **values: Any) -> PurchaseOrder:
    lines = [{"product": p, "quantity": D(str(q)), "unit_price": D(str(c))} for p, q, c in rows]
    return purchase_order_create(actor=actor, supplier=supplier, lines=lines, **values)


def kinds(order: PurchaseOrder) -> list[str]:
    return [x.kind for x in order.changes.order_by("id")]


def test_within_the_limit_a_buyer_confirms_alone(
    buyer: Actor, head: Actor, supplier: Party, make_product: Make
) -> None:
    product = make_product()
    order = purchase_order_confirm(actor=buyer, order=order_of(buyer, supplier, (product, 100, 100)))
    assert (order.status, order.revision, kinds(order)) == ("confirmed", 1, ["confirmation"])
    with pytest.raises(ApprovalNeeded) as refused:
        purchase_order_confirm(actor=buyer, order=order_of(buyer, supplier, (product, 100, "100.01")))
    assert refused.value.extra == {"amount": "10001.00", "limit": "10000.0000", "currency": "CNY"}


def test_who_may_not_decide_asks_and_nobody_approves_twice(
    actor: Actor, buyer: Actor, head: Actor, supplier: Party, make_product: Make
) -> None:
    order = order_of(buyer, supplier, (make_product(), 300, 100))  # 30,000
    order = purchase_order_request(actor=buyer, order=order, reason="Stock for the season")
    assert order.approval == "requested"
    with pytest.raises(StateRefused):
        purchase_order_approve(actor=buyer, order=order)  # one's own
    second = person(actor, "second buyer", "buyer")
    with pytest.raises(ApprovalNeeded):
        purchase_order_approve(actor=second, order=order)  # 10,000 at most
    order = purchase_order_approve(actor=head, order=order)
    assert (order.approval, order.approved_amount) == ("approved", D(30_000))
    with pytest.raises(StateRefused):
        purchase_order_approve(actor=actor, order=order)
    order = purchase_order_confirm(actor=buyer, order=order)
    assert kinds(order) == ["request", "approval", "confirmation"]
    assert [x.by for x in order.changes.order_by("id")] == ["buyer", "head", "buyer"]


def test_a_rejection_says_why_and_a_draft_that_grows_is_asked_anew(
    buyer: Actor, head: Actor, supplier: Party, make_product: Make
) -> None:
    order = purchase_order_request(actor=buyer, order=order_of(buyer, supplier, (make_product(), 300, 100)))
    with pytest.raises(Invalid):
        purchase_order_reject(actor=head, order=order, reason=" ")
    order = purchase_order_reject(actor=head, order=order, reason="Too much at once")
    assert order.approval == "rejected"
    order = purchase_order_approve(actor=head, order=purchase_order_request(actor=buyer, order=order))
    line = order.lines.get()
    less = purchase_order_update(actor=buyer, order=order, lines=[{"id": line.pk, "quantity": 250}])
    assert less.approval == "approved"
    more = purchase_order_update(actor=buyer, order=order, lines=[{"id": line.pk, "quantity": 301}])
    assert (more.approval, kinds(more)[-1]) == ("", "withdrawal")
    with pytest.raises(ApprovalNeeded):
        purchase_order_confirm(actor=buyer, order=more)


def test_limits_by_department_reach_the_departments_below(actor: Actor, supplier: Party, make_product: Make) -> None:
    buyer = person(actor, "buyer", "buyer")
    with acting(actor):
        top = Department(name="Works", path="900/")
        top.save()
        below, other = Department(name="Paint shop", path="900/901/"), Department(name="Office", path="902/")
        below.save()
        other.save()
        PurchaseLimit(department=top, amount=D(500)).save()
    product = make_product()
    for department, allowed in ((below, True), (other, False), (None, False)):
        order = order_of(actor, supplier, (product, 5, 100), department=department)
        if department is None:
            with acting(actor):
                PurchaseOrder.objects.filter(pk=order.pk).update(department=None)
        if allowed:
            assert purchase_order_confirm(actor=buyer, order=order).status == "confirmed"
        else:
            with pytest.raises(ApprovalNeeded):
                purchase_order_confirm(actor=buyer, order=order)
    assert purchase_order_confirm(actor=actor, order=order).status == "confirmed"  # the owner has no limit


def test_a_change_after_confirmation_is_a_revision_with_its_differences(
    actor: Actor, supplier: Party, make_product: Make
) -> None:
    """Rule 20.
    10 × 5.00 + 4 × 20.00 = 130.00; then 12 × 4.50 + 4 × 20.00 + 1 × 7.00 = 141.00, and 54.00 + 7.00 = 61.00 of it
    are left to come once the second line is given up."""
    first, second, third = make_product("CH-1"), make_product("CH-2"), make_product("CH-3")
    order = purchase_order_confirm(
        actor=actor, order=order_of(actor, supplier, (first, 10, 5), (second, 4, 20), due_on=date(2031, 5, 2))
    )
    a, b = order.lines.order_by("position")
    order = purchase_order_edit(
        actor=actor, order=order, change_reason="Agreed by telephone",
        lines=[
            {"id": a.pk, "quantity": 12, "unit_price": "4.50"},
            {"id": b.pk},
            {"product": third, "quantity": 1, "unit_price": 7},
        ],
    )  # fmt: skip
    assert (order.revision, order.total) == (2, D("141.00"))
    row = order.changes.get(kind="change")
    assert (row.reason, row.by, row.total_before, row.total_after) == (
        "Agreed by telephone", actor.label, D("130.00"), D("141.00"),
    )  # fmt: skip
    seen = [(d["label"], d["field"], d["old"], d["new"]) for d in row.differences]
    assert seen == [
        ("CH-1", "quantity", "10", "12"), ("CH-1", "unit_price", "5", "4.5"), ("CH-3", "line", None, "1"),
    ]  # fmt: skip
    c = order.lines.get(product=third)
    order = purchase_order_change(actor=actor, order=order, lines=[{"id": a.pk}, {"id": c.pk}], reason="Not needed")
    b.refresh_from_db()
    assert (order.revision, b.cancelled, b.open_quantity) == (3, D(4), D(0))
    # nothing differs: no revision
    assert purchase_order_edit(actor=actor, order=order, lines=[{"id": x.pk} for x in order.lines.all()]).revision == 3


def test_what_came_or_was_invoiced_cannot_be_undercut(actor: Actor, supplier: Party, make_product: Make) -> None:
    product, other = make_product(), make_product()
    order = purchase_order_confirm(actor=actor, order=order_of(actor, supplier, (product, 10, 5)))
    line = order.lines.get()
    purchase_order_line_record(actor=actor, line=line, received_delta=D(6), rejected_delta=D(1))
    for wanted, code in (
        ({"quantity": 5}, "undercut"), ({"product": other, "quantity": 10, "unit_price": 5}, "begun"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            purchase_order_change(actor=actor, order=order, lines=[{"id": line.pk, **wanted}])
        assert refused.value.errors[0].code == code
    purchase_order_line_record(actor=actor, line=line, invoiced_delta=D(5))
    with pytest.raises(Invalid) as refused:
        purchase_order_change(actor=actor, order=order, lines=[{"id": line.pk, "unit_price": 6}])
    assert refused.value.errors[0].code == "invoiced"
    order = purchase_order_change(actor=actor, order=order, lines=[{"id": line.pk, "quantity": 6}])
    line.refresh_from_db()
    assert (order.status, line.received, line.rejected, line.invoiced, order.invoice_status) == (
        "received", D(6), D(1), D(5), "full",
    )  # fmt: skip
    order = purchase_order_change(actor=actor, order=order, lines=[{"id": line.pk, "quantity": 8}])
    assert order.status == "part_received"


def test_a_change_that_grows_waits_for_somebody_who_may(
    actor: Actor, buyer: Actor, head: Actor, supplier: Party, make_product: Make
) -> None:
    order = purchase_order_confirm(actor=buyer, order=order_of(buyer, supplier, (make_product(), 90, 100)))
    line = order.lines.get()
    order = purchase_order_edit(
        actor=buyer, order=order, lines=[{"id": line.pk, "quantity": 200}], change_reason="More"
    )
    line.refresh_from_db()
    assert (order.approval, order.revision, order.total, line.quantity) == ("requested", 1, D(9_000), D(90))
    proposed = order.changes.get(state="proposed")
    assert (proposed.total_after, proposed.differences[0]["new"]) == (D(20_000), "200")
    with pytest.raises(StateRefused):
        purchase_order_change(actor=buyer, order=order, lines=[{"id": line.pk, "quantity": 95}])
    # meanwhile 90 arrive: the change still fits when it is approved
    purchase_order_lines_record(actor=actor, deltas={line.pk: {"received": D(90)}})
    order = purchase_order_approve(actor=head, order=order)
    line.refresh_from_db()
    assert (order.revision, order.total, line.quantity, line.received, order.status) == (
        2, D(20_000), D(200), D(90), "part_received",
    )  # fmt: skip
    assert (order.approved_amount, order.changes.get(kind="change").state) == (D(20_000), "done")
    # less, or the same again, needs nobody
    order = purchase_order_change(actor=buyer, order=order, lines=[{"id": line.pk, "quantity": 150}])
    assert order.revision == 3
    order = purchase_order_change(actor=buyer, order=order, lines=[{"id": line.pk, "quantity": 600}])
    order = purchase_order_reject(actor=actor, order=order, reason="No money")
    line.refresh_from_db()
    assert (order.approval, line.quantity, order.revision) == ("approved", D(150), 3)


def test_changing_needs_its_right(actor: Actor, supplier: Party, make_product: Make) -> None:
    order = purchase_order_confirm(actor=actor, order=order_of(actor, supplier, (make_product(), 1, 1)))
    weak = replace(actor, permissions=actor.permissions - {"shared.purchase_order.change"})
    with pytest.raises(Forbidden):
        purchase_order_edit(actor=weak, order=order, lines=[{"id": order.lines.get().pk, "quantity": 2}])
    assert purchase_order_edit(actor=weak, order=order, note="called them").note == "called them"


def test_the_suppliers_dates_stand_beside_ours(actor: Actor, supplier: Party, make_product: Make) -> None:
    product = make_product()
    wish = date(2031, 5, 2)
    order = purchase_order_confirm(actor=actor, order=order_of(actor, supplier, (product, 10, 5), due_on=wish))
    later = wish + timedelta(days=9)
    order = purchase_order_dates(actor=actor, order=order, on=later, reason="Their letter")
    line = order.lines.get()
    assert (line.due_on, line.confirmed_on) == (wish, later)
    assert PurchaseOrderSupply().open_supply([product.pk])[0].due_on == later
    assert order.changes.get(kind="dates").differences == [
        {"line": line.pk, "position": 10, "label": product.code, "field": "confirmed_on", "old": None,
         "new": later.isoformat()}
    ]  # fmt: skip


def test_closing_short_by_line_and_as_a_whole(actor: Actor, supplier: Party, make_product: Make) -> None:
    """Rule 17."""
    order = purchase_order_confirm(
        actor=actor, order=order_of(actor, supplier, (make_product(), 10, 5), (make_product(), 3, 5))
    )
    a, b = order.lines.order_by("position")
    purchase_order_lines_record(actor=actor, deltas={a.pk: {"received": D(7)}, b.pk: {"received": D(3)}})
    purchase_order_line_close(actor=actor, line=a, reason="Discontinued")
    order.refresh_from_db()
    a.refresh_from_db()
    assert (order.status, a.cancelled) == ("received", D(3))
    with pytest.raises(StateRefused):
        purchase_order_line_close(actor=actor, line=a)
    other = purchase_order_confirm(actor=actor, order=order_of(actor, supplier, (make_product(), 10, 5)))
    other = purchase_order_close(actor=actor, order=other, reason="Bankrupt")
    assert other.changes.get(kind="close").differences[0]["new"] == "10"


@pytest.mark.parametrize(
    ("percent", "absolute", "ordered", "decimals", "allowed"),
    [
        ("2", None, "10000", 0, "200"), (None, "5", "10000", 0, "5"), ("2", "5", "10000", 0, "5"),
        ("2", "500", "10000", 0, "200"), (None, None, "10000", 0, "0"), ("2", None, "30", 0, "0"),
        ("2", None, "30", 3, "0.6"), ("0", None, "100", 3, "0"),
    ],
)  # fmt: skip
def test_how_much_may_differ(
    percent: str | None, absolute: str | None, ordered: str, decimals: int, allowed: str
) -> None:
    tolerance = Tolerance(D(percent) if percent else None, D(absolute) if absolute else None)
    assert quantity_allowed(tolerance, D(ordered), decimals) == D(allowed)


def test_zero_means_zero_unless_the_units_rounding_says_equal() -> None:
    """Rule 17."""
    assert exceeds(D("100.002"), D(100), 3)
    assert not exceeds(D("100.002"), D(100), 2)
    assert not exceeds(D(100), D(100), 3)
    assert price_differs(D("10.01"), D(10), Tolerance())
    assert not price_differs(D("10.20"), D(10), Tolerance(percent=D(2)))
    assert price_differs(D("10.21"), D(10), Tolerance(percent=D(2)))
    assert not price_differs(D("9"), D(10), Tolerance())


def test_twenty_trucks_bring_two_per_cent_more_and_not_a_piece_beyond(
    actor: Actor, supplier: Party, make_product: Make
) -> None:
    """Rule 17: 2 % of 10,000: 20 trucks of 510 are 10,200. The most particular tolerance holds."""
    product, strict = make_product(), make_product()
    with acting(actor):
        PurchaseTolerance(over_percent=D(2), under_percent=D(1)).save()
        PurchaseTolerance(product=strict, over_percent=D(0)).save()
    order = purchase_order_confirm(actor=actor, order=order_of(actor, supplier, (product, 10_000, 1), (strict, 100, 1)))
    line, exact = order.lines.order_by("position")
    assert (line.over_allowed, line.under_allowed, exact.over_allowed) == (D(200), D(100), D(0))
    for _truck in range(20):
        purchase_order_lines_record(actor=actor, deltas={line.pk: {"received": D(510)}})
    with pytest.raises(OverDelivery):
        purchase_order_lines_record(actor=actor, deltas={line.pk: {"received": D(1)}})
    with pytest.raises(OverDelivery):
        purchase_order_lines_record(actor=actor, deltas={exact.pk: {"received": D(101)}})


def test_a_kilogram_is_equal_inside_its_rounding(actor: Actor, supplier: Party, make_product: Make) -> None:
    """Rule 17."""
    with acting(actor):
        grams = Unit(code="KG3", name="kg to the gram", decimals=3)
        coarse = Unit(code="KG2", name="kg to ten grams", decimals=2)
        grams.save()
        coarse.save()
    fine, rough = make_product(unit=grams), make_product(unit=coarse)
    order = purchase_order_confirm(actor=actor, order=order_of(actor, supplier, (fine, 100, 1), (rough, 100, 1)))
    a, b = order.lines.order_by("position")
    with pytest.raises(OverDelivery):
        purchase_order_lines_record(actor=actor, deltas={a.pk: {"received": D("100.002")}})
    purchase_order_lines_record(actor=actor, deltas={b.pk: {"received": D("100.002")}})


def test_what_may_stay_away_is_not_waited_for(actor: Actor, supplier: Party, make_product: Make) -> None:
    product = make_product()
    with acting(actor):
        PurchaseTolerance(supplier=supplier, under_percent=D(2)).save()
    order = purchase_order_confirm(actor=actor, order=order_of(actor, supplier, (product, 1000, 1)))
    line: PurchaseOrderLine = order.lines.get()
    purchase_order_line_record(actor=actor, line=line, received_delta=D(979))
    order.refresh_from_db()
    assert (order.status, PurchaseOrderSupply().open_supply([product.pk])[0].quantity) == ("part_received", D(21))
    purchase_order_line_record(actor=actor, line=line, received_delta=D(1))
    order.refresh_from_db()
    assert (order.status, PurchaseOrderSupply().open_supply([product.pk])) == ("received", [])
    purchase_order_line_record(actor=actor, line=line, invoiced_delta=D(980))
    order.refresh_from_db()
    assert order.invoice_status == "full"

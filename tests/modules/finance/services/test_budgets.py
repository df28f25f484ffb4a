"""Budgets by hand: who is told, who is stopped, who lets through; what is committed and when it is not any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from modules.finance.models import Budget, BudgetExcess, BudgetLine, FiscalYear
from modules.finance.selectors.budget_lines import row_commitments, row_months, row_postings
from modules.finance.selectors.budgets import budget_standing, commitments
from modules.finance.services.budgets import (
    budget_copy,
    budget_create,
    budget_delete,
    budget_enforce,
    budget_fill,
    budget_update,
)
from modules.finance.services.journal import journal_entry_post
from modules.inventory.services.requisitions import requisition_approve, requisition_create, requisition_submit
from modules.shared.data.errors import BudgetExceeded
from modules.shared.data.models import PurchaseOrder
from modules.shared.data.services import (
    purchase_order_approve,
    purchase_order_change,
    purchase_order_close,
    purchase_order_confirm,
    purchase_order_create,
    purchase_order_request,
)
from tenon.access.models import Department
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


@pytest.fixture
def year(books) -> FiscalYear:
    today = current().today()
    return FiscalYear.objects.get(starts_on__lte=today, ends_on__gte=today)


def month() -> date:
    return current().today().replace(day=1)


def budget(
    books: Any, year: FiscalYear, *cells: tuple[str, Any, Any], control: str = "block", reach: str = "month"
) -> Budget:
    """In force: (account code, department, amount) of this month."""
    made = budget_create(actor=books.actor, name="Plan", year=year, control=control, reach=reach)
    budget_fill(
        actor=books.actor, budget=made,
        cells=[
            {"account": books.account(code), "department": department, "month": month(), "amount": D(amount)}
            for code, department, amount in cells
        ],
    )  # fmt: skip
    return budget_enforce(actor=books.actor, budget=made)


def order(books: Any, amount: Any, **values: Any) -> PurchaseOrder:
    values.setdefault("due_on", current().today())
    return purchase_order_create(
        actor=books.actor, supplier=books.party("supplier"),
        lines=[{"product": books.product(kind="service"), "quantity": D(1), "unit_price": D(amount), "tax": None}],
        **values,
    )  # fmt: skip


def buyer(books: Any) -> Any:
    """May do all but exceed budgets."""
    return replace(books.actor, permissions=books.actor.permissions - {"finance.budget.exceed"}, roles=("buyer",))


def row(made: Budget, at: int = 0) -> tuple[Decimal, Decimal, Decimal]:
    found = budget_standing(made)[at]
    return tuple(sum(x.values(), D(0)) for x in (found.planned, found.actual, found.committed))  # type: ignore[return-value]


def test_the_last_of_a_budget_is_committed_invoiced_and_gone(books, year):
    """1,000.00 for administration. An order of 600.00 leaves 400.00, one of 400.01 is stopped, one of 400.00 not.
    Invoiced, the 600.00 are actual and committed no more; closed, the other one gives its 400.00 back."""
    made, actor = budget(books, year, ("5602", None, 1000)), buyer(books)
    first = purchase_order_confirm(actor=actor, order=order(books, 600))
    assert row(made) == (1000, 0, 600)
    with pytest.raises(BudgetExceeded) as caught:
        purchase_order_confirm(actor=actor, order=order(books, "400.01"))
    assert {k: D(caught.value.extra[k]) for k in ("budget", "used", "wanted", "over")} == {
        "budget": 1000, "used": 600, "wanted": D("400.01"), "over": D("0.01"),
    }  # fmt: skip
    second = purchase_order_confirm(actor=actor, order=order(books, 400))
    books.bill(first)
    assert row(made) == (1000, 600, 400)
    place = (books.account("5602").pk, None, month(), current().today())
    assert [amount for _line, amount in row_postings(*place)] == [D(600)]
    assert row_months(*place) == {month(): D(600)}
    assert [(x.document.label, x.amount) for x in row_commitments(*place)] == [(second.number, D(400))]
    purchase_order_close(actor=actor, order=second, reason="Not needed")
    assert row(made) == (1000, 600, 0)
    books.prove()


def test_who_may_exceed_lets_it_through_and_it_is_kept(books, year):
    """Asked for, approved by somebody who may exceed: the one who asked confirms. Grown by a change, it is stopped."""
    made, actor = budget(books, year, ("5602", None, 100)), buyer(books)
    wanted = order(books, 250)
    with pytest.raises(BudgetExceeded):
        purchase_order_confirm(actor=actor, order=wanted)
    purchase_order_request(actor=replace(actor, member_id=None), order=wanted)
    with pytest.raises(BudgetExceeded):
        purchase_order_approve(actor=actor, order=wanted)
    purchase_order_approve(actor=books.actor, order=wanted, reason="Roof leaks")
    confirmed = purchase_order_confirm(actor=actor, order=wanted)
    assert confirmed.status == "confirmed"
    excess = BudgetExcess.objects.get()
    assert (excess.kind, excess.over, excess.budgeted, excess.reason) == ("allowed", 150, 100, "Roof leaks")
    assert excess.document == {"entity": "shared.purchase_order", "id": wanted.pk, "label": wanted.number}
    line = confirmed.lines.get()
    with pytest.raises(BudgetExceeded):
        purchase_order_change(actor=actor, order=confirmed, lines=[{"id": line.pk, "quantity": D(2)}])
    assert row(made) == (100, 0, 250)


def test_one_that_tells_stops_nothing(books, year):
    made = budget(books, year, ("5602", None, 100), control="warn")
    purchase_order_confirm(actor=buyer(books), order=order(books, 130))
    assert [(x.kind, x.over) for x in BudgetExcess.objects.all()] == [("told", 30)]
    budget_update(actor=books.actor, budget=made, data={"control": "none"})
    purchase_order_confirm(actor=buyer(books), order=order(books, 1000))
    assert BudgetExcess.objects.count() == 1


def test_a_department_and_all_of_them(books, year):
    """500.00 for all, 200.00 of it for sales: sales may not take 201.00; others may take 300.00 beside its 200.00."""
    with acting(books.actor):
        sales, works = (Department(name=name) for name in ("Sales desk", "Works"))
        sales.save()
        works.save()
    made = budget(books, year, ("5602", None, 500), ("5602", sales, 200))
    actor = buyer(books)
    with pytest.raises(BudgetExceeded):
        purchase_order_confirm(actor=actor, order=order(books, 201, department=sales))
    first = purchase_order_confirm(actor=actor, order=order(books, 200, department=sales))
    with pytest.raises(BudgetExceeded):
        purchase_order_confirm(actor=actor, order=order(books, 301, department=works))
    purchase_order_confirm(actor=actor, order=order(books, 300, department=works))
    books.bill(first)
    rows = {r.department: (sum(r.actual.values()), sum(r.committed.values())) for r in budget_standing(made)}
    assert rows == {"": (200, 300), "Sales desk": (200, 0)}


def test_months_are_compared_as_the_budget_says(books, year):
    """Nothing this month, 1,000.00 in the last one of the year: only over the whole year it is enough."""
    last = year.ends_on.replace(day=1)
    if last == month():
        last = year.starts_on
    made = budget_create(actor=books.actor, name="Plan", year=year, control="block", reach="month")
    budget_fill(
        actor=books.actor, budget=made,
        cells=[{"account": books.account("5602"), "department": None, "month": last, "amount": D(1000)}],
    )  # fmt: skip
    budget_enforce(actor=books.actor, budget=made)
    with pytest.raises(BudgetExceeded):
        purchase_order_confirm(actor=buyer(books), order=order(books, 10))
    budget_update(actor=books.actor, budget=made, data={"reach": "year"})
    purchase_order_confirm(actor=buyer(books), order=order(books, 10))


def test_requisitions_count_from_their_approval_on(books, year):
    """Goods go onto the account that takes them in. 1,000.00: 700.00 asked for and approved leave 300.00."""
    made, product = budget(books, year, ("1403", None, 1000)), books.product()
    actor = buyer(books)

    def ask(amount: Any) -> Any:
        made = requisition_create(
            actor=books.actor, needed_on=current().today(),
            lines=[{"product": product, "quantity": D(1), "unit_price": D(amount)}],
        )  # fmt: skip
        return requisition_submit(actor=books.actor, requisition=made)

    boss = replace(actor, member_id=None)
    requisition_approve(actor=boss, requisition=ask(700))
    assert row(made) == (1000, 0, 700)
    with pytest.raises(BudgetExceeded):
        requisition_approve(actor=boss, requisition=ask(301))
    requisition_approve(actor=boss, requisition=ask(300))
    assert sum(x.amount for x in commitments()) == 1000


def test_goods_are_committed_until_they_come(books, year):
    made = budget(books, year, ("1403", None, 1000))
    bought = books.purchase((books.product(), 4, "100"), due_on=current().today())
    assert row(made) == (1000, 0, 400)
    books.receive(bought, [3])
    assert row(made) == (1000, 300, 100)


def test_versions_follow_one_another(books, year):
    first = budget(books, year, ("5602", None, 10))
    with pytest.raises(StateRefused):
        budget_fill(actor=books.actor, budget=first, cells=[])
    second = budget_copy(actor=books.actor, budget=first)
    assert (second.number, second.status, second.lines.get().amount) == (first.number + 1, "draft", 10)
    budget_enforce(actor=books.actor, budget=second)
    first.refresh_from_db()
    assert first.status == "replaced"
    for refused in (lambda: budget_enforce(actor=books.actor, budget=first),
                    lambda: budget_delete(actor=books.actor, budget=second),
                    lambda: budget_update(actor=books.actor, budget=first, data={"name": "x"})):  # fmt: skip
        with pytest.raises(StateRefused):
            refused()
    with pytest.raises(IntegrityError), transaction.atomic(), acting(books.actor):
        Budget.objects.filter(pk=first.pk).update(status="in_force")
    third = budget_copy(actor=books.actor, budget=second, name="Third")
    budget_delete(actor=books.actor, budget=third)
    assert not BudgetLine.objects.filter(budget=third.pk).exists()


def test_cells_are_checked_by_name(books, year):
    made = budget_create(actor=books.actor, name="Plan", year=year)
    good = {"account": books.account("5602"), "department": None, "month": month(), "amount": D(1)}
    wrong = [
        {"account": books.account("1122")},
        {"month": date(1990, 1, 1)},
        {"amount": D("0.001")},
        {"department": 10**9},
    ]
    with pytest.raises(Invalid) as caught:
        budget_fill(actor=books.actor, budget=made, cells=[good, *({**good, **x} for x in wrong)])
    assert [e.field for e in caught.value.errors] == [
        "cells.1.account", "cells.2.month", "cells.3.amount", "cells.4.department",
    ]  # fmt: skip
    budget_fill(actor=books.actor, budget=made, cells=[good])
    budget_fill(actor=books.actor, budget=made, cells=[{**good, "amount": None}])
    assert not made.lines.exists()
    with pytest.raises(Invalid):
        budget_enforce(actor=books.actor, budget=made)


def test_revenue_counts_as_earned_and_groups_cover_what_is_below(books, year):
    made = budget(books, year, ("5001", None, 900), ("5603", None, 50))
    books.charge("700")
    journal_entry_post(
        actor=books.actor,
        lines=[
            {"account": books.account("5603.02"), "debit": "20"},
            {"account": books.account("1002"), "credit": "20"},
        ],
    )
    assert (row(made, 0), row(made, 1)) == ((900, 700, 0), (50, 20, 0))

"""Budgets: versions, their table, which one is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, Budget, BudgetLine, FiscalYear
from modules.finance.models.account import CONTROLLED
from modules.finance.selectors.budgets import months_of
from modules.finance.services.budget_control import LOCK
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.money.rounding import currency_step
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_lock

Status = Budget.Status


@service("finance.budget.create")
def budget_create(
    *,
    actor: Actor,
    name: str,
    year: Any,
    control: str = Budget.Control.WARN,
    reach: str = Budget.Reach.TO_DATE,
    note: str = "",
) -> Budget:
    """An empty draft, the next version of its year. Raises Invalid."""
    of = FiscalYear.objects.select_for_update().filter(pk=key_of(year) or 0).first()
    if of is None:
        raise Invalid.field("year", _("There is no such fiscal year"), "unknown")
    budget = Budget(name=name, year=of, number=_next_number(of), control=control, reach=reach, note=note or "")
    budget.save()
    return budget


@service("finance.budget.update")
def budget_update(*, actor: Actor, budget: Budget, data: dict[str, Any]) -> Budget:
    """Name, note and how it is controlled. Raises StateRefused of what was replaced."""
    company_lock(LOCK)
    budget = _locked(budget)
    if budget.status == Status.REPLACED:
        raise StateRefused(_("This version was replaced and stays as it was"))
    for name in ("name", "control", "reach", "note"):
        if name in data:
            setattr(budget, name, data[name] or "")
    budget.save()
    return budget


@service("finance.budget.delete")
def budget_delete(*, actor: Actor, budget: Budget) -> None:
    """Drops a draft. Raises StateRefused."""
    budget = _locked(budget)
    if budget.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be deleted"))
    budget.delete()


@service("finance.budget.create")
def budget_copy(*, actor: Actor, budget: Budget, name: str = "") -> Budget:
    """A draft with the same figures: the next version of the year."""
    year = FiscalYear.objects.select_for_update().get(pk=budget.year_id)
    copy = Budget(
        name=name or budget.name, year=year, number=_next_number(year), control=budget.control, reach=budget.reach,
        note=budget.note,
    )  # fmt: skip
    copy.save()
    _insert(
        actor,
        [
            BudgetLine(
                budget=copy, account_id=x.account_id, department_id=x.department_id, month=x.month, amount=x.amount
            )
            for x in budget.lines.all()
        ],
    )  # fmt: skip
    return copy


@service("finance.budget.enforce")
def budget_enforce(*, actor: Actor, budget: Budget) -> Budget:
    """draft → in force; the version that was in force is replaced. Raises StateRefused, Invalid without lines."""
    company_lock(LOCK)
    budget = _locked(budget)
    if budget.status != Status.DRAFT:
        raise StateRefused(_("Only a draft comes into force"))
    if not budget.lines.exists():
        raise Invalid.field("lines", _("A budget needs at least one amount"), "required")
    for before in Budget.objects.select_for_update().filter(year=budget.year_id, status=Status.IN_FORCE):
        before.status = Status.REPLACED
        before.save()
    budget.status = Status.IN_FORCE
    budget.save()
    return budget


@service("finance.budget.update")
def budget_fill(*, actor: Actor, budget: Budget, cells: Sequence[Mapping[str, Any]]) -> Budget:
    """Writes cells of a draft's table: `[{"account", "department", "month", "amount"}]`; no amount or zero empties the
    cell. Raises StateRefused, Invalid naming the cell."""
    budget = _locked(budget)
    if budget.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be changed: make a new version of it"))
    accounts = Account.objects.in_bulk({key_of(x.get("account")) or 0 for x in cells})
    departments = set(Department.objects.values_list("pk", flat=True))
    months, step, errors = set(months_of(budget)), currency_step(current().currency), []
    wanted: dict[tuple[int, int | None, date], Decimal] = {}
    for index, cell in enumerate(cells):
        account, department = accounts.get(key_of(cell.get("account")) or 0), key_of(cell.get("department"))
        amount = Decimal(str(cell.get("amount") or 0))
        if account is None or (account.control in CONTROLLED and account.control != Account.Control.STOCK):
            errors.append(FieldError(f"cells.{index}.account", "unknown", _("Nothing is planned on this account")))
        elif department is not None and department not in departments:
            errors.append(FieldError(f"cells.{index}.department", "unknown", _("There is no such department")))
        elif cell["month"] not in months:
            errors.append(FieldError(f"cells.{index}.month", "range", _("This month is not in the budget's year")))
        elif amount % step:
            message = _("An amount has more decimals than the currency")
            errors.append(FieldError(f"cells.{index}.amount", "decimals", message))
        else:
            wanted[account.pk, department, cell["month"]] = amount
    if errors:
        raise Invalid(errors=errors)
    there = {(x.account_id, x.department_id, x.month): x for x in budget.lines.all()}
    gone = [there[key].pk for key, amount in wanted.items() if not amount and key in there]
    changed = [there[key] for key, amount in wanted.items() if amount and key in there and there[key].amount != amount]
    for line in changed:
        line.amount = wanted[line.account_id, line.department_id, line.month]
    BudgetLine.objects.filter(pk__in=gone).delete()
    BudgetLine.objects.bulk_update(changed, ["amount"])
    touch_ids(BudgetLine, "update", {x.pk for x in changed})
    touch_ids(BudgetLine, "delete", set(gone))
    _insert(
        actor,
        [
            BudgetLine(budget=budget, account_id=account, department_id=department, month=month, amount=amount)
            for (account, department, month), amount in wanted.items()
            if amount and (account, department, month) not in there
        ],
    )
    budget.save()  # whoever has the table open sees that it changed
    return budget


def _insert(actor: Actor, lines: list[BudgetLine]) -> None:
    for line in lines:
        line.created_by_id = line.changed_by_id = actor.member_id
    BudgetLine.objects.bulk_create(lines)
    touch_ids(BudgetLine, "insert", {x.pk for x in lines})


def _next_number(year: FiscalYear) -> int:
    return int(Budget.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0) + 1


def _locked(budget: Budget) -> Budget:
    return Budget.objects.select_for_update(of=("self",)).select_related("year").get(pk=budget.pk)

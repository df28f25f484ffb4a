"""Rates, and settling what workers reported."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.production.models import PayRate, ProductionReport, WageSlip, WageSlipLine
from modules.production.rules.pay import pay, rate_of
from modules.production.selectors.pay_rates import FEATURE, rates_between, unsettled, work_of
from modules.shared.contracts.posting import LedgerPosting, Posting, PostingLine
from modules.shared.contracts.refs import RecordRef
from tenon import ports
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Status = WageSlip.Status
WORK, PERSON = ("operation", "product", "skill", "work_centre"), ("worker", "department")


@service("production.pay_rate.create")
def pay_rate_create(*, actor: Actor, **values: Any) -> PayRate:
    """A rate from a day on; one for the same work and the same people that has no end ends the day before. Raises
    Invalid when two would hold on one day."""
    row = PayRate(**values)
    _check(row)
    for other in _alike(row).filter(valid_until__isnull=True, valid_from__lt=row.valid_from):
        other.valid_until = date.fromordinal(row.valid_from.toordinal() - 1)
        other.save()
    _refuse_twice(row)
    row.save()
    return row


@service("production.pay_rate.update")
def pay_rate_update(*, actor: Actor, pay_rate: PayRate, **values: Any) -> PayRate:
    """Raises Invalid; StateRefused for what has paid somebody already: its end may change, nothing else."""
    row = PayRate.objects.select_for_update().get(pk=pay_rate.pk)
    if set(values) - {"valid_until", "custom"} and WageSlipLine.objects.filter(pay_rate=row).exists():
        raise StateRefused(_("Somebody was paid by this rate: end it and make another"))
    for name, value in values.items():
        setattr(row, name, value)
    _check(row)
    _refuse_twice(row)
    row.save()
    return row


def _check(row: PayRate) -> None:
    for names in (WORK, PERSON):
        if sum(getattr(row, f"{name}_id") is not None for name in names) > 1:
            raise Invalid.field(names[-1], _("Name one of them"), "one")
    if row.rate is None or row.rate < 0:
        raise Invalid.field("rate", _("Not below zero"), "min_value")
    if row.valid_until is not None and row.valid_until < row.valid_from:
        raise Invalid.field("valid_until", _("It would end before it begins."), "range")


def _alike(row: PayRate) -> Any:
    same = {f"{name}_id": getattr(row, f"{name}_id") for name in (*WORK, *PERSON)}
    return PayRate.objects.select_for_update(of=("self",)).filter(kind=row.kind, **same).exclude(pk=row.pk)


def _refuse_twice(row: PayRate) -> None:
    rows = _alike(row).exclude(valid_until__lt=row.valid_from)
    if row.valid_until is not None:
        rows = rows.filter(valid_from__lte=row.valid_until)
    if rows.exists():
        raise Invalid.field("valid_from", _("Another rate for the same holds on these days"), "overlap")


def wage_of(report: ProductionReport) -> tuple[PayRate | None, Decimal]:
    """The rate that pays a report that is being made, and its amount; None: nobody is paid by it."""
    if report.worker_id is None or not current().has_feature(FEATURE):
        return None, ZERO
    work = work_of(report)
    rate = rate_of(work, rates_between(work.on, work.on))
    if rate is None:
        return None, ZERO
    return PayRate.objects.get(pk=rate.key), pay(work, rate, current().currency)[1]


@service("production.wage_slip.create")
def wage_slip_create(
    *, actor: Actor, worker: Member, since: date, until: date, note: str = "", custom: dict[str, Any] | None = None
) -> WageSlip:
    """A draft of what a worker is owed for the reports of these days that stand on no slip yet, each at the rate of its
    day. Reports that no rate pays wait. Raises Invalid, StateRefused when there is nothing."""
    if until < since:
        raise Invalid.field("until", _("It would end before it begins."), "range")
    if until > current().today():
        raise Invalid.field("until", _("This day has not come yet"), "future")
    # One at a time for a worker, so that nothing is settled twice.
    worker = Member.objects.select_for_update(no_key=True).get(pk=worker.pk)
    rates, currency = rates_between(since, until), current().currency
    slip = WageSlip(
        number=next_number("WS"), worker=worker, since=since, until=until, note=note, custom=custom or {}
    )  # fmt: skip
    lines = []
    for report in unsettled(worker.pk, since, until):
        work = work_of(report)
        rate = rate_of(work, rates)
        if rate is None:
            continue
        quantity, amount = pay(work, rate, currency)
        if quantity:
            lines.append(WageSlipLine(
                slip=slip, report=report, pay_rate_id=rate.key, kind=rate.kind, quantity=quantity, rate=rate.rate,
                amount=amount,
            ))  # fmt: skip
            slip.total += amount
    if not lines:
        raise StateRefused(_("Nothing that a rate pays is unsettled in these days"))
    slip.save()
    for line in lines:
        line.slip = slip
        line.save()
    return slip


@service("production.wage_slip.update")
def wage_slip_update(*, actor: Actor, slip: WageSlip, note: str = "", **values: Any) -> WageSlip:
    """The note of a draft: whose it is and of which days stays. Raises StateRefused."""
    slip = _locked(slip, Status.DRAFT, _("Only a draft can be changed"))
    slip.note, slip.custom = note, values.get("custom", slip.custom)
    slip.save()
    return slip


@service("production.wage_slip.delete")
def wage_slip_delete(*, actor: Actor, slip: WageSlip) -> None:
    """Removes a draft: its reports can be settled again. Raises StateRefused."""
    _locked(slip, Status.DRAFT, _("Only a draft can be deleted; reverse it instead")).delete()


def _locked(slip: WageSlip, status: str, message: str) -> WageSlip:
    slip = WageSlip.objects.select_for_update().get(pk=slip.pk)
    if slip.status != status:
        raise StateRefused(message, state=slip.status)
    return slip


@service("production.wage_slip.approve")
def wage_slip_approve(*, actor: Actor, slip: WageSlip) -> WageSlip:
    """By neither the worker nor who made it. What reports have put into wages payable already is not posted again: what
    the slip differs by is. Raises StateRefused, Forbidden, and what the ledger raises."""
    slip = _locked(slip, Status.DRAFT, _("Only a draft can be approved"))
    if actor.member_id is None or actor.member_id in (slip.worker_id, slip.created_by_id):
        raise Forbidden(_("Somebody else approves it: neither the worker nor who made it"))
    slip.status, slip.approved_by_id, slip.approved_on = Status.APPROVED, actor.member_id, current().today()
    slip.save()
    _post(actor, slip)
    return slip


@service("production.wage_slip.approve")
def wage_slip_reverse(*, actor: Actor, slip: WageSlip, reason: str = "") -> WageSlip:
    """Takes an approved slip back by another of the same, negative; its reports can be settled again. Raises
    StateRefused, Invalid without a reason, Forbidden, and what the ledger raises."""
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    slip = _locked(slip, Status.APPROVED, _("Only an approved slip is reversed"))
    if slip.reversal_of_id is not None:
        raise StateRefused(_("This slip is a reversal itself"))
    if actor.member_id == slip.worker_id:
        raise Forbidden(_("Nobody reverses their own"))
    back = WageSlip(
        number=next_number("WS"), worker_id=slip.worker_id, since=slip.since, until=slip.until, total=-slip.total,
        status=Status.APPROVED, approved_by_id=actor.member_id, approved_on=current().today(), reversal_of=slip,
        note=reason,
    )  # fmt: skip
    back.save()
    for line in slip.lines.order_by("pk"):
        WageSlipLine(
            slip=back, report_id=line.report_id, pay_rate_id=line.pay_rate_id, kind=line.kind, quantity=-line.quantity,
            rate=line.rate, amount=-line.amount, live=False,
        ).save()  # fmt: skip
        line.live = False
        line.save()
    slip.status = Status.REVERSED
    slip.save()
    _post(actor, back)
    return back


def _post(actor: Actor, slip: WageSlip) -> None:
    """What the slip owes beyond what its reports put into wages payable, by production order."""
    ledger = ports.find(LedgerPosting)
    amounts: dict[tuple[int, int], Decimal] = {}
    sign = -1 if slip.reversal_of_id else 1
    for line in slip.lines.select_related("report__order"):
        told = line.report.labour_cost if line.report.pay_rate_id is not None else ZERO
        key = (line.report.order.product_id, line.report.order_id)
        amounts[key] = amounts.get(key, ZERO) + line.amount - sign * told
    lines = tuple(
        PostingLine(amount, product_id=product, production_order_id=order, component="labour", note=slip.number)
        for (product, order), amount in sorted(amounts.items())
        if amount
    )
    if ledger is not None and lines:
        source = RecordRef("production.wage_slip", slip.pk, slip.number)
        ledger.post(
            actor=actor, postings=[Posting("wage_difference", slip.approved_on or current().today(), source, lines)]
        )

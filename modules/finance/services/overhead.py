"""Overhead of a month shared out, in one voucher; and taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.finance.models import JournalEntry, OverheadPool, OverheadRun, OverheadShare
from modules.finance.models.account import CONTROLLED
from modules.finance.rules.depreciation import month_end
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.selectors.overhead import PoolMonth, pool_month
from modules.finance.services.journal import reversal_draft
from modules.finance.services.ledger import entries_write
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service, touch_ids
from tenon.records.services.record import record_create, record_update
from tenon.registry.registry import registry
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_lock

LOCK = "finance.overhead"
EVENT = "overhead"
ENTITY = "finance.overhead_pool"


@service("finance.overhead_pool.create")
def overhead_pool_create(*, actor: Actor, data: dict[str, Any]) -> OverheadPool:
    """A pool. Raises Invalid on accounts that their documents keep."""
    made = record_create(actor=actor, entity=registry().entities[ENTITY], data=data)
    assert isinstance(made, OverheadPool)
    return _checked(made)


@service("finance.overhead_pool.update")
def overhead_pool_update(*, actor: Actor, pool: OverheadPool, data: dict[str, Any]) -> OverheadPool:
    """Changes a pool; months that were shared out stay as they were. Raises Invalid."""
    company_lock(LOCK)
    pool = OverheadPool.objects.select_for_update().get(pk=pool.pk)
    record_update(actor=actor, entity=registry().entities[ENTITY], record=pool, data=data)
    return _checked(pool)


def _checked(pool: OverheadPool) -> OverheadPool:
    for name in ("account", "absorbed_account", "target_account"):
        account = getattr(pool, name)
        if account is not None and account.control in CONTROLLED:
            raise Invalid.field(name, _("This account is kept by its documents"), "control")
    if pool.target_account_id in (pool.account_id, pool.absorbed_account_id):
        raise Invalid.field("target_account", _("The difference goes to an account of its own"), "same")
    return pool


@service("finance.overhead_run.create")
def overhead_post(*, actor: Actor, pool: Any, month: date) -> OverheadRun:
    """Shares out what a pool's month cost beyond what production was charged (or the other way round), in one voucher
    at its end. A month that is posted answers its run again. Raises StateRefused when nobody used what it is shared by,
    Invalid for a month to come, PeriodClosed."""
    company_lock(LOCK)
    of = pool if isinstance(pool, OverheadPool) else OverheadPool.objects.filter(pk=pool).first()
    if of is None:
        raise Invalid.field("pool", _("There is no such pool"), "unknown")
    first = month.replace(day=1)
    if first > current().today():
        raise Invalid.field("month", _("This month has not begun"), "range")
    there = OverheadRun.objects.filter(pool=of, month=first, status=OverheadRun.Status.POSTED).first()
    if there is not None:
        return there
    found = pool_month(of, first)
    if found.difference and not found.shares:
        raise StateRefused(_("Nobody used anything in this month that it could be shared out by"))
    if not (found.actual or found.absorbed):
        raise StateRefused(_("Nothing was collected or charged in this month"))
    written = entries_write(actor, [_draft(found)])
    run = OverheadRun(
        pool=of, month=first, actual=found.actual, absorbed=found.absorbed, difference=found.difference,
        spending=found.variances.spending, volume=found.variances.volume, efficiency=found.variances.efficiency,
        entry=written[0] if written else None,
    )  # fmt: skip
    run.save()
    shares = [
        OverheadShare(
            run=run, product_id=x.product_id, driver=x.used, amount=x.amount,
            production_order=x.order and {"entity": x.order.entity, "id": x.order.id, "label": x.order.label},
            created_by_id=actor.member_id, changed_by_id=actor.member_id,
        )
        for x in found.shares
    ]  # fmt: skip
    OverheadShare.objects.bulk_create(shares)
    touch_ids(OverheadShare, "insert", {x.pk for x in shares})
    return run


@service("finance.overhead_run.create")
def overhead_undo(*, actor: Actor, run: OverheadRun) -> OverheadRun:
    """Takes a month back on its own day (红冲); it can be shared out again. Raises StateRefused, PeriodClosed."""
    company_lock(LOCK)
    run = OverheadRun.objects.select_for_update(of=("self",)).select_related("entry").get(pk=run.pk)
    if run.status != OverheadRun.Status.POSTED:
        raise StateRefused(_("It is taken back already"))
    if run.entry is not None:
        entries_write(actor, [reversal_draft(run.entry, run.entry.entry_date)])
    run.status = OverheadRun.Status.UNDONE
    run.save()
    return run


def _draft(found: PoolMonth) -> DraftEntry:
    """Dr target by who bears it, Dr what was charged, Cr what was collected. Of one account only the difference."""
    pool, base = found.pool, current().currency

    def line(account_id: int, amount: Decimal, **more: Any) -> DraftLine:
        return signed(amount, amount, account_id, base, **more)

    lines = [
        line(
            pool.target_account_id, x.amount, product_id=x.product_id, sales_order_id=x.sales_order_id,
            production_order_id=x.order.id if x.order else None, component="overhead", narration=pool.name,
        )
        for x in found.shares
    ]  # fmt: skip
    if pool.absorbed_account_id in (None, pool.account_id):
        lines.append(line(pool.account_id, -found.difference, narration=pool.name))
    else:
        lines.append(line(pool.absorbed_account_id or 0, found.absorbed, narration=pool.name))
        lines.append(line(pool.account_id, -found.actual, narration=pool.name))
    return DraftEntry(
        month_end(found.month), JournalEntry.Kind.OVERHEAD, tuple(lines), event=EVENT,
        source_number=f"{found.month:%Y-%m}",
        narration=str(_("Overhead %(pool)s %(month)s") % {"pool": pool.name, "month": f"{found.month:%Y-%m}"}),
    )  # fmt: skip

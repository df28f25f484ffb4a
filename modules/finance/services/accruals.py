"""Accruals of goods received and not invoiced at the turn of a month (月初回冲): made again at its end, reversed on the
first of the next one.

The reversal goes against an account of its own beside stock, not into stock: goods that are here, or were sold
meanwhile, keep their value (docs/adr/0019). Both accounts together are always what stands for an order line, so
invoices and returns find it in either practice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.finance.models import Event, FiscalYear, JournalEntry, Period
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.selectors.accrued import Standing, accrued, accrued_on, reversal_accounts
from modules.finance.selectors.rules import Rules
from modules.finance.services.ledger import entries_write
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine
from tenon.access.actor import Actor, system
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


def accruals_nightly() -> int:
    """The job: every turn of a month that has passed and whose month is not closed, one transaction each. What was
    entered late for a month that is over is put right. Returns how many entries it wrote."""
    over = Period.objects.filter(ends_on__lt=current().today()).exclude(status=Period.Status.CLOSED)
    actor = system("accruals")
    return sum(len(accruals_turn(actor=actor, period=period)) for period in over.order_by("starts_on"))


@service()
def accruals_turn(*, actor: Actor, period: Period) -> list[JournalEntry]:
    """From the last day of a period to the next: what stands reversed is accrued again on the last day; on the next,
    where the fiscal year says so, all that is accrued is reversed. Writes only what differs from that: a second time
    nothing. Raises PeriodClosed, MissingRule."""
    reversed_on = period.ends_on + timedelta(days=1)
    monthly = FiscalYear.objects.filter(
        starts_on__lte=reversed_on, ends_on__gte=reversed_on, accruals=FiscalYear.Accruals.MONTHLY
    ).exists()
    aside = reversal_accounts()
    if not monthly and not aside:
        return []
    _orders_lock(accrued())
    entries = _accrue_again(actor, aside, period.ends_on)
    return entries + _reverse(actor, aside, period.ends_on, reversed_on) if monthly else entries


def _orders_lock(standing: Standing) -> None:
    """No invoice or receipt of these orders comes in between."""
    orders = PurchaseOrderLine.objects.filter(
        pk__in={line_id for (line_id, _account), value in standing.items() if value}
    )
    keys = list(orders.values_list("order_id", flat=True))
    list(PurchaseOrder.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _accrue_again(actor: Actor, aside: set[int], on: date) -> list[JournalEntry]:
    waiting = {key: value for key, value in accrued_on(on).items() if key[1] in aside}
    lines = PurchaseOrderLine.objects.select_related("order").in_bulk({line_id for line_id, _account in waiting})
    rules = Rules([Event.GOODS_RECEIPT], [x.product_id for x in lines.values()])
    drafts: list[DraftLine] = []
    for (line_id, account), value in sorted(waiting.items()):
        line = lines[line_id]
        drafts += _moved(line, value, account, rules.need(Event.GOODS_RECEIPT, line.product_id).credit_id)
    return _write(actor, drafts, on, str(_("Received not invoiced, accrued again")))


def _reverse(actor: Actor, aside: set[int], until: date, on: date) -> list[JournalEntry]:
    wanted = {key: value for key, value in accrued_on(until).items() if key[1] not in aside}
    done = {
        key: -value
        for key, value in accrued(entry__event=Event.ACCRUAL_REVERSAL, entry_date=on).items()
        if key[1] not in aside
    }
    missing = {key: wanted.get(key, ZERO) - done.get(key, ZERO) for key in {*wanted, *done}}
    lines = PurchaseOrderLine.objects.select_related("order").in_bulk({line_id for line_id, _account in missing})
    rules = Rules([Event.ACCRUAL_REVERSAL], [x.product_id for x in lines.values()])
    drafts: list[DraftLine] = []
    for (line_id, account), value in sorted(missing.items()):
        line = lines[line_id]
        drafts += _moved(line, value, account, rules.need(Event.ACCRUAL_REVERSAL, line.product_id).credit_id)
    return _write(actor, drafts, on, str(_("Received not invoiced, reversed for the month")))


def _moved(line: PurchaseOrderLine, value: Decimal, source: int, target: int) -> list[DraftLine]:
    """What stands for an order line, from one account to the other."""
    if not value:
        return []
    dimensions: Mapping[str, int] = {
        "party_id": line.order.supplier_id, "product_id": line.product_id, "purchase_order_line_id": line.pk,
    }  # fmt: skip
    currency = current().currency
    return [
        signed(value, value, source, currency, **dimensions),
        signed(-value, -value, target, currency, **dimensions),
    ]


def _write(actor: Actor, lines: list[DraftLine], on: date, narration: str) -> list[JournalEntry]:
    kind = JournalEntry.Kind.STOCK
    return entries_write(actor, [DraftEntry(on, kind, tuple(lines), Event.ACCRUAL_REVERSAL, narration=narration)])

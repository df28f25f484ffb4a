"""Depreciation of a month: one voucher, once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Asset, Depreciation, DepreciationRun, JournalEntry
from modules.finance.rules.depreciation import month_end, month_start
from modules.finance.rules.entry import DraftEntry, signed
from modules.finance.selectors.depreciation_due import due
from modules.finance.services.assets import LOCK, depreciation_lines
from modules.finance.services.ledger import entries_write
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_lock

ZERO = Decimal(0)
CHANGED = ("depreciated", "book_value", "depreciated_until", "version", "changed_at", "changed_by")


@service("finance.depreciation_run.create")
def depreciation_post(*, actor: Actor, month: date) -> DepreciationRun:
    """Posts what all assets in use have lost by the end of the month of `month`, months that were skipped included, in
    one voucher by account and department. A month that is posted answers its run again. Raises Invalid for a month to
    come, StateRefused when a later month is posted or nothing is due, PeriodClosed."""
    company_lock(LOCK)
    first, until = month_start(month), month_end(month)
    if first > current().today():
        raise Invalid.field("month", _("This month has not begun"), "range")
    there = DepreciationRun.objects.filter(month=first).first()
    if there is not None:
        return there
    if DepreciationRun.objects.filter(month__gt=first).exists():
        raise StateRefused(_("A later month is depreciated already"))
    assets = list(Asset.objects.select_for_update().filter(status=Asset.Status.IN_USE).order_by("pk"))
    owed = [(asset, amount) for asset in assets if (amount := due(asset, until))]
    if not owed:
        raise StateRefused(_("No asset has anything left to depreciate in this month"))
    sums: dict[tuple[int, int | None], Decimal] = defaultdict(lambda: ZERO)
    for asset, amount in owed:
        for line in depreciation_lines(asset, amount):
            sums[line.account_id, line.department_id] += line.debit - line.credit
    base = current().currency
    lines = tuple(
        signed(amount, amount, account, base, department_id=department)
        for (account, department), amount in sorted(sums.items(), key=lambda x: (x[0][0], x[0][1] or 0))
    )
    label = f"{first:%Y-%m}"
    (entry,) = entries_write(
        actor,
        [
            DraftEntry(
                until, JournalEntry.Kind.ASSET, lines, source_number=label,
                narration=str(_("Depreciation %(month)s") % {"month": label}),
            )
        ],
    )  # fmt: skip
    run = DepreciationRun(month=first, total=sum((x for _asset, x in owed), ZERO), entry=entry)
    run.save()
    rows = []
    for asset, amount in owed:
        asset.depreciated += amount
        asset.book_value -= amount
        rows.append(
            Depreciation(
                run=run, asset=asset, until=until, amount=amount, book_value=asset.book_value, entry=entry,
                created_by_id=actor.member_id, changed_by_id=actor.member_id,
            )
        )  # fmt: skip
    now = timezone.now()
    for asset in assets:
        asset.version, asset.changed_at, asset.changed_by_id = asset.version + 1, now, actor.member_id
        if asset.basis_from is not None and asset.basis_from <= until:
            asset.depreciated_until = until
    Depreciation.objects.bulk_create(rows)
    Asset.objects.bulk_update(assets, CHANGED)
    touch_ids(Depreciation, "insert", {x.pk for x in rows})
    touch_ids(Asset, "update", {x.pk for x in assets})
    return run

"""Posting a counted sheet: one stock adjustment with the book quantities of the moments of counting."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from modules.inventory.models import CountSheet, StockAdjustment, StockAdjustmentLine
from modules.inventory.services.adjustment import adjustment_post
from tenon.access.actor import Actor
from tenon.records.numbering import next_number
from tenon.records.service import frame, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)


def sheet_post(actor: Actor, sheet: CountSheet) -> None:
    """Of a locked sheet that is ready. Lines without a difference post nothing. Raises InsufficientStock, Forbidden."""
    different = [
        line for line in sheet.lines.all() if (line.counted, line.second_counted) != (line.book, line.second_book)
    ]
    if not different:
        return
    adjustment = StockAdjustment(
        number=next_number("SA"), kind=StockAdjustment.Kind.COUNT, adjusted_on=current().today(),
        reason=_("Count %(sheet)s") % {"sheet": sheet.number},
    )  # fmt: skip
    adjustment.save()
    member = frame().actor.member_id
    lines = StockAdjustmentLine.objects.bulk_create(
        StockAdjustmentLine(
            adjustment=adjustment, position=number, product_id=line.product_id, location_id=line.location_id,
            lot=line.lot, quantity=line.counted or ZERO, book_quantity=line.book, second_quantity=line.second_counted,
            second_book=line.second_book, created_by_id=member, changed_by_id=member,
        )
        for number, line in enumerate(different, 1)
    )  # fmt: skip
    touch_ids(StockAdjustmentLine, "insert", {line.pk for line in lines})
    adjustment_post(actor=actor, adjustment=adjustment)
    sheet.adjustment = adjustment
    # What was posted is what the ledger says, not the estimate of the day of counting.
    posted = dict(adjustment.lines.values_list("position", "value"))
    for number, line in enumerate(different, 1):
        if line.value != posted[number]:
            line.value = posted[number]
            line.save(update_fields=["value"])

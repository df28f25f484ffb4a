"""Counting: what is found goes onto the sheet line by line, is counted again by somebody else where it is beyond
tolerance, approved, and posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import CountLine, CountSheet, Location
from modules.inventory.rules.costing import rounded
from modules.inventory.rules.counting import Tolerance, verdict
from modules.inventory.selectors.counting import book_at, product_by_code
from modules.inventory.selectors.stock import unit_costs
from modules.inventory.services.count_posting import sheet_post
from modules.inventory.services.lines import check_step
from modules.inventory.services.moves import step
from modules.inventory.services.second_quantity import second_read
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
State, Status = CountLine.State, CountSheet.Status


@dataclass(frozen=True)
class Found:
    """One count as it comes in: of a line of the sheet, or of a product (by the code that was scanned) at a place which
    the sheet does not list. `at`: when it was counted, if the answer was late."""

    quantity: Decimal
    line_id: int | None = None
    code: str = ""
    location_id: int | None = None
    lot: str = ""
    at: datetime | None = None
    second: Decimal | None = None  # of goods in two quantities


@service("inventory.count_sheet.count")
def count_enter(*, actor: Actor, sheet: CountSheet, found: Found) -> CountLine:
    """Writes one count down, with what the book said at that moment. Said again it is the same. Raises StateRefused on
    a sheet that is over, and where somebody else has to count again; Invalid."""
    locked = CountSheet.objects.select_for_update().get(pk=sheet.pk)
    if locked.status not in (Status.OPEN, Status.REVIEW, Status.READY):
        raise StateRefused(_("This sheet is over"))
    line = _line(locked, found)
    if found.quantity < 0 or not found.quantity.is_finite():
        raise Invalid.field("quantity", _("Enter a number that is not negative."), "invalid")
    check_step(found.quantity, line.product, "quantity")
    second = None
    if line.product.second_unit_id is not None or found.second is not None:
        second = second_read(line.product, found.quantity, found.second, "second_quantity")
    at = _moment(locked, found.at)
    if line.counted_at is not None and at <= line.counted_at:
        return line  # an answer that was lost on the way was sent again, or something newer is known
    _again(actor, line)
    key = (line.product_id, line.location_id, line.lot)
    (book,) = book_at([key], [at])
    (second_book,) = [None] if second is None else book_at([key], [at], second=True)
    cost = unit_costs([line.product_id], valued=True).get(line.product_id, ZERO)
    tolerance, smallest = Tolerance(locked.tolerance_percent, locked.tolerance_value), step()
    again = line.first_counted is not None
    line.counted, line.book, line.counted_at, line.counted_by_id = found.quantity, book, at, actor.member_id
    line.second_counted, line.second_book = second, second_book
    counted, there = (found.quantity, book) if second is None or second_book is None else (second, second_book)
    line.value = rounded((counted - there) * cost, smallest)
    line.book_value = rounded(there * cost, smallest)
    line.state = verdict(counted, there, cost, tolerance, again=again)
    if second is not None and line.state == State.READY:  # the weight is right: are the pieces?
        line.state = verdict(found.quantity, book, ZERO, tolerance, again=again)
    line.approved_by = ""
    if not again:
        line.in_tolerance = line.state == State.READY
    line.save()
    _derive(locked)
    return line


def _line(sheet: CountSheet, found: Found) -> CountLine:
    lines = CountLine.objects.select_for_update(of=("self",)).filter(sheet=sheet).select_related("product__unit")
    if found.line_id is not None:
        line = lines.filter(pk=found.line_id).first()
        if line is None:
            raise Invalid.field("line", _("This line is not on the sheet"), "unknown")
        return line
    product = product_by_code(found.code)
    if product is None:
        raise Invalid.field("code", _("No product has the code “%(code)s”") % {"code": found.code}, "unknown")
    place = Location.objects.filter(
        pk=found.location_id or 0, kind=Location.Kind.STOCK, warehouse_id=sheet.warehouse_id, is_active=True
    ).first()
    if place is None:
        raise Invalid.field("location", _("Choose an open stock place of this warehouse."), "kind")
    line = lines.filter(product=product, location=place, lot=found.lot).first()
    if line is None:
        top = sheet.lines.aggregate(top=Max("position"))["top"] or 0
        line = CountLine(
            sheet=sheet, position=top + 1, product=product, location=place, lot=found.lot, is_found=True, abc="C"
        )
        line.save()
    return line


def _moment(sheet: CountSheet, given: datetime | None) -> datetime:
    """When it was counted: not before the sheet was made, not in the future."""
    now = current().now()
    return now if given is None else min(max(given, sheet.created_at), now)


def _again(actor: Actor, line: CountLine) -> None:
    """A line that waits for another pair of eyes keeps its first count. Raises StateRefused for whoever made it."""
    if line.state != State.RECOUNT:
        return
    if actor.member_id is not None and actor.member_id == line.counted_by_id and "owner" not in actor.roles:
        raise StateRefused(_("Somebody else counts this again"))
    line.first_counted, line.first_book, line.first_by_id = line.counted, line.book, line.counted_by_id


def _derive(sheet: CountSheet) -> None:
    """The sheet's state follows from its lines."""
    states = set(sheet.lines.values_list("state", flat=True))
    if states & {State.OPEN, State.RECOUNT}:
        status = Status.OPEN
    else:
        status = Status.REVIEW if State.APPROVAL in states else Status.READY
    if sheet.status != status:
        sheet.status = status
        sheet.save()


@service("inventory.count_sheet.count")
def count_line_explain(*, actor: Actor, record: CountLine, cause: str, note: str | None = "") -> CountLine:
    """Says why a count differs. Raises StateRefused once it is posted."""
    _open_sheet(record)
    record.cause, record.note = cause, (note or "")[:200]
    record.save()
    return record


@service("inventory.count_sheet.approve")
def count_line_approve(*, actor: Actor, record: CountLine, cause: str | None = "", note: str | None = "") -> CountLine:
    """Accepts a difference, with its cause. Nobody approves what they counted; differences above the sheet's limit need
    `inventory.count_sheet.approve_large`. Raises StateRefused, Forbidden, Invalid without a cause."""
    sheet = _open_sheet(record)
    line = CountLine.objects.select_for_update().get(pk=record.pk)
    if line.state != State.APPROVAL:
        raise StateRefused(_("There is nothing to approve on this line"))
    counters = {line.counted_by_id, line.first_by_id} - {None}
    # The owner of the company has nobody above who could.
    if actor.member_id in counters and "owner" not in actor.roles:
        raise StateRefused(_("Nobody approves what they counted themselves"))
    if abs(line.value or ZERO) > sheet.approval_limit:
        actor.require("inventory.count_sheet.approve_large")
    line.cause, line.note = cause or line.cause, note or line.note
    if not line.cause:
        raise Invalid.field("cause", _("Say why it differs"), "required")
    line.state, line.approved_by = State.READY, actor.label[:120]
    line.save()
    _derive(sheet)
    return line


@service("inventory.count_sheet.approve")
def count_line_recount(*, actor: Actor, record: CountLine) -> CountLine:
    """Sends a line back to be counted once more. Raises StateRefused."""
    sheet = _open_sheet(record)
    line = CountLine.objects.select_for_update().get(pk=record.pk)
    if line.state not in (State.APPROVAL, State.READY) or line.counted is None:
        raise StateRefused(_("This line is being counted"))
    line.state, line.approved_by = State.RECOUNT, ""
    line.save()
    _derive(sheet)
    return line


def _open_sheet(line: CountLine) -> CountSheet:
    """The line's sheet under lock. Raises StateRefused when it is posted or cancelled."""
    sheet = CountSheet.objects.select_for_update().get(pk=line.sheet_id)
    if sheet.status in (Status.POSTED, Status.CANCELLED):
        raise StateRefused(_("This sheet is over"))
    return sheet


@service("inventory.count_sheet.post")
def count_sheet_post(*, actor: Actor, record: CountSheet) -> CountSheet:
    """Posts the differences by one stock adjustment: each to what the book said when it was counted, so that moves
    after the count survive (domain rule 13). Raises StateRefused, InsufficientStock."""
    sheet = CountSheet.objects.select_for_update().get(pk=record.pk)
    if sheet.status != Status.READY:
        raise StateRefused(_("Every line must be counted and approved first"))
    sheet_post(actor, sheet)
    sheet.status, sheet.posted_on = Status.POSTED, current().today()
    sheet.save()
    return sheet


@service("inventory.count_sheet.post")
def count_sheet_cancel(*, actor: Actor, record: CountSheet) -> CountSheet:
    """Drops a sheet; nothing is posted, and its lines are due again. Raises StateRefused."""
    sheet = CountSheet.objects.select_for_update().get(pk=record.pk)
    if sheet.status in (Status.POSTED, Status.CANCELLED):
        raise StateRefused(_("This sheet is over"))
    sheet.status = Status.CANCELLED
    sheet.save()
    return sheet

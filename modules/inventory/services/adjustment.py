"""Opening stock, counts and scrap: drafts, and posting them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from modules.inventory.models import Location, StockAdjustment, StockAdjustmentLine, StockBalance
from modules.inventory.rules.costing import rounded
from modules.inventory.rules.lot_entry import several
from modules.inventory.rules.second_quantity import found as found_differences
from modules.inventory.selectors.places import default_place, place_of_kind
from modules.inventory.selectors.stock import unit_costs
from modules.inventory.services.hand_locks import make_room
from modules.inventory.services.inspecting import refuse_unjudged
from modules.inventory.services.lines import record_of
from modules.inventory.services.lots import lots_of_line, tracked_products
from modules.inventory.services.moves import Movement, lock_costs, post_moves, step
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.second_quantity import second_read
from modules.shared.contracts.events import PlanningBasisChanged
from modules.shared.contracts.posting import PostingKind, PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "inventory.adjustment"
Kind = StockAdjustment.Kind


def ref(adjustment: StockAdjustment) -> RecordRef:
    return RecordRef(ENTITY, adjustment.pk, adjustment.number)


@service("inventory.adjustment.create")
def adjustment_create(*, actor: Actor, lines: Sequence[Mapping[str, Any]] = (), **values: Any) -> StockAdjustment:
    """A draft; a count notes the book quantity of each line now. Raises Invalid."""
    adjustment = StockAdjustment(
        number=next_number("SA"), adjusted_on=values.pop("adjusted_on", None) or current().today(), **values
    )
    adjustment.save()
    _write_lines(adjustment, lines, {})
    return adjustment


@service("inventory.adjustment.update")
def adjustment_update(
    *, actor: Actor, adjustment: StockAdjustment, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> StockAdjustment:
    """Changes a draft; `lines`, when given, are all there are: by id changed, without added, left out removed.
    Raises StateRefused once it is posted, Invalid."""
    adjustment = _lock_draft(adjustment)
    kind = adjustment.kind
    for name, value in values.items():
        setattr(adjustment, name, value)
    if adjustment.kind != kind and adjustment.lines.exists():
        raise Invalid.field("kind", _("The kind stays once there are lines."), "write_once")
    adjustment.save()
    if lines is not None:
        known = {x.pk: x for x in adjustment.lines.all()}
        kept = {key_of(row.get("id")) for row in lines}
        for pk, line in known.items():
            if pk not in kept:
                line.delete()
        _write_lines(adjustment, lines, known)
    return adjustment


def _write_lines(
    adjustment: StockAdjustment, given: Sequence[Mapping[str, Any]], known: Mapping[int, StockAdjustmentLine]
) -> None:
    errors: list[FieldError] = []
    top = adjustment.lines.aggregate(top=Max("position"))["top"] or 0
    for index, row in enumerate(expand_lots(given)):
        line = known.get(key_of(row.get("id")) or 0) or StockAdjustmentLine(
            adjustment=adjustment, position=top + index + 1
        )
        try:
            _fill(line, row, index)
        except Invalid as problem:
            errors += problem.errors
            continue
        line.save()
    if errors:
        raise Invalid(errors=errors)


def expand_lots(given: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """New lines that name several lots, or serial numbers by list or range, become one line each."""
    out: list[Mapping[str, Any]] = []
    for index, row in enumerate(given):
        text = str(row.get("lot") or "")
        product = row.get("product")
        if row.get("id") or not several(text) or product is None:
            out.append(row)
            continue
        at = f"lines.{index}."
        found = record_of(Product.objects.all(), product, f"{at}product")
        parts = lots_of_line(found, text, _decimal(row.get("quantity"), f"{at}quantity"), f"{at}lot")
        out += [{**row, "product": found, "lot": lot, "quantity": quantity} for lot, quantity in parts.items()]
    return out


def _fill(line: StockAdjustmentLine, row: Mapping[str, Any], index: int) -> None:
    at, counted = f"lines.{index}.", (line.product_id, line.location_id, line.lot)
    if "product" in row or line.product_id is None:
        line.product = record_of(Product.objects.select_related("unit"), row.get("product"), f"{at}product")
    if line.product.kind != Product.Kind.GOODS:
        raise Invalid.field(f"{at}product", _("Only goods are kept in stock."), "kind")
    if row.get("location") is not None or line.location_id is None:
        place = record_of(Location.objects.all(), row.get("location"), f"{at}location", required=False)
        line.location = place or default_place()
    # What waits in quarantine is no stock to count, but it may be thrown away.
    scrap = line.adjustment.kind == Kind.SCRAP and line.location.kind == Location.Kind.QUARANTINE
    if line.location.kind != Location.Kind.STOCK and not scrap:
        raise Invalid.field(f"{at}location", _("Stock is counted in stock places."), "kind")
    line.lot = row.get("lot", line.lot) or ""
    if "quantity" in row or line.quantity is None:
        line.quantity = _decimal(row.get("quantity"), f"{at}quantity")
    if line.quantity != line.quantity.quantize(Decimal(1).scaleb(-line.product.unit.decimals)):
        raise Invalid.field(f"{at}quantity", _("The unit does not allow such a fraction."), "unit-step")
    if row.get("unit_cost") not in (None, ""):
        line.unit_cost = _decimal(row["unit_cost"], f"{at}unit_cost")
    if not line.lot and line.adjustment.kind == Kind.OPENING and line.product_id in tracked_products([line.product_id]):
        message = _("%(product)s: say which lot or serial number.") % {"product": line.product}
        raise Invalid.field(f"{at}lot", message, "lot")
    _fill_second(line, row, f"{at}second_quantity")
    if line.adjustment.kind == Kind.COUNT:
        # The difference is to the book at the moment of counting: moves after it survive (domain rule 13), also when
        # somebody opens the draft again and saves it.
        if line.book_quantity is not None and counted == (line.product_id, line.location_id, line.lot):
            return
        line.book_quantity, line.second_book = on_hand(line.product_id, line.location_id, line.lot)
        if line.product.second_unit_id is not None:
            line.second_book = line.second_book or ZERO
    elif line.quantity <= 0:
        raise Invalid.field(f"{at}quantity", _("The quantity must be greater than zero."), "min_value")


def _decimal(value: Any, path: str) -> Decimal:
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except ArithmeticError:
        number = Decimal("nan")
    if not number.is_finite() or number < 0:
        raise Invalid.field(path, _("Enter a number that is not negative."), "invalid")
    return number


def _fill_second(line: StockAdjustmentLine, row: Mapping[str, Any], at: str) -> None:
    """Of goods in two quantities what the pieces weigh; said anew with every number of pieces."""
    said = row.get("second_quantity") if {"quantity", "second_quantity"} & set(row) else line.second_quantity
    if line.product.second_unit_id is not None or said not in (None, ""):
        line.second_quantity = second_read(line.product, line.quantity, said, at)


def on_hand(product_id: int, location_id: int, lot: str = "") -> tuple[Decimal, Decimal | None]:
    """Pieces, and of goods in two quantities what they weigh."""
    row = StockBalance.objects.filter(product_id=product_id, location_id=location_id, lot=lot)
    return row.values_list("on_hand", "second_on_hand").first() or (ZERO, None)


def _lock_draft(adjustment: StockAdjustment) -> StockAdjustment:
    locked = StockAdjustment.objects.select_for_update().get(pk=adjustment.pk)
    if locked.status != StockAdjustment.Status.DRAFT:
        raise StateRefused(_("Only a draft can be changed or posted."))
    return locked


@service("inventory.adjustment.cancel")
def adjustment_cancel(*, actor: Actor, adjustment: StockAdjustment) -> StockAdjustment:
    """Drops a draft. Raises StateRefused."""
    adjustment = _lock_draft(adjustment)
    adjustment.status = StockAdjustment.Status.CANCELLED
    adjustment.save(update_fields=["status"])
    return adjustment


@service("inventory.adjustment.post")
def adjustment_post(*, actor: Actor, adjustment: StockAdjustment) -> StockAdjustment:
    """Moves the differences and posts their value. Raises StateRefused, Invalid on nothing to post, InsufficientStock
    when a count or scrap would take stock that is locked for somebody."""
    adjustment = _lock_draft(adjustment)
    lines = list(adjustment.lines.select_related("product"))
    if not lines:
        raise Invalid.field("lines", _("There is nothing on this adjustment."), "required")
    lock_costs(x.product_id for x in lines)
    outside = place_of_kind(Location.Kind.SCRAP if adjustment.kind == Kind.SCRAP else Location.Kind.INVENTORY)
    costs, smallest = unit_costs((x.product_id for x in lines), valued=True), step()
    movements: list[Movement] = []
    for line in lines:
        line.difference, line.second_difference = _difference(adjustment, line)
        differences: list[tuple[Decimal, Decimal | None]] = [(line.difference, None)] if line.difference else []
        if line.second_difference is not None:
            differences = [*found_differences(line.difference, line.second_difference)]
        for pieces, second in differences:
            if pieces > 0 or (not pieces and second is not None and second > 0):
                cost = line.unit_cost if line.unit_cost is not None else costs.get(line.product_id, ZERO)
                line.unit_cost = cost.quantize(Decimal("0.00000001"))
                value = rounded((pieces if second is None else second) * cost, smallest)
                places = (outside.pk, line.location_id)
            else:
                value, places = None, (line.location_id, outside.pk)
                if pieces:
                    make_room(line.product_id, line.location_id, line.lot, -pieces)
            movements.append(
                Movement(
                    line.product_id, adjustment.kind, *places, abs(pieces), value, line.lot, line_id=line.pk,
                    second=None if second is None else abs(second),
                )
            )  # fmt: skip
    refuse_unjudged(movements)
    values = post_moves(
        movements, on=adjustment.adjusted_on, source=ref(adjustment), reason=adjustment.reason, day_field="adjusted_on"
    )
    worth: dict[int | None, Decimal] = defaultdict(Decimal)
    for m, moved in zip(movements, values, strict=True):
        worth[m.line_id] += moved if m.from_id == outside.pk else -moved
    for line in lines:
        line.value = worth[line.pk]
        line.save(update_fields=["difference", "second_difference", "value", "unit_cost"])
    adjustment.status = StockAdjustment.Status.POSTED
    adjustment.save(update_fields=["status"])
    kind: PostingKind = "stock_opening" if adjustment.kind == Kind.OPENING else "stock_adjustment"
    posting = [PostingLine(x.value or ZERO, product_id=x.product_id, note=adjustment.kind) for x in lines]
    post_entries(actor, [entry(kind, adjustment.adjusted_on, ref(adjustment), posting)])
    publish(PlanningBasisChanged(tuple(sorted({line.product_id for line in lines}))))
    return adjustment


def _difference(adjustment: StockAdjustment, line: StockAdjustmentLine) -> tuple[Decimal, Decimal | None]:
    """Of the pieces, and of what they weigh."""
    if adjustment.kind == Kind.COUNT:
        second = line.second_quantity
        pieces = line.quantity - (line.book_quantity or ZERO)
        return pieces, None if second is None else second - (line.second_book or ZERO)
    sign = -1 if adjustment.kind == Kind.SCRAP else 1
    return sign * line.quantity, None if line.second_quantity is None else sign * line.second_quantity

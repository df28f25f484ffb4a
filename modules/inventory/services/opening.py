"""Opening stock, row by row as an importer brings it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from modules.inventory.models import Location, StockAdjustment, StockAdjustmentLine, StockMove
from modules.inventory.rules.costing import rounded
from modules.inventory.selectors.places import default_place, place_by_name, place_of_kind
from modules.inventory.selectors.stock import unit_costs
from modules.inventory.services.adjustment import ref
from modules.inventory.services.lines import record_of
from modules.inventory.services.lots import NewLot, lots_ensure, lots_of_line
from modules.inventory.services.moves import Movement, post_moves, step
from modules.inventory.services.place import bin_within
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.second_quantity import second_read
from modules.shared.contracts.posting import PostingLine
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import frame, service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
EIGHT = Decimal("0.00000001")
IMPORTED = "import"  # the reason that marks the day's document of imported rows


@service("inventory.opening_stock.create")
def opening_stock_create(*, actor: Actor, **values: Any) -> StockAdjustmentLine:
    """One row of opening stock, posted at once: product, quantity, `place` by name or code (or `location`), `shelf` and
    `bin` below it, `lot` and when it `expires_on`, `unit_cost`. Raises Invalid."""
    return opening_stock_create_many(actor=actor, rows=[values])[0]


@service("inventory.opening_stock.create")
def opening_stock_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[StockAdjustmentLine]:
    """All rows or none, onto the day's opening adjustment, with one entry in the ledger. Shelves and bins are made when
    they are not there yet. Without `unit_cost`: the current cost, the standard cost, the supplier's price, else zero.
    Raises Invalid."""
    document = _document()
    places = _Places()
    lines = [_line(document, row, places) for row in rows]
    _refuse_twice(document, lines)
    unknown = {x.product_id for x in lines if x.unit_cost is None}
    costs, smallest = unit_costs(unknown, valued=True) if unknown else {}, step()
    top = document.lines.aggregate(top=Max("position"))["top"] or 0
    for position, line in enumerate(lines, top + 1):
        cost = line.unit_cost if line.unit_cost is not None else costs.get(line.product_id, ZERO)
        line.position, line.unit_cost, line.difference = position, cost.quantize(EIGHT), line.quantity
        line.second_difference = line.second_quantity
        line.value = rounded((line.quantity if line.second_quantity is None else line.second_quantity) * cost, smallest)
        line.created_by_id = line.changed_by_id = frame().actor.member_id
    StockAdjustmentLine.objects.bulk_create(lines, batch_size=500)
    touch_ids(StockAdjustmentLine, "insert", {x.pk for x in lines})
    outside = place_of_kind(Location.Kind.INVENTORY).pk
    lots_ensure(
        NewLot(line.product_id, line.lot, expires_on=row.get("expires_on"))
        for line, row in zip(lines, rows, strict=True)
    )
    movements = [
        Movement(
            x.product_id, StockMove.Kind.OPENING, outside, x.location_id, x.quantity, x.value, x.lot, line_id=x.pk,
            second=x.second_quantity,
        )
        for x in lines
    ]  # fmt: skip
    post_moves(movements, on=document.adjusted_on, source=ref(document), reason=document.reason)
    posting = [PostingLine(x.value or ZERO, product_id=x.product_id, note="opening") for x in lines]
    post_entries(actor, [entry("stock_opening", document.adjusted_on, ref(document), posting)])
    return lines


@service("inventory.opening_stock.update")
def opening_stock_update(*, actor: Actor, line: StockAdjustmentLine, **_values: Any) -> StockAdjustmentLine:
    """Always raises StateRefused: what is posted stays, a count corrects it."""
    raise StateRefused(_("Opening stock that is entered stays as it is: correct it by a count."))


class _Places:
    """Places named by the rows; each name is looked up once."""

    def __init__(self) -> None:
        self._named: dict[str, Location] = {}
        self._bins: dict[tuple[int, str, str], Location] = {}

    def find(self, row: Mapping[str, Any]) -> Location:
        top = self._top(row.get("location"), (row.get("place") or "").strip())
        shelf, bin_name = (row.get("shelf") or "").strip(), (row.get("bin") or "").strip()
        key = (top.pk, shelf, bin_name)
        if key not in self._bins:
            self._bins[key] = bin_within(top, shelf, bin_name)
        return self._bins[key]

    def _top(self, location: Any, name: str) -> Location:
        if location is not None:
            return _stock_place(record_of(Location.objects.all(), location, "location"), "location")
        key = name.casefold()
        if key not in self._named:
            found = place_by_name(name) if name else default_place()
            if found is None:
                raise Invalid.field("place", _("There is no place called “%(name)s”.") % {"name": name}, "unknown")
            self._named[key] = _stock_place(found, "place")
        return self._named[key]


def _stock_place(place: Location, field: str) -> Location:
    if place.kind != Location.Kind.STOCK:
        raise Invalid.field(field, _("Opening stock lies in a stock place."), "kind")
    return place


def _line(document: StockAdjustment, row: Mapping[str, Any], places: _Places) -> StockAdjustmentLine:
    product = record_of(Product.objects.select_related("unit"), row.get("product"), "product")
    quantity = row.get("quantity")
    if product.kind != Product.Kind.GOODS:
        raise Invalid.field("product", _("Only goods are kept in stock."), "kind")
    if not isinstance(quantity, Decimal) or quantity <= 0:
        raise Invalid.field("quantity", _("The quantity must be greater than zero."), "min_value")
    if quantity != quantity.quantize(Decimal(1).scaleb(-product.unit.decimals)):
        raise Invalid.field("quantity", _("The unit does not allow such a fraction."), "unit-step")
    unit_cost = row.get("unit_cost")
    if unit_cost is not None and unit_cost < 0:
        raise Invalid.field("unit_cost", _("A cost is not negative."), "min_value")
    lot = (row.get("lot") or "").strip()
    if len(lots_of_line(product, lot, quantity, "lot")) > 1:
        raise Invalid.field("lot", _("One row for each lot or serial number."), "lot")
    return StockAdjustmentLine(
        adjustment=document,
        product=product,
        location=places.find(row),
        lot=lot,
        quantity=quantity,
        second_quantity=second_read(product, quantity, row.get("second_quantity"), "second_quantity"),
        unit_cost=unit_cost,
    )


def _refuse_twice(document: StockAdjustment, lines: Sequence[StockAdjustmentLine]) -> None:
    there = document.lines.filter(product_id__in={x.product_id for x in lines})
    seen = set(there.values_list("product_id", "location_id", "lot"))
    for line in lines:
        key = (line.product_id, line.location_id, line.lot)
        if key in seen:
            message = _("This product is on the opening stock of this place already.")
            raise Invalid.field("product", message, "unique")
        seen.add(key)


def _document() -> StockAdjustment:
    """The day's document of imported opening stock, under lock: rows are added to it while it is the same day."""
    today = current().today()
    same = StockAdjustment.objects.select_for_update().filter(
        kind=StockAdjustment.Kind.OPENING,
        adjusted_on=today,
        status=StockAdjustment.Status.POSTED,
        reason=IMPORTED,
    )
    document = same.order_by("pk").first()
    if document is None:
        document = StockAdjustment(
            number=next_number("SA"),
            kind=StockAdjustment.Kind.OPENING,
            adjusted_on=today,
            reason=IMPORTED,
            status=StockAdjustment.Status.POSTED,
        )
        document.save()
    return document

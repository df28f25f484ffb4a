"""Opening stock, row by row as an importer brings it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from modules.inventory.models import Location, StockAdjustment, StockAdjustmentLine
from modules.inventory.rules.costing import rounded
from modules.inventory.selectors.places import default_place, place_by_name, place_of_kind
from modules.inventory.selectors.stock import unit_costs
from modules.inventory.services.adjustment import ref
from modules.inventory.services.lines import record_of
from modules.inventory.services.moves import Movement, post_moves, step
from modules.inventory.services.place import bin_within
from modules.inventory.services.posting import entry, post_entries
from modules.shared.contracts.posting import PostingLine
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service("inventory.opening_stock.create")
def opening_stock_create(
    *, actor: Actor, product: Any, quantity: Decimal, location: Any = None, place: str | None = "",
    shelf: str | None = "", bin: str | None = "", lot: str | None = "", unit_cost: Decimal | None = None,
) -> StockAdjustmentLine:  # fmt: skip
    """One row of opening stock, posted at once onto the day's opening adjustment. `place` names the location, `shelf`
    and `bin` places below it, made when they are not there yet. Without `unit_cost`: the current cost, the standard
    cost, the supplier's price, else zero. Raises Invalid."""
    item = record_of(Product.objects.select_related("unit"), product, "product")
    if item.kind != Product.Kind.GOODS:
        raise Invalid.field("product", _("Only goods are kept in stock."), "kind")
    if quantity <= 0:
        raise Invalid.field("quantity", _("The quantity must be greater than zero."), "min_value")
    if quantity != quantity.quantize(Decimal(1).scaleb(-item.unit.decimals)):
        raise Invalid.field("quantity", _("The unit does not allow such a fraction."), "unit-step")
    at, lot = bin_within(_place(location, place), shelf, bin), lot or ""
    document = _document()
    if document.lines.filter(product=item, location=at, lot=lot).exists():
        raise Invalid.field("product", _("This product is on the opening stock of this place already."), "unique")
    known = unit_costs([item.pk]) if unit_cost is None else {}
    cost = unit_cost if unit_cost is not None else known.get(item.pk, ZERO)
    value = rounded(quantity * cost, step())
    line = StockAdjustmentLine(
        adjustment=document, position=(document.lines.aggregate(top=Max("position"))["top"] or 0) + 1, product=item,
        location=at, lot=lot, quantity=quantity, unit_cost=cost.quantize(Decimal("0.00000001")), difference=quantity,
        value=value,
    )  # fmt: skip
    line.save()
    movement = Movement(
        item.pk, StockAdjustment.Kind.OPENING, place_of_kind(Location.Kind.INVENTORY).pk, at.pk, quantity, value, lot,
        line_id=line.pk,
    )  # fmt: skip
    post_moves([movement], on=document.adjusted_on, source=ref(document), reason=document.reason)
    posting = [PostingLine(value, product_id=item.pk, note="opening")]
    post_entries(actor, [entry("stock_opening", document.adjusted_on, ref(document), posting)])
    return line


def _place(location: Any, name: str | None) -> Location:
    if location is not None:
        found = record_of(Location.objects.all(), location, "location")
    elif name:
        found = place_by_name(name)
        if found is None:
            raise Invalid.field("place", _("There is no place called “%(name)s”.") % {"name": name}, "unknown")
    else:
        found = default_place()
    if found.kind != Location.Kind.STOCK:
        raise Invalid.field("location", _("Opening stock lies in a stock place."), "kind")
    return found


def _document() -> StockAdjustment:
    """The day's opening adjustment, under lock: rows are added to it while it is the same day."""
    today = current().today()
    same = StockAdjustment.objects.select_for_update().filter(
        kind=StockAdjustment.Kind.OPENING, adjusted_on=today, status=StockAdjustment.Status.POSTED, reason=str(REASON)
    )
    document = same.order_by("pk").first()
    if document is None:
        document = StockAdjustment(
            number=next_number("SA"), kind=StockAdjustment.Kind.OPENING, adjusted_on=today, reason=str(REASON),
            status=StockAdjustment.Status.POSTED,
        )  # fmt: skip
        document.save()
    return document


REASON = "import"

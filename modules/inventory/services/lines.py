"""Reading the lines of receipts and deliveries from input: which order line, how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from modules.inventory.models import Location
from modules.inventory.services.second_quantity import second_read
from modules.shared.data.models import PurchaseOrderLine, SalesOrderLine
from modules.shared.data.services.order_lines import key_of
from tenon.problems import FieldError, Invalid

M = TypeVar("M", bound=Model)
ZERO = Decimal(0)


@dataclass(frozen=True)
class LineInput:
    order_line: Any  # PurchaseOrderLine or SalesOrderLine, with its product
    quantity: Decimal
    rejected: Decimal = ZERO
    location: Location | None = None
    details: Mapping[str, Any] = field(default_factory=dict)  # what the line says of lots
    second: Decimal | None = None  # of goods in two quantities, what the accepted ones weigh


# What lines of receipts and deliveries say of lots.
DETAILS = ("lots", "lot_reason", "supplier_lot", "made_on", "expires_on")


def record_of(rows: QuerySet[M], value: Any, field: str, *, required: bool = True) -> Any:
    """The record that input names as record, id or `{"id"}`. Raises Invalid when there is none."""
    if isinstance(value, Model):
        return value
    key = key_of(value)
    found = rows.filter(pk=key).first() if key is not None else None
    if found is None and (required or key is not None):
        raise Invalid.field(field, _("There is no such record."), "does_not_exist")
    return found


def read_lines(
    given: Sequence[Mapping[str, Any]],
    known: Sequence[PurchaseOrderLine | SalesOrderLine],
    present: Mapping[int, Any] | None = None,
) -> list[LineInput]:
    """Checked lines. `known` are the order's lines; `present` the document's lines that are there already, by id, so
    that a change need not repeat what they say. Raises Invalid naming every wrong field."""
    lines = {line.pk: line for line in known}
    errors: list[FieldError] = []
    read: list[LineInput] = []
    for index, row in enumerate(given):
        at = f"lines.{index}"
        old = (present or {}).get(key_of(row.get("id")) or 0)
        line_id = key_of(row.get("order_line")) or getattr(old, "order_line_id", None)
        if line_id not in lines:
            errors.append(FieldError(f"{at}.order_line", "unknown", _("This is no line of the order with goods.")))
            continue
        quantity = _number(row.get("quantity"))
        rejected = _number(row.get("rejected") or 0)
        if quantity is None or quantity <= 0:
            errors.append(FieldError(f"{at}.quantity", "min_value", _("The quantity must be greater than zero.")))
        elif rejected is None or not 0 <= rejected <= quantity:
            errors.append(FieldError(f"{at}.rejected", "range", _("No more can be rejected than has arrived.")))
        elif not _fits(quantity, lines[line_id]) or not _fits(rejected, lines[line_id]):
            errors.append(FieldError(f"{at}.quantity", "unit-step", _("The unit does not allow such a fraction.")))
        else:
            place = record_of(Location.objects.all(), row.get("location"), f"{at}.location", required=False)
            said = row["second_quantity"] if "second_quantity" in row else _weighed_before(old, quantity)
            second, product = None, lines[line_id].product
            if said not in (None, "") or product.second_unit_id is not None:
                try:
                    second = second_read(product, quantity - rejected, said, f"{at}.second_quantity", required=False)
                except Invalid as problem:
                    errors += problem.errors
                    continue
            read.append(LineInput(lines[line_id], quantity, rejected, place, _details(row, old), second))
    if errors:
        raise Invalid(errors=errors)
    return read


def _weighed_before(old: Any, quantity: Decimal) -> Decimal | None:
    """What the line said of its weight, while it has as many pieces as then."""
    return old.second_quantity if old is not None and old.quantity == quantity else None


def _details(row: Mapping[str, Any], old: Any) -> dict[str, Any]:
    """Empty texts and days stay away; what is not repeated stays."""
    said = {name: row[name] if name in row else getattr(old, name, None) for name in DETAILS}
    return {name: value.strip() if isinstance(value, str) else value for name, value in said.items() if value}


def _number(value: Any) -> Decimal | None:
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _fits(quantity: Decimal, line: PurchaseOrderLine | SalesOrderLine) -> bool:
    """A quantity is a multiple of the stock unit's step: whole pieces stay whole."""
    return quantity == quantity.quantize(Decimal(1).scaleb(-line.product.unit.decimals))


def check_step(quantity: Decimal, product: Any, field: str) -> None:
    """Whole pieces stay whole, whichever way they move. Raises Invalid."""
    if quantity != quantity.quantize(Decimal(1).scaleb(-product.unit.decimals)):
        raise Invalid.field(field, _("The unit does not allow such a fraction."), "unit-step")


def quantities_by_line(given: Any) -> dict[int, Decimal]:
    """Line id → quantity, from a mapping or a list of `{"line", "quantity"}`. Raises Invalid."""
    if isinstance(given, list) and all(isinstance(row, Mapping) for row in given):
        pairs = [(row.get("line"), row.get("quantity")) for row in given]
    elif isinstance(given, Mapping) or not given:
        pairs = list((given or {}).items())
    else:
        raise Invalid.field("lines", _("Say which line and how much."), "invalid")
    read: dict[int, Decimal] = {}
    for line, value in pairs:
        quantity = _number(value)
        try:
            key = key_of(line)
        except (TypeError, ValueError):
            key = None
        if key is None or quantity is None:
            raise Invalid.field("lines", _("Say which line and how much."), "invalid")
        read[key] = read.get(key, ZERO) + quantity
    return read


def check_lines_known(wanted: Mapping[int, Decimal], lines: Sequence[Model]) -> None:
    """Raises Invalid when a line is not on the document."""
    if set(wanted) - {line.pk for line in lines}:
        raise Invalid.field("lines", _("There is no such line on this document."), "unknown")


def rows_of(value: Any, field: str) -> Sequence[Mapping[str, Any]]:
    """What a JSON field of rows should hold: a list of objects. Raises Invalid."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, Mapping) for row in value):
        raise Invalid.field(field, _("This must be a list of lines."), "invalid")
    return value

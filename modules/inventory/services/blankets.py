"""Blanket orders: agreeing them, and calling off. What was called off is never more than was agreed; a trigger holds
that too when the order is changed later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.inventory.errors import BlanketExceeded
from modules.inventory.models import BlanketDelivery, BlanketDraw, BlanketLine, BlanketOrder
from modules.inventory.selectors.blankets import Drawn, drawn, scheduled
from modules.inventory.selectors.purchase_needs import warehouses
from modules.inventory.services.entered import entered_day, entered_key, entered_number
from modules.inventory.services.lines import rows_of
from modules.shared.contracts.events import PlanningBasisChanged
from modules.shared.data.models import Party, PurchaseOrder
from modules.shared.data.selectors.prices import supplier_prices
from modules.shared.data.selectors.rates import known_currency
from modules.shared.data.services import purchase_order_draft
from modules.shared.data.services.line_writing import lines_insert, lines_write, snapshot
from modules.shared.data.services.order_lines import LineDraft, draft_lines, key_of, not_for_purchase
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Status = BlanketOrder.Status
HEAD = ("reference", "valid_from", "valid_until", "call_ahead_days", "note")


@service("inventory.blanket_order.create")
def blanket_order_create(
    *, actor: Actor, supplier: Any, valid_until: date, lines: Sequence[Mapping[str, Any]] = (), **values: Any
) -> BlanketOrder:
    """A draft; prices that are left out are the supplier's own. Raises Invalid."""
    party = supplier if isinstance(supplier, Party) else Party.objects.filter(pk=key_of(supplier) or 0).first()
    if party is None or not party.is_supplier:
        raise Invalid.field("supplier", _("This party is not a supplier"), "not_supplier")
    row = BlanketOrder(
        supplier=party, valid_from=values.pop("valid_from", None) or current().today(), valid_until=valid_until,
        currency=known_currency(values.pop("currency", None) or party.currency or current().currency),
        payment_term_id=key_of(values.pop("payment_term", None)) or party.payment_term_id,
        owner_id=key_of(values.pop("owner", None)) or actor.member_id,
        department_id=key_of(values.pop("department", None)) or actor.department_id,
    )  # fmt: skip
    _set(row, values)
    rows = _lines(row, lines)
    row.number = next_number("BO")
    row.save()
    lines_insert(rows, parent="blanket")
    return row


@service("inventory.blanket_order.update")
def blanket_order_update(
    *, actor: Actor, blanket: BlanketOrder, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> BlanketOrder:
    """Changes a draft; of one in force its note, who looks after it and how early its schedule is called off. Raises
    StateRefused, Invalid."""
    row = locked(blanket)
    free = {"note", "owner", "department", "call_ahead_days", "custom"}
    if row.status != Status.DRAFT and (lines is not None or set(values) - free):
        raise StateRefused(_("What was agreed stays as it is: close it and agree anew"))
    if "supplier" in values and key_of(values.pop("supplier")) != row.supplier_id:
        raise Invalid.field("supplier", _("The supplier stays: make another one"), "write_once")
    if values.get("currency"):
        row.currency = known_currency(values.pop("currency"))
    _set(row, values)
    row.save()
    if lines is not None:
        there = list(row.lines.all())
        lines_write(BlanketLine, snapshot(there), _lines(row, lines, there), parent="blanket")
    return row


@service("inventory.blanket_order.delete")
def blanket_order_delete(*, actor: Actor, blanket: BlanketOrder) -> None:
    """Removes a draft. Raises StateRefused."""
    row = locked(blanket)
    if row.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be deleted; close it instead"))
    row.delete()


@service("inventory.blanket_order.update")
def blanket_order_activate(*, actor: Actor, blanket: BlanketOrder) -> BlanketOrder:
    """It is agreed: from now on it is called off. Raises StateRefused, Invalid without a limit."""
    row = locked(blanket)
    if row.status != Status.DRAFT:
        raise StateRefused(_("Only a draft comes into force"))
    lines = list(row.lines.all())
    if not lines:
        raise Invalid.field("lines", _("A blanket order needs at least one line"), "required")
    if row.amount is None and any(line.quantity is None for line in lines):
        raise Invalid.field("amount", _("Agree on an amount, or on a quantity of every line"), "required")
    row.status = Status.ACTIVE
    row.save()
    return row


@service("inventory.blanket_order.update")
def blanket_order_close(*, actor: Actor, blanket: BlanketOrder) -> BlanketOrder:
    """Nothing more is called off: what was scheduled is no supply any more. Raises StateRefused."""
    row = locked(blanket)
    if row.status not in (Status.DRAFT, Status.ACTIVE):
        raise StateRefused(_("It is closed already"))
    row.status = Status.CLOSED if row.status == Status.ACTIVE else Status.CANCELLED
    row.save()
    basis_changed(row)
    return row


@service("shared.purchase_order.create")
def blanket_call_off(
    *, actor: Actor, blanket: BlanketOrder, lines: Sequence[Mapping[str, Any]], warehouse: Any = None
) -> PurchaseOrder:
    """A draft purchase order at the agreed prices: `lines` are `[{"line", "quantity", "second_quantity", "due_on"}]`,
    in the unit of the blanket order; what goods in two quantities should weigh may be left out. Raises StateRefused
    when it is not in force, BlanketExceeded, Invalid."""
    return called_off(actor, locked(blanket), lines, warehouse)


def called_off(
    actor: Actor,
    row: BlanketOrder,
    lines: Sequence[Mapping[str, Any]],
    warehouse: Any = None,
    calling: Sequence[BlanketDelivery] = (),
) -> PurchaseOrder:
    """The same for who has locked it; `calling` are the deliveries of its schedule that these lines are, in turn."""
    today = current().today()
    if row.status != Status.ACTIVE or not row.valid_from <= today <= row.valid_until:
        raise StateRefused(_("Only a blanket order in force is called off"))
    known = {x.pk: x for x in row.lines.select_related("product", "unit")}
    wanted: list[tuple[BlanketLine, dict[str, Any]]] = []
    for index, given in enumerate(rows_of(lines, "lines")):
        at = f"lines.{index}"
        line = known.get(entered_key(given.get("line"), f"{at}.line") or 0)
        if line is None:
            raise Invalid.field(f"{at}.line", _("This line is not on the blanket order"), "unknown")
        values = {
            "product": line.product_id, "unit": line.unit_id,
            "quantity": entered_number(given.get("quantity"), f"{at}.quantity"), "unit_price": line.unit_price,
            "due_on": entered_day(given.get("due_on"), f"{at}.due_on"),
            "priced_by_second": line.priced_by_second, "second_quantity": given.get("second_quantity"),
        }  # fmt: skip
        wanted.append((line, values))
    if not wanted:
        raise Invalid.field("lines", _("Choose what to call off"), "required")
    place_id = entered_key(warehouse, "warehouse") or 0
    place = warehouses({place_id}).get(place_id)
    order = purchase_order_draft(
        actor=actor, supplier=row.supplier_id, currency=row.currency, payment_term=row.payment_term_id,
        lines=[values for _line, values in wanted],
        deliver_to={"entity": "inventory.warehouse", "id": place.pk, "label": place.name} if place else None,
    )  # fmt: skip
    made = list(order.lines.order_by("position", "id"))
    left_planned = scheduled(row, but=[x.pk for x in calling])
    _check_room(row, known, [(line, x) for (line, _values), x in zip(wanted, made, strict=True)], left_planned)
    for (line, _values), order_line in zip(wanted, made, strict=True):
        BlanketDraw(line=line, order_line=order_line).save()
    for delivery, order_line in zip(calling, made, strict=bool(calling)):
        delivery.order_line = order_line
        delivery.save()
    return order


def _check_room(
    row: BlanketOrder,
    known: Mapping[int, BlanketLine],
    wanted: Sequence[tuple[BlanketLine, Any]],
    planned: Drawn,
) -> None:
    """Beside what was called off, what is scheduled is spoken for."""
    called = drawn(row)
    quantities = {key: called.quantities.get(key, ZERO) + planned.quantities.get(key, ZERO) for key in known}
    check_room(row, known, wanted, Drawn(quantities, called.amount + planned.amount))


def check_room(
    row: BlanketOrder,
    known: Mapping[int, BlanketLine],
    wanted: Sequence[tuple[BlanketLine, Any]],
    used: Drawn,
) -> None:
    """`wanted`: lines with what has a base_quantity and a net subtotal. Raises BlanketExceeded."""
    amount = used.amount + sum((x.subtotal for _line, x in wanted), ZERO)
    if row.amount is not None and amount > row.amount:
        raise BlanketExceeded(
            _("%(number)s: %(left)s %(currency)s is left to call off")
            % {"number": row.number, "left": row.amount - used.amount, "currency": row.currency}
        )
    for key, line in known.items():
        more = sum((x.base_quantity for of, x in wanted if of.pk == key), ZERO)
        left = (line.base_quantity or ZERO) - used.quantities.get(key, ZERO)
        if line.base_quantity is not None and more > left:
            raise BlanketExceeded(
                _("%(product)s: %(left)s is left to call off")
                % {"product": line.product.code, "left": f"{max(left, ZERO).normalize():f}"},
                line=key,
            )


def locked(blanket: BlanketOrder) -> BlanketOrder:
    return BlanketOrder.objects.select_for_update(of=("self",)).get(pk=blanket.pk)


def basis_changed(row: BlanketOrder) -> None:
    """Planning counts on what is scheduled."""
    products = BlanketDelivery.objects.filter(line__blanket=row, order_line=None).values_list("line__product_id")
    found = tuple(sorted({pk for (pk,) in products}))
    if found:
        publish(PlanningBasisChanged(found))


def _set(row: BlanketOrder, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in ("payment_term", "owner", "department"):
            setattr(row, f"{name}_id", key_of(value))
        elif name == "custom":
            row.custom = {**row.custom, **(value or {})}
        elif name == "amount":
            row.amount = None if value in (None, "") else round_money(entered_number(value, "amount"), row.currency)
        elif name in HEAD:
            setattr(row, name, value)
    if row.valid_until < row.valid_from:
        raise Invalid.field("valid_until", _("It ends after it begins"), "range")


def _lines(
    row: BlanketOrder, given: Sequence[Mapping[str, Any]], there: Sequence[BlanketLine] = ()
) -> list[BlanketLine]:
    old = {x.pk: x for x in there}
    merged = []
    for index, values in enumerate(given):
        key = key_of(values.get("id"))
        was = old.get(key) if key else None
        if key and was is None:
            raise Invalid.field(f"lines.{index}.id", _("This line is not on the blanket order"), "unknown")
        kept = {name: getattr(was, name) for name in ("product", "unit", "quantity", "unit_price")} if was else {}
        values = {**kept, **values}
        # A line without a quantity is limited by the amount alone: it is worked out for one unit and kept without.
        merged.append({**values, "quantity": values.get("quantity") or 1, "unlimited": not values.get("quantity")})
    drafts = draft_lines(
        merged, refuse=not_for_purchase,
        pricing=lambda asked: supplier_prices(
            asked, supplier_id=row.supplier_id, currency=row.currency, on=current().today()
        ),
    )  # fmt: skip
    if len({draft.product.pk for draft in drafts}) < len(drafts):
        raise Invalid.field("lines", _("A product stands on a blanket order once"), "unique")
    return [_line(row, draft, position, old) for position, draft in enumerate(drafts, 1)]


def _line(row: BlanketOrder, draft: LineDraft, position: int, old: Mapping[int, BlanketLine]) -> BlanketLine:
    line = old.get(draft.line_id or 0) or BlanketLine(blanket=row)
    line.blanket, line.position, line.product, line.unit = row, position * 10, draft.product, draft.unit
    line.quantity = None if draft.given["unlimited"] else draft.quantity
    line.base_quantity = None if draft.given["unlimited"] else draft.base_quantity
    line.unit_price, line.priced_by_second = draft.unit_price or ZERO, draft.priced_by_second
    return line

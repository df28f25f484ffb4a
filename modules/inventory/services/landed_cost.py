"""Landed costs: freight, duty and the like, spread over what was received (采购费用分摊)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import LandedCost, LandedCostLine, Receipt, ReceiptLine, StockValueChange
from modules.inventory.rules.landed import Basis, spread
from modules.inventory.services.entered import entered_number
from modules.inventory.services.late_cost import LateCost, late_costs_apply, layers_of_receipt_lines
from modules.inventory.services.lines import record_of
from modules.inventory.services.moves import step
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.selectors.units import Conversions
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import allocate
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "inventory.landed_cost"
Status = LandedCost.Status


def ref(landed: LandedCost) -> RecordRef:
    return RecordRef(ENTITY, landed.pk, landed.number)


@service("inventory.landed_cost.create")
def landed_cost_create(
    *, actor: Actor, amount: Decimal, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> LandedCost:
    """A draft over the named receipt lines or, without any, over all lines of `receipt`. Raises Invalid."""
    landed = LandedCost(
        number=next_number("LC"), amount=_amount(amount), costed_on=values.pop("costed_on", None) or current().today(),
        receipt=record_of(Receipt.objects.all(), values.pop("receipt", None), "receipt", required=False), **values,
    )  # fmt: skip
    landed.save()
    _write_lines(landed, lines)
    return landed


@service("inventory.landed_cost.update")
def landed_cost_update(
    *, actor: Actor, landed: LandedCost, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> LandedCost:
    """Changes a draft; `lines`, when given, replace what there was. Raises StateRefused once it is posted, Invalid."""
    landed = _locked(landed, Status.DRAFT, _("Only a draft can be changed or posted."))
    before = landed.receipt_id
    for name, value in values.items():
        setattr(landed, name, _amount(value) if name == "amount" else value)
    landed.save()
    if lines is not None or landed.receipt_id != before:
        known = {x.pk: x.receipt_line_id for x in landed.lines.all()}
        for old in landed.lines.all():
            old.delete()
        _write_lines(landed, lines, known)
    return landed


def _amount(amount: Any) -> Decimal:
    value = entered_number(amount, "amount")
    if value % step():
        raise Invalid.field("amount", _("Enter an amount greater than zero, in the currency's decimals."), "invalid")
    return value


def _write_lines(
    landed: LandedCost, given: Sequence[Mapping[str, Any]] | None, known: Mapping[int, int] | None = None
) -> None:
    posted = ReceiptLine.objects.filter(receipt__kind=Receipt.Kind.RECEIPT, receipt__status=Receipt.Status.POSTED)
    if given:
        ids = [key_of(row.get("receipt_line")) or (known or {}).get(key_of(row.get("id")) or 0) for row in given]
    elif landed.receipt_id is not None:
        ids = list(posted.filter(receipt=landed.receipt_id).order_by("position", "pk").values_list("pk", flat=True))
    else:
        raise Invalid.field("receipt", _("Name a receipt, or lines of receipts."), "required")
    there = posted.in_bulk([pk for pk in ids if pk])
    errors = [
        FieldError(f"lines.{i}.receipt_line", "unknown", _("This is no line of a posted receipt."))
        for i, pk in enumerate(ids)
        if pk not in there
    ]
    if errors:
        raise Invalid(errors=errors)
    if len(set(ids)) < len(ids):
        raise Invalid.field("lines", _("A receipt line stands here once."), "unique")
    lines = [there[pk] for pk in ids if pk is not None and there[pk].quantity > there[pk].rejected]
    if not lines:
        raise Invalid.field("lines", _("Nothing of this receipt was accepted."), "required")
    for position, line in enumerate(lines, 1):
        LandedCostLine(landed_cost=landed, position=position, receipt_line=line).save()


def _locked(landed: LandedCost, state: str, refusal: str) -> LandedCost:
    locked = LandedCost.objects.select_for_update().get(pk=landed.pk)
    if locked.status != state:
        raise StateRefused(refusal)
    return locked


@service("inventory.landed_cost.post")
def landed_cost_post(*, actor: Actor, landed: LandedCost) -> LandedCost:
    """Spreads the amount over the lines; of each share, what is still on hand raises the value of stock, and what has
    gone is added to what it cost where it went. The ledger holds the whole amount as purchase charges to be invoiced.
    Raises StateRefused, Invalid when there is no weight to spread by, PeriodClosed."""
    landed = _locked(landed, Status.DRAFT, _("Only a draft can be changed or posted."))
    lines = list(
        landed.lines.select_related("receipt_line__product", "receipt_line__receipt").order_by("position", "pk")
    )
    if not lines:
        raise Invalid.field("lines", _("There is nothing on this document."), "required")
    try:
        shares = spread(landed.amount, _bases(lines), landed.method, step())
    except ValueError:
        raise Invalid.field("method", _("There is nothing to spread by: not every line has one."), "basis") from None
    for line, share in zip(lines, shares, strict=True):
        line.amount = share
    _apply(landed, lines, 1)
    landed.status = Status.POSTED
    landed.save(update_fields=["status"])
    return landed


@service("inventory.landed_cost.reverse")
def landed_cost_reverse(*, actor: Actor, landed: LandedCost) -> LandedCost:
    """posted → taken back: the same shares with the other sign, from wherever the goods are today. Raises StateRefused,
    PeriodClosed."""
    landed = _locked(landed, Status.POSTED, _("Only a posted document can be taken back."))
    lines = list(landed.lines.select_related("receipt_line__product", "receipt_line__receipt").order_by("position"))
    landed.costed_on = max(landed.costed_on, current().today())
    _apply(landed, lines, -1)
    landed.status = Status.REVERSED
    landed.save(update_fields=["status"])
    return landed


@service("inventory.landed_cost.cancel")
def landed_cost_cancel(*, actor: Actor, landed: LandedCost) -> LandedCost:
    """Drops a draft. Raises StateRefused."""
    landed = _locked(landed, Status.DRAFT, _("Only a draft can be changed or posted."))
    landed.status = Status.CANCELLED
    landed.save(update_fields=["status"])
    return landed


def _apply(landed: LandedCost, lines: Sequence[LandedCostLine], sign: int) -> None:
    layers = layers_of_receipt_lines([x.receipt_line_id for x in lines])
    costs: list[LateCost] = []
    of_line: dict[int, LandedCostLine] = {}
    for line in lines:
        found = layers.get(line.receipt_line_id, [])
        if not found:
            raise StateRefused(_("These goods came before their cost was kept by receipt: enter it as an expense."))
        parts = allocate(sign * (line.amount or ZERO), [quantity for _pk, quantity in found], step())
        for (pk, _quantity), part in zip(found, parts, strict=True):
            of_line[pk] = line
            costs.append(LateCost(pk, part, {"party_id": landed.supplier_id}))
    shares = late_costs_apply(
        costs, kind=StockValueChange.Kind.LANDED_COST, on=landed.costed_on, source=ref(landed), day_field="costed_on"
    )
    if sign < 0:
        return
    for line in lines:
        line.in_stock = line.gone = ZERO
    for pk, share in shares.items():
        line = of_line[pk]
        line.in_stock = (line.in_stock or ZERO) + share.in_stock
        line.gone = (line.gone or ZERO) + share.gone
    for line in lines:
        line.save(update_fields=["amount", "in_stock", "gone"])


def _bases(lines: Sequence[LandedCostLine]) -> list[Basis]:
    rows = [x.receipt_line for x in lines]
    conversions = Conversions({r.product_id for r in rows})
    common = next((r.product.weight_unit_id for r in rows if r.product.weight_unit_id), None)
    out = []
    for row in rows:
        product, accepted = row.product, row.quantity - row.rejected
        weight = None
        if product.weight is not None and (product.weight_unit_id or common) is not None and common is not None:
            ratio = conversions.ratio(product.pk, product.weight_unit_id or common, common)
            weight = Fraction(product.weight) * Fraction(accepted) * ratio if ratio is not None else None
        elif product.weight is not None and common is None:
            weight = Fraction(product.weight) * Fraction(accepted)
        out.append(Basis(row.value or ZERO, accepted, weight))
    return out

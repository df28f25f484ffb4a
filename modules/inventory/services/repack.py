"""Repacking: goods in, other goods out, at the same value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, Lot, Repack, RepackLine, StockMove
from modules.inventory.selectors.places import place_of_kind
from modules.inventory.selectors.stock import unit_costs
from modules.inventory.services.lines import check_step, record_of
from modules.inventory.services.lots import NewLot, lots_ensure, lots_named
from modules.inventory.services.moves import Movement, lock_costs, post_moves, step
from modules.inventory.services.posting import entry, post_entries
from modules.shared.contracts.posting import PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import allocate
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "inventory.repack"
Direction = RepackLine.Direction
Kind = StockMove.Kind


@service("inventory.repack.create")
def repack_create(*, actor: Actor, lines: Sequence[Mapping[str, Any]] = (), **values: Any) -> Repack:
    """A draft. Raises Invalid."""
    repack = Repack(
        number=next_number("RP"), repacked_on=values.pop("repacked_on", None) or current().today(), **values
    )
    _check_place(repack.location)
    repack.save()
    _write_lines(repack, lines, {})
    return repack


@service("inventory.repack.update")
def repack_update(
    *, actor: Actor, repack: Repack, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> Repack:
    """Changes a draft; `lines`, when given, are all there are. Raises StateRefused once it is posted, Invalid."""
    repack = _draft(repack)
    for name, value in values.items():
        setattr(repack, name, value)
    _check_place(repack.location)
    repack.save()
    if lines is not None:
        known = {x.pk: x for x in repack.lines.all()}
        kept = {key_of(row.get("id")) for row in lines}
        for pk, line in known.items():
            if pk not in kept:
                line.delete()
        _write_lines(repack, lines, known)
    return repack


@service("inventory.repack.cancel")
def repack_cancel(*, actor: Actor, repack: Repack) -> Repack:
    """Drops a draft. Raises StateRefused."""
    repack = _draft(repack)
    repack.status = Repack.Status.CANCELLED
    repack.save(update_fields=["status"])
    return repack


def _draft(repack: Repack) -> Repack:
    locked = Repack.objects.select_for_update().get(pk=repack.pk)
    if locked.status != Repack.Status.DRAFT:
        raise StateRefused(_("Only a draft can be changed or posted."))
    return locked


def _check_place(place: Location) -> None:
    if place.kind != Location.Kind.STOCK or not place.is_active:
        raise Invalid.field("location", _("Choose an open stock place."), "kind")


def _write_lines(repack: Repack, given: Sequence[Mapping[str, Any]], known: Mapping[int, RepackLine]) -> None:
    errors: list[FieldError] = []
    for at, row in enumerate(given):
        line = known.get(key_of(row.get("id")) or 0) or RepackLine(repack=repack, position=at + 1)
        try:
            _fill(line, row, f"lines.{at}.")
        except Invalid as problem:
            errors += problem.errors
            continue
        line.save()
    if errors:
        raise Invalid(errors=errors)


def _fill(line: RepackLine, row: Mapping[str, Any], at: str) -> None:
    if "product" in row or line.product_id is None:
        line.product = record_of(Product.objects.select_related("unit"), row.get("product"), f"{at}product")
    if line.product.kind != Product.Kind.GOODS:
        raise Invalid.field(f"{at}product", _("Only goods are kept in stock."), "kind")
    for name in ("direction", "lot", "quantity", "share"):
        if name in row:
            setattr(line, name, row[name] if name != "lot" else row[name] or "")
    if line.direction not in Direction.values:
        raise Invalid.field(f"{at}direction", _("This is required."), "required")
    if not isinstance(line.quantity, Decimal) or line.quantity <= 0:
        raise Invalid.field(f"{at}quantity", _("The quantity must be greater than zero."), "min_value")
    check_step(line.quantity, line.product, f"{at}quantity")
    if line.direction == Direction.IN:
        line.share = None
    elif line.share is not None and line.share < 0:
        raise Invalid.field(f"{at}share", _("Enter a number that is not negative."), "invalid")


@service("inventory.repack.post")
def repack_post(*, actor: Actor, repack: Repack) -> Repack:
    """What goes in leaves stock at what it is valued at; exactly that is divided over what comes out, by the shares.
    Raises StateRefused (also for a lot that is held), Invalid when nothing goes in or nothing comes out,
    InsufficientStock."""
    repack = _draft(repack)
    lines = list(repack.lines.select_related("product").order_by("position", "id"))
    taken = [x for x in lines if x.direction == Direction.IN]
    made = [x for x in lines if x.direction == Direction.OUT]
    if not taken or not made:
        raise Invalid.field("lines", _("Name what goes in and what comes out."), "required")
    shares = _shares(made)
    _inherit(taken, made)
    costs = lock_costs(x.product_id for x in lines)
    bench = place_of_kind(Location.Kind.PRODUCTION).pk
    source = RecordRef(ENTITY, repack.pk, repack.number)
    when: dict[str, Any] = {"on": repack.repacked_on, "source": source, "day_field": "repacked_on"}
    into = [
        Movement(x.product_id, Kind.REPACK_OUT, repack.location_id, bench, x.quantity, lot=x.lot, line_id=x.pk)
        for x in taken
    ]
    values = post_moves(into, **when, costs={pk: costs[pk] for pk in {x.product_id for x in taken}})
    worth = allocate(sum(values, ZERO), shares, step())
    out = [
        Movement(x.product_id, Kind.REPACK_IN, bench, repack.location_id, x.quantity, value, x.lot, line_id=x.pk)
        for x, value in zip(made, worth, strict=True)
    ]
    post_moves(out, **when, costs={pk: costs[pk] for pk in {x.product_id for x in made}})
    posting = []
    for line, value in (*zip(taken, values, strict=True), *zip(made, worth, strict=True)):
        line.value = value
        line.save(update_fields=["value"])
        signed = -value if line.direction == Direction.IN else value
        posting.append(PostingLine(signed, product_id=line.product_id))
    repack.status = Repack.Status.POSTED
    repack.save(update_fields=["status"])
    post_entries(actor, [entry("repacking", repack.repacked_on, source, posting)])
    return repack


def _inherit(taken: Sequence[RepackLine], made: Sequence[RepackLine]) -> None:
    """A new lot has the supplier and the days of the lots it is made of, the shortest of them. What is held stays held:
    it cannot be repacked into something free. Raises StateRefused."""
    lots = list(lots_named({(x.product_id, x.lot) for x in taken if x.lot}).values())
    if any(lot.quality != Lot.Quality.RELEASED for lot in lots):
        raise StateRefused(_("What is held or rejected is not repacked."))
    source = lots[0] if len(lots) == 1 else None
    expires_on = min((lot.expires_on for lot in lots if lot.expires_on), default=None)
    lots_ensure(
        NewLot(
            x.product_id, x.lot, source.supplier_id if source else None, source.supplier_lot if source else "",
            source.made_on if source else None, expires_on,
        )
        for x in made
    )  # fmt: skip


def _shares(made: Sequence[RepackLine]) -> list[Decimal]:
    if any(x.share is not None for x in made):
        shares = [x.share or ZERO for x in made]
    else:
        known = unit_costs({x.product_id for x in made})
        by_cost = all(x.product_id in known for x in made)
        shares = [known[x.product_id] * x.quantity if by_cost else x.quantity for x in made]
    if not sum(shares):
        raise Invalid.field("lines", _("There is nothing to spread by: not every line has one."), "basis")
    return shares

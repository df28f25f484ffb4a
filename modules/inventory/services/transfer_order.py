"""Transfer orders: sending goods, receiving them, and what never arrives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, StockMove, Transfer, TransferLine
from modules.inventory.rules.picking import Need, Shelf, pick
from modules.inventory.rules.second_quantity import Part
from modules.inventory.selectors.places import place_of_kind
from modules.inventory.services.inspecting import refuse_unjudged
from modules.inventory.services.lines import check_lines_known, check_step, quantities_by_line, record_of
from modules.inventory.services.moves import Movement, lock_balances, lock_costs, post_moves, shortage
from modules.inventory.services.place import place_new
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.second_quantity import second_read, weigh_parts
from modules.shared.contracts.events import PlanningBasisChanged
from modules.shared.contracts.posting import PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "inventory.transfer"


def ref(transfer: Transfer) -> RecordRef:
    return RecordRef(ENTITY, transfer.pk, transfer.number)


@service("inventory.transfer.create")
def transfer_create(*, actor: Actor, lines: Sequence[Mapping[str, Any]] = (), **values: Any) -> Transfer:
    """A draft. Raises Invalid."""
    transfer = Transfer(number=next_number("TR"), **values)
    _check_places(transfer)
    transfer.save()
    _write_lines(transfer, lines, {})
    return transfer


@service("inventory.transfer.update")
def transfer_update(
    *, actor: Actor, transfer: Transfer, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> Transfer:
    """Changes a draft; `lines`, when given, are all there are. Raises StateRefused once it is sent, Invalid."""
    transfer = _locked(transfer, Transfer.Status.DRAFT)
    for name, value in values.items():
        setattr(transfer, name, value)
    _check_places(transfer)
    transfer.save()
    if lines is not None:
        known = {x.pk: x for x in transfer.lines.all()}
        kept = {key_of(row.get("id")) for row in lines}
        for pk, line in known.items():
            if pk not in kept:
                line.delete()
        _write_lines(transfer, lines, known)
    return transfer


def _check_places(transfer: Transfer) -> None:
    for field, place in (("from_location", transfer.from_location), ("to_location", transfer.to_location)):
        if place.kind not in (Location.Kind.STOCK, Location.Kind.QUARANTINE) or not place.is_active:
            raise Invalid.field(field, _("Choose an open stock place."), "kind")
    if transfer.from_location.pk == transfer.to_location.pk:
        raise Invalid.field("to_location", _("It is there already."), "same")


def _write_lines(transfer: Transfer, given: Sequence[Mapping[str, Any]], known: Mapping[int, TransferLine]) -> None:
    errors: list[FieldError] = []
    for at, row in enumerate(given):
        line = known.get(key_of(row.get("id")) or 0) or TransferLine(transfer=transfer, position=at + 1)
        try:
            if "product" in row or line.product_id is None:
                line.product = record_of(
                    Product.objects.select_related("unit"), row.get("product"), f"lines.{at}.product"
                )
            if line.product.kind != Product.Kind.GOODS:
                raise Invalid.field(f"lines.{at}.product", _("Only goods are kept in stock."), "kind")
            line.lot = row.get("lot", line.lot) or ""
            quantity = row.get("quantity", line.quantity)
            if not isinstance(quantity, Decimal) or quantity <= 0:
                raise Invalid.field(f"lines.{at}.quantity", _("The quantity must be greater than zero."), "min_value")
            check_step(quantity, line.product, f"lines.{at}.quantity")
            line.quantity = quantity
            said = row.get("second_quantity") if {"quantity", "second_quantity"} & set(row) else line.second_quantity
            if line.product.second_unit_id is not None or said not in (None, ""):
                at_second = f"lines.{at}.second_quantity"
                line.second_quantity = second_read(line.product, quantity, said, at_second, required=False)
        except Invalid as problem:
            errors += problem.errors
            continue
        line.save()
    if errors:
        raise Invalid(errors=errors)


def _locked(transfer: Transfer, *states: str) -> Transfer:
    locked = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if locked.status not in states:
        raise StateRefused(_("The transfer is %(state)s.") % {"state": locked.get_status_display()})
    return locked


@service("inventory.transfer.cancel")
def transfer_cancel(*, actor: Actor, transfer: Transfer) -> Transfer:
    """Drops a draft. What was sent is received, if need be where it came from. Raises StateRefused."""
    transfer = _locked(transfer, Transfer.Status.DRAFT)
    transfer.status = Transfer.Status.CANCELLED
    transfer.save(update_fields=["status"])
    return transfer


@service("inventory.transfer.send")
def transfer_send(*, actor: Actor, transfer: Transfer) -> Transfer:
    """The goods leave: free stock of the place and all below it, in picking order, goes in transit, or, in one step,
    straight to where it is wanted. It stays ours and worth the same. Raises StateRefused, InsufficientStock."""
    transfer = _locked(transfer, Transfer.Status.DRAFT)
    lines = list(transfer.lines.select_related("product"))
    if not lines:
        raise Invalid.field("lines", _("There is nothing on this transfer."), "required")
    target = transit().pk if transfer.in_transit else transfer.to_location_id
    costs = lock_costs(x.product_id for x in lines)
    path = transfer.from_location.path
    balances = [
        b
        for b in lock_balances(x.product_id for x in lines)
        if b.location.path.startswith(path) and b.location_id != target
    ]
    movements: list[Movement] = []
    missing: dict[int, tuple[Decimal, Decimal]] = {}
    free = {b.pk: b.on_hand - b.reserved for b in balances}
    for line in lines:
        shelves = [
            Shelf(b.pk, b.product_id, free[b.pk])
            for b in balances
            if b.product_id == line.product_id and line.lot in ("", b.lot)
        ]
        found, short = pick([Need(line.pk, line.product_id, line.quantity)], shelves)
        if short[line.pk]:
            wanted, there = missing.get(line.product_id, (ZERO, ZERO))
            missing[line.product_id] = (wanted + line.quantity, there + line.quantity - short[line.pk])
        by_pk = {b.pk: b for b in balances}
        for part in found:
            free[part.shelf] -= part.quantity
            b = by_pk[part.shelf]
            movements.append(
                Movement(
                    line.product_id, StockMove.Kind.TRANSFER, b.location_id, target, part.quantity, lot=b.lot,
                    line_id=line.pk,
                )
            )  # fmt: skip
        line.sent = line.quantity
        line.received = ZERO if transfer.in_transit else line.quantity
    if missing:
        raise shortage(missing)
    refuse_unjudged(movements)
    weights = {x.pk: x.second_quantity for x in lines if x.second_quantity is not None}
    post_moves(movements, on=current().today(), source=ref(transfer), costs=costs, seconds=weights)
    for line in lines:
        line.save(update_fields=["sent", "received"])
    transfer.status = Transfer.Status.SENT if transfer.in_transit else Transfer.Status.DONE
    transfer.sent_on = current().today()
    transfer.save(update_fields=["status", "sent_on"])
    _told(movements)
    return transfer


def _told(movements: Iterable[Movement]) -> None:
    """What is on its way serves nobody: planning looks again."""
    publish(PlanningBasisChanged(tuple(sorted({movement.product_id for movement in movements}))))


def transit() -> Location:
    """The company's place for goods on their way, made when it is first needed."""
    found = Location.objects.filter(kind=Location.Kind.TRANSIT, is_active=True).order_by("pk").first()
    return found or place_new(kind=Location.Kind.TRANSIT, code="TRANSIT", name=str(_("In transit")))


@service("inventory.transfer.receive")
def transfer_receive(
    *, actor: Actor, transfer: Transfer, lines: Any = None, seconds: Any = None, location: Location | None = None
) -> Transfer:
    """So much of the lines has arrived (left out: all that is on its way), at the place ordered or another; `seconds`,
    of goods in two quantities, what they weigh, by line, unless all of the line has arrived. What has
    arrived or is lost of every line ends the transfer. Raises StateRefused, Invalid on more than is on its way."""
    transfer = _locked(transfer, Transfer.Status.SENT)
    place = location or transfer.to_location
    if place.kind not in (Location.Kind.STOCK, Location.Kind.QUARANTINE) or not place.is_active:
        raise Invalid.field("location", _("Choose an open stock place."), "kind")
    rows, wanted = _on_the_way(transfer, lines)
    movements = _out_of_transit(transfer, rows, wanted, place.pk, quantities_by_line(seconds))
    post_moves(movements, on=current().today(), source=ref(transfer))
    for row in rows:
        row.received += wanted.get(row.pk, ZERO)
        row.save(update_fields=["received"])
    _told(movements)
    return _ended(transfer, rows)


@service("inventory.transfer.lose")
def transfer_lose(
    *, actor: Actor, transfer: Transfer, lines: Any = None, seconds: Any = None, reason: str | None = ""
) -> Transfer:
    """So much of the lines never arrives (left out: all that is on its way): it leaves transit and stock, and its value
    is posted as a loss. Raises StateRefused, Invalid on more than is on its way."""
    transfer = _locked(transfer, Transfer.Status.SENT)
    rows, wanted = _on_the_way(transfer, lines)
    to_id = place_of_kind(Location.Kind.SCRAP).pk
    movements = _out_of_transit(transfer, rows, wanted, to_id, quantities_by_line(seconds))
    values = post_moves(movements, on=current().today(), source=ref(transfer), reason=reason or "")
    worth: dict[int, Decimal] = defaultdict(Decimal)
    for movement, value in zip(movements, values, strict=True):
        worth[movement.line_id or 0] += value
    for row in rows:
        row.lost += wanted.get(row.pk, ZERO)
        row.lost_value += worth.get(row.pk, ZERO)
        row.save(update_fields=["lost", "lost_value"])
    posting = [PostingLine(worth[r.pk], product_id=r.product_id) for r in rows if worth.get(r.pk)]
    post_entries(actor, [entry("transit_loss", current().today(), ref(transfer), posting)])
    return _ended(transfer, rows)


def _on_the_way(transfer: Transfer, lines: Any) -> tuple[list[TransferLine], dict[int, Decimal]]:
    rows = list(transfer.lines.select_related("product__unit").order_by("pk"))
    left = {r.pk: r.sent - r.received - r.lost for r in rows}
    wanted = quantities_by_line(lines) or left
    check_lines_known(wanted, rows)
    for row in rows:
        quantity = wanted.get(row.pk, ZERO)
        check_step(quantity, row.product, "lines")
        if not 0 <= quantity <= left[row.pk]:
            words = {"product": row.product, "left": f"{left[row.pk].normalize():f}"}
            raise Invalid.field("lines", _("%(product)s: %(left)s are on their way.") % words, "range")
    if not any(wanted.values()):
        raise StateRefused(_("Nothing is on its way."))
    return rows, wanted


def _out_of_transit(
    transfer: Transfer,
    rows: Sequence[TransferLine],
    wanted: Mapping[int, Decimal],
    to_id: int,
    said: Mapping[int, Decimal],
) -> list[Movement]:
    """The lots of a line leave transit in the order in which they entered it. `said`: what they weigh, of goods in two
    quantities. Raises Invalid."""
    there = transit().pk
    held: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    weight: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    moves = StockMove.objects.filter(source_entity=ENTITY, source_id=transfer.pk).order_by("id")
    for line_id, lot, from_id, to, quantity, second in moves.values_list(
        "source_line_id", "lot", "from_location", "to_location", "quantity", "second_quantity"
    ):
        if there in (from_id, to):
            held[line_id or 0][lot] += quantity if to == there else -quantity
            if second is not None:
                weight[line_id or 0][lot] += second if to == there else -second
    movements = []
    for row in rows:
        left = wanted.get(row.pk, ZERO)
        taken = []
        for lot, quantity in held[row.pk].items():
            take = min(left, quantity)
            if take > 0:
                left -= take
                taken.append((lot, take))
        parts = [Part(take, held[row.pk][lot], weight[row.pk][lot]) for lot, take in taken] if weight[row.pk] else []
        weights = weigh_parts(row.product_id, parts, said.get(row.pk)) if parts else [None] * len(taken)
        movements += [
            Movement(
                row.product_id, StockMove.Kind.TRANSFER, there, to_id, take, lot=lot, line_id=row.pk, second=second
            )
            for (lot, take), second in zip(taken, weights, strict=True)
        ]
    return movements


def _ended(transfer: Transfer, rows: Sequence[TransferLine]) -> Transfer:
    if all(r.sent == r.received + r.lost for r in rows):
        transfer.status = Transfer.Status.DONE
        transfer.save(update_fields=["status"])
    return transfer

"""Lots and serial numbers: made when goods come, checked when goods move (批次与序列号)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from modules.inventory.models import HOLDING, Location, Lot, StockBalance, StockMove
from modules.inventory.rules.lot_entry import EntryError, lots_read
from modules.inventory.services.movement import Movement
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import frame, service, touch_ids
from tenon.tenancy.context import current

ZERO, ONE = Decimal(0), Decimal(1)
FEATURE = "inventory.lots"
Kind = StockMove.Kind
NEW = (Kind.RECEIPT, Kind.PRODUCTION_RECEIPT, Kind.OPENING, Kind.CUSTODY, Kind.REPACK_IN)
FOR_USE = (Kind.DELIVERY, Kind.PRODUCTION_ISSUE)
Key = tuple[int, str]


@dataclass(frozen=True)
class NewLot:
    """A lot that comes in with goods; what is known of it."""

    product_id: int
    number: str
    supplier_id: int | None = None
    supplier_lot: str = ""
    made_on: date | None = None
    expires_on: date | None = None


def lots_ensure(wanted: Iterable[NewLot]) -> None:
    """Makes the lots that are not there yet; those that are stay as they are. In the caller's service frame."""
    by_key = {(x.product_id, x.number): x for x in wanted if x.number}
    if not by_key:
        return
    there = set(lots_named(by_key))
    member_id = frame().actor.member_id
    rows = [
        Lot(
            product_id=x.product_id, number=x.number, supplier_id=x.supplier_id, supplier_lot=x.supplier_lot,
            made_on=x.made_on, expires_on=x.expires_on, created_by_id=member_id, changed_by_id=member_id,
        )
        for key, x in sorted(by_key.items())
        if key not in there
    ]  # fmt: skip
    for row in rows:
        if row.made_on and row.expires_on and row.expires_on < row.made_on:
            raise Invalid.field("expires_on", _("A lot does not expire before it is made."), "range")
    Lot.objects.bulk_create(
        rows, ignore_conflicts=True, batch_size=500
    )  # two receipts of one lot at once: one makes it
    touch_ids(Lot, "insert", {r.pk for r in rows if r.pk})


def lots_named(keys: Collection[Key]) -> dict[Key, Lot]:
    """(product, number) → lot, of those that are there. One query."""
    rows = Lot.objects.filter(product_id__in={p for p, _n in keys}, number__in={n for _p, n in keys})
    found = {(x.product_id, x.number): x for x in rows.select_related("product")}
    return {key: lot for key, lot in found.items() if key in keys}


def tracked_products(product_ids: Collection[int]) -> dict[int, str]:
    """Product → its tracking, of those that are tracked at all, while lots are kept here. One query at most."""
    if not current().has_feature(FEATURE):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, tracking from data_product where id = any(%s) and tracking <> %s",
            [list(product_ids), Product.Tracking.NONE.value],
        )
        return dict(cursor.fetchall())


def lots_of_line(product: Product, text: str, quantity: Decimal, field: str) -> dict[str, Decimal]:
    """Number → quantity, as a line says it; of a product that is not tracked and names none, one without a number.
    Raises Invalid when a tracked product names none, or the text is not understood."""
    tracked = product.tracking != Product.Tracking.NONE and current().has_feature(FEATURE)
    if not text.strip():
        if tracked:
            raise Invalid.field(field, _("%(product)s: say which lot or serial number.") % {"product": product}, "lot")
        return {"": quantity}
    try:
        return lots_read(text, quantity, serial=product.tracking == Product.Tracking.SERIAL)
    except EntryError as error:
        raise Invalid.field(field, _WHY[error.code]() % {"text": error.text}, f"lot-{error.code}") from None


_WHY = {
    "range": lambda: _("“%(text)s” is no range: write it as SN001..SN020."),
    "quantity": lambda: _("“%(text)s”: say how much of each lot, as L1=20, L2=30."),
    "twice": lambda: _("“%(text)s” is named twice."),
    "sum": lambda: _("The lots add up to %(text)s, not to the quantity of the line."),
    "length": lambda: _("“%(text)s”: a number has 1 to 60 characters."),
    "many": lambda: _("“%(text)s”: more than 5,000 numbers at once."),
}


def movements_check(movements: Sequence[Movement], kinds: Mapping[int, str], on: date) -> set[int]:
    """Every move of tracked goods names its lot; what is held or has expired is not used; a serial number is one piece,
    and comes into the world once. Lots that are named for the first time are made. Answers which of the products have
    serial numbers. Raises Invalid, StateRefused."""
    if not current().has_feature(FEATURE):
        return set()
    tracking = tracked_products({m.product_id for m in movements})
    mine = [m for m in movements if m.lot or m.product_id in tracking]
    if not mine:
        return set()
    lots_ensure(NewLot(m.product_id, m.lot) for m in mine)
    lots = lots_named({(m.product_id, m.lot) for m in mine})
    for m in mine:
        lot = lots.get((m.product_id, m.lot))
        used = m.kind in FOR_USE or kinds[m.to_id] in (Location.Kind.CONSIGNED, Location.Kind.SUBCONTRACTOR)
        if lot is None:
            # Stock from before the product was tracked has no number: it comes back, is counted, moved and repacked.
            if used or (kinds[m.from_id] not in HOLDING and m.kind != Kind.DELIVERY_RETURN):
                raise _nameless(m)
        elif used:
            check_usable(lot, on)
    serials = {pk for pk, how in tracking.items() if how == Product.Tracking.SERIAL}
    _check_serials([m for m in mine if m.product_id in serials and m.lot], kinds)
    return serials


def _nameless(m: Movement) -> Invalid:
    product = Product.objects.get(pk=m.product_id)
    return Invalid.field("lines", _("%(product)s: say which lot or serial number.") % {"product": product}, "lot")


def check_usable(lot: Lot, on: date) -> None:
    """Raises StateRefused when the lot is held, rejected or expired."""
    words = {"product": lot.product, "lot": lot.number, "reason": lot.quality_reason}
    if lot.quality == Lot.Quality.HELD:
        raise StateRefused(_("%(product)s: lot %(lot)s is held (%(reason)s).") % words)
    if lot.quality == Lot.Quality.REJECTED:
        raise StateRefused(_("%(product)s: lot %(lot)s is rejected (%(reason)s).") % words)
    if lot.expires_on is not None and lot.expires_on < on:
        raise StateRefused(_("%(product)s: lot %(lot)s has expired.") % words)


def _check_serials(movements: Sequence[Movement], kinds: Mapping[int, str]) -> None:
    """Who moves a product holds its cost row, so nobody brings the same number in meanwhile."""
    for m in movements:
        if m.quantity and m.quantity != ONE:  # nothing: a count found that it weighs otherwise
            raise Invalid.field("lines", _("A serial number is one piece: %(lot)s.") % {"lot": m.lot}, "serial")
    coming = [m for m in movements if m.quantity and kinds[m.from_id] not in HOLDING and kinds[m.to_id] in HOLDING]
    if not coming:
        return
    keys = {(m.product_id, m.lot) for m in coming}
    twice = len(keys) < len(coming)
    there = StockBalance.objects.filter(
        product_id__in={p for p, _lot in keys}, lot__in={lot for _p, lot in keys}, on_hand__gt=0
    )
    again = sorted(keys & set(there.values_list("product_id", "lot")))
    again = again or sorted(_born(keys) & {(m.product_id, m.lot) for m in coming if m.kind in NEW})
    if again or twice:
        lot = again[0][1] if again else coming[0].lot
        raise Invalid.field("lines", _("The serial number %(lot)s is known already.") % {"lot": lot}, "serial")


def _born(keys: Collection[Key]) -> set[Key]:
    """Those that came in once already and did not go back to their supplier."""
    moves = StockMove.objects.filter(
        product_id__in={p for p, _lot in keys}, lot__in={lot for _p, lot in keys},
        kind__in=(*NEW, Kind.RECEIPT_RETURN),
    )  # fmt: skip
    last: dict[Key, str] = {}
    for product, lot, kind in moves.order_by("product_id", "sequence").values_list("product_id", "lot", "kind"):
        last[(product, lot)] = kind
    return {key for key, kind in last.items() if kind != Kind.RECEIPT_RETURN}


@service()
def tracking_changed(*, actor: Actor, product_id: int, tracking: str) -> None:
    """Asked through the port when a product is to be tracked otherwise. Stock without a number is repacked into lots
    first; pieces get serial numbers when they come. Raises StateRefused."""
    there = StockBalance.objects.filter(product_id=product_id).exclude(on_hand=0)
    if tracking == Product.Tracking.LOT and there.filter(lot="").exists():
        raise StateRefused(_("There is stock of it without a lot: repack it into lots first."))
    if tracking == Product.Tracking.SERIAL and there.exists():
        raise StateRefused(_("There is stock of it: serial numbers can begin when there is none."))


@service("inventory.lot.create")
def lot_create(*, actor: Actor, product: Product, number: str, **values: Any) -> Lot:
    """A lot before its goods come. Raises Invalid."""
    if product.kind != Product.Kind.GOODS:
        raise Invalid.field("product", _("Only goods are kept in stock."), "kind")
    lot = Lot(product=product, number=number.strip(), **values)
    lot.save()
    return lot


@service("inventory.lot.update")
def lot_update(*, actor: Actor, lot: Lot, **values: Any) -> Lot:
    """Corrects what is known of a lot; product and number stay, its quality has its own verbs. Raises Invalid."""
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    for name in ("product", "number"):
        if name in values and values.pop(name) != getattr(lot, name):
            raise Invalid.field(name, _("Moves name the lot by this: it stays."), "write_once")
    if "custom" in values:
        values["custom"] = {**lot.custom, **(values["custom"] or {})}
    for name, value in values.items():
        setattr(lot, name, value)
    lot.save()
    return lot

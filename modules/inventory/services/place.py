"""Warehouses and places."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, StockBalance, StockMove, Warehouse
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.limits import require_room
from tenon.records.service import service


@service("inventory.warehouse.create")
def warehouse_create(*, actor: Actor, **values: Any) -> Warehouse:
    """A warehouse with one stock place of the same name, into which receipts go. Raises LimitReached."""
    require_room("inventory.warehouses")
    return warehouse_new(**values)


def warehouse_new(**values: Any) -> Warehouse:
    """The same, for seeds."""
    warehouse = Warehouse(**values)
    warehouse.save()
    if warehouse.stock_place_id is None:
        warehouse.stock_place = place_new(code=warehouse.code, name=warehouse.name, warehouse=warehouse)
        warehouse.save(update_fields=["stock_place"])
    return warehouse


@service("inventory.warehouse.update")
def warehouse_update(*, actor: Actor, warehouse: Warehouse, **values: Any) -> Warehouse:
    """Changes a warehouse. Raises Invalid when receipts would go into a place that is not open or not its own,
    StateRefused when it is closed with stock in it, LimitReached when it is opened again."""
    warehouse = Warehouse.objects.select_for_update().get(pk=warehouse.pk)
    if values.get("is_active") and not warehouse.is_active:
        require_room("inventory.warehouses")
    for name, value in values.items():
        setattr(warehouse, name, value)
    place = warehouse.stock_place
    if place is not None and (
        place.warehouse_id != warehouse.pk or place.kind != Location.Kind.STOCK or not place.is_active
    ):
        raise Invalid.field("stock_place", _("Choose an open stock place of this warehouse."), "kind")
    held = StockBalance.objects.filter(location__warehouse=warehouse, on_hand__gt=0)
    if not warehouse.is_active and held.exists():
        raise StateRefused(_("There is stock here: move it away before closing the warehouse."))
    warehouse.save()
    return warehouse


@service("inventory.location.create")
def location_create(*, actor: Actor, **values: Any) -> Location:
    """A place in the tree. Warehouse and kind come from the place it lies within; a code is made from the names.
    Raises Invalid."""
    return place_new(**values)


def place_new(**values: Any) -> Location:
    """A place in the tree, for services and seeds that have checked their own permission. Raises Invalid."""
    place = Location(**values)
    parent = place.parent
    if parent is not None:
        place.warehouse = parent.warehouse
        if "kind" not in values:
            place.kind = parent.kind
    if place.kind in (Location.Kind.STOCK, Location.Kind.QUARANTINE) and place.warehouse_id is None:
        place.warehouse = Warehouse.objects.filter(is_active=True).order_by("pk").first()
        if place.warehouse is None:
            raise Invalid.field("warehouse", _("There is no warehouse yet: create one first."), "required")
    if not place.code:
        place.code = f"{parent.code}/{place.name}" if parent is not None else place.name
    _check_kind(place)
    place.save()
    place.path = f"{parent.path if parent is not None else '/'}{place.pk}/"
    place.save(update_fields=["path"])
    return place


def _check_kind(place: Location) -> None:
    within = place.parent.kind if place.parent is not None else place.kind
    if within != place.kind and (within, place.kind) != (Location.Kind.STOCK, Location.Kind.QUARANTINE):
        raise Invalid.field("kind", _("A place is of the same kind as the place it lies within."), "kind")
    if place.allows_negative and place.kind != Location.Kind.STOCK:
        raise Invalid.field("allows_negative", _("Only a stock place can owe stock."), "kind")


@service("inventory.location.update")
def location_update(*, actor: Actor, location: Location, **values: Any) -> Location:
    """Renames, closes or moves a place within its warehouse. The kind and the warehouse of a place that has moves stay:
    its stock and value would change sides. Raises Invalid, StateRefused."""
    before = (location.kind, location.warehouse_id, location.parent_id)
    old_path = location.path
    for name, value in values.items():
        setattr(location, name, value)
    parent = location.parent
    if parent is not None and (parent.pk == location.pk or parent.path.startswith(old_path)):
        raise Invalid.field("parent", _("A place cannot lie within itself."), "cycle")
    if parent is not None:
        location.warehouse = parent.warehouse
    _check_kind(location)
    if (location.kind, location.warehouse_id) != before[:2] and _has_moves(location, old_path):
        raise Invalid.field("kind", _("Goods have moved here: its kind and warehouse stay."), "in_use")
    if (
        not location.is_active
        and StockBalance.objects.filter(location__path__startswith=old_path, on_hand__gt=0).exists()
    ):
        raise StateRefused(_("There is stock here: move it away before closing the place."))
    _owing(location)
    location.path = f"{parent.path if parent is not None else '/'}{location.pk}/"
    location.save()
    if location.path != old_path:
        for child in Location.objects.filter(path__startswith=old_path).exclude(pk=location.pk).order_by("pk"):
            child.path = location.path + child.path.removeprefix(old_path)
            child.warehouse = location.warehouse
            child.save()
    return location


def _owing(location: Location) -> None:
    """The balances remember whether their place may owe stock, so that the database can refuse it."""
    there = StockBalance.objects.filter(location=location).exclude(may_be_negative=location.allows_negative)
    rows = list(there.select_for_update().order_by("pk").values_list("pk", "on_hand"))
    if not location.allows_negative and any(on_hand < 0 for _pk, on_hand in rows):
        raise StateRefused(_("This place owes stock: bring it up by a receipt or a count first."))
    StockBalance.objects.filter(pk__in=[pk for pk, _on_hand in rows]).update(may_be_negative=location.allows_negative)


def _has_moves(location: Location, path: str) -> bool:
    moves = StockMove.objects
    return (
        moves.filter(from_location__path__startswith=path).exists()
        or moves.filter(to_location__path__startswith=path).exists()
    )


def bin_within(place: Location, *names: str | None) -> Location:
    """The place called so below `place`, made when it is not there yet: shelf, then bin."""
    for name in (n.strip() for n in names if n and n.strip()):
        child = Location.objects.filter(parent=place, name=name).first()
        place = child or place_new(name=name, parent=place)
    return place

"""Which places there are."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from modules.inventory.models import Location, Warehouse
from tenon.problems import StateRefused
from tenon.tenancy.plain import PlainQuery

# Asked by whatever moves stock.
_OF_KIND = PlainQuery(Location, "from inventory_location r where r.kind = %s and r.is_active order by r.id limit 1")
_SITE = PlainQuery(
    Warehouse,
    """from inventory_warehouse r left join inventory_location j on j.id = r.stock_place_id
        where r.is_active order by r.id limit 1""",
    joined="stock_place",
)


def place_of_kind(kind: str) -> Location:
    """The company's place of a virtual kind: suppliers, customers, production, scrap, differences."""
    found = _OF_KIND.first(kind)
    if found is None:
        raise StateRefused(_("There is no place of the kind “%(kind)s”.") % {"kind": Location.Kind(kind).label})
    return found


def lenient_place(warehouse_id: int | None = None) -> Location | None:
    """The place from which goods may be booked out before they are booked in, if there is any."""
    places = Location.objects.filter(kind=Location.Kind.STOCK, is_active=True, allows_negative=True)
    if warehouse_id is not None:
        places = places.filter(warehouse_id=warehouse_id)
    return places.order_by("pick_order", "pk").first()


def warehouses_open() -> int:
    return Warehouse.objects.filter(is_active=True).count()


def home_warehouse() -> int | None:
    """Where demand and supply belong that say nothing about it: the company's first open warehouse."""
    return Warehouse.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True).first()


def default_place(warehouse: Warehouse | None = None) -> Location:
    """Where goods go unless somebody says otherwise: the warehouse's place for receipts, the first warehouse's."""
    site = warehouse or _SITE.first()
    if site is not None and site.stock_place is not None:
        return site.stock_place
    found = Location.objects.filter(kind=Location.Kind.STOCK, is_active=True).order_by("pick_order", "pk").first()
    if found is None:
        raise StateRefused(_("There is no place for stock yet: create a warehouse first."))
    return found


def place_by_name(name: str) -> Location | None:
    """A stock place by its code or, when only one is called so, by its name."""
    text = name.strip()
    exact = Location.objects.filter(code__iexact=text).first()
    if exact is not None:
        return exact
    named = list(Location.objects.filter(Q(name__iexact=text), kind=Location.Kind.STOCK).order_by("path", "pk")[:2])
    if len(named) > 1 and named[0].parent_id == named[1].parent_id:
        return None
    # The one highest in the tree is meant: "Tool Crib", not a shelf of that name inside another store.
    return min(named, key=lambda place: place.path.count("/")) if named else None


def within(place: Location) -> Q:
    """Balances of this place and all below it."""
    return Q(location__path__startswith=place.path)

"""What a scanned code stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from modules.inventory.models import Delivery, Location, Parcel, StockBalance, Transfer, Wave
from modules.shared.data.models import Product, PurchaseOrder
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.registry.registry import registry

MOST = 100


def scanned(actor: Actor, code: str) -> dict[str, Any]:
    """The one thing of that code: a product by its barcode or code, a place, a lot, or a document by its number, as
    far as the actor may see it. Labels of lots say product|lot: then of that lot only. `kind` none: nothing is called
    so."""
    text, _bar, lot = code.strip().partition("|")
    rows = StockBalance.objects.filter(on_hand__gt=0)
    if lot:
        rows = rows.filter(lot__iexact=lot)
    for product in Product.objects.filter(Q(barcode=text) | Q(code__iexact=text)).order_by("-is_active", "pk")[:1]:
        return {**_named("product", "shared.product", product.pk, product.code, product.name),
                "stock": _stock(rows.filter(product=product))}  # fmt: skip
    for place in Location.objects.filter(code__iexact=text)[:1]:
        return _place(place, rows)
    for kind, entity, model in _DOCUMENTS:
        if not actor.can(f"{entity}.view"):
            continue
        for found in visible(actor, registry().entities[entity], model.objects.filter(number__iexact=text))[:1]:
            return {**_named(kind, entity, found.pk, found.number, ""), "stock": []}
    if rows.filter(lot__iexact=text).exists():
        return {"kind": "lot", "label": text, "stock": _stock(rows.filter(lot__iexact=text))}
    tail = list(Location.objects.filter(name__iexact=text, kind=Location.Kind.STOCK).order_by("pk")[:2])
    if len(tail) == 1:
        return _place(tail[0], rows)
    return {"kind": "none", "label": text, "stock": []}


_DOCUMENTS: Sequence[tuple[str, str, Any]] = (
    ("delivery", "inventory.delivery", Delivery),
    ("wave", "inventory.wave", Wave),
    ("parcel", "inventory.parcel", Parcel),
    ("transfer", "inventory.transfer", Transfer),
    ("purchase_order", "shared.purchase_order", PurchaseOrder),
)


def _place(place: Location, rows: QuerySet[StockBalance]) -> dict[str, Any]:
    below = rows.filter(location__path__startswith=place.path) if place.path else rows.filter(location=place)
    answer = _named("place", "inventory.location", place.pk, place.code, place.name)
    return {**answer, "place_kind": place.kind, "warehouse": place.warehouse_id, "stock": _stock(below)}


def _named(kind: str, entity: str, pk: int, label: str, name: str) -> dict[str, Any]:
    return {"kind": kind, "entity": entity, "id": pk, "label": label, "name": name}


def _stock(rows: QuerySet[StockBalance]) -> list[dict[str, Any]]:
    found = rows.select_related("product__unit", "location").order_by("location__pick_order", "location__path", "pk")
    return [
        {
            "id": b.pk,
            "product": {"id": b.product_id, "label": b.product.code, "name": b.product.name},
            "barcode": b.product.barcode,
            "place": {"id": b.location_id, "label": b.location.code},
            "lot": b.lot,
            "on_hand": b.on_hand,
            "reserved": b.reserved,
            "unit": b.product.unit.code,
        }
        for b in found[:MOST]
    ]

"""A lot's story as the trace page shows it: both trees, who got it, where it lies, its mass balance."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from modules.inventory.models import Delivery, Lot, Receipt
from modules.inventory.selectors.genealogy import (
    Link,
    Node,
    Trace,
    customers_of,
    mass_balance,
    places_of,
    starts,
    trace,
)
from modules.shared.data.models import Product


def lot_story(lot: Lot) -> dict[str, Any]:
    """About a dozen queries, and two for each level of the product tree."""
    begin = starts(lot)
    down, up = trace(begin, forward=True), trace(begin, forward=False)
    nodes = list(dict.fromkeys([*begin, *up.nodes, *down.nodes]))
    known = _known(nodes)
    balance = mass_balance(begin[0])
    return {
        "lot": known[begin[0]],
        "same": [known[node] for node in begin[1:]],
        "up": _tree(up, known),
        "down": _tree(down, known),
        "customers": [
            {
                "customer": {"id": got.customer_id, "label": got.name, "code": got.code},
                "lot": known[got.node],
                "shipped": got.shipped,
                "returned": got.returned,
                "consigned": got.consigned,
                "documents": [{"id": pk, "label": label} for pk, label in got.documents],
            }
            for got in customers_of(down)
        ],
        "places": [
            {
                "lot": known[Node(row.product_id, row.lot)],
                "place": {"id": row.location_id, "label": str(row.location)},
                "kind": row.location.kind,
                "on_hand": row.on_hand,
                "reserved": row.reserved,
            }
            for row in places_of(down.nodes)
        ],
        "balance": {
            "came": balance.came,
            "went": balance.went,
            "on_hand": balance.on_hand,
            "lost": balance.lost,
            "closes": balance.closes,
        },
    }


def _known(nodes: Collection[Node]) -> dict[Node, dict[str, Any]]:
    rows = Lot.objects.filter(product_id__in={n.product_id for n in nodes}, number__in={n.lot for n in nodes})
    lots = {Node(x.product_id, x.number): x for x in rows.select_related("supplier")}
    products = Product.objects.select_related("unit").in_bulk({n.product_id for n in nodes})
    out: dict[Node, dict[str, Any]] = {}
    for node in nodes:
        lot, product = lots.get(node), products[node.product_id]
        out[node] = {
            "key": f"{node.product_id}|{node.lot}",
            "id": lot.pk if lot else None,
            "number": node.lot,
            "product": {"id": product.pk, "label": str(product)},
            "unit": product.unit.code,
            "quality": lot.quality if lot else "released",
            "expires_on": lot.expires_on if lot else None,
            "supplier": str(lot.supplier) if lot and lot.supplier else "",
            "supplier_lot": lot.supplier_lot if lot else "",
        }
    return out


def _tree(found: Trace, known: dict[Node, dict[str, Any]]) -> dict[str, Any]:
    partners = _partners(found.links)
    return {
        "nodes": [known[node] for node in found.nodes],
        "steps": [
            {
                "of": known[s.of]["key"],
                "into": known[s.into]["key"],
                "document": {"entity": s.entity, "id": s.document_id, "label": s.label},
            }
            for s in found.steps
        ],
        "links": [
            {
                "lot": known[x.node]["key"],
                "kind": x.kind,
                "inward": x.inward,
                "quantity": x.quantity,
                "on": x.on,
                "document": {"entity": x.entity, "id": x.document_id, "label": x.label},
                "partner": partners.get((x.entity, x.document_id or 0), ""),
            }
            for x in found.links
        ],
    }


def _partners(links: Collection[Link]) -> dict[tuple[str, int], str]:
    """Document → the supplier or customer on it. Two queries."""
    receipts = {x.document_id for x in links if x.entity == "inventory.receipt" and x.document_id}
    deliveries = {x.document_id for x in links if x.entity == "inventory.delivery" and x.document_id}
    out: dict[tuple[str, int], str] = {}
    for pk, name in Receipt.objects.filter(pk__in=receipts).values_list("pk", "supplier__name"):
        out[("inventory.receipt", pk)] = name
    for pk, name in Delivery.objects.filter(pk__in=deliveries).values_list("pk", "customer__name"):
        out[("inventory.delivery", pk)] = name
    return out

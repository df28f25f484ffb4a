"""Where lots came from and where they went, through production and repacking, and back (批次追溯, domain rule 36).

What went into a production order is in all that came out of it: an order, and a repacking, joins the lots it took to
the lots it gave. Returns undo what they return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection

from modules.inventory.models import HOLDING, Delivery, Lot, StockBalance, StockMove
from modules.inventory.models import Location as Place
from tenon.tenancy.context import current

ZERO = Decimal(0)
_HOLDS = [str(kind) for kind in HOLDING]
_MADE = ["production_receipt", "repack_in"]
_USED = ["production_issue", "repack_out"]


@dataclass(frozen=True, order=True)
class Node:
    product_id: int
    lot: str


@dataclass(frozen=True)
class Link:
    """A document by which a lot came in or went out; net of what was returned by the same document's kind."""

    node: Node
    kind: str
    inward: bool
    entity: str
    document_id: int | None
    label: str
    quantity: Decimal
    on: date


@dataclass(frozen=True)
class Step:
    """One lot became part of another, in a production order or a repacking."""

    of: Node
    into: Node
    entity: str
    document_id: int
    label: str


@dataclass
class Trace:
    """`nodes` in the order they were found, the start first; `links` of all of them; `steps` between them."""

    nodes: list[Node] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Balance:
    """A lot's mass: what came in = what went out + what is on hand + what was scrapped or lost."""

    came: Decimal
    went: Decimal
    on_hand: Decimal
    lost: Decimal

    @property
    def closes(self) -> bool:
        return self.came == self.went + self.on_hand + self.lost


def starts(lot: Lot) -> list[Node]:
    """The lot, and those that are of the same lot of the same supplier."""
    same = Lot.objects.none()
    if lot.supplier_lot and lot.supplier_id:
        same = Lot.objects.filter(supplier_id=lot.supplier_id, supplier_lot=lot.supplier_lot).exclude(pk=lot.pk)
    others = [Node(product, number) for product, number in same.order_by("pk").values_list("product_id", "number")]
    return [Node(lot.product_id, lot.number), *others]


def trace(start: Sequence[Node], *, forward: bool) -> Trace:
    """All that was made of the lots and everybody who got it (`forward`), or all that they were made of and who
    supplied it. Two queries for each level of the product tree."""
    out, seen, wave = Trace(), set(start), list(start)
    while wave:
        out.nodes += wave
        out.links += links_of(wave)
        steps = _steps(wave, forward=forward)
        out.steps += steps
        found = dict.fromkeys(s.into if forward else s.of for s in steps)
        wave = [node for node in found if node not in seen]
        seen.update(wave)
    return out


def links_of(nodes: Iterable[Node]) -> list[Link]:
    """What came in from outside and went out of it, by document."""
    wanted = list(nodes)
    with connection.cursor() as cursor:
        cursor.execute(
            """select m.product_id, m.lot, m.kind, t.kind = any(%s), m.source_entity, m.source_id, m.source_label,
                      sum(m.quantity), (min(m.moved_at) at time zone %s)::date
                 from inventory_stockmove m
                 join unnest(%s::bigint[], %s::text[]) as k(product_id, lot)
                   on k.product_id = m.product_id and k.lot = m.lot
                 join inventory_location f on f.id = m.from_location_id
                 join inventory_location t on t.id = m.to_location_id
                where (t.kind = any(%s)) <> (f.kind = any(%s))
                group by 1, 2, 3, 4, 5, 6, 7 order by min(m.moved_at), min(m.id)""",
            [
                _HOLDS,
                current().time_zone,
                [n.product_id for n in wanted],
                [n.lot for n in wanted],
                _HOLDS,
                _HOLDS,
            ],
        )
        return [
            Link(Node(product, lot), kind, inward, entity, source, label, quantity, on)
            for product, lot, kind, inward, entity, source, label, quantity, on in cursor.fetchall()
        ]


def _steps(nodes: Sequence[Node], *, forward: bool) -> list[Step]:
    near, far = (_USED, _MADE) if forward else (_MADE, _USED)
    with connection.cursor() as cursor:
        cursor.execute(
            """select distinct m.product_id, m.lot, x.product_id, x.lot, m.source_entity, m.source_id, m.source_label
                 from inventory_stockmove m
                 join unnest(%s::bigint[], %s::text[]) as k(product_id, lot)
                   on k.product_id = m.product_id and k.lot = m.lot
                 join inventory_stockmove x on x.source_entity = m.source_entity and x.source_id = m.source_id
                  and x.kind = any(%s) and x.lot <> ''
                where m.kind = any(%s) order by 1, 2, 3, 4, 6""",
            [[n.product_id for n in nodes], [n.lot for n in nodes], far, near],
        )
        rows = cursor.fetchall()
    steps = []
    for product, lot, other_product, other_lot, entity, source, label in rows:
        here, there = Node(product, lot), Node(other_product, other_lot)
        of, into = (here, there) if forward else (there, here)
        steps.append(Step(of, into, entity, source, label))
    return steps


def mass_balance(node: Node) -> Balance:
    """Two sums over the lot's moves and balances."""
    came = went = lost = ZERO
    kind = StockMove.Kind
    for link in links_of([node]):
        signed = link.quantity if link.inward else -link.quantity
        if link.kind in (kind.COUNT, kind.SCRAP):
            lost -= signed
        elif link.kind in (kind.DELIVERY, kind.DELIVERY_RETURN, kind.PRODUCTION_ISSUE, kind.REPACK_OUT):
            went -= signed
        else:
            came += signed
    held = StockBalance.objects.filter(product_id=node.product_id, lot=node.lot).values_list("on_hand", flat=True)
    return Balance(came, went, sum(held, ZERO), lost)


@dataclass(frozen=True)
class Got:
    """What a customer has of a lot: shipped less returned, and what of ours lies at theirs."""

    customer_id: int
    code: str
    name: str
    email: str
    phone: str
    node: Node
    shipped: Decimal
    returned: Decimal
    consigned: Decimal
    documents: tuple[tuple[int, str], ...]


def customers_of(found: Trace) -> list[Got]:
    """Everybody who got one of the traced lots, by customer and lot. Three queries."""
    moved = [x for x in found.links if x.entity == "inventory.delivery" and x.document_id is not None]
    documents = {
        d.pk: d for d in Delivery.objects.filter(pk__in={x.document_id for x in moved}).select_related("customer")
    }
    parties = {d.customer_id: d.customer for d in documents.values()}
    sums: dict[tuple[int, Node], list[Decimal]] = {}
    papers: dict[tuple[int, Node], dict[int, str]] = {}
    for link in moved:
        key = (documents[link.document_id or 0].customer_id, link.node)
        sums.setdefault(key, [ZERO, ZERO, ZERO])[1 if link.inward else 0] += link.quantity
        papers.setdefault(key, {})[link.document_id or 0] = link.label
    for row in places_of(found.nodes):
        if row.location.kind == Place.Kind.CONSIGNED and row.location.party is not None:
            party = row.location.party
            parties[party.pk] = party
            sums.setdefault((party.pk, Node(row.product_id, row.lot)), [ZERO, ZERO, ZERO])[2] += row.on_hand
    rows = [
        Got(
            pk, parties[pk].code, parties[pk].name, parties[pk].email, parties[pk].phone, node,
            shipped, returned, there, tuple(papers.get((pk, node), {}).items()),
        )
        for (pk, node), (shipped, returned, there) in sums.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda got: (got.name, got.node))


def places_of(nodes: Sequence[Node]) -> list[StockBalance]:
    """Where the lots lie now. One query."""
    rows = StockBalance.objects.filter(
        product_id__in={n.product_id for n in nodes}, lot__in={n.lot for n in nodes}
    ).exclude(on_hand=0)
    wanted = set(nodes)
    found = rows.select_related("location__party", "location__warehouse").order_by(
        "product_id", "lot", "location__code"
    )
    return [row for row in found if Node(row.product_id, row.lot) in wanted]

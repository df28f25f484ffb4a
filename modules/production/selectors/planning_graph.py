"""What lies below what, of everything: enough to know whom a change reaches, without a quantity.

Orders change all day, structures hardly ever: a process keeps the graphs it has read, each under the digest of exactly
what it was read from, and asks the database for that digest only."""

from __future__ import annotations

import json
from collections import defaultdict
from hashlib import md5

from django.db import connection

from modules.production.rules.replanning import Graph
from modules.production.rules.structure import beside, low_level_codes
from modules.shared.data.models import Product

_STRUCTURE = """
select '[[' || coalesce((
           select string_agg('[' || id || ',"' || source || '"]', ',')
             from data_product where is_active and kind = 'goods'), '')
    || '],[' || coalesce((
           select string_agg('[' || b.product_id || ',' || l.component_id || ','
                             || coalesce(l.successor_id::text, 'null') || ']', ',')
             from production_bomline l join production_billofmaterials b on b.id = l.bom_id where b.is_active), '')
    || '],[' || coalesce((
           select string_agg('[' || b.product_id || ',' || o.product_id || ']', ',')
             from production_bomoutput o join production_billofmaterials b on b.id = o.bom_id where b.is_active), '')
    || '],[' || coalesce((
           select string_agg(product_id::text, ',')
             from production_billofmaterials where is_active and is_phantom), '') || ']]'
"""


_KEPT = 16  # companies planned by one process in turn; a graph of 10,000 products takes some 5 MB
_graphs: dict[str, Graph] = {}


def planning_graph() -> Graph:
    """Of products in use; the bills of what is bought count for nothing. Raises CycleError."""
    graph = _graphs.get(_ask(f"select md5(({_STRUCTURE}))"))
    if graph is None:
        structure = _ask(_STRUCTURE)
        graph = _graph(structure)
        while len(_graphs) >= _KEPT:
            _graphs.pop(next(iter(_graphs)))
        # Under its own digest, not the one asked for: a bill may have changed in between.
        _graphs[md5(structure.encode(), usedforsecurity=False).hexdigest()] = graph
    return graph


def _ask(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchall()[0][0])


def _graph(structure: str) -> Graph:
    goods, lines, outputs, phantoms = json.loads(structure)
    known = frozenset(product for product, _source in goods)
    made = {product for product, source in goods if source == Product.Source.MAKE}
    children: dict[int, list[int]] = defaultdict(list)
    followed: set[int] = set()
    for parent, component, successor in lines:
        if parent not in made:
            continue
        children[parent].append(component)
        if successor is not None:
            followed.add(component)
            children[parent].append(successor)
            children[component].append(successor)
    brings = beside(children, ((p, output) for p, output in outputs if p in made))
    return Graph(children, low_level_codes(children), brings, made.intersection(phantoms) | followed, known)

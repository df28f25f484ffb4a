"""Which products might be the same as the one described: code and barcode first, then names that read alike."""

from __future__ import annotations

from django.contrib.postgres.lookups import TrigramSimilar
from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import F, Q, Value

from modules.shared.data.models import Product
from modules.shared.data.selectors.duplicates import DuplicateHit, Reason

SIMILAR = 0.6


def product_duplicates(
    *, code: str = "", name: str = "", barcode: str = "", exclude: int | None = None, limit: int = 10
) -> list[DuplicateHit]:
    """The surest first. Two queries at most; everybody who may see products sees all of them."""
    rows = Product.objects.exclude(pk=exclude or 0)
    exact = Q(pk__in=[])
    if code:
        exact |= Q(code__iexact=code)
    if barcode:
        exact |= Q(barcode=barcode)
    if name:
        exact |= Q(name__iexact=name.strip()) | Q(name_zh=name.strip())
    hits = [_hit(product, _reason(product, code, barcode)) for product in rows.filter(exact).order_by("pk")[:limit]]
    if name and len(hits) < limit:
        with transaction.atomic(), connection.cursor() as cursor:
            # The index answers `%` at this threshold; `set local` ends with the transaction.
            cursor.execute(f"set local pg_trgm.similarity_threshold = {SIMILAR}")
            alike = (
                rows.exclude(pk__in=[hit.id for hit in hits if hit.id])
                .filter(TrigramSimilar(F("name"), Value(name)))
                .annotate(likeness=TrigramSimilarity("name", name))
                .order_by("-likeness", "pk")[: limit - len(hits)]
            )
            hits += [_hit(product, "similar_name", float(product.likeness)) for product in alike]
    order = {"code": 0, "barcode": 1, "name": 2, "similar_name": 3}
    return sorted(hits, key=lambda hit: (order[hit.reason], -hit.likeness))


def _reason(product: Product, code: str, barcode: str) -> Reason:
    if code and product.code.casefold() == code.casefold():
        return "code"
    return "barcode" if barcode and product.barcode == barcode else "name"


def _hit(product: Product, reason: Reason, likeness: float = 1.0) -> DuplicateHit:
    return DuplicateHit("shared.product", product.pk, str(product), reason, likeness)

"""What stands on labels."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from modules.inventory.models import Lot
from modules.inventory.rules.labels import Label
from modules.shared.data.models import Product


def product_labels(products: Iterable[Product]) -> list[Label]:
    return [Label(_name(p), p.barcode or p.code, (p.code,)) for p in products]


def lot_labels(lots: Iterable[Lot]) -> list[Label]:
    """The QR code names product and lot, so that one scan books both."""
    labels = []
    for lot in lots:
        lines = [f"{_('Product')} {lot.product.code}"]
        if lot.made_on:
            lines.append(f"{_('Made on')} {lot.made_on:%Y-%m-%d}")
        if lot.expires_on:
            lines.append(f"{_('Expires on')} {lot.expires_on:%Y-%m-%d}")
        labels.append(Label(_name(lot.product), lot.number, tuple(lines), f"{lot.product.code}|{lot.number}"))
    return labels


def _name(product: Product) -> str:
    zh = (translation.get_language() or "").startswith("zh")
    return (product.name_zh if zh else "") or product.name

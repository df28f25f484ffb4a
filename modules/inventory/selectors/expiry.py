"""What runs out (效期看板)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q

from modules.inventory.selectors.lots import lot_list
from tenon.access.actor import system
from tenon.tenancy.context import current


def expiring(days: int, *, worth: bool) -> list[dict[str, Any]]:
    """Lots in stock that have expired or will within so many days, the first first; what they are `worth` for those
    who may see it. One query."""
    until = current().today() + timedelta(days=days)
    rows = lot_list(actor=system("expiry")).filter(expires_on__lte=until).filter(Q(on_hand__gt=0))
    return [
        {
            "id": lot.pk,
            "number": lot.number,
            "product": {"id": lot.product_id, "label": str(lot.product)},
            "unit": lot.product.unit.code,
            "quality": lot.quality,
            "expires_on": lot.expires_on,
            "days": lot.days_left,  # type: ignore[attr-defined]
            "on_hand": lot.on_hand,  # type: ignore[attr-defined]
            "worth": lot.worth if worth else None,  # type: ignore[attr-defined]
        }
        for lot in rows.select_related("product__unit").order_by("expires_on", "pk")[:1000]
    ]

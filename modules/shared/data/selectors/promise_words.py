"""What a promise stands on: kept with the line, and put in words when somebody reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import PromiseStep
from modules.shared.data.models import Product
from modules.shared.data.selectors.documents import documents_seen
from tenon.access.actor import Actor


def steps_out(steps: Sequence[PromiseStep]) -> list[dict[str, Any]]:
    """Plain data, as a line keeps it."""
    return [
        {
            "kind": step.kind, "product": step.product_id, "quantity": f"{step.quantity.normalize():f}",
            "on": step.on.isoformat(),
            **({"entity": step.source.entity, "id": step.source.id, "label": step.source.label} if step.source else {}),
            **({"place": step.note} if step.kind == "capacity" else {}),
            **({"decides": True} if step.decides else {}),
        }
        for step in steps
    ]  # fmt: skip


def reasons(actor: Actor, lines: Mapping[int, tuple[int, Sequence[Mapping[str, Any]]]]) -> dict[int, list[str]]:
    """Line → one sentence for each step it stands on, in the reader's language; `lines` holds the product of each line
    and its steps. A document that the reader may not see is spoken of without its number."""
    steps = [step for _product, of in lines.values() for step in of]
    products = Product.objects.select_related("unit").in_bulk({step["product"] for step in steps})
    seen = documents_seen(actor, [RecordRef(s["entity"], s["id"], s["label"]) for s in steps if s.get("entity")])
    return {key: [_sentence(step, product, products, seen) for step in of] for key, (product, of) in lines.items()}


def _sentence(
    step: Mapping[str, Any], product_id: int, products: Mapping[int, Product], seen: Collection[tuple[str, int]]
) -> str:
    product = products.get(step["product"])
    quantity = f"{Decimal(step['quantity']).normalize():f}"
    named = (step.get("entity", ""), step.get("id", 0)) in seen
    words = {
        "quantity": f"{quantity} {product.unit.code}" if product is not None else quantity,
        "day": date_format(date.fromisoformat(step["on"]), "Y-m-d"),
        "label": step.get("label", "") if named else _("an open order"),
        "place": step.get("place", ""),
    }
    text = _SENTENCES[step["kind"]]() % words
    if product is not None and step["product"] != product_id:
        return _("%(product)s: %(text)s") % {"product": product.code, "text": text}
    return text


# Translated when they are said.
_SENTENCES = {
    "stock": lambda: _("%(quantity)s from stock"),
    "claim": lambda: _("%(quantity)s claimed of %(label)s, there on %(day)s"),
    "supply": lambda: _("%(quantity)s from %(label)s, there on %(day)s"),
    "purchase": lambda: _("%(quantity)s to be bought, there on %(day)s"),
    "production": lambda: _("%(quantity)s to be made, ready on %(day)s"),
    "held": lambda: _("held for this line, there on %(day)s"),
    "capacity": lambda: _("%(place)s is taken until %(day)s"),
    "lead_time": lambda: _("%(quantity)s to be ordered anew, there on %(day)s"),
}

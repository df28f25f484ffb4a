"""Lots and serial numbers, customers' wishes for their remaining life, repackings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

LOTS = ("inventory.lots",)

LOT = Entity(
    key="inventory.lot",
    model="inventory.Lot",
    path="lots",
    icon="tags",
    features=LOTS,
    fields=(
        Field("number", write_once=True),
        Field("product", write_once=True, ref_filter={"tracking__in": "lot,serial"}),
        Field("tracking", source="product.tracking", label=_("Tracking"), read_only=True),
        Field("quality", read_only=True),
        Field("quality_reason", read_only=True),
        Field("on_hand", type="quantity", label=_("On hand"), read_only=True),
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        Field("worth", type="money", label=_("Worth"), read_only=True, sensitive=True),
        "made_on",
        "best_before",
        "expires_on",
        Field("days_left", type="integer", label=_("Days left"), read_only=True),
        Field("supplier", ref_filter={"is_supplier": True}),
        "supplier_lot",
        "note",
    ),
    list=(
        "number", "product", "quality", "on_hand", "unit", "expires_on", "days_left", "supplier", "supplier_lot",
    ),
    search=("number", "supplier_lot", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("-id",),
    form=(
        Section(_("Lot"), ("number", "product", "made_on", "best_before", "expires_on")),
        Section(_("Origin"), ("supplier", "supplier_lot", "note")),
    ),
    title_field="number",
    subtitle_field="product",
    state_field="quality",
    states=(
        State("released", pgettext_lazy("lot", "Released"), "done"), State("held", _("Held"), "hold"),
        State("rejected", pgettext_lazy("lot", "Rejected"), "late"),
    ),
    selector="modules.inventory.selectors.lots.lot_list",
    create="modules.inventory.services.lots.lot_create",
    update="modules.inventory.services.lots.lot_update",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "hold", _("Hold"), "modules.inventory.services.lot_quality.lot_hold", "inventory.lot.quality",
            argument="lot", states=("released",), bulk=True, icon="pause",
            params=(Field("reason", type="text", required=True, label=_("Reason")),),
        ),
        Action(
            "reject", pgettext_lazy("lot", "Reject"), "modules.inventory.services.lot_quality.lot_reject",
            "inventory.lot.quality", argument="lot", states=("released", "held"), bulk=True, danger=True, icon="ban",
            params=(Field("reason", type="text", required=True, label=_("Reason")),),
        ),
        Action(
            "release", pgettext_lazy("lot", "Release"), "modules.inventory.services.lot_quality.lot_release",
            "inventory.lot.quality", argument="lot", states=("held", "rejected"), bulk=True, primary=True, icon="check",
            params=(Field("reason", type="text", label=_("Reason")),),
        ),
    ),
    views=(
        View("present", _("In stock"), {"on_hand__gt": "0"}),
        View("held", _("Held or rejected"), {"quality__in": "held,rejected"}),
        View("all", _("All")),
    ),
)  # fmt: skip

LIFE = Entity(
    key="inventory.remaining_life",
    model="inventory.RemainingLife",
    path="remaining-lives",
    icon="hourglass",
    features=LOTS,
    fields=(Field("customer", ref_filter={"is_customer": True}), "product", "days"),
    list=("customer", "product", "days"),
    search=("customer.name", "product.code"),
    default_order=("customer", "id"),
    title_field="customer",
    subtitle_field="product",
)

ENTITIES = (LOT, LIFE)

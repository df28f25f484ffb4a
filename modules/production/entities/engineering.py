"""Bills of materials, operations, work centres."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, View

SERVICES = "modules.production.services"
BOM = Entity(
    key="production.bom",
    model="production.BillOfMaterials",
    path="boms",
    icon="network",
    features=("production.bom",),
    fields=(
        Field("product", ref_filter={"source": "make"}, write_once=True),
        "revision",
        "is_active",
        "output_quantity",
        Field("is_phantom", help=_("Put together on the way into its parents, without orders of its own.")),
        Field("cost_split", required=False),
        "note",
        Field("product_name", source="product__name", type="text", label=_("Product name"), read_only=True),
    ),
    list=("product", "product_name", "revision", "is_active", "is_phantom", "output_quantity", "changed_at"),
    search=("product.code", "product.name"),
    default_order=("product", "-revision"),
    title_field="product",
    subtitle_field="revision",
    key_fields=("product", "revision"),
    form=(
        Section(
            _("Bill of materials"),
            ("product", "revision", "output_quantity", "is_active", "is_phantom", "cost_split", "note"),
        ),
    ),
    views=(View("active", _("Active"), {"is_active": "true"}), View("all", _("All"))),
    actions=(
        Action(
            "version",
            _("New version"),
            f"{SERVICES}.bom_version_create",
            "production.bom.create",
            argument="bom",
            icon="copy-plus",
        ),
    ),
    lines="production.bom_line",
    create=f"{SERVICES}.bom_create",
    update=f"{SERVICES}.bom_update",
)
BOM_LINE = Entity(
    key="production.bom_line",
    model="production.BomLine",
    path="bom-lines",
    icon="list",
    features=("production.bom",),
    permission="production.bom",
    parent_field="bom",
    fields=(
        Field("bom", required=False, write_once=True),
        Field("parent", type="ref", ref="shared.product", source="bom__product", label=_("Parent"), required=False,
              read_only=False, write_once=True),
        Field("component"),
        Field("quantity", required=False),
        Field("fixed_quantity", required=False, help=_("Taken once per order, however much it makes.")),
        Field("unit", required=False, help=_("Left empty, the component's stock unit.")),
        "base_quantity",
        "scrap",
        "valid_from",
        "valid_until",
        Field("successor", required=False, label=_("Followed by"), help=_("Once this one is used up.")),
        Field("successor_ratio", required=False),
        Field("designators", required=False, help=_("Where the pieces sit, as many as there are: R1, R2.")),
        Field("position", required=False),
    ),
    list=(
        "component", "quantity", "fixed_quantity", "unit", "scrap", "valid_from", "valid_until", "successor",
        "successor_ratio", "designators",
    ),
    search=("component.code", "component.name"),
    default_order=("position", "id"),
    title_field="component",
    key_fields=("parent", "component", "valid_from"),
    form=(
        Section(
            _("Component"),
            ("bom", "component", "quantity", "fixed_quantity", "unit", "scrap", "valid_from", "valid_until",
             "successor", "successor_ratio", "designators"),
        ),
    ),
    create=f"{SERVICES}.bom_line_create",
    update=f"{SERVICES}.bom_line_update",
    delete=f"{SERVICES}.bom_line_delete",
    comments=False,
    attachments=False,
)  # fmt: skip
BOM_OUTPUT = Entity(
    key="production.bom_output",
    model="production.BomOutput",
    path="bom-outputs",
    icon="git-fork",
    features=("production.bom",),
    permission="production.bom",
    fields=(
        Field("bom", write_once=True),
        Field("parent", source="bom__product__label", type="text", label=_("Made with"), read_only=True),
        Field("product", ref_filter={"kind": "goods"}, write_once=True),
        Field("quantity", help=_("In its stock unit, for what the bill makes.")),
        Field("cost_share", required=False, help=_("Of the cost of the order; waste has none.")),
        Field("position", required=False),
    ),
    list=("parent", "bom", "product", "quantity", "cost_share"),
    search=("product.code", "product.name", "bom.product.code"),
    default_order=("bom", "position", "id"),
    title_field="product",
    key_fields=("bom", "product"),
    form=(Section(_("By-product"), ("bom", "product", "quantity", "cost_share")),),
    create=f"{SERVICES}.bom_output_create",
    update=f"{SERVICES}.bom_output_update",
    delete=f"{SERVICES}.bom_output_delete",
    comments=False,
    attachments=False,
)
ALL = (BOM, BOM_LINE, BOM_OUTPUT)

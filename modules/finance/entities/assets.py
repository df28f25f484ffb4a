"""The register of fixed assets, its monthly runs and what each asset lost."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

FEATURES = ("finance.assets",)
SERVICES = "modules.finance.services.assets"
ACTIVE = {"is_active": True}
CARD = ("name", "department", "asset_account", "depreciation_account", "expense_account")
TERMS = (
    "method", "start", "in_use_on", "cost", "residual", "life_months", "total_units", "depreciated_before",
)  # fmt: skip
STANDING = (
    "status", "units_done", "depreciated", "book_value", "depreciated_until", "disposed_on", "entry", "disposal_entry",
)  # fmt: skip

ASSET = Entity(
    key="finance.asset",
    model="finance.Asset",
    path="assets",
    icon="building-2",
    features=FEATURES,
    fields=(
        Field("number", read_only=True), "name", "department", Field("asset_account", ref_filter=ACTIVE),
        Field("depreciation_account", ref_filter=ACTIVE), Field("expense_account", ref_filter=ACTIVE), "method",
        "start", "in_use_on", "cost", "residual",
        Field("life_months", help=_("Of an asset used before: what remains of its life.")),
        Field("total_units", help=_("Only with units of production; of an asset used before: what remains.")),
        "depreciated_before", *(Field(name, read_only=True) for name in STANDING),
    ),
    list=(
        "number", "name", "status", "in_use_on", "method", "cost", "depreciated", "book_value", "depreciated_until",
        "department",
    ),
    search=("number", "name"),
    default_order=("number",),
    totals=("cost", "depreciated", "book_value"),
    title_field="number",
    subtitle_field="name",
    label_field="name",
    form=(
        Section(_("Fixed asset"), CARD), Section(_("Cost and life"), TERMS),
        Section(_("Where it stands"), STANDING),
    ),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("in_use", _("In use"), "done"),
        State("disposed", pgettext_lazy("fixed asset", "Disposed of"), "off"),
    ),
    update_states=("draft", "in_use"),
    delete_states=("draft",),
    create=f"{SERVICES}.asset_create",
    update=f"{SERVICES}.asset_update",
    delete=f"{SERVICES}.asset_delete",
    actions=(
        Action(
            "put_in_use", _("Take into use"), f"{SERVICES}.asset_put_in_use", "finance.asset.post",
            argument="asset", states=("draft",), primary=True, icon="check",
            params=(
                Field("against", "ref", _("Where its cost stands"), ref="finance.account", required=True,
                      ref_filter=ACTIVE),
                Field("on", "date", _("Posting date")),
            ),
        ),
        Action(
            "report_units", _("Report units"), f"{SERVICES}.asset_report_units", "finance.asset.update",
            argument="asset", states=("in_use",), when={"method": ("units",)}, icon="list-ordered",
            params=(Field("units", "decimal", _("Units so far"), required=True, decimals=4),),
        ),
        Action(
            "change", _("Change life or value"), f"{SERVICES}.asset_change", "finance.asset.post",
            argument="asset", states=("in_use",), icon="sliders-horizontal",
            params=(
                Field("life_months", "integer", _("Remaining life in months")),
                Field("total_units", "decimal", _("Remaining units"), decimals=4),
                Field("residual", "money", _("Residual value")),
                Field("value", "money", _("New book value")),
                Field("against", "ref", _("Account of the difference"), ref="finance.account", ref_filter=ACTIVE),
            ),
        ),
        Action(
            "dispose", pgettext_lazy("fixed asset", "Dispose of"), f"{SERVICES}.asset_dispose", "finance.asset.post",
            argument="asset", states=("in_use",), danger=True, icon="log-out",
            params=(
                Field("on", "date", _("Disposed of on"), required=True),
                Field("result", "ref", _("Account of the gain or loss"), ref="finance.account", required=True,
                      ref_filter=ACTIVE),
                Field("proceeds", "money", _("Proceeds")),
                Field("money", "ref", _("Account of the proceeds"), ref="finance.account", ref_filter=ACTIVE),
            ),
        ),
    ),
    views=(
        View("in_use", _("In use"), {"status": "in_use"}, ("number",)),
        View("drafts", _("Drafts"), {"status": "draft"}, ("number",)),
        View("all", _("All")),
    ),
    importable=False,
)  # fmt: skip

DEPRECIATION_RUN = Entity(
    key="finance.depreciation_run",
    model="finance.DepreciationRun",
    path="depreciation-runs",
    icon="calendar-check",
    features=FEATURES,
    fields=(Field("month", write_once=True), Field("total", read_only=True), Field("entry", read_only=True)),
    list=("month", "total", "entry"),
    default_order=("-month",),
    title_field="month",
    form=(Section(_("Depreciation run"), ("month",)),),
    lines="finance.depreciation",
    create="modules.finance.services.depreciation.depreciation_post",
    deletable=False,
    importable=False,
    custom_fields=False,
)

DEPRECIATION = Entity(
    key="finance.depreciation",
    model="finance.Depreciation",
    path="depreciations",
    icon="rows-3",
    features=FEATURES,
    permission="finance.depreciation_run",
    fields=tuple(Field(name, read_only=True) for name in ("run", "asset", "until", "amount", "book_value", "entry")),
    list=("run", "asset", "until", "amount", "book_value", "entry"),
    search=("asset.number", "asset.name"),
    default_order=("-until", "-id"),
    parent_field="run",
    title_field="asset",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)

ALL: tuple[Entity, ...] = (ASSET, DEPRECIATION_RUN, DEPRECIATION)

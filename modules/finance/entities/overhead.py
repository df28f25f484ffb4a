"""Overhead pools, their months and who bears them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

FEATURES = ("finance.costing",)
SERVICES = "modules.finance.services.overhead"
ACTIVE = {"is_active": True}
POOL = ("name", "account", "absorbed_account", "target_account", "driver", "share")

OVERHEAD_POOL = Entity(
    key="finance.overhead_pool",
    model="finance.OverheadPool",
    path="overhead-pools",
    icon="layers",
    features=FEATURES,
    fields=(
        "name", Field("account", ref_filter=ACTIVE),
        Field("absorbed_account", ref_filter=ACTIVE, help=_("Left empty: the account it is collected on.")),
        Field("target_account", ref_filter=ACTIVE), "driver", "share", "planned",
        Field("capacity", help=_("In the unit of what it is shared out by.")), "is_active",
    ),
    list=("name", "account", "absorbed_account", "target_account", "driver", "share", "planned", "capacity"),
    search=("name",),
    default_order=("name",),
    title_field="name",
    form=(
        Section(_("Overhead pool"), POOL),
        Section(pgettext_lazy("overhead", "Plan"), ("planned", "capacity", "is_active")),
    ),
    create=f"{SERVICES}.overhead_pool_create",
    update=f"{SERVICES}.overhead_pool_update",
    importable=False,
    custom_fields=False,
)  # fmt: skip

FIGURES = ("actual", "absorbed", "difference", "spending", "volume", "efficiency")
OVERHEAD_RUN = Entity(
    key="finance.overhead_run",
    model="finance.OverheadRun",
    path="overhead-runs",
    icon="calendar-check",
    features=FEATURES,
    fields=(
        Field("pool", write_once=True, ref_filter=ACTIVE), Field("month", write_once=True),
        *(Field(name, read_only=True) for name in ("status", *FIGURES, "entry")),
    ),
    list=("pool", "month", "status", *FIGURES, "entry"),
    default_order=("-month", "-id"),
    totals=FIGURES,
    title_field="month",
    subtitle_field="pool",
    form=(Section(_("Overhead of a month"), ("pool", "month")),),
    lines="finance.overhead_share",
    state_field="status",
    states=(State("posted", _("Posted"), "done"), State("undone", pgettext_lazy("overhead", "Taken back"), "off")),
    create=f"{SERVICES}.overhead_post",
    deletable=False,
    actions=(
        Action(
            "undo", pgettext_lazy("overhead", "Take back"), f"{SERVICES}.overhead_undo", "finance.overhead_run.create",
            argument="run", states=("posted",), danger=True, icon="undo-2",
        ),
    ),
    views=(View("all", _("All")), View("posted", _("Posted"), {"status": "posted"})),
    importable=False,
    custom_fields=False,
)  # fmt: skip

SHARE = ("run", "product", "production_order", "driver", "amount")
OVERHEAD_SHARE = Entity(
    key="finance.overhead_share",
    model="finance.OverheadShare",
    path="overhead-shares",
    icon="rows-3",
    features=FEATURES,
    permission="finance.overhead_run",
    fields=tuple(Field(name, read_only=True) for name in SHARE),
    list=SHARE,
    search=("product.code", "product.name"),
    default_order=("run", "id"),
    totals=("amount",),
    parent_field="run",
    title_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)

ALL: tuple[Entity, ...] = (OVERHEAD_POOL, OVERHEAD_RUN, OVERHEAD_SHARE)

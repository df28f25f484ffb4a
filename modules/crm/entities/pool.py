"""The pool: customers to claim, its rules, who is away, who had whom."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, View

SERVICES = "modules.crm.services"
SELECTORS = "modules.crm.selectors.pool"
FEATURES = ("crm.pool",)
# Whether a customer is free is its owner, which is another table's: no column of ours to be a state.
STATES = (("open", _("Free to claim")), ("held", _("Has an owner")))

POOL_CUSTOMER = Entity(
    key="crm.pool_customer",
    model="crm.PoolCustomer",
    path="pool-customers",
    label=_("Customer of a pool"),
    label_plural=_("Customers of pools"),
    icon="waypoints",
    features=FEATURES,
    selector=f"{SELECTORS}.pool_customer_list",
    fields=(
        Field("name", type="text", label=_("customer"), source="party__name", read_only=True),
        Field("party", ref_filter={"is_customer": True}, write_once=True, label=_("Customer record")),
        "pool",
        Field("state", type="choice", label=_("status"), choices=STATES, read_only=True, required=False),
        Field("owner", type="ref", ref="access.member", label=_("owner"), source="party__owner", read_only=True),
        Field("since", read_only=True, required=False),
        Field("recycle_on", read_only=True),
        Field("former_owner", read_only=True),
        Field("reason", write_once=True),
        "key_account",
    ),
    list=("name", "pool", "state", "owner", "since", "recycle_on", "former_owner", "reason"),
    search=("name",),
    default_order=("since", "id"),
    title_field="name",
    form=(Section(_("Customer of a pool"), ("party", "pool", "key_account", "reason")),),
    actions=(
        Action(
            "claim", _("Claim"), f"{SERVICES}.pool_claim", "crm.pool_customer.claim", argument="customer",
            when={"state": ("open",)}, bulk=True, primary=True, icon="user-check",
        ),
        Action(
            "release", _("Let go to the pool"), f"{SERVICES}.pool_release", "crm.pool_customer.release",
            argument="customer", when={"state": ("held",)}, bulk=True, icon="log-out",
            params=(Field("reason", type="text", label=_("reason"), required=True),),
        ),
        Action(
            "assign", _("Assign"), f"{SERVICES}.pool_assign", "crm.pool_customer.assign", argument="customer",
            bulk=True, icon="user-cog",
            params=(
                Field("member", type="ref", ref="access.member", label=_("member"), required=True),
                Field("reason", type="text", label=_("reason")),
            ),
        ),
    ),
    views=(
        View("open", _("Free to claim"), {"state": "open"}),
        View("due", _("Going back soon"), {"state": "held", "recycle_on__isnull": "false"}, ("recycle_on",)),
        View("mine", _("Mine"), {"owner": "me"}),
        View("all", _("All")),
    ),
    create=f"{SERVICES}.pool_customer_create",
    update=f"{SERVICES}.pool_customer_update",
    deletable=False,
)  # fmt: skip
POOL = Entity(
    key="crm.pool",
    model="crm.Pool",
    path="pools",
    icon="scale",
    features=FEATURES,
    fields=(
        "name", "department", "claims_per_day", "holding_ceiling", "protection_days", "cool_down_days",
        "follow_up_days", "deal_days", "enrols", "is_active",
    ),
    list=(
        "name", "department", "claims_per_day", "holding_ceiling", "protection_days", "cool_down_days",
        "follow_up_days", "deal_days", "is_active",
    ),
    search=("name",),
    default_order=("name", "id"),
    title_field="name",
    key_fields=("name",),
    form=(
        Section(_("Pool"), ("name", "department", "enrols", "is_active")),
        Section(_("Claiming"), ("claims_per_day", "holding_ceiling", "cool_down_days")),
        Section(_("Going back"), ("protection_days", "follow_up_days", "deal_days")),
    ),
)  # fmt: skip
POOL_PAUSE = Entity(
    key="crm.pool_pause",
    model="crm.PoolPause",
    path="pool-pauses",
    icon="circle-pause",
    features=FEATURES,
    fields=("member", "since", "until", "note"),
    list=("member", "since", "until", "note"),
    search=("member.name", "note"),
    default_order=("-since", "-id"),
    title_field="member",
    subtitle_field="since",
    form=(Section(_("Pause"), ("member", "since", "until", "note")),),
    comments=False,
    attachments=False,
)
OWNERSHIP = Entity(
    key="crm.ownership",
    model="crm.OwnershipChange",
    path="ownership",
    label=_("Change of ownership"),
    icon="history",
    features=FEATURES,
    selector=f"{SELECTORS}.ownership_list",
    fields=(
        Field("name", type="text", label=_("customer"), source="party__name", read_only=True),
        "on", "kind", "from_member", "to_member", "pool", "reason", Field("posted_by", read_only=True),
    ),
    list=("on", "name", "kind", "from_member", "to_member", "pool", "reason"),
    search=("name", "reason"),
    default_order=("-id",),
    title_field="name",
    subtitle_field="on",
    writable=False,
    creatable=False,
    deletable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip
ALL = (POOL_CUSTOMER, POOL, POOL_PAUSE, OWNERSHIP)

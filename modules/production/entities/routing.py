"""Work centres and when they work, tools and skills, operations and their alternatives."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Entity, Field, Section, View

BOM = ("production.bom",)
WORK_CENTRE = Entity(
    key="production.work_centre",
    model="production.WorkCentre",
    path="work-centres",
    icon="cog",
    features=BOM,
    fields=(
        "code", "name", Field("cost_rate", sensitive=True), Field("machine_rate", required=False, sensitive=True),
        Field("overhead_rate", sensitive=True),
        Field("tolerance", required=False, help=_("Beyond it planners are told while the order runs.")),
        Field("machines", required=False),
        Field("efficiency", required=False, help=_("Above 100 it is quicker than the standard minutes.")),
        Field("hours_per_week", help=_("Counts while its calendar has no shifts.")),
        Field("calendar", help=_("Left empty, the company's.")),
        "is_active",
    ),
    list=("code", "name", "machines", "efficiency", "cost_rate", "overhead_rate", "hours_per_week", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    title_field="name",
    subtitle_field="code",
    key_fields=("code",),
    form=(
        Section(
            _("Work centre"), ("code", "name", "machines", "efficiency", "calendar", "hours_per_week", "is_active")
        ),
        Section(_("Rates per hour"), ("cost_rate", "machine_rate", "overhead_rate", "tolerance")),
    ),
)  # fmt: skip
SHIFT = Entity(
    key="production.shift",
    model="production.Shift",
    path="shifts",
    icon="clock",
    features=BOM,
    permission="production.work_centre",
    fields=("calendar", "weekday", "name", "starts", Field("ends", help=_("At or before the start: on the next day."))),
    list=("calendar", "weekday", "name", "starts", "ends"),
    search=("name", "calendar.name"),
    default_order=("calendar", "weekday", "starts"),
    title_field="name",
    subtitle_field="calendar",
    key_fields=("calendar", "weekday", "starts"),
    form=(Section(_("Shift"), ("calendar", "weekday", "name", "starts", "ends")),),
    comments=False,
    attachments=False,
)
TIME_CHANGE = Entity(
    key="production.work_time_change",
    model="production.WorkTimeChange",
    path="work-time-changes",
    icon="calendar-clock",
    features=BOM,
    permission="production.work_centre",
    fields=("work_centre", "kind", "starts_at", "ends_at", "note"),
    list=("work_centre", "kind", "starts_at", "ends_at", "note"),
    search=("work_centre.name", "note"),
    default_order=("-starts_at", "id"),
    title_field="work_centre",
    subtitle_field="kind",
    form=(Section(_("Overtime or planned stop"), ("work_centre", "kind", "starts_at", "ends_at", "note")),),
    views=(
        View("all", _("All")),
        View("overtime", _("Overtime"), {"kind": "overtime"}),
        View("stop", _("Planned stops"), {"kind": "stop"}),
    ),
    comments=False,
    attachments=False,
)
RESOURCE = Entity(
    key="production.resource",
    model="production.Resource",
    path="resources",
    icon="wrench",
    features=BOM,
    permission="production.work_centre",
    fields=("code", "name", "kind", "count", "is_active"),
    list=("code", "name", "kind", "count", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    title_field="name",
    subtitle_field="code",
    key_fields=("code",),
    form=(Section(_("Tool or skill"), ("code", "name", "kind", "count", "is_active")),),
    views=(
        View("all", _("All")), View("tool", _("Tools"), {"kind": "tool"}), View("skill", _("Skills"), {"kind": "skill"})
    ),
)  # fmt: skip
OPERATION = Entity(
    key="production.operation",
    model="production.Operation",
    path="operations",
    icon="list-ordered",
    features=BOM,
    fields=(
        Field("product", ref_filter={"source": "make"}),
        "position",
        "name",
        Field("work_centre", required=False),
        Field("setup_minutes", required=False),
        Field("run_minutes", required=False),
        Field("queue_minutes", required=False),
        Field("move_minutes", required=False),
        Field("transfer_batch", required=False, help=_("Pieces after which the next operation may begin; 0: all.")),
        Field("yield_percent", required=False),
        Field("tool", required=False, ref_filter={"kind": "tool"}),
        Field("skill", required=False, ref_filter={"kind": "skill"}),
        Field("supplier", required=False, ref_filter={"is_supplier": True}, help=_("Instead of a work centre.")),
        Field("outside_days", required=False),
        Field("outside_price", required=False, sensitive=True),
    ),
    list=("product", "position", "name", "work_centre", "setup_minutes", "run_minutes", "yield_percent", "supplier"),
    search=("product.code", "product.name", "name"),
    default_order=("product", "position"),
    title_field="name",
    subtitle_field="product",
    key_fields=("product", "position"),
    form=(
        Section(_("Operation"), ("product", "position", "name", "work_centre", "tool", "skill")),
        Section(
            _("Time"),
            ("setup_minutes", "run_minutes", "queue_minutes", "move_minutes", "transfer_batch", "yield_percent"),
        ),
        Section(_("Done outside"), ("supplier", "outside_days", "outside_price")),
    ),
    lines="production.operation_alternative",
    lines_field="alternatives",
    create="modules.production.services.routing_writing.operation_create",
    update="modules.production.services.routing_writing.operation_update",
    delete="modules.production.services.routing_writing.operation_delete",
)
ALTERNATIVE = Entity(
    key="production.operation_alternative",
    model="production.OperationAlternative",
    path="operation-alternatives",
    icon="git-branch",
    features=BOM,
    permission="production.operation",
    parent_field="operation",
    fields=("operation", "work_centre", "rank", "setup_minutes", "run_minutes"),
    list=("work_centre", "rank", "setup_minutes", "run_minutes"),
    search=("work_centre.code", "work_centre.name"),
    default_order=("operation", "rank", "id"),
    title_field="work_centre",
    form=(Section(_("Alternative work centre"), ("operation", "work_centre", "rank", "setup_minutes", "run_minutes")),),
    comments=False,
    attachments=False,
)
ALL = (WORK_CENTRE, SHIFT, TIME_CHANGE, RESOURCE, OPERATION, ALTERNATIVE)

"""Count plans, sheets and their lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

COUNTING = ("inventory.counting",)
SERVICES = "modules.inventory.services"
RULES = ("is_blind", "tolerance_percent", "tolerance_value", "approval_limit")
CAUSES = (
    ("receipt", _("Receipt not or wrongly entered")), ("issue", _("Issue not or wrongly entered")),
    ("place", _("Lies in another place")), ("unit", _("Wrong unit or pack")),
    ("mixed", _("Mixed up with another product")), ("damage", _("Damaged or scrapped")),
    ("loss", _("Lost or stolen")), ("earlier", _("Earlier count was wrong")), ("other", _("Other")),
)  # fmt: skip
CAUSE = Field("cause", type="choice", label=_("Cause"), choices=CAUSES, required=True)
NOTE = Field("note", type="text", label=_("Remark"))

PLAN = Entity(
    key="inventory.count_plan",
    model="inventory.CountPlan",
    path="count-plans",
    icon="calendar-check",
    features=COUNTING,
    fields=(
        "name", "warehouse", Field("place", ref_filter={"kind": "stock"}), "category",
        "days_a", "days_b", "days_c", "lines_per_sheet",
        Field("is_blind"), "tolerance_percent", "tolerance_value", "approval_limit", "is_active",
    ),
    list=("name", "warehouse", "place", "category", "days_a", "days_b", "days_c", "is_blind", "is_active"),
    search=("name",),
    default_order=("name", "id"),
    form=(
        Section(_("What is counted"), ("name", "warehouse", "place", "category", "is_active")),
        Section(_("How often"), ("days_a", "days_b", "days_c", "lines_per_sheet")),
        Section(_("How it is judged"), RULES),
    ),
    title_field="name",
    key_fields=("name",),
    create=f"{SERVICES}.count_plans.count_plan_create",
    update=f"{SERVICES}.count_plans.count_plan_update",
    actions=(
        Action(
            "make_sheets", _("Make count sheets"), f"{SERVICES}.count_plans.count_sheets_make",
            "inventory.count_sheet.create", bulk=True, primary=True, icon="clipboard-list",
        ),
    ),
)  # fmt: skip

SHEET = Entity(
    key="inventory.count_sheet",
    model="inventory.CountSheet",
    path="count-sheets",
    icon="clipboard-check",
    features=COUNTING,
    fields=(
        Field("number", read_only=True), Field("status", read_only=True), Field("plan", read_only=True),
        Field("warehouse", read_only=True), Field("planned_on", read_only=True),
        *(Field(name, read_only=True) for name in RULES),
        Field("adjustment", read_only=True), Field("posted_on", read_only=True),
    ),
    list=("number", "plan", "warehouse", "planned_on", "is_blind", "status", "adjustment"),
    search=("number", "plan.name"),
    default_order=("-id",),
    form=(
        Section(_("Count sheet"), ("plan", "warehouse", "planned_on", "posted_on", "adjustment")),
        Section(_("How it is judged"), RULES),
    ),
    title_field="number",
    subtitle_field="plan",
    state_field="status",
    states=(
        State("open", _("Being counted"), "open"), State("review", _("To approve"), "warn"),
        State("ready", _("Ready to post"), "prog"), State("posted", _("Posted"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    lines="inventory.count_line",
    writable=False,
    importable=False,
    actions=(
        Action(
            "post", _("Post differences"), f"{SERVICES}.count_sheets.count_sheet_post", "inventory.count_sheet.post",
            states=("ready",), bulk=True, primary=True, icon="check",
        ),
        Action(
            "cancel", _("Cancel"), f"{SERVICES}.count_sheets.count_sheet_cancel", "inventory.count_sheet.post",
            states=("open", "review", "ready"), danger=True, icon="x",
        ),
    ),
    views=(
        View("open", _("To count"), {"status": "open"}, ("planned_on", "id")),
        View("review", _("To approve"), {"status": "review"}, ("planned_on", "id")),
        View("ready", _("To post"), {"status": "ready"}, ("planned_on", "id")),
        View("all", _("All")),
    ),
)  # fmt: skip

LINE = Entity(
    key="inventory.count_line",
    model="inventory.CountLine",
    path="count-lines",
    icon="scale",
    features=COUNTING,
    permission="inventory.count_sheet",
    parent_field="sheet",
    fields=(
        Field("sheet", read_only=True), Field("position", read_only=True),
        Field("product", read_only=True), Field("location", read_only=True), Field("lot", read_only=True),
        Field("abc", read_only=True), Field("state", read_only=True),
        Field("counted", read_only=True),
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        Field("shown_book", type="quantity", label=_("Book"), read_only=True),
        Field("difference", type="quantity", label=_("Difference"), read_only=True),
        Field("second_counted", read_only=True, unit_field="second_unit"),
        Field("shown_second_book", type="quantity", label=_("book, second unit"), read_only=True,
              unit_field="second_unit"),
        Field("second_difference", type="quantity", label=_("difference, second unit"), read_only=True,
              unit_field="second_unit"),
        Field("second_unit", source="product.second_unit", label=_("Second unit"), read_only=True),
        Field("shown_value", type="money", label=_("Value"), read_only=True, sensitive=True),
        Field("first_counted", read_only=True), Field("cause", read_only=True), Field("note", read_only=True),
        Field("counted_by", read_only=True), Field("counted_at", read_only=True), Field("approved_by", read_only=True),
    ),
    list=(
        "product", "location", "counted", "shown_book", "difference", "second_counted", "second_difference",
        "shown_value", "first_counted", "cause", "state",
    ),
    search=("product.code", "product.name", "product.name_zh", "product.barcode", "location.code", "sheet.number"),
    default_order=("position", "id"),
    title_field="product",
    subtitle_field="location",
    state_field="state",
    states=(
        State("open", _("To count"), "open"), State("recount", _("To count again"), "warn"),
        State("approval", _("To approve"), "late"), State("ready", _("Count accepted"), "done"),
    ),
    selector="modules.inventory.selectors.counting.line_list",
    actions=(
        Action(
            "approve", _("Accept difference"), f"{SERVICES}.count_sheets.count_line_approve",
            "inventory.count_sheet.approve", states=("approval",), params=(CAUSE, NOTE), bulk=True, primary=True,
            icon="check",
        ),
        Action(
            "recount", _("Count again"), f"{SERVICES}.count_sheets.count_line_recount",
            "inventory.count_sheet.approve", states=("approval", "ready"), bulk=True, icon="rotate-ccw",
        ),
        Action(
            "explain", _("Say the cause"), f"{SERVICES}.count_sheets.count_line_explain", "inventory.count_sheet.count",
            states=("recount", "approval", "ready"), params=(CAUSE, NOTE), bulk=True, icon="message-square",
        ),
    ),
    views=(
        View("approval", _("To approve"), {"state": "approval"}, ("sheet", "position")),
        View("recount", _("To count again"), {"state": "recount"}, ("sheet", "position")),
        View("all", _("All")),
    ),
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip
ALL = (PLAN, SHEET, LINE)

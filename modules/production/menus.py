"""Menu pages of production: the area Make."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import MenuNode

TREE: tuple[MenuNode, ...] = (
    MenuNode("make", _("Make"), icon="factory", order=40),
    MenuNode("make.planning", _("Planning"), "make", icon="calendar-range", order=10),
    MenuNode(
        "make.planning.workbench", _("Workbench"), "make.planning", icon="layout-dashboard",
        route="/production/planning", permission="production.planning.view", features=("production.mrp",), order=10,
    ),
    MenuNode(
        "make.planning.planned", _("Planned orders"), "make.planning", icon="calendar-plus",
        entity="production.planned_order", order=20,
    ),
    MenuNode(
        "make.planning.messages", _("Exceptions"), "make.planning", icon="triangle-alert",
        entity="production.planning_message", order=30,
    ),
    MenuNode(
        "make.planning.forecasts", _("Forecasts"), "make.planning", icon="chart-line", entity="production.forecast",
        order=34,
    ),
    MenuNode(
        "make.planning.rules", _("Planning rules"), "make.planning", icon="sliders-horizontal",
        entity="production.planning_rule", order=36,
    ),
    MenuNode(
        "make.planning.runs", _("Planning runs"), "make.planning", icon="history",
        entity="production.planning_run", order=40,
    ),
    MenuNode(
        "make.planning.schedule", _("Schedule board"), "make.planning", icon="chart-gantt",
        route="/production/schedule", permission="production.schedule.view", features=("production.scheduling",),
        order=15,
    ),
    MenuNode("make.ahead", _("Master planning"), "make", icon="calendar-check", order=12),
    MenuNode(
        "make.ahead.master_plan", _("Master plan"), "make.ahead", icon="calendar-check",
        route="/production/master-plan", permission="production.master_plan.view", features=("production.mrp",),
        order=10,
    ),
    MenuNode(
        "make.ahead.load", _("Load and value"), "make.ahead", icon="chart-column", route="/production/load",
        permission="production.planning.view", features=("production.mrp",), order=20,
    ),
    MenuNode(
        "make.ahead.delivery", _("Delivery and attainment"), "make.ahead", icon="target",
        route="/production/delivery", permission="production.planning.view", features=("production.mrp",), order=30,
    ),
    MenuNode(
        "make.ahead.scenarios", pgettext_lazy("scenario", "What-if"), "make.ahead", icon="git-branch",
        entity="production.scenario", order=15,
    ),
    MenuNode(
        "make.ahead.holds", _("Held promises"), "make.ahead", icon="hourglass", entity="production.promise_hold",
        order=40,
    ),
    MenuNode(
        "make.ahead.held_time", _("Held capacity"), "make.ahead", icon="hourglass",
        entity="production.held_operation", order=50,
    ),
    MenuNode("make.floor", _("Shop floor"), "make", icon="hammer", order=20),
    MenuNode(
        "make.floor.terminal", _("Terminal"), "make.floor", icon="tablet", route="/production/terminal",
        permission="production.terminal.view", features=("production.shop_floor",), order=4,
    ),
    MenuNode(
        "make.floor.board", _("Shop-floor board"), "make.floor", icon="siren", route="/production/board",
        permission="production.terminal.view", features=("production.shop_floor",), order=6,
    ),
    MenuNode(
        "make.floor.losses", _("OEE and losses"), "make.floor", icon="chart-column", route="/production/losses",
        permission="production.order.view", features=("production.shop_floor",), order=8,
    ),
    MenuNode(
        "make.floor.orders", _("Production orders"), "make.floor", icon="clipboard-list", entity="production.order",
        order=10,
    ),
    MenuNode(
        "make.floor.operations", _("Operations of orders"), "make.floor", icon="list-ordered",
        entity="production.order_operation", order=15,
    ),
    MenuNode(
        "make.floor.reports", _("Work reports"), "make.floor", icon="clipboard-check", entity="production.report",
        order=20,
    ),
    MenuNode(
        "make.floor.calls", _("Calls for help"), "make.floor", icon="siren", entity="production.call", order=30,
    ),
    MenuNode(
        "make.floor.downtimes", _("Downtimes"), "make.floor", icon="octagon-pause", entity="production.downtime",
        order=40,
    ),
    MenuNode("make.floor.badges", _("Badges"), "make.floor", icon="id-card", entity="production.badge", order=50),
    MenuNode("make.sop", _("Work instructions"), "make", icon="book-open", order=32),
    MenuNode(
        "make.sop.instructions", _("Work instructions"), "make.sop", icon="book-open",
        entity="production.instruction", order=10,
    ),
    MenuNode(
        "make.sop.readings", _("Who has read them"), "make.sop", icon="list-checks",
        entity="production.instruction_reading", order=20,
    ),
    MenuNode("make.wages", _("Piece work"), "make", icon="hand-coins", order=24),
    MenuNode(
        "make.wages.slips", _("Wage slips"), "make.wages", icon="receipt-text", entity="production.wage_slip", order=10,
    ),
    MenuNode(
        "make.wages.rates", _("Pay rates"), "make.wages", icon="coins", entity="production.pay_rate", order=20,
    ),
    MenuNode("make.outside", _("Outside work"), "make", icon="truck", order=22),
    MenuNode(
        "make.outside.desk", _("Work at suppliers"), "make.outside", icon="layout-dashboard",
        route="/production/outside", permission="production.subcontract.view", features=("production.subcontracting",),
        order=10,
    ),
    MenuNode(
        "make.outside.orders", _("Subcontract orders"), "make.outside", icon="clipboard-list",
        entity="production.subcontract", order=20,
    ),
    MenuNode(
        "make.outside.receipts", _("Subcontract receipts"), "make.outside", icon="package-plus",
        entity="production.subcontract_receipt", order=30,
    ),
    MenuNode("make.control", _("Progress and cost"), "make", icon="gauge", order=23),
    MenuNode(
        "make.control.kitting", _("Clear to build"), "make.control", icon="boxes", route="/production/kitting",
        permission="production.order.view", features=("production.shop_floor",), order=5,
    ),
    MenuNode(
        "make.control.wip", _("Work in process"), "make.control", icon="layers", route="/production/wip",
        permission="production.order.view", features=("production.shop_floor",), order=10,
    ),
    MenuNode(
        "make.control.alerts", _("Cost alerts"), "make.control", icon="triangle-alert",
        entity="production.cost_alert", order=30,
    ),
    MenuNode("make.control.costs", _("Cost postings"), "make.control", icon="receipt-text", entity="production.cost",
             order=40),
    MenuNode("make.quality", _("Quality"), "make", icon="shield-check", order=25),
    MenuNode(
        "make.quality.desk", _("Quality desk"), "make.quality", icon="layout-dashboard", route="/production/quality",
        permission="production.inspection.view", features=("production.quality",), order=10,
    ),
    MenuNode(
        "make.quality.figures", _("Quality figures"), "make.quality", icon="chart-column",
        route="/production/quality/figures", permission="production.inspection.view",
        features=("production.quality",), order=45,
    ),
    MenuNode(
        "make.quality.inspections", _("Inspections"), "make.quality", icon="microscope",
        entity="production.inspection", order=20,
    ),
    MenuNode(
        "make.quality.nonconformances", _("Nonconformances"), "make.quality", icon="badge-alert",
        entity="production.nonconformance", order=30,
    ),
    MenuNode(
        "make.quality.actions", _("Corrective actions"), "make.quality", icon="list-checks",
        entity="production.corrective_action", order=40,
    ),
    MenuNode(
        "make.quality.plans", _("Inspection plans"), "make.quality", icon="clipboard-list",
        entity="production.inspection_plan", order=50,
    ),
    MenuNode("make.engineering", _("Engineering"), "make", icon="drafting-compass", order=30),
    MenuNode(
        "make.engineering.boms", _("Bills of materials"), "make.engineering", icon="network", entity="production.bom",
        order=10,
    ),
    MenuNode(
        "make.engineering.changes", _("Engineering changes"), "make.engineering", icon="replace",
        entity="production.change", order=12,
    ),
    MenuNode(
        "make.engineering.replace", _("Replace a component"), "make.engineering", icon="arrow-left-right",
        route="/production/replace", permission="production.bom.create", features=("production.bom",), order=14,
    ),
    MenuNode(
        "make.engineering.roll_ups", _("Cost roll-ups"), "make.engineering", icon="calculator",
        entity="production.cost_roll_up", order=16,
    ),
    MenuNode(
        "make.engineering.operations", _("Operations"), "make.engineering", icon="list-ordered",
        entity="production.operation", order=20,
    ),
    MenuNode("make.capacity", _("Capacity and working time"), "make", icon="clock", order=35),
    MenuNode(
        "make.engineering.work_centres", _("Work centres"), "make.capacity", icon="cog",
        entity="production.work_centre", order=30,
    ),
    MenuNode(
        "make.capacity.resources", _("Tools and skills"), "make.capacity", icon="wrench",
        entity="production.resource", order=40,
    ),
    MenuNode(
        "make.capacity.shifts", _("Shifts"), "make.capacity", icon="clock", entity="production.shift", order=50,
    ),
    MenuNode(
        "make.capacity.time_changes", _("Overtime and planned stops"), "make.capacity", icon="calendar-clock",
        entity="production.work_time_change", order=60,
    ),
    MenuNode(
        "make.capacity.reasons", _("Reasons of losses"), "make.capacity", icon="tags",
        entity="production.loss_reason", order=70,
    ),
)  # fmt: skip

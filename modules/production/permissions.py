"""Permissions of production, and the shipped roles that hold them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.crud import crud
from tenon.registry.types import Permission

BOM, MRP, FLOOR = ("production.bom",), ("production.mrp",), ("production.shop_floor",)
QUALITY = ("production.quality",)
SCHEDULING = ("production.scheduling",)
ESOP = ("production.esop",)
PIECEWORK = ("production.piecework",)
OUTSIDE = ("production.subcontracting",)
FACTORY = ("planner", "shop_floor", "warehouse", "accountant", "viewer")
TOLD_OF_COST = "production.cost_alert.update"

ALL: tuple[Permission, ...] = (
    *crud("production.bom", _("Bills of materials"), features=BOM, view=(*FACTORY, "buyer"), edit=("planner",)),
    *crud("production.work_centre", _("Work centres"), features=BOM, view=FACTORY, edit=("planner",)),
    *crud("production.operation", _("Operations"), features=BOM, view=FACTORY, edit=("planner",)),
    *crud(
        "production.order", _("Production orders"), features=FLOOR, view=(*FACTORY, "sales_manager"), edit=("planner",)
    ),
    Permission("production.order.release", _("Release production orders"), FLOOR, ("planner",)),
    Permission("production.order.issue", _("Issue material"), FLOOR, ("planner", "warehouse", "shop_floor")),
    Permission("production.order.report", _("Report work"), FLOOR, ("planner", "shop_floor")),
    Permission("production.order.close", _("Close production orders"), FLOOR, ("planner", "accountant")),
    Permission("production.order.unbuild", _("Take finished goods apart"), FLOOR, ("planner",)),
    Permission("production.order.cancel", _("Cancel production orders"), FLOOR, ("planner",)),
    Permission("production.terminal.view", _("Shop-floor terminal and board"), FLOOR, ("planner", "shop_floor")),
    Permission("production.call.view", _("See calls for help"), FLOOR, FACTORY),
    Permission("production.call.answer", _("Answer calls for help"), FLOOR, ("planner", "shop_floor", "warehouse")),
    *crud("production.badge", _("Badges"), features=FLOOR, view=("admin", "planner"), edit=("admin",)),
    Permission("production.cost_alert.view", _("See cost alerts"), FLOOR, FACTORY),
    Permission(TOLD_OF_COST, _("Resolve cost alerts, and be told of them"), FLOOR, ("planner",)),
    *crud("production.planning_rule", _("Planning rules"), features=MRP, view=("buyer", "viewer"), edit=("planner",)),
    *crud(
        "production.forecast", _("Forecasts for planning"), features=MRP, view=("buyer", "viewer"),
        edit=("planner", "sales_manager"),
    ),
    *crud(
        "production.change", _("Engineering changes"), features=BOM, view=(*FACTORY, "buyer", "sales_manager"),
        edit=("planner",),
    ),
    Permission("production.change.approve", _("Approve engineering changes"), BOM, ("accountant",)),
    *crud("production.cost_roll_up", _("Cost roll-ups"), features=BOM, view=("planner", "accountant"),
          edit=("planner", "accountant")),
    Permission("production.cost_roll_up.apply", _("Make rolled-up costs the standard"), BOM, ("accountant",)),
    *crud(
        "production.master_plan", _("Master plan"), features=MRP, view=("buyer", "viewer", "sales_manager"),
        edit=("planner",),
    ),
    Permission("production.master_plan.frozen", _("Change the master plan inside the frozen fence"), MRP, ()),
    Permission("production.planning.view", _("See planning"), MRP, ("planner", "buyer", "viewer")),
    Permission("production.planning.value", _("See what the plan is worth"), MRP, ("planner", "accountant")),
    Permission("production.planning.run", _("Run planning"), MRP, ("planner",)),
    Permission("production.planning.firm", _("Firm planned orders"), MRP, ("planner",)),
    *crud("production.scenario", pgettext_lazy("scenario", "What-ifs"), features=MRP,
          view=("buyer", "viewer", "sales_manager"), edit=("planner",)),
    Permission("production.scenario.apply", pgettext_lazy("scenario", "Apply what-ifs"), MRP, ("planner",)),
    *crud("production.inspection_plan", _("Inspection plans"), features=QUALITY, view=FACTORY, edit=("planner",)),
    *crud(
        "production.inspection", _("Inspections"), features=QUALITY, view=(*FACTORY, "buyer"),
        edit=("planner", "shop_floor", "warehouse"),
    ),
    Permission(
        "production.inspection.judge", _("Give verdicts of inspections"), QUALITY,
        ("planner", "shop_floor", "warehouse"),
    ),
    Permission("production.inspection.concede", _("Accept goods with deviations"), QUALITY, ("planner",)),
    *crud("production.subcontract", _("Subcontract orders"), features=OUTSIDE, view=(*FACTORY, "buyer"),
          edit=("planner", "buyer")),
    *crud("production.instruction", _("Work instructions"), features=ESOP, view=FACTORY, edit=("planner",)),
    Permission("production.instruction.approve", _("Approve work instructions"), ESOP, ("admin",)),
    *crud("production.pay_rate", _("Pay rates"), features=PIECEWORK, view=("planner", "accountant"),
          edit=("accountant",)),
    *crud("production.wage_slip", _("Wage slips"), features=PIECEWORK, view=("shop_floor", "planner", "accountant"),
          edit=("planner",)),
    Permission("production.wage_slip.approve", _("Approve wage slips"), PIECEWORK, ("accountant",)),
    Permission("production.subcontract.send", _("Send to subcontractors"), OUTSIDE, ("planner", "warehouse")),
    Permission("production.subcontract.receive", _("Receive from subcontractors"), OUTSIDE, ("planner", "warehouse")),
    *crud(
        "production.nonconformance", _("Nonconformances"), features=QUALITY, view=(*FACTORY, "buyer", "sales_manager"),
        edit=("planner", "shop_floor", "warehouse", "sales_manager"),
    ),
    Permission(
        "production.nonconformance.dispose", _("Decide about goods that do not conform"), QUALITY, ("planner",)
    ),
    Permission("production.nonconformance.close", _("Close nonconformances"), QUALITY, ("planner",)),
    *crud(
        "production.corrective_action", _("Corrective and preventive actions"), features=QUALITY,
        view=(*FACTORY, "buyer", "sales_manager"), edit=("planner", "shop_floor", "warehouse", "buyer"),
    ),
    Permission(
        "production.corrective_action.verify", _("Verify the effect of actions"), QUALITY, ("planner", "accountant")
    ),
    Permission("production.schedule.view", _("See the schedule"), SCHEDULING, (*FACTORY, "sales_manager")),
    Permission(
        "production.promise.view", _("See what promise dates stand on, and what a rush would cost"),
        ("production.promise",), ("planner", "sales", "sales_manager", "viewer"),
    ),
    Permission(
        "production.promise_hold.view", _("See held promises"), ("production.promise",),
        ("planner", "sales", "sales_manager", "viewer"),
    ),
    Permission(
        "production.promise_hold.release", _("Let held promises go"), ("production.promise",),
        ("planner", "sales_manager"),
    ),
    Permission(
        "production.held_operation.view", _("See held capacity"), ("production.promise",), ("planner", "viewer"),
    ),
    Permission("production.schedule.change", _("Schedule and move operations"), SCHEDULING, ("planner",)),
)  # fmt: skip

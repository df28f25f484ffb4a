"""Decisions and writes of production."""

from modules.production.services.andon import call_answer, call_close, call_open, downtime_end, downtime_start
from modules.production.services.badges import badge_pin_set
from modules.production.services.bom_import import bom_line_create_many
from modules.production.services.bom_outputs import bom_output_create, bom_output_delete, bom_output_update
from modules.production.services.bom_versions import bom_component_replace, bom_version_create
from modules.production.services.boms import (
    bom_create,
    bom_line_create,
    bom_line_delete,
    bom_line_update,
    bom_update,
)
from modules.production.services.changes import (
    engineering_change_approve,
    engineering_change_cancel,
    engineering_change_create,
    engineering_change_delete,
    engineering_change_refuse,
    engineering_change_submit,
    engineering_change_update,
)
from modules.production.services.cost_alerts import cost_alert_resolve
from modules.production.services.cost_roll_ups import cost_roll_up_apply, cost_roll_up_create, cost_roll_up_delete
from modules.production.services.firming import planned_order_firm, planned_orders_firm
from modules.production.services.order_holds import production_order_lock_material
from modules.production.services.order_lines import sales_order_make, sales_order_unmake
from modules.production.services.order_pegs import production_order_free
from modules.production.services.orders import (
    production_order_cancel,
    production_order_close,
    production_order_create,
    production_order_delete,
    production_order_release,
    production_order_update,
)
from modules.production.services.planning import planning_run
from modules.production.services.shop_floor import production_order_issue, production_order_report
from modules.production.services.splitting import (
    production_order_batch,
    production_order_merge,
    production_order_split,
)
from modules.production.services.unbuild import production_order_unbuild
from modules.production.services.work_sessions import operation_pause, operation_report, operation_start

__all__ = [
    "badge_pin_set", "bom_component_replace", "bom_create", "bom_line_create", "bom_line_create_many",
    "bom_line_delete", "bom_line_update", "bom_output_create", "bom_output_delete", "bom_output_update",
    "bom_update", "bom_version_create", "call_answer", "call_close", "call_open", "cost_alert_resolve",
    "cost_roll_up_apply", "cost_roll_up_create", "cost_roll_up_delete", "downtime_end", "downtime_start",
    "engineering_change_approve", "engineering_change_cancel", "engineering_change_create",
    "engineering_change_delete", "engineering_change_refuse", "engineering_change_submit",
    "engineering_change_update", "operation_pause", "operation_report", "operation_start", "planned_order_firm",
    "planned_orders_firm", "planning_run", "production_order_batch", "production_order_cancel",
    "production_order_close", "production_order_create", "production_order_delete", "production_order_free",
    "production_order_issue", "production_order_lock_material", "production_order_merge",
    "production_order_release", "production_order_report", "production_order_split", "production_order_unbuild",
    "production_order_update", "sales_order_make", "sales_order_unmake",
]  # fmt: skip

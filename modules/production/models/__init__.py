"""Tables of production."""

from modules.production.models.bom import BillOfMaterials, BomLine
from modules.production.models.order import ProductionOrder, ProductionOrderComponent
from modules.production.models.plan import Pegging, PlannedOrder, PlanningMessage, PlanningRun
from modules.production.models.report import ProductionReport
from modules.production.models.routing import Operation, WorkCentre

__all__ = [
    "BillOfMaterials", "BomLine", "Operation", "Pegging", "PlannedOrder", "PlanningMessage", "PlanningRun",
    "ProductionOrder", "ProductionOrderComponent", "ProductionReport", "WorkCentre",
]  # fmt: skip

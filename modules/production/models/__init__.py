"""Tables of production."""

from modules.production.models.badge import Badge, BadgePin
from modules.production.models.bom import BillOfMaterials, BomLine, BomOutput
from modules.production.models.change import EngineeringChange, EngineeringChangeLine
from modules.production.models.cost import CostAlert, CostRollUp, CostRollUpLine, ProductionCost
from modules.production.models.floor import AndonCall, Downtime, LossReason, WorkSession
from modules.production.models.hold import HeldMaterial, HeldOperation, PromiseHold
from modules.production.models.instruction import InstructionReading, InstructionStep, WorkInstruction
from modules.production.models.nonconformance import CorrectiveAction, Disposition, NonConformance
from modules.production.models.operation import ProductionOrderOperation
from modules.production.models.order import ProductionOrder, ProductionOrderComponent, ProductionOrderOutput
from modules.production.models.parameters import ForecastEntry, MasterPlanEntry, PlanningChange, PlanningRule
from modules.production.models.plan import Pegging, PlannedOrder, PlanningMessage, PlanningRun
from modules.production.models.quality import Characteristic, Inspection, InspectionCheck, InspectionPlan
from modules.production.models.report import ProductionReport
from modules.production.models.routing import Operation, OperationAlternative, Resource, WorkCentre
from modules.production.models.scenario import Scenario, ScenarioChange, ScenarioLine
from modules.production.models.shift import Shift, WorkTimeChange
from modules.production.models.subcontract import SubcontractMaterial, SubcontractOrder, SubcontractReceipt
from modules.production.models.wages import PayRate, WageSlip, WageSlipLine

__all__ = [
    "AndonCall", "Badge", "BadgePin", "BillOfMaterials", "BomLine", "BomOutput", "Characteristic",
    "CorrectiveAction", "CostAlert", "CostRollUp", "CostRollUpLine", "Disposition", "Downtime",
    "EngineeringChange", "EngineeringChangeLine", "ForecastEntry", "HeldMaterial", "HeldOperation",
    "Inspection", "InspectionCheck",
    "InspectionPlan", "InstructionReading", "InstructionStep", "LossReason", "MasterPlanEntry", "NonConformance",
    "Operation", "OperationAlternative", "PayRate", "Pegging", "PlannedOrder", "PlanningChange", "PlanningMessage",
    "PlanningRule", "PlanningRun", "ProductionCost", "ProductionOrder", "ProductionOrderComponent",
    "ProductionOrderOperation", "ProductionOrderOutput", "ProductionReport", "PromiseHold", "Resource", "Scenario",
    "ScenarioChange", "ScenarioLine", "Shift",
    "SubcontractMaterial", "SubcontractOrder", "SubcontractReceipt", "WageSlip", "WageSlipLine", "WorkCentre",
    "WorkInstruction", "WorkSession", "WorkTimeChange",
]  # fmt: skip

"""Tables of inventory."""

from modules.inventory.models.adjustment import StockAdjustment, StockAdjustmentLine
from modules.inventory.models.balance import StockBalance
from modules.inventory.models.cost import ProductCost
from modules.inventory.models.counting import CountLine, CountPlan, CountSheet
from modules.inventory.models.delivery import Delivery, DeliveryLine
from modules.inventory.models.landed_cost import LandedCost, LandedCostLine
from modules.inventory.models.layer import LayerUse, StockLayer, StockValueChange
from modules.inventory.models.move import StockMove
from modules.inventory.models.place import HOLDING, Location, Warehouse
from modules.inventory.models.receipt import Receipt, ReceiptLine
from modules.inventory.models.requisition import Requisition, RequisitionCover, RequisitionLine
from modules.inventory.models.reservation import Reservation
from modules.inventory.models.supplier_document import SupplierDocument

__all__ = [
    "HOLDING", "CountLine", "CountPlan", "CountSheet", "Delivery", "DeliveryLine", "LandedCost", "LandedCostLine",
    "LayerUse", "Location", "ProductCost", "Receipt", "ReceiptLine", "Requisition", "RequisitionCover",
    "RequisitionLine", "Reservation", "StockAdjustment", "StockAdjustmentLine", "StockBalance", "StockLayer",
    "StockMove", "StockValueChange", "SupplierDocument", "Warehouse",
]  # fmt: skip

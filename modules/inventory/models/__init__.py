"""Tables of inventory."""

from modules.inventory.models.adjustment import StockAdjustment, StockAdjustmentLine
from modules.inventory.models.balance import StockBalance
from modules.inventory.models.blanket import BlanketDelivery, BlanketDraw, BlanketLine, BlanketOrder
from modules.inventory.models.cost import ProductCost
from modules.inventory.models.counting import CountLine, CountPlan, CountSheet
from modules.inventory.models.delivery import Delivery, DeliveryLine
from modules.inventory.models.demand import Forecast, ForecastOverride, PastDemand
from modules.inventory.models.inquiry import (
    Inquiry,
    InquiryAnswer,
    InquiryAward,
    InquiryEvent,
    InquiryLine,
    InquiryOffer,
    InquirySupplier,
)
from modules.inventory.models.inquiry_file import InquiryFile
from modules.inventory.models.landed_cost import LandedCost, LandedCostLine
from modules.inventory.models.layer import LayerUse, StockLayer, StockValueChange
from modules.inventory.models.lot import Lot, RemainingLife
from modules.inventory.models.move import StockMove
from modules.inventory.models.parcel import Parcel, ParcelLine
from modules.inventory.models.pick import Pick, Wave
from modules.inventory.models.place import HOLDING, VALUED, Location, Warehouse
from modules.inventory.models.put_away import PutAwayRule
from modules.inventory.models.receipt import Receipt, ReceiptLine
from modules.inventory.models.repack import Repack, RepackLine
from modules.inventory.models.replenishment import ReplenishmentAlert, ReplenishmentPolicy
from modules.inventory.models.requisition import Requisition, RequisitionCover, RequisitionLine
from modules.inventory.models.reservation import Reservation
from modules.inventory.models.reservation_change import ReservationChange
from modules.inventory.models.ship_from import ShipFrom
from modules.inventory.models.shipment import CarrierService, Shipment, TrackingEvent
from modules.inventory.models.slow_stock import ProvisionBand, SlowStockAction
from modules.inventory.models.supplier_document import SupplierDocument
from modules.inventory.models.supplier_portal import SupplierLink, SupplierProposal
from modules.inventory.models.supply_claim import SupplyClaim
from modules.inventory.models.transfer import Transfer, TransferLine

__all__ = [
    "HOLDING", "VALUED", "BlanketDelivery", "BlanketDraw", "BlanketLine", "BlanketOrder", "CarrierService",
    "CountLine", "CountPlan", "CountSheet", "Delivery", "DeliveryLine", "Forecast", "ForecastOverride", "Inquiry",
    "InquiryAnswer", "InquiryAward", "InquiryEvent", "InquiryFile", "InquiryLine", "InquiryOffer", "InquirySupplier",
    "LandedCost", "LandedCostLine", "LayerUse", "Location", "Lot", "Parcel", "ParcelLine", "PastDemand", "Pick",
    "ProductCost", "ProvisionBand", "PutAwayRule", "Receipt", "ReceiptLine", "RemainingLife", "Repack", "RepackLine",
    "ReplenishmentAlert", "ReplenishmentPolicy", "Requisition", "RequisitionCover", "RequisitionLine",
    "Reservation", "ReservationChange", "ShipFrom", "Shipment", "SlowStockAction", "StockAdjustment",
    "StockAdjustmentLine", "StockBalance", "StockLayer", "StockMove", "StockValueChange", "SupplierDocument",
    "SupplierLink", "SupplierProposal", "SupplyClaim", "TrackingEvent", "Transfer", "TransferLine", "Warehouse", "Wave",
]  # fmt: skip

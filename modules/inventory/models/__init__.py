"""Tables of inventory."""

from modules.inventory.models.adjustment import StockAdjustment, StockAdjustmentLine
from modules.inventory.models.balance import StockBalance
from modules.inventory.models.cost import ProductCost
from modules.inventory.models.delivery import Delivery, DeliveryLine
from modules.inventory.models.move import StockMove
from modules.inventory.models.place import HOLDING, Location, Warehouse
from modules.inventory.models.receipt import Receipt, ReceiptLine
from modules.inventory.models.reservation import Reservation

__all__ = [
    "HOLDING", "Delivery", "DeliveryLine", "Location", "ProductCost", "Receipt", "ReceiptLine", "Reservation",
    "StockAdjustment", "StockAdjustmentLine", "StockBalance", "StockMove", "Warehouse",
]  # fmt: skip

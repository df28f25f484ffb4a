"""Tables of the shared data layer."""

from modules.shared.data.models.calendar import Calendar, CalendarDay
from modules.shared.data.models.cancellation import CancellationCharge, CancellationStep, CancellationTerms
from modules.shared.data.models.currency import Currency, ExchangeRate
from modules.shared.data.models.merge import PartyMerge, PartyMergeMove
from modules.shared.data.models.party import Address, BankAccount, Contact, Party, PartyContact
from modules.shared.data.models.payment_term import PaymentTerm
from modules.shared.data.models.price import Price, PriceList, SupplierPrice
from modules.shared.data.models.product import Product, ProductCategory
from modules.shared.data.models.purchase_control import PurchaseLimit, PurchaseOrderChange, PurchaseTolerance
from modules.shared.data.models.purchase_order import PurchaseOrder, PurchaseOrderLine
from modules.shared.data.models.sales_change import SalesChangeLimit, SalesOrderChange
from modules.shared.data.models.sales_order import SalesOrder, SalesOrderLine, TaxRounding
from modules.shared.data.models.tax import Tax
from modules.shared.data.models.unit import Unit, UnitConversion

__all__ = [
    "Address", "BankAccount", "Calendar", "CalendarDay", "CancellationCharge", "CancellationStep", "CancellationTerms",
    "Contact", "Currency", "ExchangeRate", "Party", "PartyContact", "PartyMerge",
    "PartyMergeMove", "PaymentTerm", "Price", "PriceList", "Product",
    "ProductCategory", "PurchaseLimit", "PurchaseOrder", "PurchaseOrderChange", "PurchaseOrderLine",
    "PurchaseTolerance", "SalesChangeLimit", "SalesOrder", "SalesOrderChange", "SalesOrderLine", "SupplierPrice",
    "Tax", "TaxRounding", "Unit", "UnitConversion",
]  # fmt: skip

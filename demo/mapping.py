"""Which column of which file is which field: what a company would click together in the import wizard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sheet:
    """One import. `only`: column → value of the rows meant, `unlike`: column → value of the rows left out, `once`: a
    column each value of which is taken once (the spreadsheet's filters). `copy`: column → a second field that takes the
    same value. `rows` is what the file's README promises; `made` what comes of it where that differs, with the reason
    in `why`. `changes`: it only completes records."""

    title: str
    file: str
    entity: str
    mapping: Mapping[str, str]
    rows: int
    defaults: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    on_existing: str = "update"
    only: Mapping[str, str] = field(default_factory=dict)
    unlike: Mapping[str, str] = field(default_factory=dict)
    once: str = ""
    copy: Mapping[str, str] = field(default_factory=dict)
    changes: bool = False
    made: int | None = None
    why: str = ""


PEOPLE = {"owner": "Sales manager", "department": "Sales"}
BUYERS = {"owner": "Buyer", "department": "Purchasing"}

SHEETS: tuple[Sheet, ...] = (
    Sheet("Units", "units.csv", "shared.unit", {"code": "code", "name": "name"}, 38),
    Sheet(
        "Products",
        "products.csv",
        "shared.product",
        {
            "code": "code", "name": "name", "category": "category_name", "subcategory": "subcategory_name",
            "source": "source", "saleable": "is_saleable", "color": "color", "size": "size", "weight": "weight",
            "weight_unit": "weight_unit", "standard_cost": "standard_cost", "list_price": "list_price",
            "safety_stock": "safety_stock", "reorder_point": "reorder_point", "lead_time_days": "lead_time_days",
            "sell_from": "sell_from", "sell_until": "sell_until",
        },
        504,
        defaults={"unit": "EA", "tax": "SALES8"},
    ),
    # Eight materials (paint, decals) are used by weight or length: the bill names the unit they are kept in.
    Sheet(
        "Units of materials",
        "bom.csv",
        "shared.product",
        {"component": "code", "unit": "unit"},
        2576,
        unlike={"unit": "EA"},
        once="component",
        changes=True,
        made=8,
        why="products whose unit is not “each”",
    ),
    Sheet(
        "Suppliers",
        "suppliers.csv",
        "shared.party",
        {
            "code": "code", "name": "name", "credit_rating": "credit_rating", "active": "is_active",
            "preferred": "custom.preferred",
        },
        104,
        defaults={"is_supplier": "yes", **BUYERS},
    ),
    # The file's purchase units (case, carton, can …) come without a content; its purchase orders and stock count the
    # same prices per piece, so the price is taken per stock unit.
    Sheet(
        "Supplier prices",
        "supplier_prices.csv",
        "shared.supplier_price",
        {
            "product": "product", "supplier": "supplier", "lead_time_days": "lead_time_days", "price": "price",
            "min_quantity": "min_quantity", "max_quantity": "max_quantity",
        },
        460,
    ),
    Sheet(
        "Customers",
        "customers.csv",
        "shared.party",
        {
            "code": "code", "company": "name", "contact": "contact_name", "email": "email", "phone": "phone",
            "salesperson": "custom.salesperson",
        },
        847,
        defaults={"is_customer": "yes", **PEOPLE},
    ),
    Sheet(
        "Addresses",
        "customer_addresses.csv",
        "shared.address",
        {
            "customer": "party", "line1": "line1", "line2": "line2", "city": "city", "state": "state",
            "country": "country", "postal_code": "postal_code",
        },
        407,
    ),
    Sheet(
        "Bills of materials",
        "bom.csv",
        "production.bom_line",
        {
            "parent": "parent", "component": "component", "quantity": "quantity", "unit": "unit",
            "valid_from": "valid_from", "valid_until": "valid_until",
        },
        2576,
    ),
    Sheet("Places", "locations.csv", "inventory.location", {"name": "name"}, 14, defaults={"kind": "stock"}),
    Sheet(
        "Work centres",
        "locations.csv",
        "production.work_centre",
        {"name": "name", "cost_rate_per_hour": "cost_rate", "hours_available_per_week": "hours_per_week"},
        14,
        only={"kind": "work centre"},
        copy={"name": "code"},
        made=7,
        why="rows of kind “work centre”",
    ),
    Sheet(
        "Stock",
        "stock.csv",
        "inventory.opening_stock",
        {"product": "product", "location": "place", "shelf": "shelf", "bin": "bin", "quantity": "quantity"},
        1069,
        unlike={"quantity": "0"},
        made=1065,
        why="four rows hold a quantity of 0",
    ),
    Sheet(
        "Sales orders",
        "sales_orders.csv",
        "shared.sales_order",
        {
            "number": "number", "customer": "customer", "customer_reference": "customer_reference",
            "ordered_on": "ordered_on", "due_on": "requested_on", "shipped_on": "delivered_before",
            "ship_method": "custom.ship_method", "freight": "freight",
        },
        32,
        defaults=PEOPLE,
    ),
    Sheet(
        "Sales order lines",
        "sales_order_lines.csv",
        "shared.sales_order_line",
        {
            "order": "order", "product": "product", "quantity": "quantity", "unit_price": "unit_price",
            "discount": "discount_fraction",
        },
        542,
        defaults={"tax": "SALES8"},
    ),
    Sheet(
        "Purchase orders",
        "purchase_orders.csv",
        "shared.purchase_order",
        {
            "number": "number", "status": "former_status", "supplier": "supplier", "ordered_on": "ordered_on",
            "freight": "freight",
        },
        4012,
        defaults=BUYERS,
    ),
    Sheet(
        "Purchase order lines",
        "purchase_order_lines.csv",
        "shared.purchase_order_line",
        {
            "order": "order", "product": "product", "quantity": "quantity", "unit_price": "unit_price",
            "due_on": "due_on", "received": "received_before", "rejected": "rejected_before",
        },
        8845,
        defaults={"tax": "SALES8"},
    ),
)  # fmt: skip

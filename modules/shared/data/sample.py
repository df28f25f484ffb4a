"""Sample data of the shared layer: a small bicycle trade, with companies, people and articles of the AdventureWorks
data set. Drafts only: nothing is posted, so that all of it can go again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from modules.shared.data.models import Address, Party, Product
from modules.shared.data.services import (
    party_create,
    product_create,
    purchase_order_create,
    sales_order_create,
)
from modules.shared.data.services.supplier_prices import supplier_price_create
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.tenancy.context import Company

# code, name, Chinese name, category, source, cost, price, safety stock
PRODUCTS = (
    ("BK-T79U-46", "Touring-1000 Blue, 46", "旅行车 Touring-1000 蓝 46", "Bikes", "make", "1481.94", "2384.07", 10),
    ("BK-M68S-38", "Mountain-200 Silver, 38", "山地车 Mountain-200 银 38", "Bikes", "make", "1265.62", "2319.99", 10),
    ("HL-U509", "Sport-100 Helmet, Black", "运动头盔 Sport-100 黑", "Accessories", "buy", "13.09", "34.99", 40),
    ("WB-H098", "Water Bottle - 30 oz.", "水壶 30 盎司", "Accessories", "buy", "1.87", "4.99", 100),
    ("TI-R982", "HL Road Tire", "公路车外胎 HL", "Components", "buy", "12.19", "32.60", 60),
    ("PD-R563", "ML Road Pedal", "公路车脚踏 ML", "Components", "buy", "27.57", "62.09", 30),
)  # fmt: skip
# code, company, contact, e-mail, phone, street, city, state, postal code
CUSTOMERS = (
    ("1", "A Bike Store", "Orlando Gee", "orlando0@adventure-works.com", "245-555-0173",
     "57251 Serene Blvd", "Van Nuys", "California", "91411"),
    ("2", "Progressive Sports", "Keith Harris", "keith0@adventure-works.com", "170-555-0127",
     "Tanger Factory", "Branch", "Minnesota", "55056"),
    ("4", "Modular Cycle Systems", "Janet Gates", "janet1@adventure-works.com", "710-555-0173",
     "6900 Sisk Road", "Modesto", "California", "95354"),
    ("5", "Metropolitan Sports Supply", "Lucy Harrington", "lucy0@adventure-works.com", "828-555-0186",
     "Lewiston Mall", "Lewiston", "Idaho", "83501"),
)  # fmt: skip
SUPPLIERS = (("VISTARO0001", "Vista Road Bikes"), ("TRIKES0001", "Trikes, Inc."))
# customer, (product, quantity, discount) …, days until wanted
ORDERS = (
    ("1", (("BK-T79U-46", 4, 0), ("HL-U509", 4, 10)), 14),
    ("4", (("TI-R982", 24, 5), ("PD-R563", 12, 0)), 7),
    ("5", (("BK-M68S-38", 2, 0), ("WB-H098", 20, 0)), 21),
)  # fmt: skip
PREFIX = "S-"  # codes of sample records, so that own ones may have the plain numbers


def sample(*, actor: Actor, company: Company) -> None:
    zh = company.language.lower().startswith("zh")
    owner = Member.objects.order_by("pk").values_list("pk", flat=True).first()
    products = {
        code: product_create(
            actor=actor, code=f"{PREFIX}{code}", name=name_zh if zh else name, name_zh=name_zh, category_name=category,
            source=source, standard_cost=Decimal(cost), list_price=Decimal(price), safety_stock=Decimal(safety),
            reorder_point=Decimal(safety * 3 // 4),
        )
        for code, name, name_zh, category, source, cost, price, safety in PRODUCTS
    }  # fmt: skip
    customers = {}
    for code, name, contact, email, phone, street, city, state, postal in CUSTOMERS:
        customers[code] = party_create(
            actor=actor, code=f"{PREFIX}C{code}", name=name, contact_name=contact, email=email, phone=phone,
            is_customer=True, owner=owner,
        )  # fmt: skip
        Address(
            party=customers[code], line1=street, city=city, state=state, postal_code=postal, country="United States"
        ).save()
    suppliers = [
        party_create(actor=actor, code=f"{PREFIX}{code}", name=name, is_supplier=True, owner=owner)
        for code, name in SUPPLIERS
    ]
    _orders(actor, company, owner, customers, products, suppliers)


def _orders(
    actor: Actor,
    company: Company,
    owner: int | None,
    customers: dict[str, Party],
    products: dict[str, Product],
    suppliers: list[Party],
) -> None:
    today = company.today()
    for code, lines, days in ORDERS if actor.can("shared.sales_order.create") else ():
        sales_order_create(
            actor=actor, customer=customers[code], owner=owner, requested_on=today + timedelta(days=days),
            lines=[{"product": products[p], "quantity": n, "discount": Decimal(off)} for p, n, off in lines],
        )  # fmt: skip
    if not (actor.can("shared.supplier_price.create") and actor.can("shared.purchase_order.create")):
        return
    for supplier, code, price in ((suppliers[0], "TI-R982", "11.80"), (suppliers[1], "PD-R563", "26.40")):
        supplier_price_create(
            actor=actor, supplier=supplier, product=products[code], price=Decimal(price), min_quantity=Decimal(50),
            lead_time_days=12,
        )  # fmt: skip
    purchase_order_create(
        actor=actor, supplier=suppliers[0], owner=owner, due_on=today + timedelta(days=16),
        lines=[{"product": products["TI-R982"], "quantity": 100}],
    )  # fmt: skip

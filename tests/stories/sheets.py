"""The spreadsheets of the first loop: entity → CSV, in the order they are imported."""

from __future__ import annotations

SHEETS = {
    "shared.product": "code,name,unit,source,lead_time_days,list_price\n"
    "BIKE,Road bicycle,EA,make,2,2000\nFRAME,Frame,EA,buy,10,\nWHEEL,Wheel,EA,make,1,\nSPOKE,Spoke,EA,buy,5,\n",
    "shared.party": "code,name,is_supplier\nS-1,Parts supplier,yes\n",
    "shared.supplier_price": "supplier,product,price,currency,unit,lead_time_days,is_preferred\n"
    "S-1,FRAME,300,CNY,EA,10,yes\nS-1,SPOKE,0.5,CNY,EA,5,yes\n",
    "production.bom_line": "parent,component,quantity,unit\nBIKE,FRAME,1,EA\nBIKE,WHEEL,2,EA\nWHEEL,SPOKE,32,EA\n",
    "inventory.opening_stock": "product,quantity,unit_cost\nBIKE,4,900\nWHEEL,5,16\n",
}

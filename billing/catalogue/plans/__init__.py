"""One file a plan. Amounts without tax, per seat; a year is ten months."""

from billing.catalogue.plans import crm, finance, inventory, production, suite

ALL = (crm.PLAN, inventory.PLAN, production.PLAN, finance.PLAN, suite.PLAN)

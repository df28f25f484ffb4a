"""Permissions of CRM, and the shipped roles that hold them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.crud import crud
from tenon.registry.types import Permission

SALES = ("sales", "sales_manager")
LEADS, OPPORTUNITIES, QUOTES = ("crm.leads",), ("crm.opportunities",), ("crm.quotes",)
POOL, FORECAST, FOLLOWING = ("crm.pool",), ("crm.forecast",), ("crm.activities",)

ALL: tuple[Permission, ...] = (
    *crud("crm.lead", _("Leads"), view=("viewer",), edit=SALES, features=LEADS),
    Permission("crm.lead.convert", _("Convert leads"), LEADS, SALES),
    *crud("crm.lead_source", _("Lead sources"), view=("sales_manager",), edit=("sales_manager",), features=LEADS),
    *crud("crm.lead_assignee", _("Rota of lead sources"), view=SALES, edit=("sales_manager",), features=LEADS),
    Permission("crm.lead_touch.view", _("Touches"), LEADS, SALES),
    *crud("crm.activity", _("Activities"), view=("viewer",), edit=SALES, features=LEADS),
    *crud(
        "crm.follow_up_rule", _("Follow-up rules"), view=(*SALES, "viewer"), edit=("sales_manager",), features=FOLLOWING
    ),
    *crud("crm.customer_card", _("Customer cards"), view=("viewer",), edit=SALES, features=FOLLOWING),
    Permission("crm.insight.view", _("Insight into customers"), ("crm.insight",), SALES),
    *crud("crm.opportunity", _("Opportunities"), view=("viewer",), edit=SALES, features=OPPORTUNITIES),
    Permission("crm.opportunity.move", _("Move opportunities"), OPPORTUNITIES, SALES),
    *crud("crm.stage", _("Pipeline stages"), view=(*SALES, "viewer"), edit=("sales_manager",), features=OPPORTUNITIES),
    Permission("crm.stage_history.view", _("Stage history"), OPPORTUNITIES, (*SALES, "viewer")),
    *crud("crm.pipeline", _("Pipelines"), view=(*SALES, "viewer"), edit=("sales_manager",), features=OPPORTUNITIES),
    *crud(
        "crm.loss_reason", _("Loss reasons"), view=(*SALES, "viewer"), edit=("sales_manager",), features=OPPORTUNITIES
    ),
    *crud("crm.competitor", _("Competitors"), view=(*SALES, "viewer"), edit=SALES, features=OPPORTUNITIES),
    *crud("crm.deal_competitor", _("Competitors in deals"), view=SALES, edit=SALES, features=OPPORTUNITIES),
    Permission("crm.forecast.view", _("Forecast and win probability"), FORECAST, SALES),
    Permission("crm.forecast.predict", _("Work out win probabilities anew"), FORECAST, SALES),
    *crud("crm.quote", _("Quotes"), view=("viewer", "accountant", "planner"), edit=SALES, features=QUOTES),
    Permission("crm.quote.send", _("Send quotes"), QUOTES, SALES),
    Permission("crm.quote.hold", _("Hold stock for quotes"), QUOTES, SALES),
    Permission("crm.quote.approve", _("Approve quotes beyond limits"), QUOTES, ("sales_manager",)),
    *crud("crm.quote_limit", _("Quote limits"), view=SALES, features=QUOTES),
    Permission("crm.quote.decide", _("Accept or reject quotes"), QUOTES, SALES),
    *crud("crm.pool", _("Pools and their rules"), view=SALES, edit=("sales_manager",), features=POOL),
    *crud("crm.pool_customer", _("Customers of pools"), view=SALES, edit=("sales_manager",), features=POOL),
    Permission("crm.pool_customer.claim", _("Claim customers from the pool"), POOL, SALES),
    Permission("crm.pool_customer.release", _("Let customers go to the pool"), POOL, SALES),
    Permission("crm.pool_customer.assign", _("Assign customers of pools"), POOL, ("sales_manager",)),
    *crud("crm.pool_pause", _("Pauses of owners"), view=SALES, edit=("sales_manager",), features=POOL),
    Permission("crm.ownership.view", _("Changes of ownership"), POOL, SALES),
)

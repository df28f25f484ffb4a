"""Menu pages of CRM."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import MenuNode

TREE: tuple[MenuNode, ...] = (
    MenuNode("crm", _("CRM"), icon="handshake", order=10),
    MenuNode("crm.following", _("Following up"), "crm", icon="list-checks", order=5),
    MenuNode(
        "crm.following.day", _("My day"), "crm.following", icon="list-checks", route="/crm/day",
        permission="crm.activity.view", features=("crm.activities",), order=5,
    ),
    MenuNode(
        "crm.following.calendar", pgettext_lazy("sales", "Calendar"), "crm.following", icon="calendar-days",
        route="/crm/calendar", permission="crm.activity.view", features=("crm.activities",), order=6,
    ),
    MenuNode(
        "crm.following.cards", _("Customer cards"), "crm.following", icon="id-card", entity="crm.customer_card",
        order=12,
    ),
    MenuNode(
        "crm.customers.activities", _("Activities"), "crm.following", icon="calendar-check", entity="crm.activity",
        order=20,
    ),
    MenuNode(
        "crm.following.rules", _("Follow-up rules"), "crm.following", icon="repeat",
        entity="crm.follow_up_rule", order=90,
    ),
    MenuNode("crm.customers", _("Winning customers"), "crm", icon="user-plus", order=10),
    MenuNode("crm.customers.leads", _("Leads"), "crm.customers", icon="user-plus", entity="crm.lead", order=10),
    MenuNode("crm.customers.pool", _("Pool"), "crm.customers", icon="waypoints", entity="crm.pool_customer", order=15),
    MenuNode(
        "crm.customers.ownership", _("Changes of ownership"), "crm.customers", icon="history", entity="crm.ownership",
        order=60,
    ),
    MenuNode(
        "crm.customers.touches", _("Touches"), "crm.customers", icon="inbox", entity="crm.lead_touch", order=50
    ),
    MenuNode("crm.deals", _("Deals"), "crm", icon="target", order=20),
    MenuNode(
        "crm.deals.board", _("Pipeline"), "crm.deals", icon="columns-3", route="/crm/pipeline",
        permission="crm.opportunity.view", features=("crm.opportunities",), order=10,
    ),
    MenuNode(
        "crm.deals.opportunities", _("Opportunities"), "crm.deals", icon="target", entity="crm.opportunity", order=20
    ),
    MenuNode(
        "crm.deals.forecast", pgettext_lazy("sales", "Forecast"), "crm.deals", icon="trending-up",
        route="/crm/forecast", permission="crm.forecast.view", features=("crm.forecast",), order=40,
    ),
    MenuNode(
        "crm.deals.funnel", _("Funnel"), "crm.deals", icon="list-filter", route="/crm/funnel",
        permission="crm.stage_history.view", features=("crm.opportunities",), order=50,
    ),
    MenuNode(
        "crm.deals.competitors", _("Competitors"), "crm.deals", icon="flag", entity="crm.competitor", order=60
    ),
    MenuNode(
        "crm.deals.rivals", _("Competitors in deals"), "crm.deals", icon="flag", entity="crm.deal_competitor",
        order=70,
    ),
    MenuNode("crm.deals.quotes", _("Quotes"), "crm.deals", icon="file-pen-line", entity="crm.quote", order=30),
    MenuNode(
        "crm.deals.approvals", _("Quote approvals"), "crm.deals", icon="shield-check", entity="crm.quote_approval",
        order=40,
    ),
    MenuNode(
        "crm.customers.insight", _("Insight"), "crm.customers", icon="chart-pie", route="/crm/insight",
        permission="crm.insight.view", features=("crm.insight",), order=30,
    ),
    MenuNode("crm.setup", _("Set-up"), "crm", icon="settings-2", order=90),
    MenuNode("crm.setup.pipelines", _("Pipelines"), "crm.setup", icon="waypoints", entity="crm.pipeline", order=5),
    MenuNode(
        "crm.setup.loss_reasons", _("Loss reasons"), "crm.setup", icon="circle-x", entity="crm.loss_reason", order=15
    ),
    MenuNode("crm.setup.stages", _("Pipeline stages"), "crm.setup", icon="columns-3", entity="crm.stage", order=10),
    MenuNode(
        "crm.setup.stage_history", _("Stage history"), "crm.setup", icon="history", entity="crm.stage_history", order=20
    ),
    MenuNode(
        "crm.setup.lead_sources", _("Lead sources"), "crm.setup", icon="webhook", entity="crm.lead_source", order=25
    ),
    MenuNode(
        "crm.setup.lead_rota", _("Rota of lead sources"), "crm.setup", icon="users", entity="crm.lead_assignee",
        order=26,
    ),
    MenuNode(
        "crm.setup.quote_limits", _("Quote limits"), "crm.setup", icon="scale", entity="crm.quote_limit", order=28,
    ),
    MenuNode("crm.setup.pools", _("Pools and their rules"), "crm.setup", icon="scale", entity="crm.pool", order=30),
    MenuNode(
        "crm.setup.pool_pauses", _("Pauses of owners"), "crm.setup", icon="circle-pause", entity="crm.pool_pause",
        order=40,
    ),
)  # fmt: skip

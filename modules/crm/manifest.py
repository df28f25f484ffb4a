"""What the platform needs to know of CRM."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from modules.crm import entities, menus, permissions
from modules.shared.contracts.customers import CustomerHistory
from modules.shared.contracts.events import LeadConverted, QuoteAccepted, QuoteMailDue
from tenon.registry.types import Duty, Feature, Handler, Impact, ModuleManifest, Schedule

MANIFEST = ModuleManifest(
    key="crm",
    title=_("CRM"),
    icon="handshake",
    description=_("Leads, opportunities and quotes, up to the customer's order."),
    enhances=("inventory", "production", "finance"),
    features=(
        Feature("crm.leads", _("Leads and activities"), core=True),
        Feature("crm.activities", _("Day, calendar and follow-up rules")),
        Feature("crm.opportunities", _("Opportunities")),
        Feature("crm.forecast", _("Forecast and win probability"), requires=("crm.opportunities",)),
        Feature("crm.quotes", _("Quotes")),
        Feature("crm.pool", _("Pool of customers")),
        Feature("crm.insight", _("Insight into customers")),
    ),
    permissions=permissions.ALL,
    menus=menus.TREE,
    entities=entities.ALL,
    provides_many=((CustomerHistory, "modules.crm.providers.Relations"),),
    publishes=(LeadConverted, QuoteAccepted, QuoteMailDue),
    handles=(Handler(QuoteMailDue, "modules.crm.handlers.quote_mail_due", "crm.quote_mail"),),
    duties=(
        Duty(
            "crm.offer_and_approval",
            ("crm.quote_limit.create", "crm.quote_limit.update"),
            ("crm.quote.send",),
            _("Sets limits of quotes and sends quotes"),
            _("Whoever sets the limits could offer beyond them."),
        ),
    ),
    schedules=(
        Schedule(
            "crm.win",
            "modules.crm.services.win.win_nightly",
            "10 2 * * *",
            "crm.forecast",
            _("Win probabilities are learnt from closed deals and predicted for open ones"),
        ),
        Schedule(
            "crm.forecasts",
            "modules.crm.services.forecast.forecast_weekly",
            "40 2 * * 1",
            "crm.forecast",
            _("The week's forecast is kept"),
        ),
        Schedule(
            "crm.follow_ups",
            "modules.crm.services.follow_up.follow_ups_daily",
            "0 6 * * *",
            "crm.activities",
            _("Follow-ups are planned by rules"),
        ),
        Schedule(
            "crm.reminders",
            "modules.crm.services.reminders.reminders_send",
            "*/10 * * * *",
            "crm.activities",
            _("Everybody is reminded of what is due"),
        ),
        Schedule(
            "crm.pools",
            "modules.crm.services.pool_nightly.pools_nightly",
            "30 1 * * *",
            "crm.pool",
            _("Neglected customers go back to the pool"),
        ),
        Schedule(
            "crm.lifetimes",
            "modules.crm.services.insight.lifetimes_nightly",
            "50 1 * * *",
            "crm.insight",
            _("What customers will still order is reckoned anew"),
        ),
    ),
    impacts=(
        Impact(
            ngettext_lazy("%(count)d lead that somebody works on", "%(count)d leads that somebody works on", "count"),
            "crm.lead",
            {"status__in": ("new", "contacted", "qualified")},
        ),
        Impact(
            ngettext_lazy("%(count)d open opportunity", "%(count)d open opportunities", "count"),
            "crm.opportunity",
            {"state": "open"},
        ),
        Impact(
            ngettext_lazy(
                "%(count)d quote a customer has not answered", "%(count)d quotes customers have not answered", "count"
            ),
            "crm.quote",
            {"status": "sent"},
        ),
    ),
)

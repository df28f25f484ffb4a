"""The whole suite, for a quarter less than its modules one by one."""

from django.utils.translation import gettext_lazy as _

from billing.catalogue import limits
from billing.catalogue.types import Allowance, PriceFile, per_seat

PLAN = PriceFile(
    key="suite",
    title=_("Whole suite"),
    description=_("CRM, inventory, production and finance together, for a quarter less."),
    modules=("crm", "inventory", "production", "finance"),
    order=0,
    prices={
        "CNY": per_seat("299", "2990"),
        "USD": per_seat("58", "580"),
        "EUR": per_seat("53", "530"),
    },
    limits={
        limits.WAREHOUSES: Allowance(500),
        limits.STORAGE: Allowance(0, 25 * limits.GB),
        limits.API_CALLS: Allowance(5_000, 5_000),
    },
)

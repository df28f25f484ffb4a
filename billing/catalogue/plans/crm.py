"""What CRM costs."""

from billing.catalogue import limits
from billing.catalogue.types import Allowance, PriceFile, per_seat

PLAN = PriceFile(
    key="crm",
    order=10,
    prices={
        "CNY": per_seat("99", "990"),
        "USD": per_seat("19", "190"),
        "EUR": per_seat("17", "170"),
    },
    limits={
        limits.STORAGE: Allowance(0, 5 * limits.GB),
        limits.API_CALLS: Allowance(1_000, 1_000),
    },
)

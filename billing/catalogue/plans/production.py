"""What production costs."""

from billing.catalogue import limits
from billing.catalogue.types import Allowance, PriceFile, per_seat

PLAN = PriceFile(
    key="production",
    order=30,
    prices={
        "CNY": per_seat("129", "1290"),
        "USD": per_seat("25", "250"),
        "EUR": per_seat("23", "230"),
    },
    limits={
        limits.STORAGE: Allowance(0, 5 * limits.GB),
        limits.API_CALLS: Allowance(1_000, 1_000),
    },
)

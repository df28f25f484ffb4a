"""What inventory costs."""

from billing.catalogue import limits
from billing.catalogue.types import Allowance, PriceFile, per_seat

PLAN = PriceFile(
    key="inventory",
    order=20,
    prices={
        "CNY": per_seat("79", "790"),
        "USD": per_seat("15", "150"),
        "EUR": per_seat("14", "140"),
    },
    limits={
        limits.WAREHOUSES: Allowance(2, 1),
        limits.STORAGE: Allowance(0, 5 * limits.GB),
        limits.API_CALLS: Allowance(1_000, 1_000),
    },
)

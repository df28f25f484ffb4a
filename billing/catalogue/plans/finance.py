"""What finance costs."""

from billing.catalogue.types import PriceFile, per_seat

PLAN = PriceFile(
    key="finance",
    order=40,
    prices={
        "CNY": per_seat("99", "990"),
        "USD": per_seat("19", "190"),
        "EUR": per_seat("17", "170"),
    },
)

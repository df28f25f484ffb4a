"""What production costs."""

from billing.catalogue.types import PriceFile, per_seat

PLAN = PriceFile(
    key="production",
    order=30,
    prices={
        "CNY": per_seat("129", "1290"),
        "USD": per_seat("25", "250"),
        "EUR": per_seat("23", "230"),
    },
)

"""What inventory costs."""

from billing.catalogue.types import PriceFile, per_seat

PLAN = PriceFile(
    key="inventory",
    order=20,
    prices={
        "CNY": per_seat("79", "790"),
        "USD": per_seat("15", "150"),
        "EUR": per_seat("14", "140"),
    },
)

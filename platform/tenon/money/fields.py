"""Model fields for amounts, unit costs, quantities and percentages: one precision for all of Tenon."""

from __future__ import annotations

from typing import Any

from django.db import models


class MoneyField(models.DecimalField):
    """An amount in a currency: 18 digits, 4 decimals (no ISO currency has more); services round to the currency's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=18, decimal_places=4)
        super().__init__(*args, **kwargs)


class UnitCostField(models.DecimalField):
    """A price or cost per unit. It needs more digits than the currency (domain rule 2): 8 decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=20, decimal_places=8)
        super().__init__(*args, **kwargs)


class QuantityField(models.DecimalField):
    """A quantity in a unit: 6 decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=18, decimal_places=6)
        super().__init__(*args, **kwargs)


class PercentField(models.DecimalField):
    """A percentage as people write it: 13 is 13 %."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=7, decimal_places=4)
        super().__init__(*args, **kwargs)

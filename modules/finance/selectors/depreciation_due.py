"""What fixed assets have lost and nobody has posted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.finance.models import Asset
from modules.finance.rules.depreciation import Basis, depreciated
from modules.shared.contracts.closing import OpenWork
from tenon.money.rounding import currency_step
from tenon.tenancy.context import current

ZERO = Decimal(0)


def due(asset: Asset, until: date) -> Decimal:
    """What the asset has lost by `until` and nobody has posted, months that were skipped included."""
    assert asset.basis_from is not None
    basis = Basis(
        asset.method, asset.cost - asset.basis_depreciated, asset.residual, asset.basis_from, asset.life_months or 0,
        asset.total_units or ZERO,
    )  # fmt: skip
    lost = depreciated(basis, until, asset.units_done - asset.basis_units, currency_step(current().currency))
    return max(lost - (asset.depreciated - asset.basis_depreciated), ZERO)


def assets_to_depreciate(until: date) -> list[OpenWork]:
    """How many assets in use have something to post by `until`: a line of the closing desk."""
    if not current().has_feature("finance.assets"):
        return []
    waiting = sum(1 for asset in Asset.objects.filter(status=Asset.Status.IN_USE) if due(asset, until))
    label = _("Fixed assets to depreciate")
    return [OpenWork(label, waiting, "finance.asset", {"status": "in_use"})] if waiting else []

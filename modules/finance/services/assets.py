"""Fixed assets: taken into use, changed, revalued, disposed of. The monthly run is in `depreciation`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, Asset, Depreciation, JournalEntry
from modules.finance.models.account import CONTROLLED
from modules.finance.rules.depreciation import elapsed, month_end, month_start
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.selectors.depreciation_due import due
from modules.finance.services.ledger import entries_write
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.records.services.record import record_delete, record_update
from tenon.registry.registry import registry
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_lock

ZERO = Decimal(0)
SERIES = "FA"
ENTITY = "finance.asset"
LOCK = "finance.assets"  # runs, changes and disposals follow one another: a month is posted with all that is in use


@service("finance.asset.create")
def asset_create(
    *,
    actor: Actor,
    name: str,
    asset_account: Any,
    depreciation_account: Any,
    expense_account: Any,
    in_use_on: date,
    cost: Decimal,
    residual: Decimal = ZERO,
    method: str = "straight",
    start: str = "next_month",
    life_months: int | None = None,
    total_units: Decimal | None = None,
    depreciated_before: Decimal = ZERO,
    department: Any = None,
    custom: dict[str, Any] | None = None,
) -> Asset:
    """A card of the register; nothing is posted before it is taken into use. `life_months` and `total_units` are what
    remains where something was depreciated before. Raises Invalid."""
    return _carded(
        Asset(
            name=name, asset_account=_account("asset_account", asset_account),
            depreciation_account=_account("depreciation_account", depreciation_account),
            expense_account=_account("expense_account", expense_account), in_use_on=in_use_on, cost=Decimal(cost),
            residual=Decimal(residual), method=method, start=start, life_months=life_months, total_units=total_units,
            depreciated_before=Decimal(depreciated_before), department_id=key_of(department), custom=custom or {},
        )
    )  # fmt: skip


@service("finance.asset.update")
def asset_update(*, actor: Actor, asset: Asset, data: dict[str, Any]) -> Asset:
    """Anything of a draft; of an asset in use its name, department, own fields and who bears the depreciation to come.
    Raises StateRefused, Invalid."""
    asset = Asset.objects.select_for_update().get(pk=asset.pk)
    if asset.status != Asset.Status.DRAFT and not set(data) <= {"name", "department", "expense_account", "custom"}:
        raise StateRefused(_("What is posted stays: change its life or value with the actions"))
    record_update(actor=actor, entity=registry().entities[ENTITY], record=asset, data=data)
    return _carded(asset)


@service("finance.asset.delete")
def asset_delete(*, actor: Actor, asset: Asset) -> None:
    """A card of which nothing is posted. Raises StateRefused."""
    asset = _locked(asset, Asset.Status.DRAFT)
    record_delete(actor=actor, entity=registry().entities[ENTITY], record=asset)


@service("finance.asset.post")
def asset_put_in_use(*, actor: Actor, asset: Asset, against: Any, on: date | None = None) -> Asset:
    """Takes an asset into use: cost against `against` (construction in progress, bank …), less what was depreciated
    before. Posted on its first day of use unless `on` says another. Raises StateRefused, Invalid, PeriodClosed."""
    asset = _locked(asset, Asset.Status.DRAFT)
    other = _account("against", against)
    rest = asset.cost - asset.depreciated_before
    lines = (
        _line(asset, asset.cost, asset.asset_account_id),
        _line(asset, -asset.depreciated_before, asset.depreciation_account_id),
        _line(asset, -rest, other.pk),
    )
    asset.entry = _post(actor, asset, on or asset.in_use_on, lines)
    late = asset.start == Asset.Start.NEXT_MONTH
    # What was depreciated elsewhere ends where these books begin: the life that remains counts from there.
    first = (on or asset.in_use_on) if asset.depreciated_before else asset.in_use_on
    asset.basis_from = month_start(first, 1) if late else first
    asset.basis_depreciated = asset.depreciated
    asset.status = Asset.Status.IN_USE
    asset.save()
    return asset


@service("finance.asset.update")
def asset_report_units(*, actor: Actor, asset: Asset, units: Decimal) -> Asset:
    """The meter reading: what the asset has made so far, all in all. Raises StateRefused, Invalid."""
    asset = _locked(asset, Asset.Status.IN_USE)
    if asset.method != Asset.Method.UNITS:
        raise StateRefused(_("This asset is not depreciated by units"))
    most = asset.basis_units + (asset.total_units or ZERO)
    if not asset.units_done <= units <= most:
        raise Invalid.field(
            "units", _("Between %(least)s and %(most)s") % {"least": f"{asset.units_done:f}", "most": f"{most:f}"},
            "range",
        )  # fmt: skip
    asset.units_done = units
    asset.save()
    return asset


@service("finance.asset.post")
def asset_change(
    *,
    actor: Actor,
    asset: Asset,
    residual: Decimal | None = None,
    life_months: int | None = None,
    total_units: Decimal | None = None,
    value: Decimal | None = None,
    against: Any = None,
) -> Asset:
    """Another life, residual value or book value from the month after the last that was posted; what was posted stays.
    `life_months`, `total_units`: what remains. `value`: the new book value, whose difference is posted against
    `against` on that last day. Raises StateRefused, Invalid, PeriodClosed."""
    asset = _locked(asset, Asset.Status.IN_USE)
    if asset.depreciated_until is None:
        raise StateRefused(_("Depreciate a month before the asset is changed"))
    if asset.method == Asset.Method.UNITS:
        asset.total_units = total_units or (asset.total_units or ZERO) - (asset.units_done - asset.basis_units)
    else:
        asset.life_months = life_months or _months_left(asset)
    if residual is not None:
        asset.residual = residual
    if value is not None:
        other = _account("against", against)
        difference = value - asset.book_value
        _post(
            actor, asset, asset.depreciated_until,
            (_line(asset, difference, asset.asset_account_id), _line(asset, -difference, other.pk)),
        )  # fmt: skip
        asset.cost += difference
    asset.basis_from = month_start(asset.depreciated_until, 1)
    asset.basis_depreciated, asset.basis_units = asset.depreciated, asset.units_done
    return _carded(asset)


@service("finance.asset.post")
def asset_dispose(
    *, actor: Actor, asset: Asset, on: date, result: Any, proceeds: Decimal | None = None, money: Any = None
) -> Asset:
    """Sold or scrapped: depreciated to its last day, cost and depreciation taken off, the rest less `proceeds` (on the
    account `money`) to `result`. One voucher. The month before is depreciated first. Raises StateRefused, Invalid,
    PeriodClosed."""
    asset = _locked(asset, Asset.Status.IN_USE)
    received = proceeds or ZERO
    if received < 0:
        raise Invalid.field("proceeds", _("Enter a positive amount"), "min_value")
    if on < asset.in_use_on:
        raise Invalid.field("on", _("Not before it was in use"), "range")
    # 当月减少当月照提: with whole months the month of disposal still counts.
    until = month_end(on) if asset.start == Asset.Start.NEXT_MONTH else on
    done = asset.depreciated_until
    if done is not None and done > until:
        raise StateRefused(_("Depreciated already until %(day)s") % {"day": done.isoformat()})
    if month_start(on) > month_start(done or asset.basis_from or on, 1):
        raise StateRefused(_("Depreciate the months before its disposal first"))
    loss = due(asset, until)
    asset.depreciated += loss
    asset.book_value -= loss
    lines = [
        *depreciation_lines(asset, loss),
        _line(asset, asset.depreciated, asset.depreciation_account_id),
        _line(asset, -asset.cost, asset.asset_account_id),
        _line(asset, asset.book_value - received, _account("result", result).pk),
    ]
    if received:
        lines.append(_line(asset, received, _account("money", money).pk))
    asset.disposal_entry = _post(actor, asset, on, tuple(lines))
    if loss:
        Depreciation(
            asset=asset, until=until, amount=loss, book_value=asset.book_value, entry=asset.disposal_entry
        ).save()
    asset.depreciated_until = max(until, done or until)
    asset.disposed_on, asset.status = on, Asset.Status.DISPOSED
    asset.save()
    return asset


def depreciation_lines(asset: Asset, amount: Decimal) -> tuple[DraftLine, DraftLine]:
    return (_line(asset, amount, asset.expense_account_id), _line(asset, -amount, asset.depreciation_account_id))


def _line(asset: Asset, amount: Decimal, account_id: int) -> DraftLine:
    return signed(
        amount, amount, account_id, current().currency, department_id=asset.department_id, narration=asset.name
    )


def _post(actor: Actor, asset: Asset, on: date, lines: tuple[DraftLine, ...]) -> JournalEntry | None:
    written = entries_write(
        actor,
        [
            DraftEntry(
                on, JournalEntry.Kind.ASSET, lines, source_entity=ENTITY, source_id=asset.pk,
                source_number=asset.number, narration=f"{asset.number} {asset.name}",
            )
        ],
    )  # fmt: skip
    return written[0] if written else None


def _locked(asset: Asset, status: str) -> Asset:
    company_lock(LOCK)
    asset = Asset.objects.select_for_update().get(pk=asset.pk)
    if asset.status != status:
        raise StateRefused(_("The asset is %(status)s") % {"status": asset.get_status_display()})
    return asset


def _months_left(asset: Asset) -> int:
    """A month that has begun to be used is whole again: lives are counted in months."""
    assert asset.basis_from is not None
    assert asset.depreciated_until is not None
    return max((asset.life_months or 0) - int(elapsed(asset.basis_from, asset.depreciated_until)), 1)


def _account(field: str, value: Any) -> Account:
    found = value if isinstance(value, Account) else Account.objects.filter(pk=key_of(value) or 0).first()
    if found is None or not found.is_active:
        raise Invalid.field(field, _("There is no such account in use"), "unknown")
    if found.control in CONTROLLED:
        raise Invalid.field(field, _("Only documents post to this account"), "controlled")
    return found


def _carded(asset: Asset) -> Asset:
    """Checks the card and keeps what follows from it. Raises Invalid."""
    asset.carry()
    amounts: Mapping[str, Decimal] = {
        "cost": asset.cost, "residual": asset.residual, "depreciated_before": asset.depreciated_before,
    }  # fmt: skip
    for name, amount in amounts.items():
        if amount < 0 or (name == "cost" and not amount):
            raise Invalid.field(name, _("Enter a positive amount"), "min_value")
        if amount % currency_step(current().currency):
            raise Invalid.field(name, _("An amount has more decimals than the currency"), "decimals")
    if asset.residual > asset.book_value:
        raise Invalid.field("residual", _("More than the book value"), "range")
    if asset.method == Asset.Method.UNITS:
        if not asset.total_units or asset.total_units <= 0:
            raise Invalid.field("total_units", _("Say how many units it makes over its life"), "required")
    elif not asset.life_months:
        raise Invalid.field("life_months", _("Say how long it is used"), "required")
    elif asset.method == Asset.Method.DECLINING and asset.life_months % 12:
        raise Invalid.field("life_months", _("Declining balance needs whole years"), "range")
    if asset.method not in Asset.Method.values or asset.start not in Asset.Start.values:
        raise Invalid.field("method", _("This is not one of the choices"), "choice")
    for field in ("asset_account", "depreciation_account", "expense_account"):
        _account(field, getattr(asset, field))
    asset.number = asset.number or next_number(SERIES)
    asset.save()
    return asset

"""The pool: claiming, letting go, assigning. Each locks its row, then the pool, then the customer, so of several
at once one wins and limits hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.crm.errors import ClaimRefused
from modules.crm.models import OwnershipChange, Pool, PoolCustomer
from modules.crm.rules.pool import day_after
from modules.crm.selectors.pool import claims_on, held_count, pools_of
from modules.shared.data.models import Party
from modules.shared.data.services import party_update
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

Kind = OwnershipChange.Kind


@service("crm.pool_customer.create")
def pool_customer_create(
    *, actor: Actor, party: Party, pool: Pool, key_account: bool = False, reason: str = "", **values: object
) -> PoolCustomer:
    """Brings a customer under a pool's rules; one without an owner may be claimed from then on. Raises Invalid."""
    if not party.is_customer:
        raise Invalid.field("party", _("This is no customer"))
    if PoolCustomer.objects.filter(party=party).exists():
        raise Invalid.field("party", _("This customer is in a pool already"), "duplicate")
    row = PoolCustomer(party=party, pool=pool, key_account=key_account, reason=reason, since=current().today())
    row.custom = values.get("custom") or {}
    row.save()
    change_noted(row, Kind.ENTERED, None, party.owner_id, reason)
    return row


@service("crm.pool_customer.update")
def pool_customer_update(*, actor: Actor, customer: PoolCustomer, **values: object) -> PoolCustomer:
    """Another pool, key account or not. Raises Invalid."""
    row = PoolCustomer.objects.select_for_update().get(pk=customer.pk)
    if "pool" in values:
        row.pool_id = key_of(values["pool"]) or row.pool_id
    if "key_account" in values:
        row.key_account = bool(values["key_account"])
    if values.get("custom"):
        row.custom = {**row.custom, **values["custom"]}  # type: ignore[dict-item]
    row.save()
    return row


@service("crm.pool_customer.claim")
def pool_claim(*, actor: Actor, customer: PoolCustomer) -> PoolCustomer:
    """The actor takes a free customer. Of several who try at once one wins.

    Raises ClaimRefused (`taken`, `cool_down`, `claims_per_day`, `holding_ceiling`, `other_team`)."""
    if actor.member_id is None:
        raise Invalid.field("owner", _("Only a member may claim a customer"))
    row, pool = locked(customer)
    today = current().today()
    if row.party.owner_id is not None:
        raise ClaimRefused(_("Somebody was quicker: this customer has an owner"), why="taken")
    noted(row)
    if not pools_of(actor).filter(pk=pool.pk).exists():
        raise ClaimRefused(_("This pool belongs to another team"), why="other_team")
    if row.former_owner_id == actor.member_id:
        free_on = day_after(row.since, pool.cool_down_days, lambda _day: False)
        if today < free_on:
            raise ClaimRefused(
                _("It was yours: you may claim it again from %(day)s on") % {"day": free_on}, why="cool_down"
            )
    if pool.claims_per_day is not None and claims_on(pool, actor.member_id, today) >= pool.claims_per_day:
        raise ClaimRefused(_("You have claimed as many as you may today"), why="claims_per_day")
    if pool.holding_ceiling is not None and held_count(pool, actor.member_id) >= pool.holding_ceiling:
        raise ClaimRefused(_("You hold as many customers as you may"), why="holding_ceiling")
    return passed(actor, row, Kind.CLAIMED, actor.member_id, department=actor.department_id)


@service("crm.pool_customer.release")
def pool_release(*, actor: Actor, customer: PoolCustomer, reason: str = "") -> PoolCustomer:
    """Back to the pool, with the reason. Raises StateRefused, Invalid."""
    if not reason.strip():
        raise Invalid.field("reason", _("Say why you let it go"), "required")
    row, _pool = locked(customer)
    if row.party.owner_id is None:
        raise StateRefused(_("This customer is in the pool already"))
    noted(row)
    return passed(actor, row, Kind.RELEASED, None, reason=reason.strip())


@service("crm.pool_customer.assign")
def pool_assign(*, actor: Actor, customer: PoolCustomer, member: Member, reason: str = "") -> PoolCustomer:
    """A manager gives the customer to a member, whatever the limits. Raises Invalid, StateRefused."""
    if not member.is_active:
        raise Invalid.field("member", _("This member is not active"))
    row, _pool = locked(customer)
    if row.party.owner_id == member.pk:
        raise StateRefused(_("The customer is theirs already"))
    noted(row)
    return passed(actor, row, Kind.ASSIGNED, member.pk, department=member.department_id, reason=reason.strip())


def locked(customer: PoolCustomer) -> tuple[PoolCustomer, Pool]:
    """The row first (who comes by the API holds it already), then its pool, then the customer: one order for all."""
    row = PoolCustomer.objects.select_for_update().get(pk=customer.pk)
    pool = Pool.objects.select_for_update().get(pk=row.pool_id)
    party = Party.objects.select_for_update().get(pk=row.party_id)
    row.party, row.pool = party, pool
    return row, pool


def noted(row: PoolCustomer) -> None:
    """Writes down what happened to the customer elsewhere (edited, imported, handed over) since the last entry."""
    last = OwnershipChange.objects.filter(party=row.party_id).order_by("-id").first()
    before = last.to_member_id if last is not None else None
    owner = row.party.owner_id
    if before == owner:
        return
    row.former_owner_id, row.since, row.warned, row.recycle_on = before, current().today(), None, None
    row.save()
    change_noted(row, Kind.ELSEWHERE, before, owner)


def passed(
    actor: Actor, row: PoolCustomer, kind: Kind, to: int | None, *, department: int | None = None, reason: str = ""
) -> PoolCustomer:
    before = row.party.owner_id
    values = {"owner": to} | ({"department": department} if department is not None else {})
    row.party = party_update(actor=actor, party=row.party, **values)
    row.former_owner_id, row.since, row.reason = before or row.former_owner_id, current().today(), reason
    row.recycle_on = row.warned = None
    row.save()
    change_noted(row, kind, before, to, reason)
    return row


def change_noted(row: PoolCustomer, kind: Kind, before: int | None, to: int | None, reason: str = "") -> None:
    OwnershipChange.objects.create(
        party_id=row.party_id, pool_id=row.pool_id, kind=kind, from_member_id=before, to_member_id=to,
        on=current().today(), reason=reason[:200],
    )  # fmt: skip

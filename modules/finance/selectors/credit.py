"""What customers owe and will owe: the exposure that their credit limits cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from modules.finance.models import CreditGroup, CreditGroupMember, CreditOverride, CreditPolicy
from modules.shared.contracts.posting import CreditAnswer
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.tenancy.context import current

ZERO = Decimal(0)
# One statement, one moment: an invoice posted between two would count twice, or not at all.
_EXPOSURES = """
with line as (
  select o.customer_id, l.total * o.exchange_rate / l.base_quantity as price,
         greatest(l.delivered - l.returned - l.invoiced, 0) as shipped,
         greatest(greatest(l.base_quantity - l.cancelled, l.delivered - l.returned) - l.invoiced, 0) as owed
    from data_salesorderline l join data_salesorder o on o.id = l.order_id
   where o.customer_id = any(%(parties)s) and not o.is_migrated
     and o.status in ('confirmed', 'part_delivered', 'delivered', 'closed')
     and l.invoiced < greatest(l.base_quantity - l.cancelled, l.delivered - l.returned)
)
select p.id,
       coalesce(i.open, 0) - coalesce((
         select sum(open_base) from finance_payment
          where party_id = p.id and direction = 'in' and open_amount > 0 and paid_on <= %(today)s), 0),
       coalesce((select sum(price * shipped) from line where customer_id = p.id), 0),
       coalesce((select sum(price * (owed - shipped)) from line where customer_id = p.id), 0)
       -- The freight of an order goes onto its first invoice.
       + coalesce((
         select sum(freight * exchange_rate) from data_salesorder
          where customer_id = p.id and not is_migrated and invoice_status = 'none'
            and status in ('confirmed', 'part_delivered', 'delivered')), 0),
       i.oldest
  from data_party p
  left join lateral (
    select sum(case when kind = 'sales_invoice' then open_base else -open_base end) as open,
           min(next_due_on) filter (where kind = 'sales_invoice') as oldest
      from finance_invoice
     where party_id = p.id and kind in ('sales_invoice', 'sales_credit_note') and open_amount > 0) i on true
 where p.id = any(%(parties)s)
"""


@dataclass(frozen=True)
class Exposure:
    """Company currency. `receivable`: open invoices less credit notes and cash not used yet."""

    receivable: Decimal
    shipped: Decimal  # and not invoiced
    orders: Decimal  # confirmed and not shipped
    oldest_due: date | None = None

    def total(self, counts_orders: bool) -> Decimal:
        return self.receivable + self.shipped + (self.orders if counts_orders else ZERO)

    @property
    def overdue_days(self) -> int:
        return max((current().today() - self.oldest_due).days, 0) if self.oldest_due else 0


NOTHING = Exposure(ZERO, ZERO, ZERO)


def exposures(party_ids: Sequence[int]) -> dict[int, Exposure]:
    """Of each customer. One query."""
    currency = current().currency
    with connection.cursor() as cursor:
        cursor.execute(_EXPOSURES, {"parties": list(party_ids), "today": current().today()})
        return {
            pk: Exposure(receivable, round_money(shipped, currency), round_money(orders, currency), oldest)
            for pk, receivable, shipped, orders, oldest in cursor.fetchall()
        }


def group_of(party_id: int, *, lock: bool = False) -> CreditGroup | None:
    groups = CreditGroup.objects.filter(members__customer=party_id, is_active=True)
    if lock:
        groups = groups.select_for_update(of=("self",), no_key=True)
    return groups.first()


def members_of(group: CreditGroup | None, party_id: int) -> list[int]:
    if group is None:
        return [party_id]
    return list(CreditGroupMember.objects.filter(group=group).order_by("customer").values_list("customer", flat=True))


def policy_of(group: CreditGroup | None) -> CreditPolicy:
    """The group's own, else everybody's; not saved where nobody made one."""
    rows = CreditPolicy.objects.filter(Q(group__isnull=True) | Q(group=group))
    return max(rows, key=lambda x: x.group_id is not None, default=CreditPolicy())


def overrides_in_force(party_id: int) -> list[CreditOverride]:
    today = current().today()
    return list(
        CreditOverride.objects.filter(
            customer=party_id, status=CreditOverride.Status.APPROVED, valid_until__gte=today
        ).order_by("pk")
    )


def credit_answer(
    party_id: int,
    additional: Decimal,
    *,
    order_id: int | None = None,
    order_total: Decimal = ZERO,
    shipping: bool = False,
) -> CreditAnswer:
    """Does `additional` still fit? The customer and then its group are locked until the transaction ends, so that two
    orders are asked one after the other. What it owes is added up only where something limits it."""
    limit, is_limited = _limit_of(party_id)
    if not is_limited:
        return CreditAnswer(allowed=True, limit=None, exposure=None)
    group = group_of(party_id, lock=True)
    policy = policy_of(group)
    found = exposures(members_of(group, party_id))
    own = found.get(party_id, NOTHING).total(policy.counts_orders)
    together = sum((x.total(policy.counts_orders) for x in found.values()), ZERO)
    overdue = max((x.overdue_days for x in found.values()), default=0)
    more = ZERO if shipping and policy.counts_orders else additional
    reason = ""
    in_force = overrides_in_force(party_id)
    if not any(x.order_id == order_id and order_total <= x.amount for x in in_force if x.order_id):
        general = [x for x in in_force if x.order_id is None]
        room = sum((x.amount for x in general), ZERO)
        accepted = policy.overdue_days
        if accepted is not None and overdue > accepted and not any(x.lifts_overdue for x in general):
            text = _("Something is overdue for %(days)s days; %(accepted)s are accepted")
            reason = text % {"days": overdue, "accepted": accepted}
        if not reason and group is not None and group.limit is not None:
            reason = _beyond(group.name, group.limit + room, together, more)
        if not reason and limit is not None:
            reason = _beyond("", limit + room, own, more)
    return CreditAnswer(
        allowed=not reason, limit=limit, exposure=own, overdue_days=overdue, reason=reason,
        group=group.name if group else "", group_limit=group.limit if group else None,
        group_exposure=together if group else ZERO,
    )  # fmt: skip


def _limit_of(party_id: int) -> tuple[Decimal | None, bool]:
    """The customer's own limit, and whether that, a group or days overdue may stop it. Locks the customer."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select p.credit_limit,
                      p.credit_limit is not null
                      or exists (select from finance_creditgroupmember m where m.customer_id = p.id)
                      or exists (select from finance_creditpolicy where group_id is null and overdue_days is not null)
                 from data_party p where p.id = %s for no key update""",
            [party_id],
        )
        [row] = cursor.fetchall()
        return row


def _beyond(group: str, limit: Decimal, owed: Decimal, more: Decimal) -> str:
    if owed + more <= limit:
        return ""
    currency = current().currency
    amounts = {"limit": limit, "owed": owed, "more": more}
    words = {"currency": currency, **{name: f"{round_money(amount, currency)}" for name, amount in amounts.items()}}
    if group:
        text = _("Credit of the group %(group)s: %(limit)s %(currency)s; %(owed)s are owed, this adds %(more)s")
        return text % {**words, "group": group}
    return _("Credit of the customer: %(limit)s %(currency)s; %(owed)s are owed, this adds %(more)s") % words


@dataclass(frozen=True)
class Standing:
    """A customer's credit as its page shows it. `limit` and `group_limit` are with the overrides in force."""

    own: Exposure
    limit: Decimal | None
    overdue_days: int
    policy: CreditPolicy
    overrides: list[CreditOverride]
    group: CreditGroup | None = None
    group_limit: Decimal | None = None
    group_total: Decimal = ZERO


def credit_standing(*, actor: Actor, party: Party) -> Standing:
    """Raises Forbidden, FeatureOff. The group's figures are sums only: its members may be others' customers."""
    actor.require("finance.receivable.view")
    group = group_of(party.pk)
    policy, in_force = policy_of(group), overrides_in_force(party.pk)
    found = exposures(members_of(group, party.pk))
    room = sum((x.amount for x in in_force if x.order_id is None), ZERO)
    return Standing(
        own=found.get(party.pk, NOTHING),
        limit=None if party.credit_limit is None else party.credit_limit + room,
        overdue_days=max((x.overdue_days for x in found.values()), default=0),
        policy=policy,
        overrides=in_force,
        group=group,
        group_limit=None if group is None or group.limit is None else group.limit + room,
        group_total=sum((x.total(policy.counts_orders) for x in found.values()), ZERO),
    )

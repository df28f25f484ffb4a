"""Telling those who can act that something falls short."""

from __future__ import annotations

from collections.abc import Sequence

from modules.inventory.models import ReplenishmentAlert
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.notifications.services import notify

ENTITY = "inventory.replenishment_policy"
ACTS = ("inventory.purchase_need.order", "inventory.requisition.approve")
MOST = 10  # of one check: whoever has hundreds of them looks at the board


def alerts_tell(alerts: Sequence[ReplenishmentAlert]) -> None:
    """Each new alert once to each member who may order. The worst of many; the board has them all."""
    if not alerts:
        return
    members = Member.objects.filter(is_active=True).select_related("department")
    told = [m for m in members if any(actor_of(m).can(code) for code in ACTS)]
    for alert in alerts[:MOST]:
        for member in told:
            notify(
                member=member,
                kind="alert",
                entity=ENTITY,
                record_id=alert.policy_id,
                label=str(alert.policy),
            )

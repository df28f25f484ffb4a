"""What is done about slow stock."""

from __future__ import annotations

from modules.inventory.models import SlowStockAction
from tenon.access.actor import Actor
from tenon.records.service import service


@service("inventory.slow_stock_action.update")
def slow_stock_action_finish(*, actor: Actor, record: SlowStockAction) -> SlowStockAction:
    """It is done; something else may be decided about the product. Done twice it is the same."""
    if record.status != SlowStockAction.Status.DONE:
        record.status = SlowStockAction.Status.DONE
        record.save()
    return record

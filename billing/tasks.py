"""Recurring work and work after commit."""

from __future__ import annotations

from celery import shared_task

from tenon.jobs.task import PublicTask


@shared_task(base=PublicTask, name="billing.review")
def review() -> int:
    """Accounts whose standing or rights change by themselves about now, and trials that are about to end."""
    from billing.services.reviewing import review_due

    return review_due()


@shared_task(base=PublicTask, name="billing.reconcile")
def reconcile() -> int:
    """Every night: what Stripe says, for all who pay; repairs what no event told."""
    from billing.services.events import events_forget
    from billing.services.reviewing import reconcile as run

    events_forget()
    return run().changed


@shared_task(base=PublicTask, name="billing.retry_events")
def retry_events() -> int:
    """Events that failed, once more."""
    from billing.services.events import events_replay

    return events_replay(most_attempts=10)


@shared_task(base=PublicTask, name="billing.standing_told")
def standing_told(account_id: int, standing: str) -> int:
    """Tells those who look after the subscription how it stands."""
    from billing.services.mails import tell_standing

    return tell_standing(account_id, standing)


@shared_task(base=PublicTask, name="billing.modules_open")
def modules_open(tenant_id: int, modules: list[str]) -> list[str]:
    """Switches on what was bought."""
    from billing.services.opening import modules_open as run

    return run(tenant_id, modules)


@shared_task(base=PublicTask, name="billing.dispute_told")
def dispute_told(dispute_id: str, what: str) -> int:
    """Tells those who look after the subscription that a payment was taken back, or given back."""
    from billing.services.mails import tell_dispute

    return tell_dispute(dispute_id, what)

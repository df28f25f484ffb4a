"""Recurring work about companies as such."""

from __future__ import annotations

from celery import shared_task

from tenon.jobs.task import PublicTask


@shared_task(base=PublicTask, name="tenants.clear_failed")
def clear_failed() -> int:
    """Clears away companies whose sign-up never ended."""
    from tenants.services.provisioning import clear_failed as clear

    return clear()


@shared_task(base=PublicTask, name="tenants.support_expire")
def support_expire() -> int:
    """Closes what support access that has run out still holds open."""
    from tenants.services.support import support_expire as expire

    return expire()


@shared_task(base=PublicTask, name="tenants.purge_due")
def purge_due() -> int:
    """Removes companies whose thirty days are over, copies whose days are, and the files of exports that are no longer
    kept. Owners of those that go soon are told."""
    from tenants.services.copies import copies_expire
    from tenants.services.deletion import purge_due as purge
    from tenants.services.export import forget_exports
    from tenants.services.farewell import tell_purges

    forget_exports()
    copies_expire()
    tell_purges()
    return purge()


@shared_task(base=PublicTask, name="tenants.closing_told")
def closing_told(deletion_id: int) -> int:
    """Tells the owners that their company is closed, and until when it can be taken back."""
    from tenants.services.farewell import tell_closing

    return tell_closing(deletion_id)

"""Recurring work about companies as such."""

from __future__ import annotations

from typing import Any

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


@shared_task(bind=True, base=PublicTask, name="tenants.restore_run", max_retries=None)
def restore_run(self: Any, restore_id: int) -> None:
    """Makes a company of an archive that somebody uploaded."""
    from tenants.services.restoring import Busy
    from tenants.services.restoring import restore_run as run

    try:
        run(restore_id)
    except Busy:
        raise self.retry(countdown=5) from None


@shared_task(base=PublicTask, name="tenants.restores_recover")
def restores_recover() -> int:
    """Finds uploaded archives again whose worker died, and uploads that nobody goes on with."""
    from tenants.services.restoring import restores_recover as recover

    return recover()

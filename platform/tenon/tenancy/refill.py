"""Filling the pool of ready schemas away from whoever just took one."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)


def refill_soon() -> None:
    """Asks a worker to refill the pool. Never raises: without a broker the schedule refills it a little later."""
    from tenon.jobs.tasks import pool_refill

    try:
        pool_refill.apply_async(retry=False)
    except Exception:  # the broker may be away; a sign-up has succeeded all the same
        log.warning("the pool of schemas could not be told to refill", exc_info=True)

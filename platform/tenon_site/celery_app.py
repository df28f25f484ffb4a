"""Celery: the broker, the queues, and what the scheduler does by itself."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon_site.settings")

from celery import Celery
from celery.schedules import crontab
from celery.signals import before_task_publish

app = Celery("tenon")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tenon.jobs", "tenon.webhooks", "tenants", "billing"])
app.conf.update(
    task_queues=None,
    task_create_missing_queues=True,
    # The list below is all there is to remember: no file.
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        "schedules": {"task": "tenon.schedules_tick", "schedule": 60.0, "options": {"expires": 55}},
        "pool": {"task": "tenon.pool_refill", "schedule": 60.0, "options": {"expires": 55}},
        "unfinished companies": {"task": "tenants.clear_failed", "schedule": 900.0, "options": {"expires": 800}},
        "subscriptions by the clock": {"task": "billing.review", "schedule": 900.0, "options": {"expires": 800}},
        "subscriptions by Stripe": {"task": "billing.reconcile", "schedule": crontab(hour=2, minute=17)},
        "payment events again": {"task": "billing.retry_events", "schedule": 600.0, "options": {"expires": 500}},
        "support access that ends": {"task": "tenants.support_expire", "schedule": 30.0, "options": {"expires": 25}},
        "companies that leave": {"task": "tenants.purge_due", "schedule": 3600.0, "options": {"expires": 3000}},
        "archives that people bring": {
            "task": "tenants.restores_recover",
            "schedule": 120.0,
            "options": {"expires": 100},
        },
        "public clean-up": {"task": "tenon.public_cleanup", "schedule": 3600.0, "options": {"expires": 3000}},
    },
)


@before_task_publish.connect
def stamp(headers: Any = None, **_more: Any) -> None:
    """When a message was sent: the console says for how long the first one of a queue has waited."""
    if isinstance(headers, dict):
        headers["tenon_sent_at"] = time.time()

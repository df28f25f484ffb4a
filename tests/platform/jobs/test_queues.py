"""Where messages wait: several installations share a broker without taking each other's work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[3]
SEND = "app.send_task('tenon.public_cleanup', queue='tests-of-queues')"
WAITING = "print(app.connection_for_read().default_channel._size('tests-of-queues'))"
CLEAR = "app.connection_for_write().default_channel.queue_delete('tests-of-queues')"


def of_installation(prefix: str, statement: str) -> str:
    """What a process of an installation says that has this prefix before its keys."""
    env = {**os.environ, "TENON_QUEUE_PREFIX": prefix, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"}
    words = [sys.executable, "-c", f"from tenon_site.celery_app import app; {statement}"]
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_two_installations_on_one_broker_have_queues_of_their_own() -> None:
    ours, theirs = (f"{uuid4().hex}:" for _ in range(2))
    of_installation(ours, SEND)
    try:
        assert of_installation(ours, WAITING) == "1"
        assert of_installation(theirs, WAITING) == "0"
    finally:
        of_installation(ours, CLEAR)


def test_what_a_dead_worker_took_comes_back_within_the_hour() -> None:
    assert of_installation("", "print(app.conf.broker_transport_options['visibility_timeout'])") == "3600"

"""Saying something while a snapshot stands: on a thread, and so on a database connection, of its own.

Inside a transaction a job's progress cannot be written, and a repeatable read never sees that somebody asked it to
stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

from django.db import connections


@contextmanager
def aside() -> Iterator[Callable[..., Any]]:
    """`beside(function, *arguments)` calls it there, in the caller's context, and answers or raises what it does."""
    with ThreadPoolExecutor(1, "aside") as pool:

        def beside(function: Callable[..., Any], *arguments: Any) -> Any:
            return pool.submit(copy_context().run, function, *arguments).result()

        try:
            yield beside
        finally:
            pool.submit(connections.close_all).result()

"""What modules bring by conventional name: `seed.py` (a new company, the first switching on), `on_enable.py`, and
`sample.py` (records to try things out with, for who asks for them at sign-up)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module, util
from typing import Any

from django.apps import apps

from tenon.registry.registry import registry


@cache
def packages() -> dict[str, str]:
    """Module key → Python package, in the order of INSTALLED_APPS."""
    return {
        import_module(f"{c.name}.manifest").MANIFEST.key: c.name
        for c in apps.get_app_configs()
        if util.find_spec(f"{c.name}.manifest") is not None
    }


@cache
def hook(key: str, name: str) -> Callable[..., Any] | None:
    """`<package of the module>.<name>.<name>`, or None when the module does not bring it."""
    path = f"{packages()[key]}.{name}"
    return getattr(import_module(path), name) if util.find_spec(path) is not None else None


def in_order(keys: Iterable[str]) -> list[str]:
    """Modules after those that they require or bridge; otherwise as installed."""
    wanted, done = set(keys), []

    def add(key: str) -> None:
        manifest = registry().modules[key]
        for needed in (*manifest.requires, *manifest.bridges):
            if needed in wanted and needed not in done and needed != key:
                add(needed)
        if key not in done:
            done.append(key)

    # The shared layer and access first: everybody's seeds may point at theirs.
    for key in sorted((k for k in packages() if k in wanted), key=lambda k: not registry().modules[k].always_on):
        add(key)
    return done


def seed(key: str, *, actor: Any, company: Any, pack: str) -> bool:
    """Runs the module's seed, inside the company. Returns whether it has one."""
    function = hook(key, "seed")
    if function is not None:
        function(actor=actor, company=company, pack=pack)
    return function is not None


def sample(key: str, *, actor: Any, company: Any) -> bool:
    """Brings the module's sample records. Returns whether it has any."""
    function = hook(key, "sample")
    if function is not None:
        function(actor=actor, company=company)
    return function is not None


def has_samples() -> bool:
    return any(hook(key, "sample") is not None for key in packages())


def on_enable(key: str, *, actor: Any, company: Any) -> bool:
    """Runs what the module does when it is switched on: catching up with what happened without it."""
    function = hook(key, "on_enable")
    if function is not None:
        function(actor=actor, company=company)
    return function is not None

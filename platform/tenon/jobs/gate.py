"""Work that lasts looks again: what was switched on when it began may be off by now, who began it may have left.

A job or a schedule is served with the company as it was at its start. Before each of its service frames, and when
it says how far it is, the company is read anew; with its function off it stops there, nothing written since."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from tenon.problems import FeatureOff, Problem
from tenon.records.service import look_again
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, current_or_none, outside, serve_anew

IsOn = Callable[[Company], bool]


class Gone(Problem):
    """Whoever the work is done for is no longer here."""

    title = _("Whoever started this job is no longer a member")


def module_of(path: str) -> str:
    """Key of the module whose function this dotted path names; empty for what belongs to none."""
    config = apps.get_containing_app_config(path)
    if config is None:
        return ""
    found = config.name.rpartition(".")[2]
    return found if found in registry().modules else ""


def kind_is_on(kind: str, arguments: dict[str, Any], company: Company) -> bool:
    """Whether the function behind a job is switched on: its module, and what its own `is_on(company, **arguments)`
    says (an import's is its entity's)."""
    key = module_of(kind)
    if key and not company.has_module(key):
        return False
    own = getattr(import_string(kind), "is_on", None)
    return bool(own(company, **arguments)) if own is not None else True


def fresh(company: Company) -> Company | None:
    """The company as it stands now; None when it is gone."""
    from tenon.jobs.task import company_of

    with outside():
        return company_of(company.id)


@contextmanager
def watching(is_on: IsOn, still_here: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """For the length of a job or schedule. Raises FeatureOff, Gone from within it."""
    begun = current()

    def look() -> None:
        served = current_or_none()
        if served is None or served.id != begun.id:
            return  # it stepped out, or into a copy
        now = fresh(begun)
        if now is None or not still_here():
            raise Gone
        serve_anew(now)
        if not is_on(now):
            raise FeatureOff

    token = look_again.set(look)
    try:
        yield
    finally:
        look_again.reset(token)


def look() -> None:
    """Asks now, in between. Raises FeatureOff, Gone."""
    if (ask := look_again.get()) is not None:
        ask()

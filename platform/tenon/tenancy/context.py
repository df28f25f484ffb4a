"""The company being served, and the one door into it.

The database connection follows this context (see backend.base): inside `serving(company)` it wears the company's role
and search path; outside it wears the application's own role, which can read no company's table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo


class NoCompany(RuntimeError):
    """Work that belongs to a company ran outside `serving()`."""


@dataclass(frozen=True)
class Company:
    """What the kernel needs to know of a company. Made by `tenants` from its public row, once per request."""

    id: int
    slug: str
    name: str
    schema: str
    role: str
    language: str = "en"
    currency: str = "CNY"
    time_zone: str = "UTC"
    features: frozenset[str] = field(default_factory=frozenset)  # entitled and switched on
    read_only_features: frozenset[str] = field(default_factory=frozenset)  # no longer subscribed to: may be seen
    limits: Mapping[str, int] = field(default_factory=dict, hash=False)  # key of a registry Limit → at most
    revision: int = 0  # grows with every change of features, menu or company settings
    read_only: bool = False  # not paid for: no service opens a frame, except those that are never locked
    quiet: bool = False  # a copy for trying out: no mail, no call to the outside, no schedule may leave it

    def has_feature(self, key: str) -> bool:
        return key in self.features

    def has_any(self, keys: tuple[str, ...]) -> bool:
        """True when one of the features is on; an empty tuple asks for nothing and is always true."""
        return not keys or any(key in self.features for key in keys)

    def has_module(self, key: str) -> bool:
        """A module is on while one of its features is; modules without features are always on."""
        from tenon.registry.registry import registry

        module = registry().modules.get(key)
        if module is None:
            return False
        if module.bridges:
            return all(self.has_module(k) for k in module.bridges)
        return module.always_on or not module.features or any(f.key in self.features for f in module.features)

    @cached_property
    def working(self) -> Company:
        """The company with only what may be written: what was dropped is gone from its features. Handlers, schedules
        and ports go by this; pages, searches and exports by the company itself."""
        if not self.read_only_features:
            return self
        return replace(self, features=self.features - self.read_only_features, read_only_features=frozenset())

    def now(self) -> datetime:
        return datetime.now(ZoneInfo(self.time_zone))

    def today(self) -> date:
        """The business date of the company, not of the server."""
        return self.now().date()


_company: ContextVar[Company | None] = ContextVar("tenon_company", default=None)
_owned_schema: ContextVar[str] = ContextVar("tenon_owned_schema", default="public")


@contextmanager
def serving(company: Company) -> Iterator[Company]:
    """The door. Requests, websocket messages, jobs, commands and tests enter a company here and nowhere else."""
    token = _company.set(company)
    try:
        yield company
    finally:
        _company.reset(token)


def serve_anew(company: Company) -> None:
    """The same company as it stands by now, for the rest of the present serving: for work that lasts. Does nothing
    while another one, or none, is being served."""
    present = _company.get()
    if present is not None and present.id == company.id:
        _company.set(company)


@contextmanager
def outside() -> Iterator[None]:
    """Steps back out of the company for a moment: public tables, no company's."""
    token = _company.set(None)
    try:
        yield
    finally:
        _company.reset(token)


@contextmanager
def owning(schema: str) -> Iterator[None]:
    """Points the owner's connection (alias `owner`) at a schema: migrations and the pool of schemas."""
    token = _owned_schema.set(schema)
    try:
        yield
    finally:
        _owned_schema.reset(token)


def current() -> Company:
    """The company being served. Raises NoCompany outside the door."""
    company = _company.get()
    if company is None:
        raise NoCompany("no company is being served here; enter through tenon.tenancy.context.serving()")
    return company


def current_or_none() -> Company | None:
    return _company.get()


def owned_schema() -> str:
    return _owned_schema.get()

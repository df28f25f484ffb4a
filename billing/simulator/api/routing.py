"""How an endpoint is declared, and what all of them share: lists with pages, answers that are ready as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rendering import list_of
from billing.simulator.store import Doc
from billing.simulator.world import World

Handler = Callable[..., Doc]


class Ready(dict[str, Any]):
    """An answer that needs no rendering."""


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    handler: Handler


ENDPOINTS: list[Endpoint] = []


def endpoint(method: str, path: str) -> Callable[[Handler], Handler]:
    """`handler(world, params, **names in the path)` answers it with a stored object or a Ready one."""

    def declare(handler: Handler) -> Handler:
        ENDPOINTS.append(Endpoint(method, path, handler))
        return handler

    return declare


class Unread(Sequence[Doc]):
    """Many objects, newest first, of which only those of a page are read."""

    def __init__(self, world: World, ids: list[str]) -> None:
        self.world = world
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return Unread(self.world, self.ids[at])
        return self.world.store.get(self.ids[at])


def page(world: World, p: Params, rows: Sequence[Doc], url: str) -> Ready:
    """One page of `rows`, which come newest first: limit, starting_after, ending_before, created[…]."""
    limit = p.whole("limit", 10) or 0
    if not 1 <= limit <= 100:
        raise invalid("This value must be between 1 and 100.", "limit", "parameter_invalid_integer")
    rows = _created_within(p, rows)
    after, before = p.text("starting_after"), p.text("ending_before")
    if after and before:
        raise invalid("Received both starting_after and ending_before parameters. Please pass in only one.")
    ids = rows.ids if isinstance(rows, Unread) else [row["id"] for row in rows]
    if after:
        start = _position(ids, after, "starting_after") + 1
        part, more = rows[start : start + limit], len(rows) > start + limit
    elif before:
        stop = _position(ids, before, "ending_before")
        part, more = rows[max(stop - limit, 0) : stop], stop > limit
    else:
        part, more = rows[:limit], len(rows) > limit
    return Ready(list_of([world.render(row) for row in part], url, more))


def _position(ids: Sequence[str], id: str, param: str) -> int:
    if id not in ids:
        raise invalid(f"No such object: '{id}'", param, "resource_missing")
    return ids.index(id)


def _created_within(p: Params, rows: Sequence[Doc]) -> Sequence[Doc]:
    if not p.has("created"):
        return rows
    if not isinstance(p.data["created"], dict):
        exact = p.time("created")
        return [row for row in rows if row.get("created") == exact]
    bounds = p.map("created") or Params()
    tests: list[Callable[[int], bool]] = []
    if (value := bounds.whole("gt")) is not None:
        tests.append(lambda t, v=value: t > v)  # type: ignore[misc]
    if (value := bounds.whole("gte")) is not None:
        tests.append(lambda t, v=value: t >= v)  # type: ignore[misc]
    if (value := bounds.whole("lt")) is not None:
        tests.append(lambda t, v=value: t < v)  # type: ignore[misc]
    if (value := bounds.whole("lte")) is not None:
        tests.append(lambda t, v=value: t <= v)  # type: ignore[misc]
    return [row for row in rows if all(test(row.get("created", 0)) for test in tests)]


def matching(p: Params, rows: Sequence[Doc], texts: Sequence[str] = (), flags: Sequence[str] = ()) -> Sequence[Doc]:
    """Those whose fields are as asked for; what is not asked for does not count."""
    for name in texts:
        if value := p.text(name):
            rows = [row for row in rows if row[name] == value]
    for name in flags:
        if (wish := p.flag(name)) is not None:
            rows = [row for row in rows if row[name] == wish]
    return rows


def listed(
    path: str, kind: str, owner: str | None = None, texts: Sequence[str] = (), flags: Sequence[str] = ()
) -> None:
    """GET `path`: all of the kind, newest first; `owner` is the parameter that says whose."""

    @endpoint("GET", path)
    def list_all(world: World, p: Params) -> Doc:
        rows = world.all(kind, p.text(owner) if owner else None, newest_first=True)
        return page(world, p, matching(p, rows, texts, flags), path)


def retrieved(path: str, kind: str) -> None:
    """GET `path`/{id}: the one of that id."""

    @endpoint("GET", path + "/{id}")
    def retrieve(world: World, p: Params, id: str) -> Doc:
        return world.get(kind, id)


def deleted(doc: Doc) -> Ready:
    return Ready(id=doc["id"], object=doc["object"], deleted=True)


def rates_of(world: World, p: Params, name: str) -> list[str] | None:
    """Tax rates named by a parameter. Raises StripeProblem for one that is not there."""
    ids = p.strings(name)
    return None if ids is None else [world.get("tax_rate", id, p.named(name))["id"] for id in ids]

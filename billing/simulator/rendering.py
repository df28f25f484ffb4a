"""From what is stored to what is answered: the simulator's own names off, parts put in, `expand` followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from billing.simulator.problems import invalid

Doc = dict[str, Any]


class Shelf(Protocol):
    def get(self, id: str) -> Doc | None: ...


class Stored(Protocol):
    """As much of the world as is needed here."""

    @property
    def store(self) -> Shelf: ...


# How a kind is completed when answered, and which parts come only when expanded.
COMPLETE: dict[str, Callable[[Any, Doc], Doc]] = {}
ONLY_EXPANDED: dict[tuple[str, str], Callable[[Any, Doc], Any]] = {}


def render(world: Stored, doc: Doc) -> Doc:
    if doc.get("_deleted"):
        return {"id": doc["id"], "object": doc["object"], "deleted": True}
    shown = {key: value for key, value in doc.items() if not key.startswith("_")}
    complete = COMPLETE.get(doc["object"])
    return {**shown, **complete(world, doc)} if complete else shown


def list_of(rows: Sequence[Any], url: str, has_more: bool = False) -> Doc:
    return {"object": "list", "data": list(rows), "has_more": has_more, "url": url}


def expand(world: Stored, shown: Any, paths: Sequence[str]) -> Any:
    """Follow `expand[]` into an answer. Raises StripeProblem for what cannot be expanded."""
    for path in paths:
        if path.count(".") > 3:
            raise invalid("You cannot expand more than 4 levels of a property.", "expand")
        shown = _expand(world, shown, path.split("."), path)
    return shown


def _expand(world: Stored, shown: Any, names: Sequence[str], path: str) -> Any:
    if not names or shown is None:
        return shown
    if isinstance(shown, list):
        return [_expand(world, _object_of(world, entry), names, path) for entry in shown]
    if not isinstance(shown, dict):
        raise _refused(path)
    name, rest = names[0], names[1:]
    value = shown.get(name)
    part = ONLY_EXPANDED.get((str(shown.get("object")), name))
    if part is not None and value is None:
        source = world.store.get(shown["id"]) or shown
        value = part(world, source)
    elif name not in shown:
        raise _refused(path)
    if isinstance(value, list):
        value = [_object_of(world, entry) for entry in value]
    else:
        value = _object_of(world, value)
    if not rest and isinstance(value, str):
        raise _refused(path)
    return {**shown, name: _expand(world, value, rest, path)}


def _object_of(world: Stored, value: Any) -> Any:
    """An id becomes its object; anything else stays."""
    if isinstance(value, str) and (doc := world.store.get(value)) is not None:
        return render(world, doc)
    return value


def _refused(path: str) -> Exception:
    return invalid(
        f"This property cannot be expanded ({path}). You may want to try expanding it with another property.", "expand"
    )

"""The shape of bills of materials: cycles and low-level codes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping


class CycleError(ValueError):
    """A product would be made of itself. `path` shows how, first and last are the same."""

    def __init__(self, path: list[int]) -> None:
        self.path = path
        super().__init__(" → ".join(map(str, path)))


def low_level_codes(children: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """Longest path from any top to each product (Kahn's topological sort, O(edges)): netting a product only after all
    that use it keeps its stock from being used twice. A diamond is legal. Raises CycleError."""
    level: dict[int, int] = {}
    parents_left: dict[int, int] = {}
    for parent, below in children.items():
        parents_left.setdefault(parent, 0)
        for child in below:
            parents_left[child] = parents_left.get(child, 0) + 1
    ready = [p for p, n in parents_left.items() if n == 0]
    level = dict.fromkeys(ready, 0)
    done = 0
    while done < len(ready):
        parent = ready[done]
        done += 1
        for child in children.get(parent, ()):
            level[child] = max(level.get(child, 0), level[parent] + 1)
            parents_left[child] -= 1
            if parents_left[child] == 0:
                ready.append(child)
    if done < len(parents_left):
        raise CycleError(_a_cycle(children, {p for p, n in parents_left.items() if n > 0}))
    return level


def _a_cycle(children: Mapping[int, Iterable[int]], among: set[int]) -> list[int]:
    """One cycle, to be shown: every product left by Kahn's sort is on a cycle or below one, so walk upwards."""
    parents: dict[int, int] = {}
    for parent in among:
        for child in children.get(parent, ()):
            if child in among:
                parents[child] = parent
    node, seen = next(iter(parents)), []
    while node not in seen:
        seen.append(node)
        node = parents[node]
    cycle = [*seen[seen.index(node) :], node]
    return cycle[::-1]


def would_cycle(children: Mapping[int, Iterable[int]], parent: int, components: Iterable[int]) -> list[int] | None:
    """The path that adding `components` to `parent` would close, or None. Looks below the components only."""
    stack = [(c, [parent, c]) for c in components]
    seen: set[int] = set()
    while stack:
        node, path = stack.pop()
        if node == parent:
            return path
        if node in seen:
            continue
        seen.add(node)
        stack.extend((child, [*path, child]) for child in children.get(node, ()))
    return None


def beside(children: MutableMapping[int, list[int]], outputs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Puts by-products below the products whose orders bring them, so that they come later; answers the pairs that
    were put there. A pair that would close a circle (a by-product that goes back in is none, two products that bring
    each other are) is left out: one of the two has to come first."""
    taken: set[tuple[int, int]] = set()
    for product, output in sorted(outputs):
        if would_cycle(children, product, [output]) is None:
            children.setdefault(product, []).append(output)
            taken.add((product, output))
    return taken

"""The dependency graph of features: what switching one on or off takes along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tenon.registry.types import Feature, ModuleManifest


class FeatureGraph:
    """A feature needs what it requires, the core of its own module, and the core of the modules this one requires."""

    def __init__(self, modules: Mapping[str, ModuleManifest], features: Mapping[str, Feature]) -> None:
        self.order = list(features)
        core = {m.key: {f.key for f in m.features if f.core} for m in modules.values()}
        self.needs: dict[str, set[str]] = {}
        for module in modules.values():
            base = set(core[module.key]).union(*(core.get(k, set()) for k in module.requires))
            for feature in module.features:
                self.needs[feature.key] = (base | set(feature.requires)) - {feature.key}

    def with_needs(self, keys: Iterable[str]) -> frozenset[str]:
        """The features and all that they need, directly or through others."""
        found: set[str] = set()
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(self.needs[key])
        return frozenset(found)

    def after_disabling(self, key: str, on: Iterable[str]) -> frozenset[str]:
        """What stays on: everything that can do without `key`."""
        return frozenset(f for f in on if f in self.needs and key not in self.with_needs([f]))

    def sorted(self, keys: Iterable[str]) -> list[str]:
        wanted = set(keys)
        return [k for k in self.order if k in wanted]
